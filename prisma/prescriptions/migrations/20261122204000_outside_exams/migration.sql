-- safe while old code runs

-- Exams held elsewhere: who may report them, what they reported, and who answers for what is on paper. None is anybody's exam until a person says so.

-- AlterTable
ALTER TABLE "good_faith_exam" ADD COLUMN     "external_provenance" TEXT,
ADD COLUMN     "outside_exam_id" UUID;

-- CreateTable
CREATE TABLE "exam_vendor" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "services" TEXT[],
    "provenance" TEXT NOT NULL,
    "mapping" JSONB NOT NULL,
    "status" TEXT NOT NULL,
    "status_since" TIMESTAMPTZ(3) NOT NULL,
    "secret_generation" INTEGER NOT NULL DEFAULT 1,
    "registered_at" TIMESTAMPTZ(3) NOT NULL,
    "registered_by" TEXT NOT NULL,

    CONSTRAINT "exam_vendor_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outside_exam" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "vendor_id" UUID,
    "source" TEXT NOT NULL,
    "provenance" TEXT NOT NULL,
    "external_id" TEXT NOT NULL,
    "message_id" TEXT,
    "content_digest" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "received_by" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "given_name" TEXT NOT NULL,
    "family_name" TEXT NOT NULL,
    "birth_date" DATE NOT NULL,
    "email" TEXT,
    "phone" TEXT,
    "service" TEXT NOT NULL,
    "patient_state" TEXT NOT NULL,
    "modality" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "completed_at" TIMESTAMPTZ(3) NOT NULL,
    "valid_until" DATE,
    "examiner_npi" TEXT NOT NULL,
    "rationale" TEXT NOT NULL,
    "findings" TEXT[],
    "answers" JSONB NOT NULL,
    "patient_id" UUID,
    "decided_at" TIMESTAMPTZ(3),
    "decided_by" TEXT,
    "reject_reason" TEXT,

    CONSTRAINT "outside_exam_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "outside_exam_attestation" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "outside_exam_id" UUID NOT NULL,
    "document_digest" TEXT NOT NULL,
    "statement" TEXT NOT NULL,
    "attested_at" TIMESTAMPTZ(3) NOT NULL,
    "attested_by" TEXT NOT NULL,
    "attested_by_name" TEXT NOT NULL,
    "auth_time" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "outside_exam_attestation_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "exam_vendor_clinic_id_idx" ON "exam_vendor"("clinic_id");

-- CreateIndex
CREATE INDEX "outside_exam_clinic_id_status_received_at_idx" ON "outside_exam"("clinic_id", "status", "received_at");

-- CreateIndex
CREATE UNIQUE INDEX "outside_exam_vendor_id_message_id_key" ON "outside_exam"("vendor_id", "message_id");

-- CreateIndex
CREATE UNIQUE INDEX "outside_exam_attestation_outside_exam_id_key" ON "outside_exam_attestation"("outside_exam_id");

-- CreateIndex
CREATE UNIQUE INDEX "good_faith_exam_outside_exam_id_key" ON "good_faith_exam"("outside_exam_id");

-- AddForeignKey
ALTER TABLE "good_faith_exam" ADD CONSTRAINT "good_faith_exam_outside_exam_id_fkey" FOREIGN KEY ("outside_exam_id") REFERENCES "outside_exam"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "outside_exam" ADD CONSTRAINT "outside_exam_vendor_id_fkey" FOREIGN KEY ("vendor_id") REFERENCES "exam_vendor"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "outside_exam" ADD CONSTRAINT "outside_exam_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "outside_exam_attestation" ADD CONSTRAINT "outside_exam_attestation_outside_exam_id_fkey" FOREIGN KEY ("outside_exam_id") REFERENCES "outside_exam"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

alter table exam_vendor enable row level security;
alter table exam_vendor force row level security;
alter table outside_exam enable row level security;
alter table outside_exam force row level security;
alter table outside_exam_attestation enable row level security;
alter table outside_exam_attestation force row level security;

alter table exam_vendor
  add check (provenance in ('EXTERNAL_VERIFIED', 'EXTERNAL_ATTESTED')),
  add check (status in ('ACTIVE', 'SUSPENDED', 'ENDED')),
  add check (cardinality(services) > 0),
  add check (secret_generation > 0);
alter table outside_exam
  add check (source in ('WEBHOOK', 'CSV', 'PAPER')),
  add check ((source = 'WEBHOOK') = (vendor_id is not null)),
  add check ((source = 'WEBHOOK') = (message_id is not null)),
  -- Verified is what a vendor has signed, and nothing else.
  add check (provenance = 'EXTERNAL_ATTESTED' or (provenance = 'EXTERNAL_VERIFIED' and source = 'WEBHOOK')),
  add check (status in ('PROPOSED', 'CONFIRMED', 'REJECTED')),
  add check (outcome in ('APPROVED', 'DECLINED', 'NEEDS_IN_PERSON')),
  add check (modality in ('IN_PERSON', 'SYNC_VIDEO', 'SYNC_AUDIO', 'ASYNC', 'QUESTIONNAIRE_ONLY')),
  add check (birth_date between '1900-01-01' and '2200-01-01'),
  add check (content_digest ~ '^[0-9a-f]{64}$'),
  add check (completed_at <= received_at),
  add check ((status = 'CONFIRMED') = (patient_id is not null)),
  add check ((status = 'PROPOSED') = (decided_at is null)),
  add check ((status = 'PROPOSED') = (decided_by is null)),
  add check ((status = 'REJECTED') = (reject_reason is not null));
