-- safe while old code runs

-- CreateTable
CREATE TABLE "examiner_schedule" (
    "id" UUID NOT NULL,
    "changed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "examiner_schedule_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "schedule_exception" (
    "id" UUID NOT NULL,
    "examiner_id" UUID NOT NULL,
    "clinic_id" UUID,
    "day" DATE NOT NULL,
    "time_zone" TEXT NOT NULL,
    "hours" JSONB NOT NULL,

    CONSTRAINT "schedule_exception_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "exam_settings" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "service" TEXT,
    "minutes" INTEGER NOT NULL,
    "minutes_before" INTEGER NOT NULL,
    "minutes_after" INTEGER NOT NULL,
    "lead_minutes" INTEGER NOT NULL,
    "step_minutes" INTEGER NOT NULL,
    "set_at" TIMESTAMPTZ(3) NOT NULL,
    "set_by" TEXT NOT NULL,

    CONSTRAINT "exam_settings_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "examiner_panel" (
    "id" UUID NOT NULL,
    "arranged_at" TIMESTAMPTZ(3) NOT NULL,
    "arranged_by" TEXT NOT NULL,

    CONSTRAINT "examiner_panel_pkey" PRIMARY KEY ("id")
);

-- AlterTable
ALTER TABLE "examiner_clinic" ADD COLUMN "states" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- CreateIndex
CREATE INDEX "schedule_exception_examiner_id_day_idx" ON "schedule_exception"("examiner_id", "day");

-- One day of one examiner has one exception for a clinic, and one for all the others; a clinic has one setting for a service, and one for the rest.
create unique index schedule_exception_clinic_day on schedule_exception (examiner_id, clinic_id, day) where clinic_id is not null;
create unique index schedule_exception_day on schedule_exception (examiner_id, day) where clinic_id is null;
create unique index exam_settings_service on exam_settings (clinic_id, service) where service is not null;
create unique index exam_settings_rest on exam_settings (clinic_id) where service is null;

alter table schedule_exception add check (jsonb_typeof(hours) = 'array');
alter table exam_settings
  add check (minutes between 5 and 240),
  add check (minutes_before between 0 and 120),
  add check (minutes_after between 0 and 120),
  add check (lead_minutes between 0 and 43200),
  add check (step_minutes between 5 and 240);

-- The practitioner who acts, who signs in by their own id; null for anybody else.
create function scheduling_self() returns uuid language sql stable parallel safe
  return case when (select acting()) ~ '^prc_[0-7][0-9a-hjkmnp-tv-z]{25}$' then (
    select string_agg(to_hex(substr(bits, 3 + 4 * n, 4)::bit(4)::int), '' order by n)::uuid
    from (
      select string_agg((strpos('0123456789abcdefghjkmnpqrstvwxyz', substr((select acting()), 5 + c, 1)) - 1)::bit(5)::text, '' order by c) as bits
      from generate_series(0, 25) as c
    ) as whole, generate_series(0, 31) as n
  ) end;
grant execute on function scheduling_self() to goodfaith_prescriptions;

-- Row-level security.
alter table examiner_schedule enable row level security;
alter table examiner_schedule force row level security;
alter table schedule_exception enable row level security;
alter table schedule_exception force row level security;
alter table exam_settings enable row level security;
alter table exam_settings force row level security;
alter table examiner_panel enable row level security;
alter table examiner_panel force row level security;

-- Who keeps a clinic's schedule in view sees who examines there, and through that their hours; the policies of before show no more than this.
create policy read_for_schedule on examiner_clinic for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('schedule:read'))::uuid[]));
create policy read on schedule_exception for select to goodfaith_prescriptions
  using (examiner_id in (select e.examiner_id from examiner_clinic e));

-- An examiner's time is their own: nobody else writes it, and nobody writes it for a clinic where they do not examine.
create policy own on examiner_schedule to goodfaith_prescriptions
  using (id = (select scheduling_self()) and (select cardinality(may('schedule:keep')) > 0))
  with check (id = (select scheduling_self()) and (select cardinality(may('schedule:keep')) > 0));
create policy own on working_hours for select to goodfaith_prescriptions
  using (examiner_id = (select scheduling_self()) and (select cardinality(may('schedule:keep')) > 0));
create policy own_added on working_hours for insert to goodfaith_prescriptions
  with check (examiner_id = (select scheduling_self()) and (select cardinality(may('schedule:keep')) > 0)
    and (clinic_id is null or clinic_id = any ((select may('schedule:keep'))::uuid[])));
create policy own_removed on working_hours for delete to goodfaith_prescriptions
  using (examiner_id = (select scheduling_self()) and (select cardinality(may('schedule:keep')) > 0));
create policy own on schedule_exception for select to goodfaith_prescriptions
  using (examiner_id = (select scheduling_self()) and (select cardinality(may('schedule:keep')) > 0));
create policy own_added on schedule_exception for insert to goodfaith_prescriptions
  with check (examiner_id = (select scheduling_self()) and (select cardinality(may('schedule:keep')) > 0)
    and (clinic_id is null or clinic_id = any ((select may('schedule:keep'))::uuid[])));
create policy own_removed on schedule_exception for delete to goodfaith_prescriptions
  using (examiner_id = (select scheduling_self()) and (select cardinality(may('schedule:keep')) > 0));
create policy own on time_off for select to goodfaith_prescriptions
  using (examiner_id = (select scheduling_self()) and (select cardinality(may('schedule:keep')) > 0));
