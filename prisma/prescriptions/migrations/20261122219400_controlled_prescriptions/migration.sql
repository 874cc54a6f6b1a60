-- safe while old code runs

-- What a prescription for a controlled substance stands on: evaluations in person, queries of monitoring programs, who may sign at which clinic, and
-- each signature with the proof it was given by. All of it is history: written once, and never changed.

-- CreateTable
CREATE TABLE "in_person_evaluation" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "evaluator_id" UUID NOT NULL,
    "evaluated_on" DATE NOT NULL,
    "state" TEXT NOT NULL,
    "place" TEXT NOT NULL,
    "evidence_digest" TEXT NOT NULL,
    "recorded_by" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "in_person_evaluation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "in_person_evaluation_withdrawal" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "evaluation_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "withdrawn_by" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "in_person_evaluation_withdrawal_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "pdmp_check" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "state" TEXT NOT NULL,
    "checked_at" TIMESTAMPTZ(3) NOT NULL,
    "outcome" TEXT NOT NULL,
    "patient_match" TEXT NOT NULL,
    "result_reference" TEXT,
    "decision" TEXT NOT NULL,
    "outage_reason" TEXT,
    "recorded_by" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "pdmp_check_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "controlled_access_step" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "practitioner_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "step" TEXT NOT NULL,
    "reason" TEXT,
    "taken_by" TEXT NOT NULL,
    "taken_by_name" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "controlled_access_step_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "controlled_signing" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "signed_by" TEXT NOT NULL,
    "auth_time" TIMESTAMPTZ(3) NOT NULL,
    "amr" TEXT[],
    "schedule" TEXT NOT NULL,
    "review_digest" TEXT NOT NULL,
    "basis" TEXT NOT NULL,
    "pdmp_check_id" UUID,
    "evaluation_id" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "controlled_signing_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "controlled_audit_day" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "events" INTEGER NOT NULL,
    "digest" TEXT NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "controlled_audit_day_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "in_person_evaluation_patient_id_evaluator_id_idx" ON "in_person_evaluation"("patient_id", "evaluator_id");

-- CreateIndex
CREATE INDEX "in_person_evaluation_clinic_id_recorded_at_idx" ON "in_person_evaluation"("clinic_id", "recorded_at");

-- CreateIndex
CREATE UNIQUE INDEX "in_person_evaluation_withdrawal_evaluation_id_key" ON "in_person_evaluation_withdrawal"("evaluation_id");

-- CreateIndex
CREATE INDEX "pdmp_check_order_id_idx" ON "pdmp_check"("order_id");

-- CreateIndex
CREATE INDEX "pdmp_check_clinic_id_recorded_at_idx" ON "pdmp_check"("clinic_id", "recorded_at");

