-- safe while old code runs

-- An order on what a director approved is one with an exam. An exam held elsewhere was neither asked for nor waited for here: it is in no figure
-- of exams, though an order may stand on it.
do $$ begin execute format('grant goodfaith_metrics to %I with set true', current_user); end $$;
grant select (outside_exam_id) on good_faith_exam to goodfaith_metrics;
grant select (exam_id, outcome, valid_until, decided_at) on exam_director_decision to goodfaith_metrics;
create policy counted on exam_director_decision for select to goodfaith_metrics using (true);

set role goodfaith_metrics;
create or replace function prescriptions_metrics.counted(starts timestamptz, ends timestamptz, clinics uuid[], monthly boolean)
returns table (clinic_id uuid, month date, metric text, n bigint, value double precision)
language sql stable set search_path = prescriptions, pg_temp as $$
  with exam as (
    select e.clinic_id, e.requested_at, e.started_at, e.completed_at from good_faith_exam e
    where e.outside_exam_id is null and (clinics is null or e.clinic_id = any (clinics))
  ), signed as (
    select o.clinic_id, o.signed_at, exists (
      select from good_faith_exam e
      left join exam_director_decision d on d.exam_id = e.id and d.outcome = 'APPROVED' and d.decided_at <= o.signed_at
      where e.id = o.exam_id and e.patient_id = o.patient_id and e.completed_at <= o.signed_at
        and (e.outcome in ('APPROVED', 'APPROVED_WITH_CONDITIONS') or d.outcome is not null)
        and coalesce(d.valid_until, e.valid_until) >= (o.signed_at at time zone 'UTC')::date) as examined
    from "order" o where o.signed_at >= starts and o.signed_at < ends and (clinics is null or o.clinic_id = any (clinics))
  )
  select x.clinic_id, case when monthly then date_trunc('month', x.at at time zone 'UTC')::date end, x.metric, count(*),
    case when x.metric = 'medianMinutesToExam' then percentile_cont(0.5) within group (order by x.minutes) else count(*) end
  from (
    select clinic_id, 'examsRequested' as metric, requested_at as at, null::double precision as minutes from exam where requested_at >= starts and requested_at < ends
    union all select clinic_id, 'examsCompleted', completed_at, null from exam where completed_at >= starts and completed_at < ends
    union all select clinic_id, 'medianMinutesToExam', requested_at, extract(epoch from started_at - requested_at) / 60
      from exam where requested_at >= starts and requested_at < ends and started_at is not null
    union all select clinic_id, 'ordersSigned', signed_at, null from signed
    union all select clinic_id, 'ordersWithoutExam', signed_at, null from signed where not examined
  ) x group by 1, 2, 3
$$;
reset role;
do $$ begin execute format('revoke goodfaith_metrics from %I', current_user); end $$;
