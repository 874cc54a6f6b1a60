-- safe while old code runs

-- Old code neither schedules audits nor reads when one is due.
ALTER TABLE "engagement" ADD COLUMN     "audit_due_on" DATE;

-- CreateTable
CREATE TABLE "chart_audit" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "practitioner_id" UUID NOT NULL,
    "due_on" DATE NOT NULL,
    "scheduled_by" TEXT NOT NULL,
    "scheduled_at" TIMESTAMPTZ(3) NOT NULL,
    "period_from" DATE,
    "period_to" DATE,
    "encounters" INTEGER,
    "reviewed" INTEGER,
    "result" TEXT,
    "recorded_at" TIMESTAMPTZ(3),

    CONSTRAINT "chart_audit_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "chart_audit_clinic_id_practitioner_id_due_on_idx" ON "chart_audit"("clinic_id", "practitioner_id", "due_on");

-- CreateIndex
CREATE INDEX "chart_audit_practitioner_id_idx" ON "chart_audit"("practitioner_id");

-- AddForeignKey
ALTER TABLE "chart_audit" ADD CONSTRAINT "chart_audit_practitioner_id_fkey" FOREIGN KEY ("practitioner_id") REFERENCES "practitioner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- A director has one audit before them at a clinic: the next is due when it has been recorded.
create unique index chart_audit_one_open on chart_audit (clinic_id, practitioner_id) where recorded_at is null;
alter table chart_audit
  add check (result in ('PASS', 'MINOR', 'MAJOR', 'CRITICAL')),
  add check (reviewed between 0 and encounters),
  add check (period_from <= period_to),
  add check (num_nulls(period_from, period_to, encounters, reviewed, result, recorded_at) in (0, 6));

-- Counts and a result, without a chart: whoever sees the engagement sees them. What was recorded stays.
alter table chart_audit enable row level security;
alter table chart_audit force row level security;
revoke update, delete, truncate on chart_audit from goodfaith_physicians;
grant update (period_from, period_to, encounters, reviewed, result, recorded_at) on chart_audit to goodfaith_physicians;
create policy read on chart_audit for select to goodfaith_physicians
  using (clinic_id = any ((select may('engagement:read'))::uuid[])
    or (practitioner_id = (select engaged_self()) and (select everywhere('engagement:answer'))));
create policy scheduled on chart_audit for insert to goodfaith_physicians
  with check (scheduled_by = (select acting()) and recorded_at is null and (clinic_id = any ((select may('audit:schedule'))::uuid[])
    or (practitioner_id = (select engaged_self()) and clinic_id = any ((select may('audit:record'))::uuid[]))));
create policy recorded on chart_audit for update to goodfaith_physicians
  using (recorded_at is null and practitioner_id = (select engaged_self()) and clinic_id = any ((select may('audit:record'))::uuid[]))
  with check (recorded_at is not null and practitioner_id = (select engaged_self()) and clinic_id = any ((select may('audit:record'))::uuid[]));

-- Since when an audit is due stands beside the engagement, so that whoever reads its status reads it too.
grant update (audit_due_on) on engagement to goodfaith_physicians;
