-- safe while old code runs

-- Whoever asks whether somebody may perform reaches the insurance it stands on; the graph shows the policies themselves by rights of their own.
create policy read_with_delegations on insurance_policy for select to goodfaith_physicians
  using (works_at(practitioner_id, (select may('delegation:read'))::uuid[]));
