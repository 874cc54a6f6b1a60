-- safe while old code runs

-- Every signed order has a last day on which it may be filled. Past it the order ends: as it was signed, with fills left, or at a pharmacy that has not
-- begun on it.

-- Orders of before: until their exam's last day, and of what is in schedule III or IV for six months at most (21 CFR 1306.22(a)).
alter table "order" no force row level security;
alter table good_faith_exam no force row level security;
alter table "order" disable trigger user;
update "order" o set last_fill_on = least(e.valid_until, case when o.document::jsonb -> 'controlled' ->> 'schedule' in ('III', 'IV')
    then ((o.signed_at at time zone 'UTC')::date + interval '6 months')::date end)
  from good_faith_exam e where e.id = o.exam_id and o.document is not null and o.last_fill_on is null;
alter table "order" enable trigger user;
alter table good_faith_exam force row level security;
alter table "order" force row level security;

-- Whoever signs without naming a last day gives it the exam's; nobody gives a later one, and nothing goes out after it.
create function keep_last_day() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
declare
  covered date := (select e.valid_until from good_faith_exam e where e.id = new.exam_id);
begin
  if new.document is null then
    return new;
  end if;
  new.last_fill_on := coalesce(new.last_fill_on, covered);
  if new.last_fill_on > covered and (tg_op = 'INSERT' or old.document is null) then
    raise exception 'order % cannot outlast its exam', new.id using errcode = 'check_violation';
  end if;
  if tg_op = 'UPDATE' and new.status = 'SENT' and old.status in ('SIGNED', 'COMPLETED') and (new.sent_at at time zone 'UTC')::date > new.last_fill_on then
    raise exception 'order % is past its last day', new.id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger last_day_kept before insert or update of status on "order" for each row execute function keep_last_day();
revoke execute on function keep_last_day() from goodfaith_prescriptions;
alter table "order" add check (document is null or last_fill_on is not null);
drop index order_lapsing;
create index order_lapsing on "order" (last_fill_on) where status in ('SIGNED', 'SENT', 'COMPLETED');

-- I4 as before, with the new ends.
create or replace function keep_signed() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
declare
  living constant text[] := array['status', 'status_since', 'version', 'sent_at', 'attempt', 'sent_seq', 'taken_seq', 'fill'];
begin
  if (new.id, new.clinic_id, new.patient_id, new.exam_id) is distinct from (old.id, old.clinic_id, old.patient_id, old.exam_id) then
    raise exception 'order % belongs to its patient and exam', old.id using errcode = 'check_violation';
  end if;
  if (new.prior_order_id, new.prior_relation) is distinct from (old.prior_order_id, old.prior_relation) then
    raise exception 'order % takes the place of the order it was drafted for', old.id using errcode = 'check_violation';
  end if;
  if old.status <> 'DRAFT' and to_jsonb(new) - living is distinct from to_jsonb(old) - living then
    raise exception 'order % is signed and does not change', old.id using errcode = 'check_violation';
  end if;
  if new.fill <> old.fill and not (new.fill = old.fill + 1 and old.status = 'COMPLETED' and new.status = 'SENT') then
    raise exception 'order % goes out again one fill after the other', old.id using errcode = 'check_violation';
  end if;
  if new.status <> old.status and (old.status || ' ' || new.status) <> all (array[
    'DRAFT SIGNED', 'DRAFT CANCELLED', 'SIGNED SENT', 'SIGNED CANCELLED', 'SENT SIGNED', 'SENT CANCEL_REQUESTED', 'SENT COMPLETED',
    'CANCEL_REQUESTED CANCELLED', 'CANCEL_REQUESTED SENT', 'CANCEL_REQUESTED COMPLETED',
    'SIGNED SUPERSEDED', 'CANCEL_REQUESTED SUPERSEDED', 'COMPLETED SENT', 'SIGNED EXPIRED', 'SENT EXPIRED', 'COMPLETED EXPIRED'
  ]) then
    raise exception 'order % cannot become % from %', old.id, new.status, old.status using errcode = 'check_violation';
  end if;
  if old.status = 'COMPLETED' and new.status in ('SENT', 'EXPIRED') and old.fill > old.refills then
    raise exception 'order % has been filled as often as it may be', old.id using errcode = 'check_violation';
  end if;
  if old.status = 'COMPLETED' and new.status = 'SENT' and new.fill = old.fill then
    raise exception 'order % has been filled', old.id using errcode = 'check_violation';
  end if;
  return new;
