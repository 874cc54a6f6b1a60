-- safe while old code runs

-- CreateTable
CREATE TABLE "license_reliance" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "subject_id" UUID NOT NULL,
    "gate" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "license_id" UUID NOT NULL,
    "part" TEXT NOT NULL,

    CONSTRAINT "license_reliance_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "license_reliance_license_id_at_id_idx" ON "license_reliance"("license_id", "at", "id");

-- Row-level security: write the policies of these tables below.
alter table license_reliance enable row level security;
alter table license_reliance force row level security;

alter table license_reliance
  add check (kind in ('EXAM', 'ORDER')),
  add check (part in ('EXAMINER', 'PRESCRIBER', 'COLLABORATOR')),
  add check (gate in ('BOOK', 'REQUEST', 'RESCHEDULE', 'CLAIM', 'START', 'COMPLETE', 'SIGN'));

-- Written by whoever makes the decision, read by those who answer for the clinic, changed by nobody.
create policy read on license_reliance for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('affected:read'))::uuid[]));
create policy written on license_reliance for insert to goodfaith_prescriptions
  with check (case kind
    when 'EXAM' then clinic_id = any ((select may('exam:book'))::uuid[]) or clinic_id = any ((select may('exam:conduct'))::uuid[])
    else clinic_id = any ((select may('order:sign'))::uuid[]) end);
revoke update, delete on license_reliance from goodfaith_prescriptions;
create trigger keep_as_written before update or delete on license_reliance for each row execute function keep_as_written();

-- Decisions kept before this one named no licence in their facts, so none of them can be filled in: the table starts empty.
