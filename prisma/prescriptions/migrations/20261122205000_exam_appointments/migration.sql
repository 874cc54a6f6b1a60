-- safe while old code runs

-- What whoever is to come to an exam has been told of its time, in order: booked, moved, cancelled.

-- CreateTable
CREATE TABLE "exam_appointment" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "exam_id" UUID NOT NULL,
    "sequence" INTEGER NOT NULL,
    "change" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "changed_by" TEXT NOT NULL,

    CONSTRAINT "exam_appointment_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "exam_appointment_exam_id_sequence_key" ON "exam_appointment"("exam_id", "sequence");

-- AddForeignKey
ALTER TABLE "exam_appointment" ADD CONSTRAINT "exam_appointment_exam_id_fkey" FOREIGN KEY ("exam_id") REFERENCES "good_faith_exam"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

alter table exam_appointment
  add check (change in ('BOOKED', 'RESCHEDULED', 'CANCELLED')),
  -- An exam that was booked before this was kept begins with its first change.
  add check (sequence >= 0 and (sequence = 0) = (change = 'BOOKED')),
  add check (starts_at < ends_at);

-- Whoever may change the time tells of it under their own name; whoever sees the exam sees what was told, and so does the subgraph itself.
alter table exam_appointment enable row level security;
alter table exam_appointment force row level security;
create policy read on exam_appointment for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('exam:read'))::uuid[]) or (select everywhere('hand-off:receive')));
create policy told on exam_appointment for insert to goodfaith_prescriptions
  with check ((clinic_id = any ((select may('exam:book'))::uuid[]) or clinic_id = any ((select may('exam:conduct'))::uuid[])
      or clinic_id = any ((select may('exam:decide'))::uuid[])) and changed_by = (select acting()));
revoke update, delete, truncate on exam_appointment from goodfaith_prescriptions;
create trigger insert_only before update or delete or truncate on exam_appointment for each statement execute function refuse_change();