-- CreateIndex
CREATE UNIQUE INDEX "controlled_access_step_clinic_id_practitioner_id_position_key" ON "controlled_access_step"("clinic_id", "practitioner_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "controlled_signing_order_id_key" ON "controlled_signing"("order_id");

-- CreateIndex
CREATE INDEX "controlled_signing_clinic_id_at_idx" ON "controlled_signing"("clinic_id", "at");

-- CreateIndex
CREATE UNIQUE INDEX "controlled_signing_signed_by_auth_time_key" ON "controlled_signing"("signed_by", "auth_time");

-- CreateIndex
CREATE UNIQUE INDEX "controlled_audit_day_clinic_id_day_key" ON "controlled_audit_day"("clinic_id", "day");

-- AddForeignKey
ALTER TABLE "in_person_evaluation" ADD CONSTRAINT "in_person_evaluation_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "in_person_evaluation_withdrawal" ADD CONSTRAINT "in_person_evaluation_withdrawal_evaluation_id_fkey" FOREIGN KEY ("evaluation_id") REFERENCES "in_person_evaluation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pdmp_check" ADD CONSTRAINT "pdmp_check_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "controlled_signing" ADD CONSTRAINT "controlled_signing_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

alter table in_person_evaluation
  add check (evidence_digest ~ '^[0-9a-f]{64}$'),
  add check (state ~ '^[A-Z]{2}$' and length(trim(place)) between 1 and 200),
  -- The day is that of the place, which may be ahead of UTC's by none and behind it by one.
  add check (evaluated_on <= recorded_at::date);
alter table in_person_evaluation_withdrawal
  add check (reason in ('WRONG_PATIENT', 'WRONG_EVALUATOR', 'WRONG_DAY', 'NOT_HELD', 'OTHER'));
alter table pdmp_check
  add check (state ~ '^[A-Z]{2}$'),
  add check (outcome in ('REVIEWED', 'NO_HISTORY', 'FAILED')),
  add check (patient_match in ('EXACT', 'CONFIRMED', 'UNSURE', 'NONE')),
  add check (decision in ('PRESCRIBE', 'WITHHOLD')),
  add check (checked_at <= recorded_at),
  -- What came has a reference; what did not come may have a reason why it goes on all the same.
  add check ((outcome = 'FAILED') = (result_reference is null)),
  add check (outage_reason is null or (outcome = 'FAILED' and decision = 'PRESCRIBE')),
  add check ((outcome = 'REVIEWED') = (patient_match <> 'NONE'));
alter table controlled_access_step
  add check (position > 0),
  add check (step in ('PROPOSED', 'GRANTED', 'REVOKED')),
  add check ((step = 'REVOKED') = (reason is not null)),
  add check (reason in ('EXPIRED', 'LOST', 'COMPROMISED', 'LEFT', 'OTHER'));
alter table controlled_signing
  add check (schedule in ('II', 'III', 'IV', 'V')),
  add check (review_digest ~ '^[0-9a-f]{64}$'),
  add check (basis in ('IN_PERSON', 'TELEMEDICINE')),
  add check (evaluation_id is null or basis = 'IN_PERSON');
alter table controlled_audit_day add check (events >= 0 and digest ~ '^[0-9a-f]{64}$');

alter table in_person_evaluation enable row level security;
alter table in_person_evaluation force row level security;
alter table in_person_evaluation_withdrawal enable row level security;
alter table in_person_evaluation_withdrawal force row level security;
alter table pdmp_check enable row level security;
alter table pdmp_check force row level security;
alter table controlled_access_step enable row level security;
alter table controlled_access_step force row level security;
alter table controlled_signing enable row level security;
alter table controlled_signing force row level security;
alter table controlled_audit_day enable row level security;
alter table controlled_audit_day force row level security;

-- Evaluations, queries and signatures are chart.
create policy read on in_person_evaluation for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('chart:read'))::uuid[]));
create policy recorded on in_person_evaluation for insert to goodfaith_prescriptions
  with check (recorded_by = (select acting()) and clinic_id = any ((select may('evaluation:record'))::uuid[]));
create policy read on in_person_evaluation_withdrawal for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('chart:read'))::uuid[]));
create policy withdrawn on in_person_evaluation_withdrawal for insert to goodfaith_prescriptions
  with check (withdrawn_by = (select acting()) and clinic_id = any ((select may('evaluation:record'))::uuid[]));
create policy read on pdmp_check for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('chart:read'))::uuid[]));
create policy recorded on pdmp_check for insert to goodfaith_prescriptions
  with check (recorded_by = (select acting()) and clinic_id = any ((select may('pdmp:record'))::uuid[]));
create policy read on controlled_signing for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('chart:read'))::uuid[]));
create policy signed on controlled_signing for insert to goodfaith_prescriptions
  with check (signed_by = (select acting()) and clinic_id = any ((select may('order:sign'))::uuid[]));

-- Who may sign is no chart: whoever arranges it sees it, and whoever signs.
create policy read on controlled_access_step for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('controlled-report:read'))::uuid[]) or clinic_id = any ((select may('chart:read'))::uuid[]));
create policy taken on controlled_access_step for insert to goodfaith_prescriptions
  with check (taken_by = (select acting()) and clinic_id = any (case step
    when 'PROPOSED' then (select may('controlled-access:propose'))::uuid[]
    when 'GRANTED' then (select may('controlled-access:grant'))::uuid[]
    else (select may('controlled-access:revoke'))::uuid[] end));

