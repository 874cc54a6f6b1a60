-- safe while old code runs

-- CreateTable
CREATE TABLE "verification_run" (
    "id" UUID NOT NULL,
    "source" TEXT NOT NULL,
    "state" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "as_of" TIMESTAMPTZ(3) NOT NULL,
    "digest" TEXT NOT NULL,
    "row_count" INTEGER NOT NULL,
    "broken_count" INTEGER NOT NULL,
    "ran_by" TEXT NOT NULL,

    CONSTRAINT "verification_run_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "verification_difference" (
    "id" UUID NOT NULL,
    "run_id" UUID NOT NULL,
    "practitioner_id" UUID NOT NULL,
    "license_id" UUID,
    "before" TEXT,
    "after" TEXT NOT NULL,

    CONSTRAINT "verification_difference_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "exclusion_screening" (
    "practitioner_id" UUID NOT NULL,
    "source" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "since" DATE,
    "as_of" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "exclusion_screening_pkey" PRIMARY KEY ("practitioner_id","source")
);

-- CreateTable
CREATE TABLE "match_clearance" (
    "id" UUID NOT NULL,
    "check_id" UUID NOT NULL,
    "practitioner_id" UUID NOT NULL,
    "source" TEXT NOT NULL,
    "match_key" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "cleared_by" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "match_clearance_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "practitioner_birth" (
    "practitioner_id" UUID NOT NULL,
    "born_on" DATE NOT NULL,

    CONSTRAINT "practitioner_birth_pkey" PRIMARY KEY ("practitioner_id")
);

-- CreateTable
CREATE TABLE "controlled_substance_registration" (
    "id" UUID NOT NULL,
    "practitioner_id" UUID NOT NULL,
    "state" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "schedules" TEXT[],
    "status" TEXT NOT NULL,
    "expires_on" DATE NOT NULL,

    CONSTRAINT "controlled_substance_registration_pkey" PRIMARY KEY ("id")
);

-- AlterTable
ALTER TABLE "credential_check" ADD COLUMN "run_id" UUID,
ADD COLUMN "basis" TEXT,
ADD COLUMN "since" DATE,
ADD COLUMN "match_key" TEXT;

-- CreateIndex
CREATE INDEX "verification_run_source_state_at_idx" ON "verification_run"("source", "state", "at");
CREATE INDEX "verification_difference_run_id_idx" ON "verification_difference"("run_id");
CREATE INDEX "verification_difference_practitioner_id_idx" ON "verification_difference"("practitioner_id");
CREATE UNIQUE INDEX "match_clearance_check_id_key" ON "match_clearance"("check_id");
CREATE INDEX "match_clearance_practitioner_id_source_idx" ON "match_clearance"("practitioner_id", "source");
CREATE INDEX "controlled_substance_registration_practitioner_id_idx" ON "controlled_substance_registration"("practitioner_id");
CREATE INDEX "controlled_substance_registration_expires_on_idx" ON "controlled_substance_registration"("expires_on");
CREATE UNIQUE INDEX "controlled_substance_registration_state_number_key" ON "controlled_substance_registration"("state", "number");
CREATE INDEX "credential_check_run_id_idx" ON "credential_check"("run_id");

-- AddForeignKey
ALTER TABLE "credential_check" ADD CONSTRAINT "credential_check_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "verification_run"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "verification_difference" ADD CONSTRAINT "verification_difference_run_id_fkey" FOREIGN KEY ("run_id") REFERENCES "verification_run"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "verification_difference" ADD CONSTRAINT "verification_difference_practitioner_id_fkey" FOREIGN KEY ("practitioner_id") REFERENCES "practitioner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "verification_difference" ADD CONSTRAINT "verification_difference_license_id_fkey" FOREIGN KEY ("license_id") REFERENCES "license"("id") ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE "exclusion_screening" ADD CONSTRAINT "exclusion_screening_practitioner_id_fkey" FOREIGN KEY ("practitioner_id") REFERENCES "practitioner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "match_clearance" ADD CONSTRAINT "match_clearance_check_id_fkey" FOREIGN KEY ("check_id") REFERENCES "credential_check"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "practitioner_birth" ADD CONSTRAINT "practitioner_birth_practitioner_id_fkey" FOREIGN KEY ("practitioner_id") REFERENCES "practitioner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "controlled_substance_registration" ADD CONSTRAINT "controlled_substance_registration_practitioner_id_fkey" FOREIGN KEY ("practitioner_id") REFERENCES "practitioner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the models can't say.
alter table verification_run
  add check (source in ('STATE_BOARD', 'NPPES', 'OIG_LEIE', 'SAM')),
  add check ((source = 'STATE_BOARD') = (state is not null) and (state is null or is_us_state(state))),
  add check (digest ~ '^[0-9a-f]{64}$'),
  add check (0 <= broken_count and broken_count <= row_count),
  add check (as_of <= at);
alter table exclusion_screening
  add check (source in ('OIG_LEIE', 'SAM')),
  add check (status in ('NONE', 'POSSIBLE', 'EXCLUDED')),
  add check ((status = 'EXCLUDED') = (since is not null));
alter table match_clearance
  add check (source in ('OIG_LEIE', 'SAM')),
  add check (char_length(reason) >= 20);
