-- safe while old code runs

CREATE INDEX "good_faith_exam_requested_at_idx" ON "good_faith_exam"("requested_at");
CREATE INDEX "good_faith_exam_completed_at_idx" ON "good_faith_exam"("completed_at");
CREATE INDEX "order_signed_at_idx" ON "order"("signed_at");

-- Figures of clinics are counted by a role of their own: it reads when and where, and no column that says who or what.
do $$
begin
  if not exists (select from pg_roles where rolname = 'goodfaith_metrics') then
    create role goodfaith_metrics nologin nosuperuser nobypassrls noinherit;
  end if;
  execute format('grant goodfaith_metrics to %I with set true', current_user);
end $$;
create schema prescriptions_metrics;
grant usage on schema prescriptions to goodfaith_metrics;
grant select (id, clinic_id, requested_at, started_at, completed_at, outcome, valid_until, patient_id) on good_faith_exam to goodfaith_metrics;
grant select (id, clinic_id, exam_id, patient_id, signed_at) on "order" to goodfaith_metrics;
grant select, insert, update on published_metric, metric_publication to goodfaith_metrics;
grant execute on function may(text) to goodfaith_metrics;
create policy counted on good_faith_exam for select to goodfaith_metrics using (true);
create policy counted on "order" for select to goodfaith_metrics using (true);
create policy published on published_metric to goodfaith_metrics using (true) with check (true);
create policy published on metric_publication to goodfaith_metrics using (true) with check (true);

insert into metric_publication (id, published_at, open_from) values (1, '1970-01-01', '1970-01-01');

-- Exact figures by clinic, and by month or over the whole stretch; of some clinics, or of all when none are named.
-- Nobody but the two functions below sees them.
create function prescriptions_metrics.counted(starts timestamptz, ends timestamptz, clinics uuid[], monthly boolean)
returns table (clinic_id uuid, month date, metric text, n bigint, value double precision)
language sql stable set search_path = prescriptions, pg_temp as $$
  with exam as (
    select e.clinic_id, e.requested_at, e.started_at, e.completed_at from good_faith_exam e where clinics is null or e.clinic_id = any (clinics)
  ), signed as (
    select o.clinic_id, o.signed_at, exists (
      select from good_faith_exam e where e.id = o.exam_id and e.patient_id = o.patient_id and e.completed_at <= o.signed_at
        and e.outcome in ('APPROVED', 'APPROVED_WITH_CONDITIONS') and e.valid_until >= (o.signed_at at time zone 'UTC')::date) as examined
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

-- Brings the published figures up to date; once a minute at most, and only one caller at a time: the others show what there is.
-- A count of 1 to 10 is suppressed. A figure that was shown stays until it can move by 11 or more, when its month ends too,
-- so that what one patient does cannot be seen by asking twice. A median has no count of its own to move by: it is shown
-- once, when its month has ended.
create function prescriptions_metrics.publish(at timestamptz) returns void
language plpgsql security definer set search_path = prescriptions, pg_temp as $$
declare
  last metric_publication;
  -- A month closes an hour late, so that what was written in its last minute is committed when it is counted for good.
  this_month date := date_trunc('month', (at - interval '1 hour') at time zone 'UTC')::date;
begin
  select * into last from metric_publication where id = 1 for update skip locked;
  if not found or (last.published_at <= at and last.published_at > at - interval '1 minute') then
    return;
  end if;
  insert into published_metric as p (id, clinic_id, month, metric, value)
    select uuidv7(), f.clinic_id, f.month, f.metric, case when f.metric = 'ordersWithoutExam' or (f.n >= 11 and (f.metric <> 'medianMinutesToExam' or f.month < this_month)) then f.value end
    from prescriptions_metrics.counted(last.open_from::timestamp at time zone 'UTC', (this_month + interval '1 month') at time zone 'UTC', null, true) f
    on conflict (clinic_id, month, metric) do update set value = excluded.value
      where excluded.metric = 'ordersWithoutExam' or p.value is null or abs(excluded.value - p.value) >= 11;
  update metric_publication set published_at = at, open_from = greatest(last.open_from, this_month) where id = 1;
end $$;

-- Exact figures of the caller's own clinics, for those who may see them. No clinics named would mean all, so none is an empty list.
create function prescriptions_metrics.exact(clinics uuid[], starts timestamptz, ends timestamptz)
returns table (clinic_id uuid, metric text, value double precision)
language sql stable security definer set search_path = prescriptions, pg_temp as $$
  select f.clinic_id, f.metric, f.value
  from prescriptions_metrics.counted(starts, ends, array(select c from unnest(clinics) c where c = any (may('metrics:exact'))), false) f
$$;

alter schema prescriptions_metrics owner to goodfaith_metrics;
alter function prescriptions_metrics.counted(timestamptz, timestamptz, uuid[], boolean) owner to goodfaith_metrics;
alter function prescriptions_metrics.publish(timestamptz) owner to goodfaith_metrics;
alter function prescriptions_metrics.exact(uuid[], timestamptz, timestamptz) owner to goodfaith_metrics;
set role goodfaith_metrics;
revoke all on schema prescriptions_metrics from public;
revoke all on all functions in schema prescriptions_metrics from public;
grant usage on schema prescriptions_metrics to goodfaith_prescriptions;
grant execute on function prescriptions_metrics.publish(timestamptz), prescriptions_metrics.exact(uuid[], timestamptz, timestamptz) to goodfaith_prescriptions;
reset role;
do $$ begin execute format('revoke goodfaith_metrics from %I', current_user); end $$;