create policy read on controlled_audit_day for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('controlled-report:read'))::uuid[]) or (select everywhere('hand-off:receive')));
create policy made on controlled_audit_day for insert to goodfaith_prescriptions with check ((select everywhere('hand-off:receive')));

revoke update, delete, truncate on in_person_evaluation, in_person_evaluation_withdrawal, pdmp_check, controlled_access_step, controlled_signing,
  controlled_audit_day from goodfaith_prescriptions;
create trigger keep_as_written before update or delete on in_person_evaluation for each row execute function keep_as_written();
create trigger keep_as_written before update or delete on in_person_evaluation_withdrawal for each row execute function keep_as_written();
create trigger keep_as_written before update or delete on pdmp_check for each row execute function keep_as_written();
create trigger keep_as_written before update or delete on controlled_access_step for each row execute function keep_as_written();
create trigger keep_as_written before update or delete on controlled_signing for each row execute function keep_as_written();
create trigger keep_as_written before update or delete on controlled_audit_day for each row execute function keep_as_written();

-- Each row is of one clinic and patient all through.
create function require_own_patient() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  if not exists (select 1 from patient p where p.id = new.patient_id and p.clinic_id = new.clinic_id) then
    raise exception 'patient % is not of that clinic', new.patient_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger of_own_patient before insert on in_person_evaluation for each row execute function require_own_patient();

create function require_own_evaluation() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  if not exists (select 1 from in_person_evaluation e where e.id = new.evaluation_id and e.clinic_id = new.clinic_id and e.patient_id = new.patient_id) then
    raise exception 'evaluation % is not of that patient', new.evaluation_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger of_own_evaluation before insert on in_person_evaluation_withdrawal for each row execute function require_own_evaluation();

create function require_own_order() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  if not exists (select 1 from "order" o where o.id = new.order_id and o.clinic_id = new.clinic_id and o.patient_id = new.patient_id and o.status = 'DRAFT') then
    raise exception 'order % is no draft for that patient', new.order_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger of_own_order before insert on pdmp_check for each row execute function require_own_order();
create trigger of_own_order before insert on controlled_signing for each row execute function require_own_order();

-- Four eyes: granted is what somebody else proposed, and only what stands is revoked.
create function require_access_step() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
declare
  before controlled_access_step;
begin
  select * into before from controlled_access_step s
    where s.clinic_id = new.clinic_id and s.practitioner_id = new.practitioner_id order by s.position desc limit 1;
  if new.position <> coalesce(before.position, 0) + 1
    or (new.step = 'PROPOSED' and coalesce(before.step, 'REVOKED') <> 'REVOKED')
    or (new.step = 'GRANTED' and (coalesce(before.step, '') <> 'PROPOSED' or before.taken_by = new.taken_by))
    or (new.step = 'REVOKED' and coalesce(before.step, 'REVOKED') = 'REVOKED') then
    raise exception 'access of % does not go on like that', new.practitioner_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger of_access before insert on controlled_access_step for each row execute function require_access_step();
revoke execute on function require_own_patient(), require_own_evaluation(), require_own_order(), require_access_step() from goodfaith_prescriptions;

-- The report of a clinic names no patient, no drug and no reference: who did what to which record, and when. A role of its own reads the few columns.
do $$
begin
  if not exists (select from pg_roles where rolname = 'goodfaith_controlled') then
    create role goodfaith_controlled nologin nosuperuser nobypassrls noinherit;
  end if;
  execute format('grant goodfaith_controlled to %I with set true', current_user);
