-- safe while old code runs

-- A signed order on its way is asked again for what has come up since its exam: answers that block, a later decision against, a mark as entered in
-- error. By the same role that asks of consents and holds, which reads when and how, and no answer, no name and no reason.
do $$ begin execute format('grant goodfaith_at_risk to %I with set true', current_user); end $$;
grant select (intake_id, outcome) on good_faith_exam to goodfaith_at_risk;
grant select (id, clinic_id, patient_id, service, status, submitted_at) on intake to goodfaith_at_risk;
grant select (id, clinic_id, exam_id, reported_at) on exam_error_report to goodfaith_at_risk;
grant select (clinic_id, report_id) on exam_error_answer to goodfaith_at_risk;
grant select (clinic_id, exam_id, outcome) on exam_director_decision to goodfaith_at_risk;
create policy at_risk on intake for select to goodfaith_at_risk using (clinic_id = any ((select may('patient:read'))::uuid[]));
create policy at_risk on exam_error_report for select to goodfaith_at_risk using (clinic_id = any ((select may('patient:read'))::uuid[]));
create policy at_risk on exam_error_answer for select to goodfaith_at_risk using (clinic_id = any ((select may('patient:read'))::uuid[]));
create policy at_risk on exam_director_decision for select to goodfaith_at_risk using (clinic_id = any ((select may('patient:read'))::uuid[]));

set role goodfaith_at_risk;
-- What `sinceExam` reads for one exam, for a page of orders in one statement; null where it cannot be read, which blocks.
create function prescriptions_at_risk.since_exam(exam uuid) returns jsonb
language sql stable security definer set search_path = prescriptions, pg_temp as $$
  select jsonb_build_object(
      'contraindicatedAt', coalesce(to_jsonb(answered.at), '"none"'),
      'laterOutcome', coalesce(later.outcome, 'none'),
      'errorMarkedAt', coalesce(to_jsonb(marked.at), '"none"'))
    || case when later.completed_at is null then '{}' else jsonb_build_object('laterDecidedAt', later.completed_at) end
  from good_faith_exam e
  join intake i on i.id = e.intake_id
  left join lateral (
    select case when l.status = 'BLOCKED' then l.submitted_at end as at from intake l
    where l.patient_id = e.patient_id and l.service = e.service and l.submitted_at >= i.submitted_at and l.id <> i.id
    order by l.submitted_at desc, l.id desc limit 1) answered on true
  left join lateral (
    select l.outcome, l.completed_at from good_faith_exam l
    where l.patient_id = e.patient_id and l.service = e.service and l.status = 'COMPLETED' and l.completed_at > e.completed_at
      and l.outcome in ('DECLINED', 'NEEDS_IN_PERSON', 'DEFERRED') and l.revoked_at is null
      and not exists (select 1 from exam_director_decision d where d.exam_id = l.id and d.outcome = 'APPROVED')
    order by l.completed_at desc, l.id desc limit 1) later on true
  left join lateral (
    select r.reported_at as at from exam_error_report r
    where r.exam_id = e.id and not exists (select 1 from exam_error_answer a where a.report_id = r.id)
    order by r.id limit 1) marked on true
  where e.id = exam and e.completed_at is not null
$$;
revoke all on function prescriptions_at_risk.since_exam(uuid) from public;

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
      'consents', coalesce((select jsonb_agg(jsonb_build_object('kind', c.kind, 'version', c.version))
        from consent c where c.patient_id = f.patient_id and c.revoked_at is null), '[]'),
      'holds', coalesce((select jsonb_agg(h.reason order by h.reason)
        from safety_hold h where h.patient_id = f.patient_id and h.lifted_at is null and (h.order_id is null or h.order_id = f.id)), '[]')) end
  from flying f
$$;
reset role;
do $$ begin execute format('revoke goodfaith_at_risk from %I', current_user); end $$;