create policy own_added on time_off for insert to goodfaith_prescriptions
  with check (examiner_id = (select scheduling_self()) and (select cardinality(may('schedule:keep')) > 0));
create policy own_removed on time_off for delete to goodfaith_prescriptions
  using (examiner_id = (select scheduling_self()) and (select cardinality(may('schedule:keep')) > 0));

-- How long exams take and who is asked to hold them is the clinic's to arrange.
create policy read on exam_settings for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('exam:read'))::uuid[]) or clinic_id = any ((select may('schedule:read'))::uuid[]));
create policy arranged on exam_settings for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('schedule:arrange'))::uuid[]));
create policy arranged_anew on exam_settings for update to goodfaith_prescriptions
  using (clinic_id = any ((select may('schedule:arrange'))::uuid[]))
  with check (clinic_id = any ((select may('schedule:arrange'))::uuid[]));
create policy read on examiner_panel for select to goodfaith_prescriptions
  using (id = any ((select may('schedule:read'))::uuid[]));
create policy arranged on examiner_panel for insert to goodfaith_prescriptions
  with check (id = any ((select may('schedule:arrange'))::uuid[]));
create policy arranged_anew on examiner_panel for update to goodfaith_prescriptions
  using (id = any ((select may('schedule:arrange'))::uuid[]))
  with check (id = any ((select may('schedule:arrange'))::uuid[]));
create policy arranged on examiner_clinic for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('schedule:arrange'))::uuid[]));
create policy arranged_away on examiner_clinic for delete to goodfaith_prescriptions
  using (clinic_id = any ((select may('schedule:arrange'))::uuid[]));

grant insert, delete on working_hours, time_off, examiner_clinic to goodfaith_prescriptions;
revoke update on schedule_exception from goodfaith_prescriptions;
revoke delete on examiner_schedule, exam_settings, examiner_panel from goodfaith_prescriptions;
revoke update on exam_settings, examiner_panel, examiner_schedule from goodfaith_prescriptions;
grant update (changed_at) on examiner_schedule to goodfaith_prescriptions;
grant update (minutes, minutes_before, minutes_after, lead_minutes, step_minutes, set_at, set_by) on exam_settings to goodfaith_prescriptions;
grant update (arranged_at, arranged_by) on examiner_panel to goodfaith_prescriptions;

-- Time around an exam. What a claim takes stays the exam's own, so that two exams never overlap, whatever is asked; what is to be kept clear
-- around it stands beside. A claim without it keeps nothing clear.
do $$ begin execute format('grant goodfaith_slots to %I with set true', current_user); end $$;
set role goodfaith_slots;
alter table prescriptions_slots.slot_claim add column kept tstzrange check (kept @> during);

-- Takes a stretch of an examiner's time, unless it or what is kept clear around it meets another exam. Nothing is kept clear for more than two
-- hours, so claims further away than that cannot matter.
create function prescriptions_slots.reserve_apart(claim uuid, owner uuid, examiner uuid, starts timestamptz, ends timestamptz,
  kept_from timestamptz, kept_to timestamptz, expires timestamptz, at timestamptz)
returns boolean language plpgsql security definer set search_path = prescriptions_slots, pg_temp as $$
begin
  insert into examiner_calendar values (examiner) on conflict do nothing;
  perform 1 from examiner_calendar where examiner_id = examiner for update;
  if exists (select 1 from slot_claim c
      where c.examiner_id = examiner and c.during && tstzrange(starts - interval '2 hours', ends + interval '2 hours') and c.state <> 'FREED'
        and (c.state = 'BOOKED' or c.expires_at > at)
        and (c.during && tstzrange(kept_from, kept_to) or coalesce(c.kept, c.during) && tstzrange(starts, ends))) then
    return false;
  end if;
  update slot_claim set state = 'FREED', expires_at = null
    where examiner_id = examiner and during && tstzrange(starts, ends) and state = 'HELD' and expires_at <= at;
  insert into slot_claim values (claim, owner, examiner, tstzrange(starts, ends), 'HELD', expires, tstzrange(kept_from, kept_to)) on conflict do nothing;
  return found;
end $$;

-- The stretches in which these examiners cannot be had, each with what is kept clear around it.
create function prescriptions_slots.taken_apart(examiners uuid[], starts timestamptz, ends timestamptz, at timestamptz)
returns table (examiner_id uuid, starts_at timestamptz, ends_at timestamptz, kept_from timestamptz, kept_to timestamptz)
language sql stable security definer set search_path = prescriptions_slots, pg_temp as $$
  select c.examiner_id, lower(c.during), upper(c.during), lower(coalesce(c.kept, c.during)), upper(coalesce(c.kept, c.during))
  from slot_claim c
  where c.examiner_id = any (examiners) and c.during && tstzrange(starts - interval '2 hours', ends + interval '2 hours')
    and (c.state = 'BOOKED' or (c.state = 'HELD' and c.expires_at > at))
$$;
revoke all on function
  prescriptions_slots.reserve_apart(uuid, uuid, uuid, timestamptz, timestamptz, timestamptz, timestamptz, timestamptz, timestamptz),
  prescriptions_slots.taken_apart(uuid[], timestamptz, timestamptz, timestamptz)
from public;
grant execute on function
  prescriptions_slots.reserve_apart(uuid, uuid, uuid, timestamptz, timestamptz, timestamptz, timestamptz, timestamptz, timestamptz),
  prescriptions_slots.taken_apart(uuid[], timestamptz, timestamptz, timestamptz)
to goodfaith_prescriptions;
reset role;
do $$ begin execute format('revoke goodfaith_slots from %I', current_user); end $$;
