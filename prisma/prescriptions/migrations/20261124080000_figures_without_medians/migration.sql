-- safe while old code runs

do $$ begin execute format('grant goodfaith_metrics to %I with set true', current_user); end $$;
set role goodfaith_metrics;

-- What adds up: sums of days, by clinic, and by month or over the whole stretch. It reads no exam and no order.
create function prescriptions_metrics.summed(starts timestamptz, ends timestamptz, clinics uuid[], monthly boolean)
returns table (clinic_id uuid, month date, metric text, n bigint, value double precision)
language sql stable set search_path = prescriptions, pg_temp as $$
  select x.clinic_id, case when monthly then date_trunc('month', x.day::timestamp)::date end, x.metric, sum(x.n)::bigint, sum(x.n)::double precision
  from (
    select clinic_id, day, metric, n from prescriptions_metrics.metric_day
    union all select clinic_id, day, metric, n from prescriptions_metrics.metric_delta
  ) x
  where x.day >= (starts at time zone 'UTC')::date and x.day < (ends at time zone 'UTC')::date and (clinics is null or x.clinic_id = any (clinics))
  group by 1, 2, 3 having sum(x.n) <> 0
$$;

-- What does not: it reads the exams of the stretch.
create function prescriptions_metrics.medians(starts timestamptz, ends timestamptz, clinics uuid[], monthly boolean)
returns table (clinic_id uuid, month date, metric text, n bigint, value double precision)
language sql stable set search_path = prescriptions, pg_temp as $$
  select e.clinic_id, case when monthly then date_trunc('month', e.requested_at at time zone 'UTC')::date end, 'medianMinutesToExam', count(*),
    percentile_cont(0.5) within group (order by extract(epoch from e.started_at - e.requested_at) / 60)
  from good_faith_exam e
  where e.outside_exam_id is null and e.requested_at >= starts and e.requested_at < ends and e.started_at is not null
    and (clinics is null or e.clinic_id = any (clinics))
  group by 1, 2
$$;

create or replace function prescriptions_metrics.counted(starts timestamptz, ends timestamptz, clinics uuid[], monthly boolean)
returns table (clinic_id uuid, month date, metric text, n bigint, value double precision)
language sql stable set search_path = prescriptions, pg_temp as $$
  select * from prescriptions_metrics.summed(starts, ends, clinics, monthly)
  union all select * from prescriptions_metrics.medians(starts, ends, clinics, monthly)
$$;

-- As `exact` of three, which stays for old code; exams are read only when a median is wanted.
create function prescriptions_metrics.exact(clinics uuid[], starts timestamptz, ends timestamptz, with_medians boolean)
returns table (clinic_id uuid, metric text, value double precision)
language sql stable security definer set search_path = prescriptions, pg_temp as $$
  with own as materialized (select array(select c from unnest(clinics) c where c = any (may('metrics:exact'))) as ids)
  select f.clinic_id, f.metric, f.value from own, prescriptions_metrics.summed(starts, ends, own.ids, false) f
  union all
  select f.clinic_id, f.metric, f.value from own, prescriptions_metrics.medians(starts, ends, own.ids, false) f where with_medians
$$;

revoke all on function prescriptions_metrics.summed(timestamptz, timestamptz, uuid[], boolean),
  prescriptions_metrics.medians(timestamptz, timestamptz, uuid[], boolean),
  prescriptions_metrics.exact(uuid[], timestamptz, timestamptz, boolean) from public;
grant execute on function prescriptions_metrics.exact(uuid[], timestamptz, timestamptz, boolean) to goodfaith_prescriptions;
reset role;
do $$ begin execute format('revoke goodfaith_metrics from %I', current_user); end $$;
