-- safe while old code runs

-- CreateTable
CREATE TABLE "patient" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "given_name" TEXT NOT NULL,
    "family_name" TEXT NOT NULL,
    "search_name" TEXT NOT NULL,
    "birth_date" DATE NOT NULL,
    "sex_at_birth" TEXT NOT NULL,
    "email" TEXT,
    "phone" TEXT,
    "line1" TEXT NOT NULL,
    "line2" TEXT,
    "city" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "postal_code" TEXT NOT NULL,
    "allergies" TEXT[],
    "version" INTEGER NOT NULL DEFAULT 1,
    "registered_at" TIMESTAMPTZ(3) NOT NULL,
    "amended_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "patient_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "intake" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "service" TEXT NOT NULL,
    "questionnaire_version" TEXT NOT NULL,
    "answers" JSONB NOT NULL,
    "flags" JSONB NOT NULL,
    "status" TEXT NOT NULL,
    "submitted_at" TIMESTAMPTZ(3) NOT NULL,
    "submitted_by" TEXT NOT NULL,

    CONSTRAINT "intake_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "consent" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "signed_name" TEXT NOT NULL,
    "given_at" TIMESTAMPTZ(3) NOT NULL,
    "taken_by" TEXT NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "consent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "examiner_clinic" (
    "id" UUID NOT NULL,
    "examiner_id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "services" TEXT[],

    CONSTRAINT "examiner_clinic_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "working_hours" (
    "id" UUID NOT NULL,
    "examiner_id" UUID NOT NULL,
    "clinic_id" UUID,
    "time_zone" TEXT NOT NULL,
    "weekday" INTEGER NOT NULL,
    "starts_at" TEXT NOT NULL,
    "ends_at" TEXT NOT NULL,
    "modality" TEXT NOT NULL,
    "valid_from" DATE NOT NULL,
    "valid_to" DATE,

    CONSTRAINT "working_hours_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "time_off" (
    "id" UUID NOT NULL,
    "examiner_id" UUID NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "time_off_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "slot_hold" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "service" TEXT NOT NULL,
    "patient_state" TEXT NOT NULL,
    "examiner_id" UUID NOT NULL,
    "modality" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "held_at" TIMESTAMPTZ(3) NOT NULL,
    "held_by" TEXT NOT NULL,

    CONSTRAINT "slot_hold_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "good_faith_exam" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "service" TEXT NOT NULL,
    "patient_state" TEXT NOT NULL,
    "modality" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "intake_id" UUID NOT NULL,
    "examiner_id" UUID,
    "hold_id" UUID,
    "requested_at" TIMESTAMPTZ(3) NOT NULL,
    "requested_by" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(3),
    "ends_at" TIMESTAMPTZ(3),
    "claimed_at" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3),
    "identity_verified_by" TEXT,
    "cancelled_at" TIMESTAMPTZ(3),
    "cancel_reason" TEXT,
    "completed_at" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "rationale" TEXT,
    "conditions" TEXT[],
    "services" TEXT[],
    "answers" JSONB,
    "examiner_credential" TEXT,
    "valid_until" DATE,
    "digest" TEXT,
    "record" TEXT,
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_reason" TEXT,

    CONSTRAINT "good_faith_exam_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "finding" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "exam_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "text" TEXT NOT NULL,

    CONSTRAINT "finding_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "exam_decision" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "exam_id" UUID NOT NULL,
    "gate" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "facts" JSONB NOT NULL,
    "results" JSONB NOT NULL,
    "pack_version" TEXT NOT NULL,

    CONSTRAINT "exam_decision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "published_metric" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "month" DATE NOT NULL,
    "metric" TEXT NOT NULL,
    "value" DOUBLE PRECISION,

    CONSTRAINT "published_metric_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "metric_publication" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "published_at" TIMESTAMPTZ(3) NOT NULL,
    "open_from" DATE NOT NULL,

    CONSTRAINT "metric_publication_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "patient_clinic_id_search_name_idx" ON "patient"("clinic_id", "search_name");

-- CreateIndex
CREATE INDEX "patient_clinic_id_birth_date_idx" ON "patient"("clinic_id", "birth_date");

-- CreateIndex
CREATE INDEX "patient_clinic_id_phone_idx" ON "patient"("clinic_id", "phone");

-- CreateIndex
CREATE INDEX "intake_patient_id_service_submitted_at_idx" ON "intake"("patient_id", "service", "submitted_at");

