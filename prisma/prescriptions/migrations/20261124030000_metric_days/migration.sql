-- safe while old code runs
-- Writers of exams and orders wait while the days so far are counted, once: until then no change of theirs is noted.

do $$ begin
  execute format('grant goodfaith_metrics to %I with set true', current_user);
  execute format('grant usage on schema prescriptions_metrics to %I', current_user);
end $$;

set role goodfaith_metrics;

-- What a clinic did on a day, by UTC, as far as it is folded; nobody but the functions below reads or writes it.
create table prescriptions_metrics.metric_day (
  clinic_id uuid not null,
  day date not null,
  metric text not null check (metric in ('examsRequested', 'examsCompleted', 'ordersSigned', 'ordersWithoutExam')),
  n bigint not null,
  primary key (clinic_id, day, metric)
);
create index on prescriptions_metrics.metric_day (day);
-- What changed since, one row for each change of a figure: writers only add, so none of them waits for another.
create table prescriptions_metrics.metric_delta (
  id bigint generated always as identity primary key,
  clinic_id uuid not null,
  day date not null,
  metric text not null,
  n integer not null
);
alter table prescriptions_metrics.metric_day enable row level security, force row level security;
alter table prescriptions_metrics.metric_delta enable row level security, force row level security;
create policy counted on prescriptions_metrics.metric_day to goodfaith_metrics using (true) with check (true);
create policy counted on prescriptions_metrics.metric_delta to goodfaith_metrics using (true) with check (true);

-- An exam is in the figures of the day it was asked for and of the day it was decided. One held elsewhere is in none.
create function prescriptions_metrics.note_exam() returns trigger
language plpgsql security definer set search_path = prescriptions, pg_temp as $$
begin
  insert into prescriptions_metrics.metric_delta (clinic_id, day, metric, n)
    select x.clinic_id, (x.at at time zone 'UTC')::date, x.metric, sum(x.n) from (
      values (old.clinic_id, old.outside_exam_id, old.requested_at, 'examsRequested', -1), (old.clinic_id, old.outside_exam_id, old.completed_at, 'examsCompleted', -1),
        (new.clinic_id, new.outside_exam_id, new.requested_at, 'examsRequested', 1), (new.clinic_id, new.outside_exam_id, new.completed_at, 'examsCompleted', 1)
    ) x (clinic_id, outside_exam_id, at, metric, n)
    where x.at is not null and x.outside_exam_id is null group by 1, 2, 3 having sum(x.n) <> 0;
  return null;
end $$;

-- An order is in the figures of the day it was signed. What it stands on is settled by then: neither a completed exam nor a director's
-- decision changes, and no order is signed before either.
create function prescriptions_metrics.note_order() returns trigger
language plpgsql security definer set search_path = prescriptions, pg_temp as $$
begin
  insert into prescriptions_metrics.metric_delta (clinic_id, day, metric, n)
    select o.clinic_id, (o.signed_at at time zone 'UTC')::date, m.metric, sum(o.n) from (
      values (old.clinic_id, old.exam_id, old.patient_id, old.signed_at, -1), (new.clinic_id, new.exam_id, new.patient_id, new.signed_at, 1)
    ) o (clinic_id, exam_id, patient_id, signed_at, n)
    cross join (values ('ordersSigned'), ('ordersWithoutExam')) m (metric)
    where o.signed_at is not null and (m.metric = 'ordersSigned' or not exists (
      select from good_faith_exam e
      left join exam_director_decision d on d.exam_id = e.id and d.outcome = 'APPROVED' and d.decided_at <= o.signed_at
      where e.id = o.exam_id and e.patient_id = o.patient_id and e.completed_at <= o.signed_at
        and (e.outcome in ('APPROVED', 'APPROVED_WITH_CONDITIONS') or d.outcome is not null)
        and coalesce(d.valid_until, e.valid_until) >= (o.signed_at at time zone 'UTC')::date))
    group by 1, 2, 3 having sum(o.n) <> 0;
  return null;
end $$;

-- The same figures out of the exams and orders themselves, of all days.
create function prescriptions_metrics.by_day() returns table (clinic_id uuid, day date, metric text, n bigint)
language sql stable set search_path = prescriptions, pg_temp as $$
  select x.clinic_id, (x.at at time zone 'UTC')::date, x.metric, count(*) from (
    select e.clinic_id, e.requested_at as at, 'examsRequested' as metric from good_faith_exam e where e.outside_exam_id is null
    union all select e.clinic_id, e.completed_at, 'examsCompleted' from good_faith_exam e where e.outside_exam_id is null and e.completed_at is not null
    union all select o.clinic_id, o.signed_at, 'ordersSigned' from "order" o where o.signed_at is not null
    union all select o.clinic_id, o.signed_at, 'ordersWithoutExam' from "order" o where o.signed_at is not null and not exists (
      select from good_faith_exam e
      left join exam_director_decision d on d.exam_id = e.id and d.outcome = 'APPROVED' and d.decided_at <= o.signed_at
      where e.id = o.exam_id and e.patient_id = o.patient_id and e.completed_at <= o.signed_at
        and (e.outcome in ('APPROVED', 'APPROVED_WITH_CONDITIONS') or d.outcome is not null)
        and coalesce(d.valid_until, e.valid_until) >= (o.signed_at at time zone 'UTC')::date)
  ) x group by 1, 2, 3
$$;

