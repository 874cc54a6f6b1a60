-- safe while old code runs

-- People hold orders, and release them. What a hold was for, and why it was released, stays.

-- AlterTable
ALTER TABLE "safety_hold" ADD COLUMN     "note" TEXT,
ADD COLUMN     "lift_note" TEXT;

create policy placed on safety_hold for insert to goodfaith_prescriptions
  with check (reason in ('CLINICAL_CONCERN', 'ADVERSE_EVENT', 'IDENTITY_QUESTION', 'RESULT_PENDING', 'PATIENT_REQUEST')
    and note is not null and order_id is not null and lifted_at is null and placed_by = (select acting())
    and clinic_id = any ((select may('order:hold'))::uuid[])
    and exists (select 1 from "order" o
      where o.id = safety_hold.order_id and o.patient_id = safety_hold.patient_id and o.clinic_id = safety_hold.clinic_id));

-- The subgraph's own right tells a pharmacy what is held before it dispenses or ships: reasons, and nothing of the patient.
create policy read_by_service on safety_hold for select to goodfaith_prescriptions using ((select everywhere('hand-off:receive')));

-- Lifted once, by whoever may: one for safety by a director who did not place it, one for an exam that was taken back by nobody.
grant update (lifted_at, lifted_by, lift_note) on safety_hold to goodfaith_prescriptions;
create policy lifted on safety_hold for update to goodfaith_prescriptions
  using (clinic_id = any ((select may('order:hold'))::uuid[]))
  with check (lifted_at is not null and lift_note is not null and lifted_by = (select acting())
    and (reason in ('RESULT_PENDING', 'PATIENT_REQUEST')
      or (reason in ('CLINICAL_CONCERN', 'ADVERSE_EVENT', 'IDENTITY_QUESTION')
        and placed_by <> (select acting()) and clinic_id = any ((select may('order:release'))::uuid[]))));
create function keep_hold() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  if old.lifted_at is not null or to_jsonb(new) - array['lifted_at', 'lifted_by', 'lift_note'] is distinct from to_jsonb(old) - array['lifted_at', 'lifted_by', 'lift_note'] then
    raise exception 'hold % is lifted once and never changed', old.id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger kept before update on safety_hold for each row execute function keep_hold();
revoke execute on function keep_hold() from goodfaith_prescriptions;
