-- safe while old code runs

-- What lies ahead or is on its way is asked about again by people who may not open a chart, so row-level security on the charts' own tables is
-- not enough: it hides rows, not columns. A role of its own reads the columns that a gate asks for and none that says who or what.
do $$
begin
  if not exists (select from pg_roles where rolname = 'goodfaith_at_risk') then
    create role goodfaith_at_risk nologin nosuperuser nobypassrls noinherit;
  end if;
  execute format('grant goodfaith_at_risk to %I with set true', current_user);
end $$;
create schema prescriptions_at_risk;
grant usage on schema prescriptions to goodfaith_at_risk;
grant select (id, clinic_id, patient_id, service, patient_state, modality, status, examiner_id, starts_at, ends_at, completed_at, revoked_at)
  on good_faith_exam to goodfaith_at_risk;
grant select (id, clinic_id, patient_id, exam_id, prescriber_id, status, service, formulary_item_id, pharmacy_id, protocol_id, ship_to_state, signed_at)
  on "order" to goodfaith_at_risk;
grant select (clinic_id, patient_id, kind, version, revoked_at) on consent to goodfaith_at_risk;
grant select (clinic_id, patient_id, order_id, reason, lifted_at) on safety_hold to goodfaith_at_risk;
grant execute on function may(text), everywhere(text) to goodfaith_at_risk;

-- The caller's own settings hold here too. What is the patient's is for those who read patients' records there, and for nobody else.
create policy at_risk on good_faith_exam for select to goodfaith_at_risk
  using (clinic_id = any ((select may('at-risk:read'))::uuid[]) or (select everywhere('hand-off:receive')));
create policy at_risk on "order" for select to goodfaith_at_risk
  using (clinic_id = any ((select may('at-risk:read'))::uuid[]) or (select everywhere('hand-off:receive')));
create policy at_risk on consent for select to goodfaith_at_risk using (clinic_id = any ((select may('patient:read'))::uuid[]));
create policy at_risk on safety_hold for select to goodfaith_at_risk using (clinic_id = any ((select may('patient:read'))::uuid[]));

-- Booked exams that are not over, and signed orders that are not finished. `due` is when the exam begins, or when the order was signed.
-- No clinics named is all that the caller may see; `records` are those asked about. `chart` is null for who may not read patients there.
create function prescriptions_at_risk.in_flight(clinics uuid[], records uuid[], at timestamptz)
returns table (kind text, id uuid, clinic_id uuid, due timestamptz, service text, state text, practitioner_id uuid, modality text,
  exam_examiner_id uuid, exam_completed_at timestamptz, exam_state text, formulary_item_id uuid, pharmacy_id uuid, protocol_id uuid, chart jsonb)
language sql stable security definer set search_path = prescriptions, pg_temp as $$
  with flying as (
    select 'EXAM' as kind, e.id, e.clinic_id, e.starts_at as due, e.service, e.patient_state as state, e.examiner_id as practitioner_id, e.modality,
      null::uuid as exam_examiner_id, null::timestamptz as exam_completed_at, null::text as exam_state,
      null::uuid as formulary_item_id, null::uuid as pharmacy_id, null::uuid as protocol_id, e.patient_id, null::timestamptz as exam_revoked_at
    from good_faith_exam e
    where e.status = 'BOOKED' and e.ends_at > at and (clinics is null or e.clinic_id = any (clinics)) and (records is null or e.id = any (records))
    union all
    select 'ORDER', o.id, o.clinic_id, o.signed_at, o.service, o.ship_to_state, o.prescriber_id, e.modality, e.examiner_id, e.completed_at, e.patient_state,
      o.formulary_item_id, o.pharmacy_id, o.protocol_id, o.patient_id, e.revoked_at
    from "order" o join good_faith_exam e on e.id = o.exam_id
    where o.status in ('SIGNED', 'SENT', 'CANCEL_REQUESTED') and (clinics is null or o.clinic_id = any (clinics)) and (records is null or o.id = any (records))
  )
  select f.kind, f.id, f.clinic_id, f.due, f.service, f.state, f.practitioner_id, f.modality, f.exam_examiner_id, f.exam_completed_at, f.exam_state,
    f.formulary_item_id, f.pharmacy_id, f.protocol_id,
    case when f.clinic_id = any ((select may('patient:read'))::uuid[]) then jsonb_build_object(
      'patientId', f.patient_id,
      'examRevoked', f.exam_revoked_at is not null,
      'consents', coalesce((select jsonb_agg(jsonb_build_object('kind', c.kind, 'version', c.version))
        from consent c where c.patient_id = f.patient_id and c.revoked_at is null), '[]'),
      'holds', coalesce((select jsonb_agg(h.reason order by h.reason)
        from safety_hold h where h.patient_id = f.patient_id and h.lifted_at is null and (h.order_id is null or h.order_id = f.id)), '[]')) end
  from flying f
$$;

alter schema prescriptions_at_risk owner to goodfaith_at_risk;
alter function prescriptions_at_risk.in_flight(uuid[], uuid[], timestamptz) owner to goodfaith_at_risk;
set role goodfaith_at_risk;
revoke all on schema prescriptions_at_risk from public;
revoke all on all functions in schema prescriptions_at_risk from public;
grant usage on schema prescriptions_at_risk to goodfaith_prescriptions;
grant execute on function prescriptions_at_risk.in_flight(uuid[], uuid[], timestamptz) to goodfaith_prescriptions;
reset role;
do $$ begin execute format('revoke goodfaith_at_risk from %I', current_user); end $$;
