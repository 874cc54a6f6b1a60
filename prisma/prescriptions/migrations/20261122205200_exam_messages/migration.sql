-- safe while old code runs

-- CreateTable
CREATE TABLE "contact_preference" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "appointment_mail" BOOLEAN NOT NULL,
    "email" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_by" TEXT NOT NULL,

    CONSTRAINT "contact_preference_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "exam_message" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "exam_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "notice_id" UUID NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "queued_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "exam_message_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "exam_message_step" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "message_id" UUID NOT NULL,
    "attempt" INTEGER NOT NULL,
    "step" TEXT NOT NULL,
    "code" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "exam_message_step_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "contact_preference_patient_id_position_key" ON "contact_preference"("patient_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "exam_message_notice_id_key" ON "exam_message"("notice_id");

-- CreateIndex
CREATE INDEX "exam_message_exam_id_queued_at_idx" ON "exam_message"("exam_id", "queued_at");

-- CreateIndex
CREATE UNIQUE INDEX "exam_message_step_message_id_attempt_step_key" ON "exam_message_step"("message_id", "attempt", "step");

-- AddForeignKey
ALTER TABLE "contact_preference" ADD CONSTRAINT "contact_preference_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "exam_message" ADD CONSTRAINT "exam_message_exam_id_fkey" FOREIGN KEY ("exam_id") REFERENCES "good_faith_exam"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "exam_message_step" ADD CONSTRAINT "exam_message_step_message_id_fkey" FOREIGN KEY ("message_id") REFERENCES "exam_message"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

alter table contact_preference add check (position > 0), add check (appointment_mail = (email is not null));
alter table exam_message add check (kind in ('BOOKED', 'RESCHEDULED', 'CANCELLED', 'REMINDER'));
alter table exam_message_step
  add check (attempt > 0),
  add check (step in ('BEGUN', 'SENT', 'FAILED', 'DROPPED')),
  add check ((code is not null) = (step in ('FAILED', 'DROPPED'))),
  add check (code ~ '^[A-Z0-9_]{1,40}$');
-- What was sent or dropped is so for good.
create unique index exam_message_step_over on exam_message_step (message_id) where step in ('SENT', 'DROPPED');

alter table contact_preference enable row level security;
alter table contact_preference force row level security;
create policy read on contact_preference for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('patient:read'))::uuid[]));
create policy recorded on contact_preference for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('consent:give'))::uuid[]) and recorded_by = (select acting()));

-- The subgraph itself writes to people, by its own right; whoever sees the exam sees what became of it.
alter table exam_message enable row level security;
alter table exam_message force row level security;
create policy read on exam_message for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('exam:read'))::uuid[]) or (select everywhere('hand-off:receive')));
create policy queued on exam_message for insert to goodfaith_prescriptions with check ((select everywhere('hand-off:receive')));
alter table exam_message_step enable row level security;
alter table exam_message_step force row level security;
create policy read on exam_message_step for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('exam:read'))::uuid[]) or (select everywhere('hand-off:receive')));
create policy taken on exam_message_step for insert to goodfaith_prescriptions with check ((select everywhere('hand-off:receive')));

revoke update, delete, truncate on contact_preference, exam_message, exam_message_step from goodfaith_prescriptions;
create trigger insert_only before update or delete or truncate on contact_preference for each statement execute function refuse_change();
create trigger insert_only before update or delete or truncate on exam_message for each statement execute function refuse_change();
create trigger insert_only before update or delete or truncate on exam_message_step for each statement execute function refuse_change();

-- Of patients' records the role that looks after notices reads the address, and whether it may be written to.
do $$ begin execute format('grant goodfaith_notice to %I with set true', current_user); end $$;
grant select (id, email) on patient to goodfaith_notice;
grant select (patient_id, position, appointment_mail, email) on contact_preference to goodfaith_notice;
create policy noticed on patient for select to goodfaith_notice using ((select everywhere('hand-off:receive')));
create policy noticed on contact_preference for select to goodfaith_notice using ((select everywhere('hand-off:receive')));

set role goodfaith_notice;
-- The address of whom an exam is for, if they agreed to be written to at that very address; and when the exam is.
create function prescriptions_notice.to_tell(exam uuid)
returns table (address text, status text, modality text, starts_at timestamptz, ends_at timestamptz, requested_at timestamptz, cancelled_at timestamptz)
language sql stable security definer set search_path = prescriptions, pg_temp as $$
  select
    (select p.email from patient p
     where p.id = e.patient_id and p.email = (
       select c.email from contact_preference c where c.patient_id = e.patient_id order by c.position desc limit 1)),
    e.status, e.modality, e.starts_at, e.ends_at, e.requested_at, e.cancelled_at
  from good_faith_exam e where e.id = to_tell.exam
$$;

revoke all on function prescriptions_notice.to_tell(uuid) from public;
grant execute on function prescriptions_notice.to_tell(uuid) to goodfaith_prescriptions;
reset role;
do $$ begin execute format('revoke goodfaith_notice from %I', current_user); end $$;