-- CreateIndex
CREATE INDEX "consent_patient_id_kind_idx" ON "consent"("patient_id", "kind");

-- CreateIndex
CREATE UNIQUE INDEX "examiner_clinic_clinic_id_examiner_id_key" ON "examiner_clinic"("clinic_id", "examiner_id");

-- CreateIndex
CREATE INDEX "working_hours_examiner_id_weekday_idx" ON "working_hours"("examiner_id", "weekday");

-- CreateIndex
CREATE INDEX "time_off_examiner_id_starts_at_idx" ON "time_off"("examiner_id", "starts_at");

-- CreateIndex
CREATE INDEX "slot_hold_clinic_id_starts_at_idx" ON "slot_hold"("clinic_id", "starts_at");

-- CreateIndex
CREATE UNIQUE INDEX "good_faith_exam_hold_id_key" ON "good_faith_exam"("hold_id");

-- CreateIndex
CREATE INDEX "good_faith_exam_clinic_id_starts_at_idx" ON "good_faith_exam"("clinic_id", "starts_at");

-- CreateIndex
CREATE INDEX "good_faith_exam_clinic_id_requested_at_idx" ON "good_faith_exam"("clinic_id", "requested_at");

-- CreateIndex
CREATE INDEX "good_faith_exam_status_requested_at_idx" ON "good_faith_exam"("status", "requested_at");

-- CreateIndex
CREATE INDEX "good_faith_exam_patient_id_completed_at_idx" ON "good_faith_exam"("patient_id", "completed_at");

-- CreateIndex
CREATE INDEX "good_faith_exam_examiner_id_starts_at_idx" ON "good_faith_exam"("examiner_id", "starts_at");

-- CreateIndex
CREATE UNIQUE INDEX "finding_exam_id_position_key" ON "finding"("exam_id", "position");

-- CreateIndex
CREATE INDEX "exam_decision_exam_id_at_idx" ON "exam_decision"("exam_id", "at");

-- CreateIndex
CREATE UNIQUE INDEX "published_metric_clinic_id_month_metric_key" ON "published_metric"("clinic_id", "month", "metric");

-- AddForeignKey
ALTER TABLE "intake" ADD CONSTRAINT "intake_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "consent" ADD CONSTRAINT "consent_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "slot_hold" ADD CONSTRAINT "slot_hold_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "good_faith_exam" ADD CONSTRAINT "good_faith_exam_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "good_faith_exam" ADD CONSTRAINT "good_faith_exam_intake_id_fkey" FOREIGN KEY ("intake_id") REFERENCES "intake"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "good_faith_exam" ADD CONSTRAINT "good_faith_exam_hold_id_fkey" FOREIGN KEY ("hold_id") REFERENCES "slot_hold"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "finding" ADD CONSTRAINT "finding_exam_id_fkey" FOREIGN KEY ("exam_id") REFERENCES "good_faith_exam"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "exam_decision" ADD CONSTRAINT "exam_decision_exam_id_fkey" FOREIGN KEY ("exam_id") REFERENCES "good_faith_exam"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- States and what belongs to them.
alter table patient
  add check (sex_at_birth in ('FEMALE', 'MALE', 'UNKNOWN')),
  add check (birth_date between '1900-01-01' and '2200-01-01'),
  add check (version > 0);
alter table intake add check (status in ('SUBMITTED', 'NEEDS_REVIEW', 'BLOCKED', 'CLEARED'));
alter table consent add check (kind in ('TELEHEALTH', 'TREATMENT', 'PHOTOGRAPHY', 'COMPOUNDED'));
alter table working_hours
  add check (weekday between 1 and 7),
  add check (starts_at ~ '^([01][0-9]|2[0-3]):[0-5][0-9]$'),
  add check (ends_at ~ '^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$'),
  add check (starts_at < ends_at),
  add check (valid_to >= valid_from);
