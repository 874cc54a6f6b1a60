-- safe while old code runs

-- Of a booked exam it is asked again whether the patient is of age on its day, by the date of birth on record now: told to whoever reads patients' records.
do $$ begin execute format('grant goodfaith_at_risk to %I with set true', current_user); end $$;
grant select (id, clinic_id, birth_date) on patient to goodfaith_at_risk;
create policy at_risk on patient for select to goodfaith_at_risk using (clinic_id = any ((select may('patient:read'))::uuid[]));

set role goodfaith_at_risk;
create or replace function prescriptions_at_risk.in_flight(clinics uuid[], records uuid[], at timestamptz)
returns table (kind text, id uuid, clinic_id uuid, due timestamptz, service text, state text, practitioner_id uuid, modality text,
  exam_examiner_id uuid, exam_completed_at timestamptz, exam_state text, formulary_item_id uuid, pharmacy_id uuid, protocol_id uuid, chart jsonb)
language sql stable security definer set search_path = prescriptions, pg_temp as $$
  with flying as (
    select 'EXAM' as kind, e.id, e.clinic_id, e.starts_at as due, e.service, e.patient_state as state, e.examiner_id as practitioner_id, e.modality,
      null::uuid as exam_examiner_id, null::timestamptz as exam_completed_at, null::text as exam_state,
      null::uuid as formulary_item_id, null::uuid as pharmacy_id, null::uuid as protocol_id, e.patient_id, null::timestamptz as exam_revoked_at, null::uuid as exam_id
    from good_faith_exam e
    where e.status = 'BOOKED' and e.ends_at > at and (clinics is null or e.clinic_id = any (clinics)) and (records is null or e.id = any (records))
    union all
    select 'ORDER', o.id, o.clinic_id, o.signed_at, o.service, o.ship_to_state, o.prescriber_id, e.modality, e.examiner_id, e.completed_at, e.patient_state,
      o.formulary_item_id, o.pharmacy_id, o.protocol_id, o.patient_id, e.revoked_at, e.id
    from "order" o join good_faith_exam e on e.id = o.exam_id
    where o.status in ('SIGNED', 'SENT', 'CANCEL_REQUESTED') and (clinics is null or o.clinic_id = any (clinics)) and (records is null or o.id = any (records))
  )
  select f.kind, f.id, f.clinic_id, f.due, f.service, f.state, f.practitioner_id, f.modality, f.exam_examiner_id, f.exam_completed_at, f.exam_state,
    f.formulary_item_id, f.pharmacy_id, f.protocol_id,
    case when f.clinic_id = any ((select may('patient:read'))::uuid[]) then jsonb_build_object(
      'patientId', f.patient_id,
      'examRevoked', f.exam_revoked_at is not null,
      'since', case when f.kind = 'ORDER' then prescriptions_at_risk.since_exam(f.exam_id) end,
      'birthDate', case when f.kind = 'EXAM' then (select p.birth_date from patient p where p.id = f.patient_id) end,
      'consents', coalesce((select jsonb_agg(jsonb_build_object('kind', c.kind, 'version', c.version))
        from consent c where c.patient_id = f.patient_id and c.revoked_at is null), '[]'),
      'holds', coalesce((select jsonb_agg(h.reason order by h.reason)
        from safety_hold h where h.patient_id = f.patient_id and h.lifted_at is null and (h.order_id is null or h.order_id = f.id)), '[]')) end
  from flying f
$$;
reset role;
do $$ begin execute format('revoke goodfaith_at_risk from %I', current_user); end $$;
