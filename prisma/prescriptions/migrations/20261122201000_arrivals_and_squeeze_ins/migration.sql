-- safe while old code runs

-- Patients who come, patients who don't, and exams that are put where no slot is.

-- AlterTable
ALTER TABLE "exam_settings" ADD COLUMN     "no_show_grace_minutes" INTEGER NOT NULL DEFAULT 15;

-- AlterTable
ALTER TABLE "good_faith_exam" ADD COLUMN     "arrived_at" TIMESTAMPTZ(3),
ADD COLUMN     "no_show_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "exam_squeeze_in" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "exam_id" UUID NOT NULL,
    "hold_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "overrode" TEXT[],
    "squeezed_at" TIMESTAMPTZ(3) NOT NULL,
    "squeezed_by" TEXT NOT NULL,

    CONSTRAINT "exam_squeeze_in_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "exam_squeeze_in_hold_id_key" ON "exam_squeeze_in"("hold_id");

-- CreateIndex
CREATE INDEX "exam_squeeze_in_exam_id_idx" ON "exam_squeeze_in"("exam_id");

-- AddForeignKey
ALTER TABLE "exam_squeeze_in" ADD CONSTRAINT "exam_squeeze_in_exam_id_fkey" FOREIGN KEY ("exam_id") REFERENCES "good_faith_exam"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

alter table exam_settings add check (no_show_grace_minutes between 0 and 240);
grant update (no_show_grace_minutes) on exam_settings to goodfaith_prescriptions;
-- Who has come is no no-show, and nobody is one before the exam was to begin.
alter table good_faith_exam
  add constraint good_faith_exam_no_show_check check (no_show_at is null or (status = 'NO_SHOW' and arrived_at is null and no_show_at >= starts_at) is true),
  add constraint good_faith_exam_arrived_check check (arrived_at is null or starts_at is not null);
alter table exam_squeeze_in
  add check (length(reason) between 10 and 500),
  add check (cardinality(overrode) > 0 and overrode <@ array['OUTSIDE_HOURS', 'TIME_OFF', 'LEAD_TIME', 'BETWEEN_SLOTS', 'KEPT_CLEAR']);

-- Row-level security. That an exam was squeezed in is for whoever sees the exam; why is shown to whoever opens the chart.
alter table exam_squeeze_in enable row level security;
alter table exam_squeeze_in force row level security;
create policy read on exam_squeeze_in for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('exam:read'))::uuid[]));
create policy squeezed on exam_squeeze_in for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('exam:squeeze'))::uuid[]) and squeezed_by = (select acting()));
revoke update, delete, truncate on exam_squeeze_in from goodfaith_prescriptions;
create trigger insert_only before update or delete or truncate on exam_squeeze_in for each statement execute function refuse_change();

-- Whoever squeezes an exam in books it under their own name, with its decision and the licences it stood on, and sees no hold of anybody else's.
create policy squeezed on slot_hold for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('exam:squeeze'))::uuid[]) and held_by = (select acting()));
create policy squeezed on good_faith_exam for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('exam:squeeze'))::uuid[]) and requested_by = (select acting()) and status = 'BOOKED');
create policy squeezed on exam_decision for insert to goodfaith_prescriptions
  with check (gate = 'BOOK' and clinic_id = any ((select may('exam:squeeze'))::uuid[]));
create policy squeezed on license_reliance for insert to goodfaith_prescriptions
  with check (kind = 'EXAM' and gate = 'BOOK' and clinic_id = any ((select may('exam:squeeze'))::uuid[]));