end $$;

-- The orders whose place one takes, from the one before it to the first: what a person holds of any of them holds it too.
create function orders_before(id uuid) returns setof uuid language sql stable set search_path = prescriptions, pg_temp as $$
  with recursive line as (
    select o.prior_order_id as id from "order" o where o.id = orders_before.id
    union select o.prior_order_id from "order" o join line on o.id = line.id)
  select line.id from line where line.id is not null
$$;

-- What is in flight as before, but orders past their last day that nobody sent, with each order's last day and the holds of the orders before it.
grant select (last_fill_on, prior_order_id) on "order" to goodfaith_at_risk;
grant execute on function orders_before(uuid) to goodfaith_at_risk;
do $$ begin execute format('grant goodfaith_at_risk to %I with set true', current_user); end $$;
set role goodfaith_at_risk;
drop function prescriptions_at_risk.in_flight(uuid[], uuid[], timestamptz);
create function prescriptions_at_risk.in_flight(clinics uuid[], records uuid[], at timestamptz)
returns table (kind text, id uuid, clinic_id uuid, due timestamptz, service text, state text, practitioner_id uuid, modality text,
  exam_examiner_id uuid, exam_completed_at timestamptz, exam_state text, formulary_item_id uuid, pharmacy_id uuid, protocol_id uuid, chart jsonb, last_day text)
language sql stable security definer set search_path = prescriptions, pg_temp as $$
  with flying as (
    select 'EXAM' as kind, e.id, e.clinic_id, e.starts_at as due, e.service, e.patient_state as state, e.examiner_id as practitioner_id, e.modality,
      null::uuid as exam_examiner_id, null::timestamptz as exam_completed_at, null::text as exam_state,
      null::uuid as formulary_item_id, null::uuid as pharmacy_id, null::uuid as protocol_id, e.patient_id, null::timestamptz as exam_revoked_at, null::uuid as exam_id,
      null::uuid as prior_order_id, null::date as last_day
    from good_faith_exam e
    where e.status = 'BOOKED' and e.ends_at > at and (clinics is null or e.clinic_id = any (clinics)) and (records is null or e.id = any (records))
    union all
    select 'ORDER', o.id, o.clinic_id, o.signed_at, o.service, o.ship_to_state, o.prescriber_id, e.modality, e.examiner_id, e.completed_at, e.patient_state,
      o.formulary_item_id, o.pharmacy_id, o.protocol_id, o.patient_id, e.revoked_at, e.id, o.prior_order_id, o.last_fill_on
    from "order" o join good_faith_exam e on e.id = o.exam_id
    where (o.status in ('SENT', 'CANCEL_REQUESTED') or o.status = 'SIGNED' and o.last_fill_on >= (at at time zone 'UTC')::date)
      and (clinics is null or o.clinic_id = any (clinics)) and (records is null or o.id = any (records))
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
        from safety_hold h where h.patient_id = f.patient_id and h.lifted_at is null and (h.order_id is null or h.order_id = f.id
          or f.prior_order_id is not null and h.reason not like 'EXAM%' and h.order_id in (select orders_before(f.id)))), '[]')) end,
    f.last_day::text
  from flying f
$$;
revoke all on function prescriptions_at_risk.in_flight(uuid[], uuid[], timestamptz) from public;
grant execute on function prescriptions_at_risk.in_flight(uuid[], uuid[], timestamptz) to goodfaith_prescriptions;
reset role;
do $$ begin execute format('revoke goodfaith_at_risk from %I', current_user); end $$;
