-- safe while old code runs

-- An approval is taken back by its examiner or by the medical director, from that moment on. What was signed stays; why stands beside it.

-- CreateTable
CREATE TABLE "exam_revocation" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "exam_id" UUID NOT NULL,
    "document_id" UUID NOT NULL,
    "revoker_id" UUID NOT NULL,
    "part" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "exam_revocation_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "exam_revocation_exam_id_key" ON "exam_revocation"("exam_id");

-- CreateIndex
CREATE UNIQUE INDEX "exam_revocation_document_id_key" ON "exam_revocation"("document_id");

-- AddForeignKey
ALTER TABLE "exam_revocation" ADD CONSTRAINT "exam_revocation_exam_id_fkey" FOREIGN KEY ("exam_id") REFERENCES "good_faith_exam"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "exam_revocation" ADD CONSTRAINT "exam_revocation_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "exam_document"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

alter table exam_revocation enable row level security;
alter table exam_revocation force row level security;
alter table exam_revocation
  add check (part in ('EXAMINER', 'MEDICAL_DIRECTOR')),
  add check (reason in ('CONTRAINDICATION_FOUND', 'HEALTH_CHANGED', 'INFORMATION_WRONG', 'AUTHORITY_LACKING', 'BELOW_STANDARD', 'PATIENT_REQUEST', 'OTHER'));

-- That and since when it counts no more is for whoever sees the exam; in which words is shown to whoever opens the chart.
create policy read on exam_revocation for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('exam:read'))::uuid[]));
create policy written on exam_revocation for insert to goodfaith_prescriptions
  with check (clinic_id = any (case part
    when 'MEDICAL_DIRECTOR' then (select may('exam:decide'))::uuid[]
    else (select may('exam:conduct'))::uuid[] end));
revoke update, delete on exam_revocation from goodfaith_prescriptions;
create trigger keep_as_written before update or delete on exam_revocation for each row execute function keep_as_written();

-- Only an approval is taken back: taking back a decision against a service would bring an older approval to life again.
create function require_revocable_exam() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  if not exists (
    select 1 from good_faith_exam e
    where e.id = new.exam_id and e.clinic_id = new.clinic_id and e.patient_id = new.patient_id and e.status = 'COMPLETED' and e.revoked_at is null
      and (new.part = 'MEDICAL_DIRECTOR' or e.examiner_id = new.revoker_id)
      and (e.outcome in ('APPROVED', 'APPROVED_WITH_CONDITIONS')
        or exists (select 1 from exam_director_decision d where d.exam_id = e.id and d.outcome = 'APPROVED'))
  ) then
    raise exception 'exam % is not this person''s to revoke', new.exam_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger of_approval before insert on exam_revocation for each row execute function require_revocable_exam();
revoke execute on function require_revocable_exam() from goodfaith_prescriptions;

-- Whatever else lets somebody change an exam: it is taken back as entered in error, which a trigger asks about, or with a revocation beside it.
create policy revoked on good_faith_exam for update to goodfaith_prescriptions
  using (clinic_id = any ((select may('exam:read'))::uuid[]))
  with check (status = 'COMPLETED' and revoked_at is not null and clinic_id = any ((select may('exam:decide'))::uuid[]));
create policy taken_back_with_reason on good_faith_exam as restrictive for update to goodfaith_prescriptions using (true)
  with check (revoked_at is null or revoked_reason = 'ENTERED_IN_ERROR'
    or exists (select 1 from exam_revocation r where r.exam_id = good_faith_exam.id and r.reason = good_faith_exam.revoked_reason and r.at = good_faith_exam.revoked_at));

-- It is signed by whoever revokes, as everything is that is said of an exam.
alter table exam_document
  drop constraint exam_document_kind_check,
  add constraint exam_document_kind_check check (kind in ('RECORD', 'ADDENDUM', 'ERROR_REPORT', 'ERROR_ANSWER', 'DIRECTOR_DECISION', 'REVOCATION', 'CONDITION_MET'));

-- Orders in flight on it are held, by whoever revoked it.
create policy exam_revoked on safety_hold for insert to goodfaith_prescriptions
  with check (reason = 'EXAM_REVOKED' and order_id is not null and lifted_at is null and placed_by = (select acting())
    and (clinic_id = any ((select may('exam:conduct'))::uuid[]) or clinic_id = any ((select may('exam:decide'))::uuid[]))
    and exists (select 1 from "order" o join exam_revocation r on r.exam_id = o.exam_id
      where o.id = safety_hold.order_id and o.patient_id = safety_hold.patient_id and o.clinic_id = safety_hold.clinic_id));