end $$;
create schema prescriptions_controlled;
grant usage on schema prescriptions to goodfaith_controlled;
grant select (id, clinic_id, recorded_by, recorded_at) on in_person_evaluation to goodfaith_controlled;
grant select (id, clinic_id, evaluation_id, withdrawn_by, at) on in_person_evaluation_withdrawal to goodfaith_controlled;
grant select (id, clinic_id, order_id, outcome, decision, outage_reason, recorded_by, recorded_at) on pdmp_check to goodfaith_controlled;
grant select (id, clinic_id, practitioner_id, step, taken_by, at) on controlled_access_step to goodfaith_controlled;
grant select (id, clinic_id, order_id, signed_by, at) on controlled_signing to goodfaith_controlled;
grant select (id, tenant_id, at, kind, action, actor, detail) on audit_event to goodfaith_controlled;
grant execute on function may(text), everywhere(text) to goodfaith_controlled;

create policy reported on in_person_evaluation for select to goodfaith_controlled using (true);
create policy reported on in_person_evaluation_withdrawal for select to goodfaith_controlled using (true);
create policy reported on pdmp_check for select to goodfaith_controlled using (true);
create policy reported on controlled_access_step for select to goodfaith_controlled using (true);
create policy reported on controlled_signing for select to goodfaith_controlled using (true);
create policy reported on audit_event for select to goodfaith_controlled
  using (kind = 'REFUSAL' and action in ('signControlledOrder.refused', 'recordPdmpCheck.refused', 'grantControlledSigning.refused',
    'proposeControlledSigning.refused', 'revokeControlledSigning.refused', 'recordInPersonEvaluation.refused'));

create function prescriptions_controlled.events(of_clinic uuid, since timestamptz, before timestamptz)
returns table (at timestamptz, kind text, actor text, subject_kind text, subject_id uuid, outcome text)
language sql stable security definer set search_path = prescriptions, pg_temp as $$
  select * from (
    select e.recorded_at as at, 'EVALUATION_RECORDED' as kind, e.recorded_by as actor, 'inPersonEvaluation' as subject_kind, e.id as subject_id, null::text as outcome
      from in_person_evaluation e where e.clinic_id = of_clinic
    union all
    select w.at, 'EVALUATION_WITHDRAWN', w.withdrawn_by, 'inPersonEvaluation', w.evaluation_id, null
      from in_person_evaluation_withdrawal w where w.clinic_id = of_clinic
    union all
    select c.recorded_at, case when c.outage_reason is null then 'PDMP_CHECKED' else 'PDMP_OUTAGE_EXCEPTION' end, c.recorded_by, 'order', c.order_id,
      c.outcome || ' ' || c.decision from pdmp_check c where c.clinic_id = of_clinic
    union all
    select s.at, 'ACCESS_' || s.step, s.taken_by, 'practitioner', s.practitioner_id, null
      from controlled_access_step s where s.clinic_id = of_clinic
    union all
    select g.at, 'SIGNED', g.signed_by, 'order', g.order_id, null from controlled_signing g where g.clinic_id = of_clinic
    union all
    select a.at, 'REFUSED', a.actor, null, null, a.action || ' ' || coalesce(a.detail ->> 'code', '') from audit_event a
      where a.tenant_id = of_clinic and a.kind = 'REFUSAL'
  ) told
  where told.at >= since and told.at < before
    and (of_clinic = any ((select may('controlled-report:read'))::uuid[]) or (select everywhere('hand-off:receive')))
  order by told.at, told.kind, told.subject_id
$$;

alter schema prescriptions_controlled owner to goodfaith_controlled;
alter function prescriptions_controlled.events(uuid, timestamptz, timestamptz) owner to goodfaith_controlled;
set role goodfaith_controlled;
revoke all on schema prescriptions_controlled from public;
revoke all on all functions in schema prescriptions_controlled from public;
grant usage on schema prescriptions_controlled to goodfaith_prescriptions;
grant execute on function prescriptions_controlled.events(uuid, timestamptz, timestamptz) to goodfaith_prescriptions;
reset role;
do $$ begin execute format('revoke goodfaith_controlled from %I', current_user); end $$;