alter table time_off add check (starts_at < ends_at);
alter table slot_hold add check (starts_at < ends_at and held_at < expires_at);
alter table good_faith_exam
  add check (status in ('REQUESTED', 'HELD', 'BOOKED', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED', 'NO_SHOW')),
  add check (modality in ('IN_PERSON', 'SYNC_VIDEO', 'SYNC_AUDIO', 'ASYNC', 'QUESTIONNAIRE_ONLY')),
  add check (outcome in ('APPROVED', 'APPROVED_WITH_CONDITIONS', 'DEFERRED', 'DECLINED', 'NEEDS_IN_PERSON', 'NOT_COMPLETED')),
  add check (status not in ('HELD', 'BOOKED', 'IN_PROGRESS', 'COMPLETED') or examiner_id is not null),
  add check (status <> 'BOOKED' or (hold_id is not null and starts_at is not null and ends_at is not null)),
  add check (status not in ('IN_PROGRESS', 'COMPLETED') or (started_at is not null and identity_verified_by is not null)),
  add check ((status = 'COMPLETED') = (completed_at is not null)),
  add check ((status = 'COMPLETED') = (outcome is not null)),
  add check ((status = 'COMPLETED') = (digest is not null)),
  add check ((digest is not null) = (record is not null)),
  add check (revoked_at is null or status = 'COMPLETED'),
  -- An approval says what it clears and until when; nothing else clears anything.
  add check (coalesce(outcome in ('APPROVED', 'APPROVED_WITH_CONDITIONS'), false) = (valid_until is not null)),
  add check (coalesce(outcome in ('APPROVED', 'APPROVED_WITH_CONDITIONS'), false) = (cardinality(services) > 0));
create index good_faith_exam_waiting on good_faith_exam (requested_at, id) where status = 'REQUESTED';

-- What an examiner has signed stays as it is. Only a revocation may be written beside it, once.
create function keep_completed_exam() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    raise exception 'An exam is never deleted' using errcode = 'insufficient_privilege';
  end if;
  if old.status = 'COMPLETED' and (old.revoked_at is not null
      or to_jsonb(new) - 'revoked_at' - 'revoked_reason' is distinct from to_jsonb(old) - 'revoked_at' - 'revoked_reason') then
    raise exception 'A completed exam is never changed' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger keep_completed before update or delete on good_faith_exam for each row execute function keep_completed_exam();

create function keep_as_written() returns trigger language plpgsql as $$
begin
  raise exception 'A row of % is never changed', tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger keep_as_written before update or delete on finding for each row execute function keep_as_written();
create trigger keep_as_written before update or delete on exam_decision for each row execute function keep_as_written();
create trigger keep_as_written before update or delete on intake for each row execute function keep_as_written();
revoke execute on function keep_completed_exam(), keep_as_written() from goodfaith_prescriptions;

-- Row-level security.
alter table patient enable row level security;
alter table patient force row level security;
alter table intake enable row level security;
alter table intake force row level security;
alter table consent enable row level security;
alter table consent force row level security;
alter table examiner_clinic enable row level security;
alter table examiner_clinic force row level security;
alter table working_hours enable row level security;
alter table working_hours force row level security;
alter table time_off enable row level security;
alter table time_off force row level security;
alter table slot_hold enable row level security;
alter table slot_hold force row level security;
alter table good_faith_exam enable row level security;
alter table good_faith_exam force row level security;
alter table finding enable row level security;
alter table finding force row level security;
alter table exam_decision enable row level security;
alter table exam_decision force row level security;
alter table published_metric enable row level security;
alter table published_metric force row level security;
alter table metric_publication enable row level security;
alter table metric_publication force row level security;

-- A row that a gate relies on is locked, and a lock needs the update policy's USING as well: it is as wide as reading,
-- and WITH CHECK is what lets something change.
create policy read on patient for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('patient:read'))::uuid[]));
create policy registered on patient for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('patient:register'))::uuid[]));
create policy amended on patient for update to goodfaith_prescriptions
  using (clinic_id = any ((select may('patient:read'))::uuid[]))
  with check (clinic_id = any ((select may('patient:amend'))::uuid[]));

create policy read on intake for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('intake:submit'))::uuid[]) or clinic_id = any ((select may('chart:read'))::uuid[]));
create policy submitted on intake for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('intake:submit'))::uuid[]));
create policy locked on intake for update to goodfaith_prescriptions
  using (clinic_id = any ((select may('intake:submit'))::uuid[]) or clinic_id = any ((select may('chart:read'))::uuid[]))
  with check (false);

create policy read on consent for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('patient:read'))::uuid[]));
create policy given on consent for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('consent:give'))::uuid[]));
create policy revoked on consent for update to goodfaith_prescriptions
  using (clinic_id = any ((select may('patient:read'))::uuid[]))
  with check (clinic_id = any ((select may('consent:give'))::uuid[]));

