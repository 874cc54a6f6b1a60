-- safe while old code runs

-- AlterTable
ALTER TABLE "clinic_pharmacy_account" ADD COLUMN     "applied_at" TIMESTAMPTZ(3),
ADD COLUMN     "applied_by" TEXT,
ADD COLUMN     "decided_by" TEXT,
ADD COLUMN     "reason_code" TEXT;

-- AlterTable
ALTER TABLE "formulary_item" ADD COLUMN     "beyond_use_basis" TEXT,
ADD COLUMN     "beyond_use_source" TEXT,
ADD COLUMN     "effective_from" DATE,
ADD COLUMN     "effective_to" DATE,
ADD COLUMN     "lead_time_days" INTEGER,
ADD COLUMN     "ships_to" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "pharmacy_license" ADD COLUMN     "recorded_at" TIMESTAMPTZ(3),
ADD COLUMN     "recorded_by" TEXT;

-- CreateTable
CREATE TABLE "pharmacy_license_standing" (
    "id" UUID NOT NULL,
    "license_id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "status" TEXT NOT NULL,
    "effective_from" DATE NOT NULL,
    "effective_to" DATE,
    "expires_on" DATE,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "source" TEXT,
    "reference" TEXT,
    "note" TEXT,
    "recorded_by" TEXT,

    CONSTRAINT "pharmacy_license_standing_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "facility_evidence" (
    "id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "issuer" TEXT NOT NULL,
    "number" TEXT,
    "valid_from" DATE NOT NULL,
    "expires_on" DATE NOT NULL,
    "digest" TEXT,
    "reference" TEXT,
    "recorded_by" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "withdrawn_by" TEXT,
    "withdrawn_at" TIMESTAMPTZ(3),
    "withdraw_reason" TEXT,

    CONSTRAINT "facility_evidence_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "facility_inspection" (
    "id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "authority" TEXT NOT NULL,
    "state" TEXT,
    "inspected_on" DATE NOT NULL,
    "outcome" TEXT NOT NULL,
    "reference" TEXT,
    "recorded_by" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "facility_inspection_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "inspection_finding" (
    "id" UUID NOT NULL,
    "inspection_id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "stops" TEXT,
    "closed_at" TIMESTAMPTZ(3),
    "closed_by" TEXT,
    "correction" TEXT,
    "evidence" TEXT,

    CONSTRAINT "inspection_finding_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "facility_reminder" (
    "id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "record_id" UUID NOT NULL,
    "ends_on" DATE NOT NULL,
    "days_before" INTEGER NOT NULL,
    "sent_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "facility_reminder_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "formulary_price" (
    "id" UUID NOT NULL,
    "item_id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "amount_cents" INTEGER NOT NULL,
    "currency" TEXT NOT NULL,
    "effective_from" DATE NOT NULL,
    "recorded_by" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "formulary_price_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "account_requirement" (
    "id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "text" TEXT NOT NULL,
    "required" BOOLEAN NOT NULL,
    "set_by" TEXT NOT NULL,
    "set_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "account_requirement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "account_answer" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "answer" TEXT NOT NULL,
    "answered_by" TEXT NOT NULL,
    "answered_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "account_answer_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "account_event" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "status" TEXT NOT NULL,
    "reason_code" TEXT,
    "reason" TEXT,
    "by" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "account_event_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "pharmacy_license_standing_license_id_recorded_at_idx" ON "pharmacy_license_standing"("license_id", "recorded_at");

-- CreateIndex
CREATE INDEX "facility_evidence_pharmacy_id_kind_idx" ON "facility_evidence"("pharmacy_id", "kind");

-- CreateIndex
CREATE INDEX "facility_inspection_pharmacy_id_inspected_on_idx" ON "facility_inspection"("pharmacy_id", "inspected_on");

-- CreateIndex
CREATE UNIQUE INDEX "facility_inspection_id_pharmacy_id_key" ON "facility_inspection"("id", "pharmacy_id");

-- CreateIndex
CREATE INDEX "inspection_finding_pharmacy_id_closed_at_idx" ON "inspection_finding"("pharmacy_id", "closed_at");

-- CreateIndex
CREATE UNIQUE INDEX "inspection_finding_inspection_id_position_key" ON "inspection_finding"("inspection_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "facility_reminder_record_id_ends_on_days_before_key" ON "facility_reminder"("record_id", "ends_on", "days_before");

-- CreateIndex
CREATE INDEX "formulary_price_item_id_effective_from_recorded_at_idx" ON "formulary_price"("item_id", "effective_from", "recorded_at");

-- CreateIndex
CREATE INDEX "account_requirement_pharmacy_id_ended_at_idx" ON "account_requirement"("pharmacy_id", "ended_at");

-- CreateIndex
CREATE INDEX "account_answer_account_id_answered_at_idx" ON "account_answer"("account_id", "answered_at");

-- CreateIndex
CREATE INDEX "account_event_account_id_at_idx" ON "account_event"("account_id", "at");

-- CreateIndex
CREATE UNIQUE INDEX "clinic_pharmacy_account_id_pharmacy_id_clinic_id_key" ON "clinic_pharmacy_account"("id", "pharmacy_id", "clinic_id");

-- CreateIndex
CREATE UNIQUE INDEX "formulary_item_id_pharmacy_id_key" ON "formulary_item"("id", "pharmacy_id");

-- CreateIndex
CREATE UNIQUE INDEX "pharmacy_license_id_pharmacy_id_key" ON "pharmacy_license"("id", "pharmacy_id");

-- AddForeignKey
ALTER TABLE "pharmacy_license_standing" ADD CONSTRAINT "pharmacy_license_standing_license_id_pharmacy_id_fkey" FOREIGN KEY ("license_id", "pharmacy_id") REFERENCES "pharmacy_license"("id", "pharmacy_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "facility_evidence" ADD CONSTRAINT "facility_evidence_pharmacy_id_fkey" FOREIGN KEY ("pharmacy_id") REFERENCES "pharmacy"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "facility_inspection" ADD CONSTRAINT "facility_inspection_pharmacy_id_fkey" FOREIGN KEY ("pharmacy_id") REFERENCES "pharmacy"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "inspection_finding" ADD CONSTRAINT "inspection_finding_inspection_id_pharmacy_id_fkey" FOREIGN KEY ("inspection_id", "pharmacy_id") REFERENCES "facility_inspection"("id", "pharmacy_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "inspection_finding" ADD CONSTRAINT "inspection_finding_pharmacy_id_fkey" FOREIGN KEY ("pharmacy_id") REFERENCES "pharmacy"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "formulary_price" ADD CONSTRAINT "formulary_price_item_id_pharmacy_id_fkey" FOREIGN KEY ("item_id", "pharmacy_id") REFERENCES "formulary_item"("id", "pharmacy_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "formulary_price" ADD CONSTRAINT "formulary_price_pharmacy_id_fkey" FOREIGN KEY ("pharmacy_id") REFERENCES "pharmacy"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "account_answer" ADD CONSTRAINT "account_answer_account_id_pharmacy_id_clinic_id_fkey" FOREIGN KEY ("account_id", "pharmacy_id", "clinic_id") REFERENCES "clinic_pharmacy_account"("id", "pharmacy_id", "clinic_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "account_event" ADD CONSTRAINT "account_event_account_id_pharmacy_id_clinic_id_fkey" FOREIGN KEY ("account_id", "pharmacy_id", "clinic_id") REFERENCES "clinic_pharmacy_account"("id", "pharmacy_id", "clinic_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Row-level security: write the policies of these tables below.
alter table pharmacy_license_standing enable row level security;
alter table pharmacy_license_standing force row level security;
alter table facility_evidence enable row level security;
alter table facility_evidence force row level security;
alter table facility_inspection enable row level security;
alter table facility_inspection force row level security;
alter table inspection_finding enable row level security;
alter table inspection_finding force row level security;
alter table facility_reminder enable row level security;
alter table facility_reminder force row level security;
alter table formulary_price enable row level security;
alter table formulary_price force row level security;
alter table account_requirement enable row level security;
alter table account_requirement force row level security;
alter table account_answer enable row level security;
alter table account_answer force row level security;
alter table account_event enable row level security;
alter table account_event force row level security;

-- What the models can't say.
alter table pharmacy_license_standing
  add check (status in ('ACTIVE', 'EXPIRED', 'SUSPENDED', 'REVOKED', 'RESTRICTED', 'UNVERIFIED')),
  add check (source in ('STATE_BOARD', 'FDA')),
  -- Only who gave a licence can say that it is good.
  add check (status <> 'ACTIVE' or source is not null),
  add check (effective_from <= effective_to);
alter table facility_evidence
  add check (kind in ('USP_795', 'USP_797', 'USP_800', 'ENVIRONMENTAL_MONITORING', 'CGMP', 'FDA_REGISTRATION', 'DEA_REGISTRATION', 'ACCREDITATION', 'INSURANCE')),
  add check (valid_from <= expires_on),
  add check (digest ~ '^[0-9a-f]{64}$'),
  add check ((withdrawn_at is null) = (withdrawn_by is null) and (withdrawn_at is null) = (withdraw_reason is null)),
  add check (kind not in ('FDA_REGISTRATION', 'DEA_REGISTRATION') or number is not null);
alter table facility_inspection
  add check (authority in ('FDA', 'STATE_BOARD', 'DEA', 'ACCREDITOR')),
  add check (outcome in ('NO_ACTION', 'VOLUNTARY_ACTION', 'OFFICIAL_ACTION', 'PENDING')),
  add check (state ~ '^[A-Z]{2}$');
alter table inspection_finding
  add check (severity in ('CRITICAL', 'MAJOR', 'MINOR')),
  add check (stops in ('ALL', 'STERILE', 'NONSTERILE', 'HAZARDOUS', 'CONTROLLED')),
  add check (position > 0),
  -- What is critical stops something.
  add check (severity <> 'CRITICAL' or stops is not null),
  add check ((closed_at is null) = (closed_by is null) and (closed_at is null) = (correction is null));
alter table formulary_item
  add check (lead_time_days between 0 and 365),
  add check (beyond_use_basis in ('USP_DEFAULT', 'STABILITY_STUDY', 'USP_MONOGRAPH', 'CGMP_STABILITY')),
  add check (effective_from <= effective_to);
alter table formulary_price
  add check (amount_cents between 0 and 100000000),
  add check (currency = 'USD');
alter table clinic_pharmacy_account drop constraint clinic_pharmacy_account_status_check,
  add constraint clinic_pharmacy_account_status_check check (status in ('APPLIED', 'INFO_REQUESTED', 'APPROVED', 'REFUSED', 'SUSPENDED', 'CLOSED'));
alter table account_requirement add check (code ~ '^[A-Z][A-Z0-9_]{1,39}$');
create unique index account_requirement_once on account_requirement (pharmacy_id, code) where ended_at is null;

-- What was known at a moment stays, and so do prices, answers and steps.
create trigger insert_only before update or delete or truncate on pharmacy_license_standing for each statement execute function refuse_change();
create trigger insert_only before update or delete or truncate on formulary_price for each statement execute function refuse_change();
create trigger insert_only before update or delete or truncate on account_answer for each statement execute function refuse_change();
create trigger insert_only before update or delete or truncate on account_event for each statement execute function refuse_change();
create trigger insert_only before update or delete or truncate on facility_inspection for each statement execute function refuse_change();

create function refuse_backdated_pharmacy_standing() returns trigger language plpgsql set search_path = pharmacies, pg_temp as $$
begin
  if exists (select 1 from pharmacy_license_standing s where s.license_id = new.license_id and s.recorded_at > new.recorded_at) then
    raise exception 'a standing is recorded after those that are on record' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger in_order before insert on pharmacy_license_standing for each row execute function refuse_backdated_pharmacy_standing();
revoke execute on function refuse_backdated_pharmacy_standing() from goodfaith_pharmacies;

-- What was closed or withdrawn stays so.
create function keep_ended_facility_row() returns trigger language plpgsql set search_path = pharmacies, pg_temp as $$
begin
  raise exception 'what has ended is not changed again' using errcode = 'integrity_constraint_violation';
end $$;
create trigger keep_ended before update on facility_evidence for each row when (old.withdrawn_at is not null) execute function keep_ended_facility_row();
create trigger keep_ended before update on inspection_finding for each row when (old.closed_at is not null) execute function keep_ended_facility_row();
create trigger keep_ended before update on account_requirement for each row when (old.ended_at is not null) execute function keep_ended_facility_row();
revoke execute on function keep_ended_facility_row() from goodfaith_pharmacies;

-- One standing for each licence there is. The policies hold the owner too, who has to read every licence here.
alter table pharmacy_license no force row level security;
insert into pharmacy_license_standing (id, license_id, pharmacy_id, status, effective_from, expires_on, recorded_at, source)
  select uuidv7(), id, pharmacy_id, case when verified_at is null and status = 'ACTIVE' then 'UNVERIFIED' else status end,
    (coalesce(verified_at, timestamptz '2026-11-22') at time zone 'UTC')::date, expires_on,
    coalesce(verified_at, timestamptz '2026-11-22'), case when verified_at is not null then 'STATE_BOARD' end
  from pharmacy_license;
alter table pharmacy_license force row level security;

-- The register: what a facility may do is for everyone who looks pharmacies up. Its DEA number and its policies are its own and the gates'.
create policy read on pharmacy_license_standing for select using ((select everywhere('pharmacy:read')) or pharmacy_id = any ((select may('facility:read'))::uuid[]));
create policy read on facility_evidence for select using (
  pharmacy_id = any ((select may('facility:read'))::uuid[]) or (select everywhere('supply-facts:read'))
  or ((select everywhere('pharmacy:read')) and kind not in ('DEA_REGISTRATION', 'INSURANCE')));
create policy read on facility_inspection for select using (pharmacy_id = any ((select may('facility:read'))::uuid[]) or (select everywhere('supply-facts:read')));
create policy read on inspection_finding for select using (pharmacy_id = any ((select may('facility:read'))::uuid[]) or (select everywhere('supply-facts:read')));
create policy read on facility_reminder for select using (pharmacy_id = any ((select may('facility:read'))::uuid[]) or (select everywhere('hand-off:receive')));
create policy sent on facility_reminder for insert with check ((select everywhere('hand-off:receive')));

create policy kept on pharmacy for update using (id = any ((select may('facility:keep'))::uuid[])) with check (id = any ((select may('facility:keep'))::uuid[]));
create policy recorded on pharmacy_license for insert
  with check (pharmacy_id = any ((select may('facility:keep'))::uuid[]) and status = 'UNVERIFIED' and recorded_by = (select acting()));
create policy kept on pharmacy_license for update
  using (pharmacy_id = any ((select may('facility:keep'))::uuid[])) with check (pharmacy_id = any ((select may('facility:keep'))::uuid[]));
create policy recorded on pharmacy_license_standing for insert
  with check (pharmacy_id = any ((select may('facility:keep'))::uuid[]) and recorded_by = (select acting()));
create policy recorded on facility_evidence for insert
  with check (pharmacy_id = any ((select may('facility:keep'))::uuid[]) and recorded_by = (select acting()) and withdrawn_at is null);
create policy withdrawn on facility_evidence for update
  using (pharmacy_id = any ((select may('facility:keep'))::uuid[])) with check (withdrawn_by = (select acting()));
create policy recorded on facility_inspection for insert
  with check (pharmacy_id = any ((select may('facility:keep'))::uuid[]) and recorded_by = (select acting()));
create policy recorded on inspection_finding for insert with check (pharmacy_id = any ((select may('facility:keep'))::uuid[]) and closed_at is null);
create policy closed on inspection_finding for update
  using (pharmacy_id = any ((select may('facility:keep'))::uuid[])) with check (closed_by = (select acting()));
grant insert on pharmacy_license to goodfaith_pharmacies;
grant update (status, expires_on, verified_at) on pharmacy_license to goodfaith_pharmacies;
grant update (ncpdp_id, fei, line1, line2, city, postal_code, phone) on pharmacy to goodfaith_pharmacies;
revoke update, delete on pharmacy_license_standing, facility_evidence, facility_inspection, inspection_finding, facility_reminder from goodfaith_pharmacies;
grant update (withdrawn_by, withdrawn_at, withdraw_reason) on facility_evidence to goodfaith_pharmacies;
grant update (closed_at, closed_by, correction, evidence) on inspection_finding to goodfaith_pharmacies;

-- The formulary: a register, kept by its pharmacy. A formula is never changed: what is compounded otherwise is another formula.
create policy read on formulary_price for select using ((select everywhere('formulary:read')) or pharmacy_id = any ((select may('fulfillment:read'))::uuid[]));
create policy recorded on formulary_price for insert
  with check (pharmacy_id = any ((select may('formulary:keep'))::uuid[]) and recorded_by = (select acting()));
create policy made on formula for insert with check (pharmacy_id = any ((select may('formulary:keep'))::uuid[]));
create policy made on formula_ingredient for insert
  with check (exists (select 1 from formula f where f.id = formula_id and f.pharmacy_id = any ((select may('formulary:keep'))::uuid[])));
create policy made on formula_excipient for insert
  with check (exists (select 1 from formula f where f.id = formula_id and f.pharmacy_id = any ((select may('formulary:keep'))::uuid[])));
create policy offered on formulary_item for insert
  with check (pharmacy_id = any ((select may('formulary:keep'))::uuid[])
    and exists (select 1 from formula f where f.id = formula_id and f.pharmacy_id = formulary_item.pharmacy_id));
create policy kept on formulary_item for update
  using (pharmacy_id = any ((select may('formulary:keep'))::uuid[])) with check (pharmacy_id = any ((select may('formulary:keep'))::uuid[]));
grant insert on formula, formula_ingredient, formula_excipient, formulary_item to goodfaith_pharmacies;
grant update (active, lead_time_days, ships_to, beyond_use_days, beyond_use_basis, beyond_use_source, effective_from, effective_to) on formulary_item to goodfaith_pharmacies;
revoke update, delete on formulary_price from goodfaith_pharmacies;

-- Accounts: the clinic applies and closes, the pharmacy decides; both see why.
create policy shown on clinic_pharmacy_account for select using (
  pharmacy_id = any ((select may('account:read'))::uuid[]) or clinic_id = any ((select may('account:read'))::uuid[]));
create policy applied on clinic_pharmacy_account for insert
  with check (clinic_id = any ((select may('account:apply'))::uuid[]) and status = 'APPLIED' and applied_by = (select acting()));
create policy applied_again on clinic_pharmacy_account for update
  using (clinic_id = any ((select may('account:apply'))::uuid[]))
  with check (clinic_id = any ((select may('account:apply'))::uuid[]) and status in ('APPLIED', 'CLOSED'));
create policy decided on clinic_pharmacy_account for update
  using (pharmacy_id = any ((select may('account:decide'))::uuid[]))
  with check (pharmacy_id = any ((select may('account:decide'))::uuid[]) and decided_by = (select acting()));
create policy read on account_requirement for select using ((select everywhere('pharmacy:read')) or pharmacy_id = any ((select may('account:read'))::uuid[]));
create policy set on account_requirement for insert
  with check (pharmacy_id = any ((select may('account:decide'))::uuid[]) and set_by = (select acting()) and ended_at is null);
create policy ended on account_requirement for update
  using (pharmacy_id = any ((select may('account:decide'))::uuid[])) with check (ended_at is not null);
create policy read on account_answer for select using (
  pharmacy_id = any ((select may('account:read'))::uuid[]) or clinic_id = any ((select may('account:read'))::uuid[]));
create policy given on account_answer for insert
  with check (clinic_id = any ((select may('account:apply'))::uuid[]) and answered_by = (select acting()));
create policy read on account_event for select using (
  pharmacy_id = any ((select may('account:read'))::uuid[]) or clinic_id = any ((select may('account:read'))::uuid[]));
create policy noted on account_event for insert
  with check ((clinic_id = any ((select may('account:apply'))::uuid[]) or pharmacy_id = any ((select may('account:decide'))::uuid[])) and by = (select acting()));
grant insert on clinic_pharmacy_account to goodfaith_pharmacies;
grant update (status, reason, reason_code, responsible_physician_id, applied_at, applied_by, decided_at, decided_by) on clinic_pharmacy_account to goodfaith_pharmacies;
revoke update, delete on account_requirement, account_answer, account_event from goodfaith_pharmacies;
grant update (ended_at) on account_requirement to goodfaith_pharmacies;
