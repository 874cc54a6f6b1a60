-- safe while old code runs

-- The call in which a live exam is held: who was given leave to join, who came and went, how it was, and what became of an exam that broke off.

-- AlterTable
ALTER TABLE "good_faith_exam" ADD COLUMN     "broken_off_reason" TEXT,
ADD COLUMN     "follows_id" UUID;

-- CreateTable
CREATE TABLE "call_pass" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "exam_id" UUID NOT NULL,
    "part" TEXT NOT NULL,
    "person" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "issued_to" TEXT NOT NULL,
    "issued_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "call_pass_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "call_event" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "exam_id" UUID NOT NULL,
    "pass_id" UUID NOT NULL,
    "part" TEXT NOT NULL,
    "person" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_by" TEXT NOT NULL,

    CONSTRAINT "call_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "call_sample" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "exam_id" UUID NOT NULL,
    "pass_id" UUID NOT NULL,
    "part" TEXT NOT NULL,
    "person" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "connection" TEXT NOT NULL,
    "audio" BOOLEAN NOT NULL,
    "video" BOOLEAN NOT NULL,
    "round_trip_ms" INTEGER,
    "loss_percent" DOUBLE PRECISION,
    "recorded_by" TEXT NOT NULL,

    CONSTRAINT "call_sample_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "call_invitation" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "exam_id" UUID NOT NULL,
    "person" TEXT NOT NULL,
    "invited_by" TEXT NOT NULL,
    "invited_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "call_invitation_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "good_faith_exam_follows_id_key" ON "good_faith_exam"("follows_id");

-- CreateIndex
CREATE INDEX "call_pass_exam_id_issued_at_idx" ON "call_pass"("exam_id", "issued_at");

-- CreateIndex
CREATE INDEX "call_event_exam_id_at_idx" ON "call_event"("exam_id", "at");

-- CreateIndex
CREATE INDEX "call_sample_exam_id_at_idx" ON "call_sample"("exam_id", "at");

-- CreateIndex
CREATE UNIQUE INDEX "call_invitation_exam_id_person_key" ON "call_invitation"("exam_id", "person");

-- AddForeignKey
ALTER TABLE "good_faith_exam" ADD CONSTRAINT "good_faith_exam_follows_id_fkey" FOREIGN KEY ("follows_id") REFERENCES "good_faith_exam"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "call_pass" ADD CONSTRAINT "call_pass_exam_id_fkey" FOREIGN KEY ("exam_id") REFERENCES "good_faith_exam"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "call_event" ADD CONSTRAINT "call_event_exam_id_fkey" FOREIGN KEY ("exam_id") REFERENCES "good_faith_exam"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "call_event" ADD CONSTRAINT "call_event_pass_id_fkey" FOREIGN KEY ("pass_id") REFERENCES "call_pass"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "call_sample" ADD CONSTRAINT "call_sample_exam_id_fkey" FOREIGN KEY ("exam_id") REFERENCES "good_faith_exam"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "call_sample" ADD CONSTRAINT "call_sample_pass_id_fkey" FOREIGN KEY ("pass_id") REFERENCES "call_pass"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "call_invitation" ADD CONSTRAINT "call_invitation_exam_id_fkey" FOREIGN KEY ("exam_id") REFERENCES "good_faith_exam"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- A reason for breaking off never stands beside an approval.
alter table good_faith_exam
  add constraint good_faith_exam_broken_off_check check (
    broken_off_reason is null
    or (outcome = 'NOT_COMPLETED'
      and broken_off_reason in ('TECHNICAL_FAILURE', 'PATIENT_LEFT', 'PATIENT_UNWELL', 'EXAMINER_CALLED_AWAY', 'WRONG_PERSON', 'NOT_IN_STATE'))
    is true),
  add constraint good_faith_exam_follows_check check (follows_id <> id);
alter table call_pass
  add check (part in ('PATIENT', 'EXAMINER', 'OBSERVER')),
  add check (provider in ('EMBEDDED', 'LIVEKIT')),
  add check (issued_at < expires_at);
alter table call_event
  add check (part in ('PATIENT', 'EXAMINER', 'OBSERVER')),
  add check (kind in ('JOINED', 'LEFT', 'DROPPED', 'REJOINED')),
  -- What ends somebody's presence may be told later than it was; what begins it never.
  add check (at <= recorded_at and (kind in ('LEFT', 'DROPPED') or at = recorded_at));
alter table call_sample
  add check (part in ('PATIENT', 'EXAMINER', 'OBSERVER')),
  add check (connection in ('EXCELLENT', 'GOOD', 'POOR', 'LOST')),
  add check (round_trip_ms >= 0 and loss_percent between 0 and 100);

-- Row-level security. What is told of a call is told under the name of whoever tells it.
alter table call_pass enable row level security;
alter table call_pass force row level security;
alter table call_event enable row level security;
alter table call_event force row level security;
alter table call_sample enable row level security;
alter table call_sample force row level security;
alter table call_invitation enable row level security;
alter table call_invitation force row level security;

create policy read on call_pass for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('call:join'))::uuid[]));
create policy given on call_pass for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('call:join'))::uuid[]) and issued_to = (select acting()));
create policy read on call_event for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('exam:read'))::uuid[]));
create policy recorded on call_event for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('call:join'))::uuid[]) and recorded_by = (select acting()));
create policy read on call_sample for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('exam:read'))::uuid[]));
create policy recorded on call_sample for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('call:join'))::uuid[]) and recorded_by = (select acting()));
create policy read on call_invitation for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('call:join'))::uuid[]));
create policy invited on call_invitation for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('exam:conduct'))::uuid[]) and invited_by = (select acting()));

revoke update, delete, truncate on call_pass, call_event, call_sample, call_invitation from goodfaith_prescriptions;
create trigger insert_only before update or delete or truncate on call_pass for each statement execute function refuse_change();
create trigger insert_only before update or delete or truncate on call_event for each statement execute function refuse_change();
create trigger insert_only before update or delete or truncate on call_sample for each statement execute function refuse_change();
create trigger insert_only before update or delete or truncate on call_invitation for each statement execute function refuse_change();
