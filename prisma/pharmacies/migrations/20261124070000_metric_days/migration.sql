-- safe while old code runs
-- Writers of fulfillments wait while the days so far are counted, once: until then no change of theirs is noted. exact_metrics and publish_metrics
-- stay for code that calls them, and read what they read.

-- Medians can't be summed: they read the shipments of their stretch.
create index fulfillment_shipped_of_clinic on fulfillment (clinic_id, shipped_at) where shipped_at is not null;

-- Figures of clinics are counted by a role of their own: it reads when and where, and no column that says who or what.
do $$
begin
  if not exists (select from pg_roles where rolname = 'goodfaith_supply_metrics') then
    create role goodfaith_supply_metrics nologin nosuperuser nobypassrls noinherit;
  end if;
  execute format('grant goodfaith_supply_metrics to %I with set true', current_user);
end $$;
create schema pharmacies_metrics;
grant usage on schema pharmacies to goodfaith_supply_metrics;
grant select (id, clinic_id, status, signed_at, dispensed_at, shipped_at, closed_at) on fulfillment to goodfaith_supply_metrics;
grant select, insert, update on published_metric, metric_publication to goodfaith_supply_metrics;
grant execute on function may(text) to goodfaith_supply_metrics;
create policy counted on fulfillment for select to goodfaith_supply_metrics using (true);
create policy counted on published_metric to goodfaith_supply_metrics using (true) with check (true);
create policy counted on metric_publication to goodfaith_supply_metrics using (true) with check (true);
-- Policies that are everybody's ask these.
grant execute on function everywhere(text), acting() to goodfaith_supply_metrics;

alter schema pharmacies_metrics owner to goodfaith_supply_metrics;
set role goodfaith_supply_metrics;
do $$ begin execute format('grant usage on schema pharmacies_metrics to %I', session_user); end $$;

-- What a clinic's orders came to on a day, by UTC, as far as it is folded; nobody but the functions below reads or writes it.
create table pharmacies_metrics.metric_day (
  clinic_id uuid not null,
  day date not null,
  metric text not null check (metric in ('ordersDispensed', 'ordersRejected')),
  n bigint not null,
  primary key (clinic_id, day, metric)
);
create index on pharmacies_metrics.metric_day (day);
-- What changed since, one row for each change of a figure: writers only add, so none of them waits for another.
create table pharmacies_metrics.metric_delta (
  id bigint generated always as identity primary key,
  clinic_id uuid not null,
  day date not null,
  metric text not null,
  n integer not null
);
alter table pharmacies_metrics.metric_day enable row level security, force row level security;
alter table pharmacies_metrics.metric_delta enable row level security, force row level security;
create policy counted on pharmacies_metrics.metric_day to goodfaith_supply_metrics using (true) with check (true);
create policy counted on pharmacies_metrics.metric_delta to goodfaith_supply_metrics using (true) with check (true);

-- A fulfillment is in the figures of the day it was dispensed, and of the day it was rejected.
create function pharmacies_metrics.note_fulfillment() returns trigger
language plpgsql security definer set search_path = pharmacies, pg_temp as $$
begin
  insert into pharmacies_metrics.metric_delta (clinic_id, day, metric, n)
    select x.clinic_id, (x.at at time zone 'UTC')::date, x.metric, sum(x.n) from (
      values (old.clinic_id, old.dispensed_at, 'ordersDispensed', -1), (old.clinic_id, case when old.status = 'REJECTED' then old.closed_at end, 'ordersRejected', -1),
        (new.clinic_id, new.dispensed_at, 'ordersDispensed', 1), (new.clinic_id, case when new.status = 'REJECTED' then new.closed_at end, 'ordersRejected', 1)
    ) x (clinic_id, at, metric, n)
    where x.at is not null group by 1, 2, 3 having sum(x.n) <> 0;
  return null;
end $$;

