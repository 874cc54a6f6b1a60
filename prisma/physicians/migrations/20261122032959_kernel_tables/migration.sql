-- safe while old code runs

-- CreateTable
CREATE TABLE "practitioner" (
    "id" UUID NOT NULL,
    "npi" TEXT NOT NULL,
    "credential" TEXT NOT NULL,
    "given_name" TEXT NOT NULL,
    "family_name" TEXT NOT NULL,
    "display_name" TEXT NOT NULL,
    "specialties" TEXT[],
    "independent_in" TEXT[],

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

-- Row-level security: write the policies of these tables below.
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