alter table outside_exam_attestation add check (document_digest ~ '^[0-9a-f]{64}$');
-- What came in once does not come in again, by its id where it was held.
create unique index outside_exam_once on outside_exam (clinic_id, coalesce(vendor_id, '00000000-0000-0000-0000-000000000000'::uuid), external_id);
alter table good_faith_exam
  add constraint good_faith_exam_outside_check check (
    (external_provenance is null) = (outside_exam_id is null)
    and coalesce(external_provenance in ('EXTERNAL_VERIFIED', 'EXTERNAL_ATTESTED'), true)
    and (outside_exam_id is null or status = 'COMPLETED'));

-- What was reported stays as it was reported, and what was decided of it stays decided.
create function keep_outside_exam() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
declare
  decided constant text[] := array['status', 'patient_id', 'decided_at', 'decided_by', 'reject_reason'];
begin
  if tg_op = 'DELETE' or old.status <> 'PROPOSED' or to_jsonb(new) - decided is distinct from to_jsonb(old) - decided then
    raise exception 'What was reported of an exam held elsewhere is never changed' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger keep_reported before update or delete on outside_exam for each row execute function keep_outside_exam();
create trigger keep_as_written before update or delete on outside_exam_attestation for each row execute function keep_as_written();

-- Who a vendor reports for never changes; an ended one never comes back.
create function keep_exam_vendor() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  if old.status = 'ENDED' or new.secret_generation < old.secret_generation
      or (new.id, new.clinic_id, new.provenance, new.services, new.registered_at, new.registered_by)
        is distinct from (old.id, old.clinic_id, old.provenance, old.services, old.registered_at, old.registered_by) then
    raise exception 'Register another vendor instead' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger keep_registered before update on exam_vendor for each row execute function keep_exam_vendor();

-- An exam made of a report says what the report says, of the patient it was confirmed for; on paper somebody has put their name to it.
create function require_outside_exam() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  if not exists (
    select 1 from outside_exam o
    where o.id = new.outside_exam_id and o.status = 'CONFIRMED' and o.provenance = new.external_provenance
      and (o.clinic_id, o.patient_id, o.service, o.patient_state, o.modality, o.outcome, o.completed_at)
        = (new.clinic_id, new.patient_id, new.service, new.patient_state, new.modality, new.outcome, new.completed_at)
      and (o.valid_until is null or new.valid_until is null or new.valid_until <= o.valid_until)
      and (o.provenance = 'EXTERNAL_VERIFIED' or exists (select 1 from outside_exam_attestation a where a.outside_exam_id = o.id))
  ) then
    raise exception 'exam % is not what was reported', new.id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger as_reported before insert on good_faith_exam for each row
  when (new.outside_exam_id is not null) execute function require_outside_exam();
revoke execute on function keep_outside_exam(), keep_exam_vendor(), require_outside_exam() from goodfaith_prescriptions;

create policy read on exam_vendor for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('patient:read'))::uuid[]) or clinic_id = any ((select may('exam-vendor:arrange'))::uuid[])
    or (select everywhere('outside-exam:receive')));
create policy registered on exam_vendor for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('exam-vendor:arrange'))::uuid[]) and registered_by = (select acting()) and status = 'ACTIVE');
create policy arranged on exam_vendor for update to goodfaith_prescriptions
  using (clinic_id = any ((select may('patient:read'))::uuid[]) or clinic_id = any ((select may('exam-vendor:arrange'))::uuid[]))
  with check (clinic_id = any ((select may('exam-vendor:arrange'))::uuid[]));

create policy read on outside_exam for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('patient:read'))::uuid[]) or (select everywhere('outside-exam:receive')));
create policy received on outside_exam for insert to goodfaith_prescriptions
  with check (status = 'PROPOSED' and received_by = (select acting()) and case source
    when 'PAPER' then clinic_id = any ((select may('outside-exam:match'))::uuid[])
    else (select everywhere('outside-exam:receive')) end);
create policy decided on outside_exam for update to goodfaith_prescriptions
  using (clinic_id = any ((select may('patient:read'))::uuid[]))
  with check (status in ('CONFIRMED', 'REJECTED') and decided_by = (select acting())
    and clinic_id = any ((select may('outside-exam:match'))::uuid[]));

create policy read on outside_exam_attestation for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('patient:read'))::uuid[]));
create policy attested on outside_exam_attestation for insert to goodfaith_prescriptions
  with check (attested_by = (select acting()) and clinic_id = any ((select may('outside-exam:attest'))::uuid[])
    and exists (select 1 from outside_exam o where o.id = outside_exam_id and o.clinic_id = outside_exam_attestation.clinic_id));
revoke delete, truncate on exam_vendor, outside_exam from goodfaith_prescriptions;
revoke update, delete, truncate on outside_exam_attestation from goodfaith_prescriptions;

-- Whoever confirms writes the exam with what belongs to it, and nothing of an exam held here.
create policy confirmed on good_faith_exam for insert to goodfaith_prescriptions
  with check (outside_exam_id is not null and status = 'COMPLETED' and clinic_id = any ((select may('outside-exam:match'))::uuid[]));
create policy confirmed on finding for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('outside-exam:match'))::uuid[]) and exists (
    select 1 from good_faith_exam e where e.id = exam_id and e.outside_exam_id is not null
      and (e.clinic_id, e.patient_id) = (finding.clinic_id, finding.patient_id)));
create policy written_by_matcher on exam_decision for insert to goodfaith_prescriptions
  with check (gate = 'COMPLETE' and clinic_id = any ((select may('outside-exam:match'))::uuid[]));
create policy written_by_matcher on license_reliance for insert to goodfaith_prescriptions
  with check (kind = 'EXAM' and gate = 'COMPLETE' and clinic_id = any ((select may('outside-exam:match'))::uuid[]));
