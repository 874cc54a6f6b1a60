-- safe while old code runs

-- An order is taken back for another that amends it.
alter table hand_off_inbox drop constraint hand_off_inbox_kind_check,
  add constraint hand_off_inbox_kind_check check (kind in ('SEND', 'WITHDRAW', 'AMEND', 'REPLACE'));
