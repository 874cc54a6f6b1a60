-- safe while old code runs

-- After an approval that was taken back for what concerns the patient, or that hangs on an open condition, the one before it does not carry an
-- order. Of conditions only how many there are is counted, of a revocation only its code is compared: neither leaves the function.
do $$ begin execute format('grant goodfaith_at_risk to %I with set true', current_user); end $$;
grant select (conditions, revoked_reason) on good_faith_exam to goodfaith_at_risk;
grant select (clinic_id, exam_id) on exam_condition_met to goodfaith_at_risk;
create policy at_risk on exam_condition_met for select to goodfaith_at_risk using (clinic_id = any ((select may('patient:read'))::uuid[]));

set role goodfaith_at_risk;
-- What `sinceExam` reads for one exam, for a page of orders in one statement; null where it cannot be read, which blocks.
create or replace function prescriptions_at_risk.since_exam(exam uuid) returns jsonb
language sql stable security definer set search_path = prescriptions, pg_temp as $$
  select jsonb_build_object(
      'contraindicatedAt', coalesce(to_jsonb(answered.at), '"none"'),
      'laterOutcome', coalesce(later.outcome, 'none'),
      'errorMarkedAt', coalesce(to_jsonb(marked.at), '"none"'))
    || case when later.at is null then '{}' else jsonb_build_object('laterDecidedAt', later.at) end
  from good_faith_exam e
  join intake i on i.id = e.intake_id
  left join lateral (
    select case when l.status = 'BLOCKED' then l.submitted_at end as at from intake l
    where l.patient_id = e.patient_id and l.service = e.service and l.submitted_at >= i.submitted_at and l.id <> i.id
    order by l.submitted_at desc, l.id desc limit 1) answered on true
  left join lateral (
    select case when l.revoked_at is null then coalesce(d.outcome, l.outcome) else 'REVOKED' end as outcome, coalesce(l.revoked_at, l.completed_at) as at
    from good_faith_exam l
    left join exam_director_decision d on d.exam_id = l.id
    where l.patient_id = e.patient_id and l.service = e.service and l.status = 'COMPLETED' and l.completed_at > e.completed_at
      and case
        when l.revoked_at is not null then l.revoked_reason in ('CONTRAINDICATION_FOUND', 'HEALTH_CHANGED', 'INFORMATION_WRONG', 'PATIENT_REQUEST', 'OTHER')
        when l.outcome = 'APPROVED_WITH_CONDITIONS' then cardinality(l.conditions) = 0
          or cardinality(l.conditions) > (select count(*) from exam_condition_met m where m.exam_id = l.id)
        when l.outcome = 'DEFERRED' then d.outcome is distinct from 'APPROVED'
        else l.outcome in ('DECLINED', 'NEEDS_IN_PERSON') end
    order by l.completed_at desc, l.id desc limit 1) later on true
  left join lateral (
    select r.reported_at as at from exam_error_report r
    where r.exam_id = e.id and not exists (select 1 from exam_error_answer a where a.report_id = r.id)
    order by r.id limit 1) marked on true
  where e.id = exam and e.completed_at is not null
$$;
reset role;
do $$ begin execute format('revoke goodfaith_at_risk from %I', current_user); end $$;
