-- safe while old code runs

-- An approval with conditions counts once each of them is met. What was approved stays as it was signed: that a condition is met stands beside it.

-- AlterTable
ALTER TABLE "good_faith_exam" ADD COLUMN     "condition_kinds" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- CreateTable
CREATE TABLE "exam_condition_met" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "exam_id" UUID NOT NULL,
    "document_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "statement" TEXT NOT NULL,
    "evidence_digest" TEXT,
    "met_by" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "exam_condition_met_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "exam_condition_met_document_id_key" ON "exam_condition_met"("document_id");

-- CreateIndex
CREATE UNIQUE INDEX "exam_condition_met_exam_id_position_key" ON "exam_condition_met"("exam_id", "position");

-- AddForeignKey
ALTER TABLE "exam_condition_met" ADD CONSTRAINT "exam_condition_met_exam_id_fkey" FOREIGN KEY ("exam_id") REFERENCES "good_faith_exam"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "exam_condition_met" ADD CONSTRAINT "exam_condition_met_document_id_fkey" FOREIGN KEY ("document_id") REFERENCES "exam_document"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Conditions of before are words alone, which is the kind OTHER.
alter table good_faith_exam
  add constraint good_faith_exam_condition_kinds_check check (
    cardinality(condition_kinds) in (0, cardinality(conditions))
    and condition_kinds <@ array['LAB_RESULT', 'DOSE_LIMIT', 'IN_PERSON_CHECK', 'SPECIALIST_CLEARANCE', 'PHOTOGRAPHS', 'OTHER']);

alter table exam_condition_met enable row level security;
alter table exam_condition_met force row level security;
alter table exam_condition_met add check (evidence_digest ~ '^[0-9a-f]{64}$');

-- That it is met is for whoever sees the exam; how is shown to whoever opens the chart.
create policy read on exam_condition_met for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('exam:read'))::uuid[]));
create policy written on exam_condition_met for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('exam:amend'))::uuid[]));
revoke update, delete on exam_condition_met from goodfaith_prescriptions;
create trigger keep_as_written before update or delete on exam_condition_met for each row execute function keep_as_written();

create function require_condition() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  if not exists (
    select 1 from good_faith_exam e
    where e.id = new.exam_id and e.clinic_id = new.clinic_id and e.patient_id = new.patient_id
      and e.status = 'COMPLETED' and e.outcome = 'APPROVED_WITH_CONDITIONS' and e.revoked_at is null
      and new.position between 1 and cardinality(e.conditions)
      and (new.evidence_digest is not null or coalesce(e.condition_kinds[new.position], 'OTHER') not in ('LAB_RESULT', 'SPECIALIST_CLEARANCE'))
  ) then
    raise exception 'exam % has no such condition, or it is met otherwise', new.exam_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger of_condition before insert on exam_condition_met for each row execute function require_condition();

-- I1: whatever the program does, no order is signed or sent on an approval of which a condition is open.
create function require_conditions_met() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  if exists (
    select 1 from good_faith_exam e
    where e.id = new.exam_id and e.outcome = 'APPROVED_WITH_CONDITIONS'
      and (cardinality(e.conditions) = 0 or cardinality(e.conditions) > (select count(*) from exam_condition_met m where m.exam_id = e.id))
  ) then
    raise exception 'order % stands on an exam with an open condition', new.id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger conditions_when_written before insert on "order" for each row
  when (new.status not in ('DRAFT', 'CANCELLED')) execute function require_conditions_met();
create trigger conditions_when_moved before update of status on "order" for each row
  when ((old.status = 'DRAFT' and new.status = 'SIGNED') or (old.status = 'SIGNED' and new.status = 'SENT')) execute function require_conditions_met();
revoke execute on function require_condition(), require_conditions_met() from goodfaith_prescriptions;
