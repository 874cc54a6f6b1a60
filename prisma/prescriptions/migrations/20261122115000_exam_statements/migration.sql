-- safe while old code runs

-- What is signed of an exam: its record when it is completed, and what is said of it afterwards. The exam's own row stays as it was completed.

-- CreateTable
CREATE TABLE "exam_document" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "exam_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "jws" TEXT NOT NULL,
    "signed_by" TEXT NOT NULL,
    "signed_by_name" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "exam_document_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "exam_signing" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "document_id" UUID NOT NULL,
    "token_hash" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "signed_by" TEXT NOT NULL,
    "auth_time" TIMESTAMPTZ(3) NOT NULL,
    "amr" TEXT[],
    "key_id" TEXT NOT NULL,
    "platform_key_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "exam_signing_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "exam_addendum" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "exam_id" UUID NOT NULL,
    "document_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "text" TEXT NOT NULL,

    CONSTRAINT "exam_addendum_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "exam_error_report" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "exam_id" UUID NOT NULL,
    "document_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "note" TEXT NOT NULL,
    "reported_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "exam_error_report_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "exam_error_answer" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "exam_id" UUID NOT NULL,
    "report_id" UUID NOT NULL,
    "document_id" UUID NOT NULL,
    "outcome" TEXT NOT NULL,
    "note" TEXT NOT NULL,

    CONSTRAINT "exam_error_answer_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "exam_document_digest_key" ON "exam_document"("digest");

-- CreateIndex
CREATE INDEX "exam_document_exam_id_at_idx" ON "exam_document"("exam_id", "at");

-- CreateIndex
CREATE UNIQUE INDEX "exam_signing_document_id_key" ON "exam_signing"("document_id");

-- CreateIndex
CREATE UNIQUE INDEX "exam_signing_token_hash_digest_key" ON "exam_signing"("token_hash", "digest");

-- CreateIndex
CREATE UNIQUE INDEX "exam_addendum_document_id_key" ON "exam_addendum"("document_id");

-- CreateIndex
CREATE UNIQUE INDEX "exam_addendum_exam_id_position_key" ON "exam_addendum"("exam_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "exam_error_report_document_id_key" ON "exam_error_report"("document_id");

-- CreateIndex
CREATE INDEX "exam_error_report_exam_id_idx" ON "exam_error_report"("exam_id");

-- CreateIndex
CREATE UNIQUE INDEX "exam_error_answer_report_id_key" ON "exam_error_answer"("report_id");

-- CreateIndex
CREATE UNIQUE INDEX "exam_error_answer_document_id_key" ON "exam_error_answer"("document_id");

-- CreateIndex
CREATE INDEX "exam_error_answer_exam_id_idx" ON "exam_error_answer"("exam_id");

-- AddForeignKey
ALTER TABLE "exam_document" ADD CONSTRAINT "exam_document_exam_id_fkey" FOREIGN KEY ("exam_id") REFERENCES "good_faith_exam"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "exam_signing" ADD CONSTRAINT "exam_signing_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "exam_document"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "exam_addendum" ADD CONSTRAINT "exam_addendum_exam_id_fkey" FOREIGN KEY ("exam_id") REFERENCES "good_faith_exam"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "exam_addendum" ADD CONSTRAINT "exam_addendum_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "exam_document"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "exam_error_report" ADD CONSTRAINT "exam_error_report_exam_id_fkey" FOREIGN KEY ("exam_id") REFERENCES "good_faith_exam"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "exam_error_report" ADD CONSTRAINT "exam_error_report_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "exam_document"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "exam_error_answer" ADD CONSTRAINT "exam_error_answer_report_id_fkey" FOREIGN KEY ("report_id") REFERENCES "exam_error_report"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "exam_error_answer" ADD CONSTRAINT "exam_error_answer_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "exam_document"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

alter table exam_document enable row level security;
alter table exam_document force row level security;
alter table exam_signing enable row level security;
alter table exam_signing force row level security;
alter table exam_addendum enable row level security;
alter table exam_addendum force row level security;
alter table exam_error_report enable row level security;
alter table exam_error_report force row level security;
alter table exam_error_answer enable row level security;
alter table exam_error_answer force row level security;

alter table exam_document
  add check (kind in ('RECORD', 'ADDENDUM', 'ERROR_REPORT', 'ERROR_ANSWER')),
  add check (digest ~ '^[0-9a-f]{64}$');
-- An exam has one record.
create unique index exam_document_record on exam_document (exam_id) where kind = 'RECORD';
alter table exam_addendum add check (position > 0);
alter table exam_error_report add check (reason in ('WRONG_PATIENT', 'WRONG_SERVICE', 'DUPLICATE', 'NOT_HELD', 'OTHER'));
alter table exam_error_answer add check (outcome in ('CONFIRMED', 'REJECTED'));

-- Read by whoever opens the chart, written by whoever signs, in their own name; changed by nobody.
create policy read on exam_document for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('chart:read'))::uuid[]));
create policy signed on exam_document for insert to goodfaith_prescriptions
  with check (signed_by = (select acting()) and clinic_id = any (case kind
    when 'RECORD' then (select may('exam:conduct'))::uuid[]
    else (select may('exam:amend'))::uuid[] end));
