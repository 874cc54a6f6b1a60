-- safe while old code runs

do $$ begin execute format('grant goodfaith_supply_metrics to %I with set true', current_user); end $$;
set role goodfaith_supply_metrics;

-- What adds up: sums of days, by clinic, and by month or over the whole stretch. It reads no fulfillment.
create function pharmacies_metrics.summed(first_day date, last_day date, clinics uuid[], monthly boolean)
returns table (clinic_id uuid, month date, metric text, n bigint, value double precision)
language sql stable set search_path = pharmacies, pg_temp as $$
  select x.clinic_id, case when monthly then date_trunc('month', x.day::timestamp)::date end, x.metric, sum(x.n)::bigint, sum(x.n)::double precision
  from (
    select clinic_id, day, metric, n from pharmacies_metrics.metric_day
    union all select clinic_id, day, metric, n from pharmacies_metrics.metric_delta
  ) x
  where x.day >= first_day and x.day <= last_day and (clinics is null or x.clinic_id = any (clinics))
  group by 1, 2, 3 having sum(x.n) <> 0
$$;

-- What does not: it reads the shipments of the stretch.
create function pharmacies_metrics.medians(first_day date, last_day date, clinics uuid[], monthly boolean)
returns table (clinic_id uuid, month date, metric text, n bigint, value double precision)
language sql stable set search_path = pharmacies, pg_temp as $$
  select f.clinic_id, case when monthly then date_trunc('month', f.shipped_at at time zone 'UTC')::date end, 'medianHoursSignToShip', count(*),
    percentile_cont(0.5) within group (order by extract(epoch from f.shipped_at - f.signed_at) / 3600)
  from fulfillment f
  where f.shipped_at >= first_day::timestamp at time zone 'UTC' and f.shipped_at < (last_day + 1)::timestamp at time zone 'UTC'
    and (clinics is null or f.clinic_id = any (clinics))
  group by 1, 2
$$;

create or replace function pharmacies_metrics.counted(first_day date, last_day date, clinics uuid[], monthly boolean)
returns table (clinic_id uuid, month date, metric text, n bigint, value double precision)
language sql stable set search_path = pharmacies, pg_temp as $$
  select * from pharmacies_metrics.summed(first_day, last_day, clinics, monthly)
  union all select * from pharmacies_metrics.medians(first_day, last_day, clinics, monthly)
$$;

-- As `exact` of three, which stays for old code; fulfillments are read only when a median is wanted.
create function pharmacies_metrics.exact(clinics uuid[], first_day date, last_day date, with_medians boolean)
returns table (clinic_id uuid, metric text, value double precision)
language sql stable security definer set search_path = pharmacies, pg_temp as $$
  with own as materialized (select array(select c from unnest(clinics) c where c = any (may('metrics:exact'))) as ids)
  select f.clinic_id, f.metric, f.value from own, pharmacies_metrics.summed(first_day, last_day, own.ids, false) f
  union all
  select f.clinic_id, f.metric, f.value from own, pharmacies_metrics.medians(first_day, last_day, own.ids, false) f where with_medians
$$;

revoke all on function pharmacies_metrics.summed(date, date, uuid[], boolean), pharmacies_metrics.medians(date, date, uuid[], boolean),
  pharmacies_metrics.exact(uuid[], date, date, boolean) from public;
grant execute on function pharmacies_metrics.exact(uuid[], date, date, boolean) to goodfaith_pharmacies;
reset role;
do $$ begin execute format('revoke goodfaith_supply_metrics from %I', current_user); end $$;