-- The same figures out of the fulfillments themselves, of all days.
create function pharmacies_metrics.by_day() returns table (clinic_id uuid, day date, metric text, n bigint)
language sql stable set search_path = pharmacies, pg_temp as $$
  select x.clinic_id, (x.at at time zone 'UTC')::date, x.metric, count(*) from (
    select f.clinic_id, f.dispensed_at as at, 'ordersDispensed' as metric from fulfillment f where f.dispensed_at is not null
    union all select f.clinic_id, f.closed_at, 'ordersRejected' from fulfillment f where f.status = 'REJECTED' and f.closed_at is not null
  ) x group by 1, 2, 3
$$;

-- Adds changes to their days, so many at once; how many there were. One statement, so they are in the one place or the other to
-- whoever reads; workers leave each other's, and take days in one order.
create function pharmacies_metrics.fold(at_once integer) returns integer
language sql volatile security definer set search_path = pharmacies, pg_temp as $$
  with gone as (
    delete from pharmacies_metrics.metric_delta where id in (
      select id from pharmacies_metrics.metric_delta order by id limit at_once for update skip locked)
    returning clinic_id, day, metric, n
  ), folded as (
    insert into pharmacies_metrics.metric_day as d (clinic_id, day, metric, n)
      select clinic_id, day, metric, sum(n) from gone group by 1, 2, 3 order by 1, 2, 3
      on conflict (clinic_id, day, metric) do update set n = d.n + excluded.n
  )
  select count(*)::integer from gone
$$;

-- Where what is kept is not what there is, and by how much; no figure of any clinic.
create function pharmacies_metrics.differences() returns table (clinic_id uuid, day date, metric text, off bigint)
language sql stable security definer set search_path = pharmacies, pg_temp as $$
  select x.clinic_id, x.day, x.metric, sum(x.n)::bigint from (
    select clinic_id, day, metric, n from pharmacies_metrics.metric_day
    union all select clinic_id, day, metric, n from pharmacies_metrics.metric_delta
    union all select clinic_id, day, metric, -n from pharmacies_metrics.by_day()
  ) x group by 1, 2, 3 having sum(x.n) <> 0 order by 1, 2, 3
$$;

-- Sets every day to what there is less what is not folded yet; how many figures were wrong. Folding waits, writers and readers don't.
create function pharmacies_metrics.rebuild() returns integer
language plpgsql security definer set search_path = pharmacies, pg_temp as $$
declare
  mended integer;
begin
  -- Before the snapshot of the statement below, so that nothing is folded after it.
  lock table pharmacies_metrics.metric_day in share row exclusive mode;
  with wrong as (select * from pharmacies_metrics.differences()),
  put as (
    insert into pharmacies_metrics.metric_day as d (clinic_id, day, metric, n) select clinic_id, day, metric, -off from wrong
      on conflict (clinic_id, day, metric) do update set n = d.n + excluded.n
  )
  select count(*) into mended from wrong;
  return mended;
end $$;

-- Figures by clinic, and by month or over the whole stretch of days; of some clinics, or of all when none are named.
create function pharmacies_metrics.counted(first_day date, last_day date, clinics uuid[], monthly boolean)
returns table (clinic_id uuid, month date, metric text, n bigint, value double precision)
language sql stable set search_path = pharmacies, pg_temp as $$
  select x.clinic_id, case when monthly then date_trunc('month', x.day::timestamp)::date end, x.metric, sum(x.n)::bigint, sum(x.n)::double precision
  from (
    select clinic_id, day, metric, n from pharmacies_metrics.metric_day
    union all select clinic_id, day, metric, n from pharmacies_metrics.metric_delta
  ) x
  where x.day >= first_day and x.day <= last_day and (clinics is null or x.clinic_id = any (clinics))
  group by 1, 2, 3 having sum(x.n) <> 0
  union all
  select f.clinic_id, case when monthly then date_trunc('month', f.shipped_at at time zone 'UTC')::date end, 'medianHoursSignToShip', count(*),
    percentile_cont(0.5) within group (order by extract(epoch from f.shipped_at - f.signed_at) / 3600)
  from fulfillment f
  where f.shipped_at >= first_day::timestamp at time zone 'UTC' and f.shipped_at < (last_day + 1)::timestamp at time zone 'UTC'
    and (clinics is null or f.clinic_id = any (clinics))
  group by 1, 2