-- Who works where and when holds no patient: read by whoever sees the clinic's exams, written by the owner only.
create policy read on examiner_clinic for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('exam:read'))::uuid[]));
create policy read on working_hours for select to goodfaith_prescriptions
  using (examiner_id in (select e.examiner_id from examiner_clinic e));
create policy read on time_off for select to goodfaith_prescriptions
  using (examiner_id in (select e.examiner_id from examiner_clinic e));

create policy read on slot_hold for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('exam:book'))::uuid[]));
create policy held on slot_hold for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('exam:book'))::uuid[]));
create policy locked on slot_hold for update to goodfaith_prescriptions
  using (clinic_id = any ((select may('exam:book'))::uuid[]))
  with check (false);

create policy read on good_faith_exam for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('exam:read'))::uuid[]));
create policy requested on good_faith_exam for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('exam:book'))::uuid[]));
create policy moved on good_faith_exam for update to goodfaith_prescriptions
  using (clinic_id = any ((select may('exam:read'))::uuid[]))
  with check (clinic_id = any ((select may('exam:book'))::uuid[]) or clinic_id = any ((select may('exam:conduct'))::uuid[]));

create policy read on finding for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('chart:read'))::uuid[]));
create policy written on finding for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('exam:conduct'))::uuid[]));
create policy locked on finding for update to goodfaith_prescriptions
  using (clinic_id = any ((select may('chart:read'))::uuid[])) with check (false);

create policy read on exam_decision for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('chart:read'))::uuid[]));
create policy written on exam_decision for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('exam:book'))::uuid[]) or clinic_id = any ((select may('exam:conduct'))::uuid[]));

create policy read on published_metric for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('metrics:read'))::uuid[]));
create policy read on metric_publication for select to goodfaith_prescriptions using ((select acting()) is not null);

revoke delete on patient, intake, consent, slot_hold, good_faith_exam, finding, exam_decision from goodfaith_prescriptions;
revoke insert, update, delete on examiner_clinic, working_hours, time_off, published_metric, metric_publication from goodfaith_prescriptions;

-- The calendar of claims. An examiner works for many tenants, so who sees which exam cannot decide whether a slot is
-- free: claims hold no tenant and no patient, belong to a role of their own, and are reached by four functions only.
do $$
begin
  if not exists (select from pg_roles where rolname = 'goodfaith_slots') then
    create role goodfaith_slots nologin nosuperuser nobypassrls noinherit;
  end if;
  -- To hand things to a role one must be able to become it; taken back below.
  execute format('grant goodfaith_slots to %I with set true', current_user);
end $$;
create schema prescriptions_slots;
create extension if not exists btree_gist schema public;
do $$
declare
  extension_function regprocedure;
begin
  -- Functions are not public here by default, and an exclusion constraint calls its operators as the table's owner.
  for extension_function in
    select d.objid::regprocedure from pg_depend d join pg_extension e on e.oid = d.refobjid and d.refclassid = 'pg_extension'::regclass
    where e.extname = 'btree_gist' and d.classid = 'pg_proc'::regclass
  loop
    if not has_function_privilege('goodfaith_slots', extension_function, 'execute') then
      execute format('grant execute on function %s to goodfaith_slots', extension_function);
    end if;
  end loop;
end $$;

create table prescriptions_slots.examiner_calendar (examiner_id uuid primary key);

create table prescriptions_slots.slot_claim (
  id uuid primary key,
  owner_id uuid not null unique,
  examiner_id uuid not null references prescriptions_slots.examiner_calendar,
  during tstzrange not null check (not isempty(during)),
  state text not null check (state in ('HELD', 'BOOKED', 'FREED')),
  expires_at timestamptz,
  check ((state = 'HELD') = (expires_at is not null)),
  exclude using gist (examiner_id with =, during with &&) where (state <> 'FREED')
);

-- Takes a stretch of an examiner's time for an owner, until then. False: it is taken.
create function prescriptions_slots.reserve(claim uuid, owner uuid, examiner uuid, starts timestamptz, ends timestamptz, expires timestamptz, at timestamptz)
returns boolean language plpgsql security definer set search_path = prescriptions_slots, pg_temp as $$
begin
  insert into examiner_calendar values (examiner) on conflict do nothing;
  perform 1 from examiner_calendar where examiner_id = examiner for update;
  update slot_claim set state = 'FREED', expires_at = null
    where examiner_id = examiner and during && tstzrange(starts, ends) and state = 'HELD' and expires_at <= at;
  insert into slot_claim values (claim, owner, examiner, tstzrange(starts, ends), 'HELD', expires) on conflict do nothing;
  return found;
