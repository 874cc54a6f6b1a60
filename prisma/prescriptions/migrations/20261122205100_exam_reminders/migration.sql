-- safe while old code runs

-- CreateTable
CREATE TABLE "exam_reminder" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "exam_id" UUID NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "minutes_before" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "exam_reminder_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "exam_reminder_exam_id_starts_at_minutes_before_key" ON "exam_reminder"("exam_id", "starts_at", "minutes_before");

-- AddForeignKey
ALTER TABLE "exam_reminder" ADD CONSTRAINT "exam_reminder_exam_id_fkey" FOREIGN KEY ("exam_id") REFERENCES "good_faith_exam"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

alter table exam_reminder add check (minutes_before > 0), add check (at < starts_at);
create index good_faith_exam_booked_starts_at on good_faith_exam (starts_at) where status = 'BOOKED';

-- The subgraph itself reminds, by its own right, and takes nothing back.
alter table exam_reminder enable row level security;
alter table exam_reminder force row level security;
create policy read on exam_reminder for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('exam:read'))::uuid[]) or (select everywhere('hand-off:receive')));
create policy reminded on exam_reminder for insert to goodfaith_prescriptions with check ((select everywhere('hand-off:receive')));
revoke update, delete, truncate on exam_reminder from goodfaith_prescriptions;
create trigger insert_only before update or delete or truncate on exam_reminder for each statement execute function refuse_change();

-- The subgraph opens no chart by its own right. A role of its own reads when exams are, and of the patient nothing but the id.
do $$
begin
  if not exists (select from pg_roles where rolname = 'goodfaith_notice') then
    create role goodfaith_notice nologin nosuperuser nobypassrls noinherit;
  end if;
  execute format('grant goodfaith_notice to %I with set true', current_user);
end $$;
create schema prescriptions_notice;
grant usage on schema prescriptions to goodfaith_notice;
grant select (id, clinic_id, patient_id, status, modality, starts_at, ends_at, requested_at, cancelled_at) on good_faith_exam to goodfaith_notice;
-- For the lock alone: the policy below lets nothing change.
grant update (id) on good_faith_exam to goodfaith_notice;
grant select (exam_id, sequence, at) on exam_appointment to goodfaith_notice;
grant select (exam_id, starts_at, minutes_before) on exam_reminder to goodfaith_notice;
grant execute on function everywhere(text) to goodfaith_notice;

create policy noticed on good_faith_exam for select to goodfaith_notice using ((select everywhere('hand-off:receive')));
create policy locked_for_notice on good_faith_exam for update to goodfaith_notice
  using ((select everywhere('hand-off:receive'))) with check (false);
create policy noticed on exam_appointment for select to goodfaith_notice using ((select everywhere('hand-off:receive')));
create policy noticed on exam_reminder for select to goodfaith_notice using ((select everywhere('hand-off:receive')));

-- Booked exams that stand at a mark (minutes before the start; the nearest one that was reached) nobody was reminded at yet. A mark that had gone by when
-- the time was agreed is none. Rows stay locked to the caller's transaction, so that nobody is reminded of what was cancelled; who changes one comes later.
create function prescriptions_notice.due_reminders(at timestamptz, marks int[], at_once int)
returns table (exam_id uuid, clinic_id uuid, patient_id uuid, starts_at timestamptz, minutes_before int)
language sql volatile security definer set search_path = prescriptions, pg_temp as $$
  select e.id, e.clinic_id, e.patient_id, e.starts_at, m.minutes
  from good_faith_exam e
  cross join lateral (select min(mark) as minutes from unnest(marks) mark where e.starts_at - make_interval(mins => mark) <= due_reminders.at) m
  where e.status = 'BOOKED' and e.starts_at > due_reminders.at
    and e.starts_at <= due_reminders.at + make_interval(mins => (select max(mark) from unnest(marks) mark))
    and m.minutes is not null
    and e.starts_at - make_interval(mins => m.minutes)
      >= coalesce((select a.at from exam_appointment a where a.exam_id = e.id order by a.sequence desc limit 1), e.requested_at)
    and not exists (select from exam_reminder r where r.exam_id = e.id and r.starts_at = e.starts_at and r.minutes_before <= m.minutes)
  order by e.starts_at, e.id limit at_once
  for share of e skip locked
$$;

alter schema prescriptions_notice owner to goodfaith_notice;
alter function prescriptions_notice.due_reminders(timestamptz, int[], int) owner to goodfaith_notice;
set role goodfaith_notice;
revoke all on schema prescriptions_notice from public;
revoke all on all functions in schema prescriptions_notice from public;
grant usage on schema prescriptions_notice to goodfaith_prescriptions;
grant execute on function prescriptions_notice.due_reminders(timestamptz, int[], int) to goodfaith_prescriptions;
reset role;
do $$ begin execute format('revoke goodfaith_notice from %I', current_user); end $$;