alter table controlled_substance_registration
  add check (is_us_state(state)),
  add check (schedules is not null and schedules <@ array['II', 'IIN', 'III', 'IIIN', 'IV', 'V']),
  add check (status in ('ACTIVE', 'SUSPENDED', 'SURRENDERED', 'REVOKED', 'UNVERIFIED'));
alter table credential_check
  drop constraint credential_check_result_check,
  add check (result in ('CONFIRMED', 'MISMATCH', 'DISCIPLINE', 'EXCLUDED', 'POSSIBLE', 'NOT_FOUND', 'NO_ANSWER')),
  add check (basis in ('NPI', 'LICENSE_NUMBER', 'NAME_AND_BIRTH', 'NAME_AND_STATE')),
  add check (result <> 'POSSIBLE' or match_key is not null);

create trigger insert_only before update or delete or truncate on verification_run for each statement execute function refuse_change();
create trigger insert_only before update or delete or truncate on verification_difference for each statement execute function refuse_change();
create trigger insert_only before update or delete or truncate on match_clearance for each statement execute function refuse_change();

-- What had been looked up on an exclusion list before lists were kept: the last look decides. Whoever was never looked up has no row, which is unknown.
alter table credential_check no force row level security;
insert into exclusion_screening (practitioner_id, source, status, since, as_of)
  select distinct on (practitioner_id, source) practitioner_id, source, case result when 'EXCLUDED' then 'EXCLUDED' else 'NONE' end,
    case result when 'EXCLUDED' then (at at time zone 'UTC')::date end, at
  from credential_check where source in ('OIG_LEIE', 'SAM') and result in ('CONFIRMED', 'EXCLUDED')
  order by practitioner_id, source, at desc;
alter table credential_check force row level security;

-- Row-level security. A list is looked through by the subgraph itself, for everybody; what it found is for those who manage credentials.
alter table verification_run enable row level security;
alter table verification_run force row level security;
alter table verification_difference enable row level security;
alter table verification_difference force row level security;
alter table exclusion_screening enable row level security;
alter table exclusion_screening force row level security;
alter table match_clearance enable row level security;
alter table match_clearance force row level security;
alter table practitioner_birth enable row level security;
alter table practitioner_birth force row level security;
alter table controlled_substance_registration enable row level security;
alter table controlled_substance_registration force row level security;
revoke update, delete on verification_run, verification_difference, match_clearance from goodfaith_physicians;
revoke delete on exclusion_screening from goodfaith_physicians;
revoke insert, update, delete on practitioner_birth, controlled_substance_registration from goodfaith_physicians;

create policy verified on verification_run to goodfaith_physicians
  using ((select everywhere('credential:verify'))) with check ((select everywhere('credential:verify')) and ran_by = (select acting()));
create policy read on verification_run for select to goodfaith_physicians using (cardinality((select may('credential:clear'))) > 0);
create policy verified on verification_difference to goodfaith_physicians
  using ((select everywhere('credential:verify'))) with check ((select everywhere('credential:verify')));
create policy read on verification_difference for select to goodfaith_physicians
  using (works_at(practitioner_id, (select may('credential:clear'))));
create policy verified on exclusion_screening to goodfaith_physicians
  using ((select everywhere('credential:verify'))) with check ((select everywhere('credential:verify')));
create policy read on exclusion_screening for select to goodfaith_physicians
  using ((select everywhere('authority-facts:read'))
    or practitioner_id in (select e.practitioner_id from engagement e where e.clinic_id = any ((select may('credential:read'))::uuid[]))
    or works_at(practitioner_id, (select may('credential:clear'))));
-- Clearing turns "possible" into "none" and nothing else: an exclusion ends by its list alone.
create policy cleared on exclusion_screening for update to goodfaith_physicians
  using (status = 'POSSIBLE' and works_at(practitioner_id, (select may('credential:clear'))))
  with check (status = 'NONE' and works_at(practitioner_id, (select may('credential:clear'))));
create policy read on match_clearance for select to goodfaith_physicians
  using ((select everywhere('credential:verify')) or works_at(practitioner_id, (select may('credential:clear'))));
create policy cleared on match_clearance for insert to goodfaith_physicians
  with check (cleared_by = (select acting()) and works_at(practitioner_id, (select may('credential:clear')))
    and exists (select 1 from credential_check c where c.id = check_id and c.practitioner_id = match_clearance.practitioner_id
      and c.result = 'POSSIBLE' and c.source = match_clearance.source and c.match_key = match_clearance.match_key));
create policy verified on practitioner_birth for select to goodfaith_physicians using ((select everywhere('credential:verify')));
create policy read on controlled_substance_registration for select to goodfaith_physicians
  using (practitioner_id in (select e.practitioner_id from engagement e where e.clinic_id = any ((select may('credential:read'))::uuid[]))
    or (select everywhere('authority-facts:read')));

create policy verified on credential_check to goodfaith_physicians
  using ((select everywhere('credential:verify'))) with check ((select everywhere('credential:verify')));
create policy clearing on credential_check for select to goodfaith_physicians
  using (works_at(practitioner_id, (select may('credential:clear'))));
create policy verified on license for update to goodfaith_physicians
  using ((select everywhere('credential:verify'))) with check ((select everywhere('credential:verify')));
create policy verified on license_standing for insert to goodfaith_physicians
  with check (recorded_by = (select acting()) and (select everywhere('credential:verify')));