end $$;

-- Turns a hold into a booking. False: it has expired, or was never held.
create function prescriptions_slots.settle(owner uuid, at timestamptz)
returns boolean language plpgsql security definer set search_path = prescriptions_slots, pg_temp as $$
begin
  perform 1 from examiner_calendar where examiner_id = (select c.examiner_id from slot_claim c where c.owner_id = owner) for update;
  update slot_claim set state = 'BOOKED', expires_at = null where owner_id = owner and state = 'HELD' and expires_at > at;
  return found;
end $$;

-- Gives the time back. Freeing what is free changes nothing.
create function prescriptions_slots.free(owner uuid)
returns void language plpgsql security definer set search_path = prescriptions_slots, pg_temp as $$
begin
  perform 1 from examiner_calendar where examiner_id = (select c.examiner_id from slot_claim c where c.owner_id = owner) for update;
  update slot_claim set state = 'FREED', expires_at = null where owner_id = owner and state <> 'FREED';
end $$;

-- Settles the new hold and only then frees the old booking. Both calendars are locked in the order of their ids.
create function prescriptions_slots.reschedule(old_owner uuid, new_owner uuid, at timestamptz)
returns boolean language plpgsql security definer set search_path = prescriptions_slots, pg_temp as $$
begin
  perform 1 from examiner_calendar
    where examiner_id in (select c.examiner_id from slot_claim c where c.owner_id in (old_owner, new_owner))
    order by examiner_id for update;
  update slot_claim set state = 'BOOKED', expires_at = null where owner_id = new_owner and state = 'HELD' and expires_at > at;
  if not found then
    return false;
  end if;
  update slot_claim set state = 'FREED', expires_at = null where owner_id = old_owner and state <> 'FREED';
  return true;
end $$;

-- The stretches in which these examiners cannot be had.
create function prescriptions_slots.taken(examiners uuid[], starts timestamptz, ends timestamptz, at timestamptz)
returns table (examiner_id uuid, starts_at timestamptz, ends_at timestamptz)
language sql stable security definer set search_path = prescriptions_slots, pg_temp as $$
  select c.examiner_id, lower(c.during), upper(c.during) from slot_claim c
  where c.examiner_id = any (examiners) and c.during && tstzrange(starts, ends)
    and (c.state = 'BOOKED' or (c.state = 'HELD' and c.expires_at > at))
$$;

-- The schema goes last: without it, an owner who is no superuser could not hand over what is in it.
grant usage, create on schema prescriptions_slots to goodfaith_slots;
alter table prescriptions_slots.examiner_calendar owner to goodfaith_slots;
alter table prescriptions_slots.slot_claim owner to goodfaith_slots;
alter function prescriptions_slots.reserve(uuid, uuid, uuid, timestamptz, timestamptz, timestamptz, timestamptz) owner to goodfaith_slots;
alter function prescriptions_slots.settle(uuid, timestamptz) owner to goodfaith_slots;
alter function prescriptions_slots.free(uuid) owner to goodfaith_slots;
alter function prescriptions_slots.reschedule(uuid, uuid, timestamptz) owner to goodfaith_slots;
alter function prescriptions_slots.taken(uuid[], timestamptz, timestamptz, timestamptz) owner to goodfaith_slots;

alter schema prescriptions_slots owner to goodfaith_slots;

-- As the owner, since only an owner's grants count.
set role goodfaith_slots;
revoke all on schema prescriptions_slots from public;
revoke all on all functions in schema prescriptions_slots from public;
grant usage on schema prescriptions_slots to goodfaith_prescriptions;
grant execute on function
  prescriptions_slots.reserve(uuid, uuid, uuid, timestamptz, timestamptz, timestamptz, timestamptz),
  prescriptions_slots.settle(uuid, timestamptz),
  prescriptions_slots.free(uuid),
  prescriptions_slots.reschedule(uuid, uuid, timestamptz),
  prescriptions_slots.taken(uuid[], timestamptz, timestamptz, timestamptz)
to goodfaith_prescriptions;
reset role;
do $$ begin execute format('revoke goodfaith_slots from %I', current_user); end $$;