$$;

-- Exact figures of the caller's own clinics, for those who may see them. No clinics named would mean all, so none is an empty list.
create function pharmacies_metrics.exact(clinics uuid[], first_day date, last_day date)
returns table (clinic_id uuid, metric text, value double precision)
language sql stable security definer set search_path = pharmacies, pg_temp as $$
  select f.clinic_id, f.metric, f.value
  from pharmacies_metrics.counted(first_day, last_day, array(select c from unnest(clinics) c where c = any (may('metrics:exact'))), false) f
$$;

-- Publishes the clinics' months, at most once a minute. Cells of 1 to 10 are suppressed; a figure moves only by 11 or more, when its month ends too,
-- so that two answers never tell of a single patient. From then on it stays.
create function pharmacies_metrics.publish(moment timestamptz) returns void language plpgsql security definer
  set search_path = pharmacies, pg_temp as $$
declare
  last metric_publication;
  since date;
  -- An hour of grace: what was recorded in the last minute of a month is committed by then.
  open_month date := date_trunc('month', (moment - interval '1 hour') at time zone 'UTC')::date;
begin
  insert into metric_publication (id) values (1) on conflict do nothing;
  select * into last from metric_publication where id = 1 for update skip locked;
  if not found or last.published_at between moment - interval '1 minute' and moment then return; end if;
  since := coalesce((last.closed_through + interval '1 month')::date, '-infinity');

  insert into published_metric as shown (clinic_id, month, metric, value, closed, basis, published_at)
  select c.clinic_id, c.month, c.metric, case when c.n > 10 then c.value end, c.month < open_month, case when c.n > 10 then c.n::integer else 0 end, moment
  from pharmacies_metrics.counted(since, '9999-12-30', null, true) c
  on conflict (clinic_id, month, metric) do update
    set value = case when excluded.basis - shown.basis > 10 then excluded.value else shown.value end,
      basis = case when excluded.basis - shown.basis > 10 then excluded.basis else shown.basis end,
      closed = excluded.closed, published_at = excluded.published_at
    where not shown.closed and (excluded.closed or excluded.basis - shown.basis > 10);

  update metric_publication set published_at = moment, closed_through = open_month - interval '1 month' where id = 1;
end $$;

revoke all on all functions in schema pharmacies_metrics from public;
grant usage on schema pharmacies_metrics to goodfaith_pharmacies;
grant execute on function pharmacies_metrics.fold(integer), pharmacies_metrics.rebuild(), pharmacies_metrics.differences(),
  pharmacies_metrics.exact(uuid[], date, date), pharmacies_metrics.publish(timestamptz) to goodfaith_pharmacies;
do $$ begin
  execute format('grant execute on function pharmacies_metrics.note_fulfillment(), pharmacies_metrics.rebuild() to %I', session_user);
end $$;
reset role;

create trigger metric_added after insert on fulfillment for each row
  when (new.dispensed_at is not null or new.status = 'REJECTED') execute function pharmacies_metrics.note_fulfillment();
create trigger metric_moved after update of clinic_id, status, dispensed_at, closed_at on fulfillment for each row
  when ((old.clinic_id, old.status, old.dispensed_at, old.closed_at) is distinct from (new.clinic_id, new.status, new.dispensed_at, new.closed_at))
  execute function pharmacies_metrics.note_fulfillment();
create trigger metric_gone after delete on fulfillment for each row execute function pharmacies_metrics.note_fulfillment();

select pharmacies_metrics.rebuild();

do $$ begin
  execute format('revoke execute on function pharmacies_metrics.note_fulfillment(), pharmacies_metrics.rebuild() from %I', current_user);
  execute format('revoke usage on schema pharmacies_metrics from %I', current_user);
  execute format('revoke goodfaith_supply_metrics from %I', current_user);
end $$;
