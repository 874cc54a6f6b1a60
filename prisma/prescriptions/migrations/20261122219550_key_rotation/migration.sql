-- safe while old code runs

-- A key ends in two ways, each once and for good: another takes its place, or it is revoked. What it is never changes.
alter table signing_key
  add constraint signing_key_ends_check check (valid_until > valid_from),
  add constraint signing_key_revoked_check check (invalid_since >= valid_from),
  add constraint signing_key_reason_check check ((invalid_since is null) = (reason is null) and reason in ('LOST', 'COMPROMISED'));

create function end_key_once() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  if (old.valid_until is not null and new.valid_until is distinct from old.valid_until)
    or (old.invalid_since is not null and (new.invalid_since is distinct from old.invalid_since or new.reason is distinct from old.reason))
    or (to_jsonb(new) - array['valid_until', 'invalid_since', 'reason']) <> (to_jsonb(old) - array['valid_until', 'invalid_since', 'reason'])
  then
    raise exception 'a key ends once, and nothing else of it changes' using errcode = 'P0001';
  end if;
  return new;
end $$;
create trigger end_key_once before update on signing_key for each row execute function end_key_once();
create trigger keep_keys before delete on signing_key for each row execute function keep_as_written();

grant update (valid_until, invalid_since, reason) on signing_key to goodfaith_prescriptions;

-- Who signs ends a key of their own. A medical director revokes one that has signed at a clinic of theirs: of what is signed there
-- they answer. The platform's is ended by the subgraph itself, when an operator runs the command.
create policy ended_by_owner on signing_key for update to goodfaith_prescriptions
  using (purpose = 'PRESCRIBER' and sub = (select acting()) and (select everywhere('document-key:end')));
create policy ended_by_service on signing_key for update to goodfaith_prescriptions
  using (purpose = 'PLATFORM' and (select everywhere('hand-off:receive')));
create policy revoked_by_director on signing_key for update to goodfaith_prescriptions
  using (purpose = 'PRESCRIBER' and (select may('document-key:revoke')) is not null and (
    exists (select 1 from order_signing s where s.key_id = kid and s.clinic_id = any ((select may('document-key:revoke'))::uuid[]))
    or exists (select 1 from exam_signing s where s.key_id = kid and s.clinic_id = any ((select may('document-key:revoke'))::uuid[]))));
create policy read_by_director on order_signing for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('document-key:revoke'))::uuid[]));
create policy read_by_director on exam_signing for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('document-key:revoke'))::uuid[]));

create index order_signing_key_id_clinic_id_idx on order_signing (key_id, clinic_id);
create index exam_signing_key_id_clinic_id_idx on exam_signing (key_id, clinic_id);
