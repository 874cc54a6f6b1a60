-- safe while old code runs

-- CreateTable
CREATE TABLE "practitioner" (
    "id" UUID NOT NULL,
    "npi" TEXT NOT NULL,
    "credential" TEXT NOT NULL,
    "given_name" TEXT NOT NULL,
    "family_name" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "specialties" TEXT[] DEFAULT ARRAY[]::TEXT[],
    "independent_in" TEXT[] DEFAULT ARRAY[]::TEXT[],

    CONSTRAINT "practitioner_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "license" (
    "id" UUID NOT NULL,
    "practitioner_id" UUID NOT NULL,
    "state" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "verified_at" TIMESTAMPTZ(3),
    "issued_on" DATE NOT NULL,
    "expires_on" DATE NOT NULL,

    CONSTRAINT "license_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dea_registration" (
    "id" UUID NOT NULL,
    "practitioner_id" UUID NOT NULL,
    "number" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "schedules" TEXT[],
    "status" TEXT NOT NULL,
    "expires_on" DATE NOT NULL,

    CONSTRAINT "dea_registration_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "insurance_policy" (
    "id" UUID NOT NULL,
    "practitioner_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "carrier" TEXT NOT NULL,
    "policy_number" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "per_claim_limit" INTEGER NOT NULL,
    "aggregate_limit" INTEGER NOT NULL,
    "covers_compounding" BOOLEAN NOT NULL,
    "effective_from" DATE NOT NULL,
    "expires_on" DATE NOT NULL,

    CONSTRAINT "insurance_policy_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "board_certification" (
    "id" UUID NOT NULL,
    "practitioner_id" UUID NOT NULL,
    "board" TEXT NOT NULL,
    "specialty" TEXT NOT NULL,
    "certified_on" DATE NOT NULL,
    "expires_on" DATE,

    CONSTRAINT "board_certification_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "credential_check" (
    "id" UUID NOT NULL,
    "practitioner_id" UUID NOT NULL,
    "license_id" UUID,
    "source" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "result" TEXT NOT NULL,
    "note" TEXT,

    CONSTRAINT "credential_check_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "engagement" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "practitioner_id" UUID NOT NULL,
    "role" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "starts_on" DATE NOT NULL,
    "ends_on" DATE,

    CONSTRAINT "engagement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "collaborative_agreement" (
    "id" UUID NOT NULL,
    "supervisor_id" UUID NOT NULL,
    "supervisee_id" UUID NOT NULL,
    "state" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "starts_on" DATE NOT NULL,
    "ends_on" DATE,

    CONSTRAINT "collaborative_agreement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "protocol" (
    "id" UUID NOT NULL,
    "service" TEXT NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "protocol_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "protocol_version" (
    "id" UUID NOT NULL,
    "protocol_id" UUID NOT NULL,
    "version" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "effective_from" DATE NOT NULL,
    "expires_on" DATE NOT NULL,
    "digest" TEXT NOT NULL,

    CONSTRAINT "protocol_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "protocol_content" (
    "version_id" UUID NOT NULL,
    "content" JSONB NOT NULL,

    CONSTRAINT "protocol_content_pkey" PRIMARY KEY ("version_id")
);

-- CreateTable
CREATE TABLE "protocol_signature" (
    "version_id" UUID NOT NULL,
    "practitioner_id" UUID NOT NULL,
    "digest" TEXT NOT NULL,
    "signed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "protocol_signature_pkey" PRIMARY KEY ("version_id","practitioner_id")
);

-- CreateTable
CREATE TABLE "protocol_clinic" (
    "protocol_id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,

    CONSTRAINT "protocol_clinic_pkey" PRIMARY KEY ("clinic_id","protocol_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "practitioner_npi_key" ON "practitioner"("npi");

-- CreateIndex
CREATE INDEX "license_practitioner_id_idx" ON "license"("practitioner_id");

-- CreateIndex
CREATE INDEX "license_expires_on_idx" ON "license"("expires_on");

-- CreateIndex
CREATE UNIQUE INDEX "license_state_type_number_key" ON "license"("state", "type", "number");

-- CreateIndex
CREATE UNIQUE INDEX "dea_registration_number_key" ON "dea_registration"("number");

-- CreateIndex
CREATE INDEX "dea_registration_practitioner_id_idx" ON "dea_registration"("practitioner_id");

-- CreateIndex
CREATE INDEX "dea_registration_expires_on_idx" ON "dea_registration"("expires_on");

-- CreateIndex
CREATE INDEX "insurance_policy_practitioner_id_idx" ON "insurance_policy"("practitioner_id");

-- CreateIndex
CREATE INDEX "insurance_policy_expires_on_idx" ON "insurance_policy"("expires_on");

-- CreateIndex
CREATE UNIQUE INDEX "insurance_policy_carrier_policy_number_kind_key" ON "insurance_policy"("carrier", "policy_number", "kind");

-- CreateIndex
CREATE INDEX "board_certification_practitioner_id_idx" ON "board_certification"("practitioner_id");

-- CreateIndex
CREATE INDEX "credential_check_practitioner_id_at_idx" ON "credential_check"("practitioner_id", "at");

-- CreateIndex
CREATE INDEX "credential_check_license_id_idx" ON "credential_check"("license_id");

-- CreateIndex
CREATE INDEX "engagement_clinic_id_status_idx" ON "engagement"("clinic_id", "status");

-- CreateIndex
CREATE INDEX "engagement_practitioner_id_clinic_id_idx" ON "engagement"("practitioner_id", "clinic_id");

-- CreateIndex
CREATE INDEX "collaborative_agreement_supervisee_id_state_idx" ON "collaborative_agreement"("supervisee_id", "state");

-- CreateIndex
CREATE INDEX "collaborative_agreement_supervisor_id_idx" ON "collaborative_agreement"("supervisor_id");

-- CreateIndex
CREATE INDEX "protocol_service_idx" ON "protocol"("service");

-- CreateIndex
CREATE INDEX "protocol_version_expires_on_idx" ON "protocol_version"("expires_on");

-- CreateIndex
CREATE UNIQUE INDEX "protocol_version_protocol_id_version_key" ON "protocol_version"("protocol_id", "version");

-- CreateIndex
CREATE INDEX "protocol_signature_practitioner_id_idx" ON "protocol_signature"("practitioner_id");

-- CreateIndex
CREATE INDEX "protocol_clinic_protocol_id_idx" ON "protocol_clinic"("protocol_id");

-- AddForeignKey
ALTER TABLE "license" ADD CONSTRAINT "license_practitioner_id_fkey" FOREIGN KEY ("practitioner_id") REFERENCES "practitioner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dea_registration" ADD CONSTRAINT "dea_registration_practitioner_id_fkey" FOREIGN KEY ("practitioner_id") REFERENCES "practitioner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "insurance_policy" ADD CONSTRAINT "insurance_policy_practitioner_id_fkey" FOREIGN KEY ("practitioner_id") REFERENCES "practitioner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "board_certification" ADD CONSTRAINT "board_certification_practitioner_id_fkey" FOREIGN KEY ("practitioner_id") REFERENCES "practitioner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "credential_check" ADD CONSTRAINT "credential_check_practitioner_id_fkey" FOREIGN KEY ("practitioner_id") REFERENCES "practitioner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "credential_check" ADD CONSTRAINT "credential_check_license_id_fkey" FOREIGN KEY ("license_id") REFERENCES "license"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "engagement" ADD CONSTRAINT "engagement_practitioner_id_fkey" FOREIGN KEY ("practitioner_id") REFERENCES "practitioner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "collaborative_agreement" ADD CONSTRAINT "collaborative_agreement_supervisor_id_fkey" FOREIGN KEY ("supervisor_id") REFERENCES "practitioner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "collaborative_agreement" ADD CONSTRAINT "collaborative_agreement_supervisee_id_fkey" FOREIGN KEY ("supervisee_id") REFERENCES "practitioner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "protocol_version" ADD CONSTRAINT "protocol_version_protocol_id_fkey" FOREIGN KEY ("protocol_id") REFERENCES "protocol"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "protocol_content" ADD CONSTRAINT "protocol_content_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "protocol_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "protocol_signature" ADD CONSTRAINT "protocol_signature_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "protocol_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "protocol_signature" ADD CONSTRAINT "protocol_signature_practitioner_id_fkey" FOREIGN KEY ("practitioner_id") REFERENCES "practitioner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "protocol_clinic" ADD CONSTRAINT "protocol_clinic_protocol_id_fkey" FOREIGN KEY ("protocol_id") REFERENCES "protocol"("id") ON DELETE RESTRICT ON UPDATE CASCADE;


-- What the models can't say.
create function is_us_state(code text) returns boolean language sql immutable parallel safe
  return code in ('AL','AK','AZ','AR','CA','CO','CT','DE','DC','FL','GA','HI','ID','IL','IN','IA','KS','KY','LA','ME','MD','MA','MI','MN','MS','MO',
    'MT','NE','NV','NH','NJ','NM','NY','NC','ND','OH','OK','OR','PA','RI','SC','SD','TN','TX','UT','VT','VA','WA','WV','WI','WY');

alter table practitioner
  add check (npi ~ '^[12][0-9]{9}$'),
  add check (credential in ('MD', 'DO', 'NP', 'PA', 'RN')),
  add check (specialties is not null and independent_in is not null);
alter table license
  add check (is_us_state(state)),
  add check (type in ('PHYSICIAN', 'NURSE_PRACTITIONER', 'PHYSICIAN_ASSISTANT', 'REGISTERED_NURSE', 'TELEHEALTH_REGISTRATION')),
  add check (status in ('ACTIVE', 'RESTRICTED', 'SUSPENDED', 'REVOKED', 'EXPIRED', 'UNVERIFIED')),
  add check (issued_on <= expires_on);
alter table dea_registration
  add check (number ~ '^[A-Z][A-Z9][0-9]{7}$'),
  add check (is_us_state(state)),
  add check (schedules is not null and schedules <@ array['II', 'IIN', 'III', 'IIIN', 'IV', 'V']),
  add check (status in ('ACTIVE', 'SUSPENDED', 'SURRENDERED', 'REVOKED', 'UNVERIFIED'));
alter table insurance_policy
  add check (kind in ('PROFESSIONAL', 'GENERAL', 'PRODUCT', 'CYBER')),
  add check (status in ('ACTIVE', 'CANCELLED', 'UNVERIFIED')),
  add check (0 < per_claim_limit and per_claim_limit <= aggregate_limit),
  add check (effective_from <= expires_on);
alter table board_certification
  add check (certified_on <= expires_on);
alter table credential_check
  add check (source in ('STATE_BOARD', 'NPPES', 'DEA', 'OIG_LEIE', 'SAM', 'NPDB', 'CERTIFYING_BOARD')),
  add check (result in ('CONFIRMED', 'MISMATCH', 'DISCIPLINE', 'EXCLUDED', 'NOT_FOUND', 'NO_ANSWER'));
alter table engagement
  add check (role in ('MEDICAL_DIRECTOR', 'COLLABORATING_PHYSICIAN')),
  add check (model in ('FULL_TIME', 'FRACTIONAL', 'RETAINER', 'PER_CASE', 'PER_PRESCRIPTION', 'REMOTE', 'ON_SITE', 'HYBRID')),
  add check (status in ('DRAFT', 'ACTIVE', 'SUSPENDED', 'ENDING', 'ENDED')),
  add check (starts_on <= ends_on);
create unique index engagement_one_at_a_time on engagement (clinic_id, practitioner_id, role) where status in ('ACTIVE', 'SUSPENDED', 'ENDING');
alter table collaborative_agreement
  add check (supervisor_id <> supervisee_id),
  add check (is_us_state(state)),
  add check (status in ('DRAFT', 'ACTIVE', 'SUSPENDED', 'TERMINATED')),
  add check (starts_on <= ends_on);
alter table protocol_version
  add check (status in ('DRAFT', 'IN_REVIEW', 'AWAITING_SIGNATURES', 'ACTIVE', 'SUSPENDED', 'RETIRED')),
  add check (digest ~ '^[0-9a-f]{64}$'),
  add check (effective_from <= expires_on);

alter table protocol_signature
  add check (digest ~ '^[0-9a-f]{64}$');

-- Row-level security. Reading only: nothing here can be changed by a request yet, so no role may.
revoke insert, update, delete on practitioner, license, dea_registration, insurance_policy, board_certification, credential_check, engagement,
  collaborative_agreement, protocol, protocol_version, protocol_content, protocol_signature, protocol_clinic from goodfaith_physicians;

alter table practitioner enable row level security;
alter table practitioner force row level security;
alter table license enable row level security;
alter table license force row level security;
alter table dea_registration enable row level security;
alter table dea_registration force row level security;
alter table insurance_policy enable row level security;
alter table insurance_policy force row level security;
alter table board_certification enable row level security;
alter table board_certification force row level security;
alter table credential_check enable row level security;
alter table credential_check force row level security;
alter table engagement enable row level security;
alter table engagement force row level security;
alter table collaborative_agreement enable row level security;
alter table collaborative_agreement force row level security;
alter table protocol enable row level security;
alter table protocol force row level security;
alter table protocol_version enable row level security;
alter table protocol_version force row level security;
alter table protocol_content enable row level security;
alter table protocol_content force row level security;
alter table protocol_signature enable row level security;
alter table protocol_signature force row level security;
alter table protocol_clinic enable row level security;
alter table protocol_clinic force row level security;

-- The register: who practises, and with which licence.
create policy read on practitioner for select to goodfaith_physicians
  using ((select everywhere('practitioner:read')) or (select everywhere('authority-facts:read')));
create policy read on license for select to goodfaith_physicians
  using ((select everywhere('practitioner:read')) or (select everywhere('authority-facts:read')));

-- Oversight: by clinic. A protocol is seen by those who see that its clinic works by it.
create policy read on engagement for select to goodfaith_physicians
  using (clinic_id = any ((select may('engagement:read'))::uuid[]) or (select everywhere('authority-facts:read')));
create policy read on protocol_clinic for select to goodfaith_physicians
  using (clinic_id = any ((select may('protocol:read'))::uuid[])
    or clinic_id = any ((select may('expirable:read'))::uuid[])
    or clinic_id = any ((select may('engagement:read'))::uuid[])
    or (select everywhere('authority-facts:read')));
create policy read on protocol for select to goodfaith_physicians
  using (id in (select protocol_id from protocol_clinic) or (select everywhere('authority-facts:read')));
create policy read on protocol_version for select to goodfaith_physicians
  using (protocol_id in (select protocol_id from protocol_clinic) or (select everywhere('authority-facts:read')));
create policy read on protocol_signature for select to goodfaith_physicians
  using (version_id in (select id from protocol_version));

-- What a protocol says is clinical: no business role and no neighbour reads it.
create policy read on protocol_content for select to goodfaith_physicians
  using (version_id in (
    select v.id from protocol_version v join protocol_clinic c using (protocol_id) where c.clinic_id = any ((select may('protocol:read'))::uuid[])));

-- Credentials: by those who manage them at a clinic that the practitioner is engaged with.
create policy read on dea_registration for select to goodfaith_physicians
  using (practitioner_id in (select e.practitioner_id from engagement e where e.clinic_id = any ((select may('credential:read'))::uuid[]))
    or (select everywhere('authority-facts:read')));
create policy read on insurance_policy for select to goodfaith_physicians
  using (practitioner_id in (select e.practitioner_id from engagement e where e.clinic_id = any ((select may('credential:read'))::uuid[]))
    or (select everywhere('authority-facts:read')));
create policy read on board_certification for select to goodfaith_physicians
  using (practitioner_id in (select e.practitioner_id from engagement e where e.clinic_id = any ((select may('credential:read'))::uuid[]))
    or (select everywhere('authority-facts:read')));
create policy read on credential_check for select to goodfaith_physicians
  using (practitioner_id in (select e.practitioner_id from engagement e where e.clinic_id = any ((select may('credential:read'))::uuid[])));
create policy read on collaborative_agreement for select to goodfaith_physicians
  using (supervisor_id in (select e.practitioner_id from engagement e where e.clinic_id = any ((select may('credential:read'))::uuid[]))
    or supervisee_id in (select e.practitioner_id from engagement e where e.clinic_id = any ((select may('credential:read'))::uuid[]))
    or (select everywhere('authority-facts:read')));