-- Adds changes to their days, so many at once; how many there were. One statement, so they are in the one place or the other to
-- whoever reads; workers leave each other's, and take days in one order.
create function prescriptions_metrics.fold(at_once integer) returns integer
language sql volatile security definer set search_path = prescriptions, pg_temp as $$
  with gone as (
    delete from prescriptions_metrics.metric_delta where id in (
      select id from prescriptions_metrics.metric_delta order by id limit at_once for update skip locked)
    returning clinic_id, day, metric, n
  ), folded as (
    insert into prescriptions_metrics.metric_day as d (clinic_id, day, metric, n)
      select clinic_id, day, metric, sum(n) from gone group by 1, 2, 3 order by 1, 2, 3
      on conflict (clinic_id, day, metric) do update set n = d.n + excluded.n
  )
  select count(*)::integer from gone
$$;

-- Where what is kept is not what there is, and by how much; no figure of any clinic.
create function prescriptions_metrics.differences() returns table (clinic_id uuid, day date, metric text, off bigint)
language sql stable security definer set search_path = prescriptions, pg_temp as $$
  select x.clinic_id, x.day, x.metric, sum(x.n)::bigint from (
    select clinic_id, day, metric, n from prescriptions_metrics.metric_day
    union all select clinic_id, day, metric, n from prescriptions_metrics.metric_delta
    union all select clinic_id, day, metric, -n from prescriptions_metrics.by_day()
  ) x group by 1, 2, 3 having sum(x.n) <> 0 order by 1, 2, 3
$$;

-- Sets every day to what there is less what is not folded yet; how many figures were wrong. Folding waits, writers and readers don't.
create function prescriptions_metrics.rebuild() returns integer
language plpgsql security definer set search_path = prescriptions, pg_temp as $$
declare
  mended integer;
begin
  -- Before the snapshot of the statement below, so that nothing is folded after it.
  lock table prescriptions_metrics.metric_day in share row exclusive mode;
  with wrong as (select * from prescriptions_metrics.differences()),
  put as (
    insert into prescriptions_metrics.metric_day as d (clinic_id, day, metric, n) select clinic_id, day, metric, -off from wrong
      on conflict (clinic_id, day, metric) do update set n = d.n + excluded.n
  )
  select count(*) into mended from wrong;
  return mended;
end $$;

-- As before, of whole days; read off the days instead of every exam and order. Medians can't be summed: they read the exams of the stretch.
create or replace function prescriptions_metrics.counted(starts timestamptz, ends timestamptz, clinics uuid[], monthly boolean)
returns table (clinic_id uuid, month date, metric text, n bigint, value double precision)
language sql stable set search_path = prescriptions, pg_temp as $$
  select x.clinic_id, case when monthly then date_trunc('month', x.day::timestamp)::date end, x.metric, sum(x.n)::bigint, sum(x.n)::double precision
  from (
    select clinic_id, day, metric, n from prescriptions_metrics.metric_day
    union all select clinic_id, day, metric, n from prescriptions_metrics.metric_delta
  ) x
  where x.day >= (starts at time zone 'UTC')::date and x.day < (ends at time zone 'UTC')::date and (clinics is null or x.clinic_id = any (clinics))
  group by 1, 2, 3 having sum(x.n) <> 0
  union all
  select e.clinic_id, case when monthly then date_trunc('month', e.requested_at at time zone 'UTC')::date end, 'medianMinutesToExam', count(*),
    percentile_cont(0.5) within group (order by extract(epoch from e.started_at - e.requested_at) / 60)
  from good_faith_exam e
  where e.outside_exam_id is null and e.requested_at >= starts and e.requested_at < ends and e.started_at is not null
    and (clinics is null or e.clinic_id = any (clinics))
  group by 1, 2
$$;

revoke all on all functions in schema prescriptions_metrics from public;
grant execute on function prescriptions_metrics.fold(integer), prescriptions_metrics.rebuild(), prescriptions_metrics.differences()
  to goodfaith_prescriptions;
do $$ begin
  execute format('grant execute on function prescriptions_metrics.note_exam(), prescriptions_metrics.note_order(), prescriptions_metrics.rebuild() to %I', session_user);
end $$;
reset role;

create trigger metric_added after insert on good_faith_exam for each row execute function prescriptions_metrics.note_exam();
create trigger metric_moved after update of clinic_id, outside_exam_id, requested_at, completed_at on good_faith_exam for each row
  when ((old.clinic_id, old.outside_exam_id, old.requested_at, old.completed_at) is distinct from (new.clinic_id, new.outside_exam_id, new.requested_at, new.completed_at))
  execute function prescriptions_metrics.note_exam();
create trigger metric_gone after delete on good_faith_exam for each row execute function prescriptions_metrics.note_exam();
create trigger metric_added after insert on "order" for each row when (new.signed_at is not null) execute function prescriptions_metrics.note_order();
create trigger metric_moved after update of clinic_id, exam_id, patient_id, signed_at on "order" for each row
  when ((old.clinic_id, old.exam_id, old.patient_id, old.signed_at) is distinct from (new.clinic_id, new.exam_id, new.patient_id, new.signed_at))
  execute function prescriptions_metrics.note_order();
create trigger metric_gone after delete on "order" for each row when (old.signed_at is not null) execute function prescriptions_metrics.note_order();

select prescriptions_metrics.rebuild();

do $$ begin
  execute format('revoke execute on function prescriptions_metrics.note_exam(), prescriptions_metrics.note_order(), prescriptions_metrics.rebuild() from %I', current_user);
  execute format('revoke usage on schema prescriptions_metrics from %I', current_user);
  execute format('revoke goodfaith_metrics from %I', current_user);
end $$;