create policy read_by_signer on exam_signing for select to goodfaith_prescriptions using (signed_by = (select acting()));
create policy written on exam_signing for insert to goodfaith_prescriptions
  with check (signed_by = (select acting())
    and (clinic_id = any ((select may('exam:conduct'))::uuid[]) or clinic_id = any ((select may('exam:amend'))::uuid[])));
create policy read on exam_addendum for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('chart:read'))::uuid[]));
create policy written on exam_addendum for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('exam:amend'))::uuid[]));
create policy read on exam_error_report for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('exam:read'))::uuid[]));
create policy written on exam_error_report for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('exam:amend'))::uuid[]));
create policy read on exam_error_answer for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('exam:read'))::uuid[]));
create policy written on exam_error_answer for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('exam:amend'))::uuid[]));
revoke update, delete on exam_document, exam_signing, exam_addendum, exam_error_report, exam_error_answer from goodfaith_prescriptions;
create trigger keep_as_written before update or delete on exam_document for each row execute function keep_as_written();
create trigger keep_as_written before update or delete on exam_signing for each row execute function keep_as_written();
create trigger keep_as_written before update or delete on exam_addendum for each row execute function keep_as_written();
create trigger keep_as_written before update or delete on exam_error_report for each row execute function keep_as_written();
create trigger keep_as_written before update or delete on exam_error_answer for each row execute function keep_as_written();

-- What is said of an exam is said of a completed one, of its own patient and clinic.
create function require_completed_exam() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  if not exists (
    select 1 from good_faith_exam e
    where e.id = new.exam_id and e.clinic_id = new.clinic_id and e.patient_id = new.patient_id and e.status = 'COMPLETED'
  ) then
    raise exception 'exam % is not completed', new.exam_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger of_completed before insert on exam_addendum for each row execute function require_completed_exam();
create trigger of_completed before insert on exam_error_report for each row execute function require_completed_exam();

-- Of one who marks and one who answers, neither is the other, and who answers did not sign the exam's record.
create function require_second_person() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  if not exists (select 1 from exam_error_report r where r.id = new.report_id and (r.exam_id, r.clinic_id, r.patient_id) = (new.exam_id, new.clinic_id, new.patient_id)) then
    raise exception 'report % is about another exam', new.report_id using errcode = 'check_violation';
  end if;
  if (select d.signed_by from exam_document d where d.id = new.document_id) in (
    select d.signed_by from exam_document d
    where d.exam_id = new.exam_id and (d.kind = 'RECORD' or d.id = (select r.document_id from exam_error_report r where r.id = new.report_id))
  ) then
    raise exception 'an error in exam % is answered by a second person', new.exam_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger second_person before insert on exam_error_answer for each row execute function require_second_person();

-- An exam is taken back as entered in error only with the second person's word.
create function require_confirmed_error() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  if not exists (select 1 from exam_error_answer a where a.exam_id = new.id and a.outcome = 'CONFIRMED') then
    raise exception 'nobody has confirmed that exam % was entered in error', new.id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger confirmed_error before update of revoked_at on good_faith_exam for each row
  when (new.revoked_reason = 'ENTERED_IN_ERROR') execute function require_confirmed_error();
revoke execute on function require_completed_exam(), require_second_person(), require_confirmed_error() from goodfaith_prescriptions;

create policy taken_back on good_faith_exam for update to goodfaith_prescriptions
  using (clinic_id = any ((select may('exam:read'))::uuid[]))
  with check (status = 'COMPLETED' and revoked_reason = 'ENTERED_IN_ERROR' and clinic_id = any ((select may('exam:amend'))::uuid[]));

-- Orders in flight on such an exam are held, by whoever confirmed it, and by nobody for another reason.
grant insert on safety_hold to goodfaith_prescriptions;
create policy exam_in_error on safety_hold for insert to goodfaith_prescriptions
  with check (reason = 'EXAM_ENTERED_IN_ERROR' and order_id is not null and lifted_at is null and placed_by = (select acting())
    and clinic_id = any ((select may('exam:amend'))::uuid[])
    and exists (select 1 from "order" o join good_faith_exam e on e.id = o.exam_id
      where o.id = safety_hold.order_id and o.patient_id = safety_hold.patient_id and o.clinic_id = safety_hold.clinic_id and e.revoked_at is not null));

-- Whoever examines, or says something of an exam, signs too: with the one key a practitioner has, under another media type than an order's.
create policy made_for_exams on signing_key for insert to goodfaith_prescriptions
  with check (valid_until is null and invalid_since is null and purpose = 'PRESCRIBER' and sub = (select acting())
    and (cardinality((select may('exam:conduct'))::uuid[]) > 0 or cardinality((select may('exam:amend'))::uuid[]) > 0));
