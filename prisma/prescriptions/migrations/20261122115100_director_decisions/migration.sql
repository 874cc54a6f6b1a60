-- safe while old code runs

-- A deferred exam is decided by a medical director. The examiner's own row stays: the decision stands beside it.

-- CreateTable
CREATE TABLE "exam_director_decision" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "exam_id" UUID NOT NULL,
    "document_id" UUID NOT NULL,
    "director_id" UUID NOT NULL,
    "outcome" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "services" TEXT[],
    "valid_until" DATE,
    "decided_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "exam_director_decision_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "exam_director_decision_exam_id_key" ON "exam_director_decision"("exam_id");

-- CreateIndex
CREATE UNIQUE INDEX "exam_director_decision_document_id_key" ON "exam_director_decision"("document_id");

-- AddForeignKey
ALTER TABLE "exam_director_decision" ADD CONSTRAINT "exam_director_decision_exam_id_fkey" FOREIGN KEY ("exam_id") REFERENCES "good_faith_exam"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "exam_director_decision" ADD CONSTRAINT "exam_director_decision_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "exam_document"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

alter table exam_director_decision enable row level security;
alter table exam_director_decision force row level security;
alter table exam_director_decision
  add check (outcome in ('APPROVED', 'DECLINED')),
  add check ((outcome = 'APPROVED') = (valid_until is not null)),
  add check ((outcome = 'APPROVED') = (cardinality(services) > 0));

-- That and until when it clears is for whoever sees the exam; why is shown to whoever opens the chart, as of the examiner's decision.
create policy read on exam_director_decision for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('exam:read'))::uuid[]));
create policy written on exam_director_decision for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('exam:decide'))::uuid[]));
revoke update, delete on exam_director_decision from goodfaith_prescriptions;
create trigger keep_as_written before update or delete on exam_director_decision for each row execute function keep_as_written();

create function require_deferred_exam() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  if not exists (
    select 1 from good_faith_exam e
    where e.id = new.exam_id and e.clinic_id = new.clinic_id and e.patient_id = new.patient_id
      and e.status = 'COMPLETED' and e.outcome = 'DEFERRED' and e.revoked_at is null and e.examiner_id <> new.director_id
  ) then
    raise exception 'exam % was not deferred to this director', new.exam_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger of_deferred before insert on exam_director_decision for each row execute function require_deferred_exam();
revoke execute on function require_deferred_exam() from goodfaith_prescriptions;

alter table exam_document
  drop constraint exam_document_kind_check,
  add constraint exam_document_kind_check check (kind in ('RECORD', 'ADDENDUM', 'ERROR_REPORT', 'ERROR_ANSWER', 'DIRECTOR_DECISION'));
drop policy signed on exam_document;
create policy signed on exam_document for insert to goodfaith_prescriptions
  with check (signed_by = (select acting()) and clinic_id = any (case kind
    when 'RECORD' then (select may('exam:conduct'))::uuid[]
    when 'DIRECTOR_DECISION' then (select may('exam:decide'))::uuid[]
    else (select may('exam:amend'))::uuid[] end));

-- What the gate was told and answered, and the licences it stood on, are kept as of every other decision.
create policy written_by_director on exam_decision for insert to goodfaith_prescriptions
  with check (gate = 'DECIDE' and clinic_id = any ((select may('exam:decide'))::uuid[]));
-- Every gate there is, whichever migration brought it.
alter table license_reliance
  drop constraint license_reliance_gate_check,
  add constraint license_reliance_gate_check
    check (gate in ('BOOK', 'REQUEST', 'RESCHEDULE', 'CLAIM', 'JOIN', 'START', 'COMPLETE', 'DECIDE', 'SIGN', 'SEND'));
create policy written_by_director on license_reliance for insert to goodfaith_prescriptions
  with check (kind = 'EXAM' and gate = 'DECIDE' and clinic_id = any ((select may('exam:decide'))::uuid[]));

-- I1, with what a director approved: no order is signed or sent without a valid exam of that patient for that service.
create or replace function require_exam() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  if not exists (
    select 1 from good_faith_exam e left join exam_director_decision d on d.exam_id = e.id and d.outcome = 'APPROVED'
    where e.id = new.exam_id and e.patient_id = new.patient_id and e.clinic_id = new.clinic_id
      and e.status = 'COMPLETED' and (e.outcome in ('APPROVED', 'APPROVED_WITH_CONDITIONS') or d.id is not null) and e.revoked_at is null
      and new.service = any (coalesce(d.services, e.services))
      and (coalesce(d.decided_at, e.completed_at) at time zone 'UTC')::date <= (new.signed_at at time zone 'UTC')::date
      and coalesce(d.valid_until, e.valid_until) >= (new.signed_at at time zone 'UTC')::date
  ) then
    raise exception 'order % has no valid good-faith exam', new.id using errcode = 'check_violation';
  end if;
  return new;
end $$;
