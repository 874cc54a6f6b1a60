-- safe while old code runs

-- A refill stands on the prescriber's licence as sending does.
alter table license_reliance
  drop constraint license_reliance_gate_check,
  add constraint license_reliance_gate_check check (gate in ('BOOK', 'REQUEST', 'RESCHEDULE', 'CLAIM', 'START', 'COMPLETE', 'JOIN', 'DECIDE', 'SIGN', 'SEND', 'REFILL'));
