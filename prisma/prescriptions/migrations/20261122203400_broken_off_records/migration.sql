-- safe while old code runs

-- The record of an exam that was broken off is signed too: by its examiner where they have proved a second factor, otherwise by the platform alone,
-- which says what was written and when, and that nobody has changed it since.
create policy sealed on exam_document for insert to goodfaith_prescriptions
  with check (kind = 'RECORD' and signed_by = 'goodfaith' and clinic_id = any ((select may('exam:conduct'))::uuid[]));
create function require_broken_off_exam() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  if not exists (
    select 1 from good_faith_exam e
    where e.id = new.exam_id and e.clinic_id = new.clinic_id and e.patient_id = new.patient_id and new.kind = 'RECORD'
      and e.status = 'COMPLETED' and e.outcome = 'NOT_COMPLETED' and e.broken_off_reason is not null and e.digest = new.digest
  ) then
    raise exception 'the platform alone signs no record of exam %', new.exam_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger of_broken_off before insert on exam_document for each row
  when (new.signed_by = 'goodfaith') execute function require_broken_off_exam();
revoke execute on function require_broken_off_exam() from goodfaith_prescriptions;
