-- safe while old code runs

-- Answers that screening picked out and a clinician settled: resolved where they need review, overridden by a physician where they block.

-- CreateTable
CREATE TABLE "screening_resolution" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "intake_id" UUID NOT NULL,
    "questionnaire_version" TEXT NOT NULL,
    "link_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "answer" JSONB NOT NULL,
    "reason" TEXT NOT NULL,
    "patient_state" TEXT NOT NULL,
    "resolver_id" UUID NOT NULL,
    "resolved_by" TEXT NOT NULL,
    "credential" TEXT NOT NULL,
    "performer_id" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "facts" JSONB NOT NULL,
    "results" JSONB NOT NULL,
    "pack_version" TEXT NOT NULL,

    CONSTRAINT "screening_resolution_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "screening_resolution_intake_id_idx" ON "screening_resolution"("intake_id");

-- AddForeignKey
ALTER TABLE "screening_resolution" ADD CONSTRAINT "screening_resolution_intake_id_fkey" FOREIGN KEY ("intake_id") REFERENCES "intake"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

alter table screening_resolution enable row level security;
alter table screening_resolution force row level security;

alter table screening_resolution
  add check (length(trim(reason)) > 0),
  -- A physician overrides what blocks; what needs review is resolved; whoever overrides does not give the treatment.
  add check (kind = 'OVERRIDE' and severity = 'block' and credential in ('MD', 'DO') and performer_id is distinct from resolver_id
    or kind = 'RESOLUTION' and severity = 'physician-review' and credential in ('MD', 'DO', 'NP', 'PA') and performer_id is null);

-- Seen with the intake it is about; why is shown to whoever opens the chart.
create policy read on screening_resolution for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('intake:submit'))::uuid[]) or clinic_id = any ((select may('chart:read'))::uuid[]));
create policy settled on screening_resolution for insert to goodfaith_prescriptions
  with check (resolved_by = (select acting()) and clinic_id = any ((select may('exam:resolve'))::uuid[]));
revoke update, delete on screening_resolution from goodfaith_prescriptions;
create trigger keep_as_written before update or delete on screening_resolution for each row execute function keep_as_written();

-- It is of the very intake it names, in the version that was answered.
create function require_own_intake() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  if not exists (
    select 1 from intake i where i.id = new.intake_id
      and (i.clinic_id, i.patient_id, i.questionnaire_version) = (new.clinic_id, new.patient_id, new.questionnaire_version)
  ) then
    raise exception 'intake % is another one than was settled', new.intake_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger of_intake before insert on screening_resolution for each row execute function require_own_intake();
revoke execute on function require_own_intake() from goodfaith_prescriptions;
