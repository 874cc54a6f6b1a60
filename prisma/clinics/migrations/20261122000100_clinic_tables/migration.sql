-- safe while old code runs

-- CreateTable
CREATE TABLE "mso" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,

    CONSTRAINT "mso_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "professional_entity" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "state" TEXT NOT NULL,

    CONSTRAINT "professional_entity_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "management_agreement" (
    "id" UUID NOT NULL,
    "mso_id" UUID NOT NULL,
    "entity_id" UUID NOT NULL,
    "starts_on" DATE NOT NULL,
    "ends_on" DATE,

    CONSTRAINT "management_agreement_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "clinic" (
    "id" UUID NOT NULL,
    "entity_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "line1" TEXT NOT NULL,
    "line2" TEXT,
    "city" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "postal_code" TEXT NOT NULL,

    CONSTRAINT "clinic_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "service_offering" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "requires_exam" BOOLEAN NOT NULL,
    "modalities" TEXT[],

    CONSTRAINT "service_offering_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "facility_license" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "expires_on" DATE NOT NULL,

    CONSTRAINT "facility_license_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "membership" (
    "id" UUID NOT NULL,
    "sub" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "at" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3),

    CONSTRAINT "membership_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "attestation" (
    "id" UUID NOT NULL,
    "entity_id" UUID NOT NULL,
    "jurisdiction" TEXT NOT NULL,
    "rule_id" TEXT NOT NULL,
    "value" JSONB,
    "note" TEXT NOT NULL,
    "attested_by" TEXT NOT NULL,
    "attested_by_name" TEXT NOT NULL,
    "attested_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_on" DATE,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "attestation_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "management_agreement_mso_id_idx" ON "management_agreement"("mso_id");

-- CreateIndex
CREATE INDEX "management_agreement_entity_id_idx" ON "management_agreement"("entity_id");

-- CreateIndex
CREATE INDEX "clinic_entity_id_idx" ON "clinic"("entity_id");

-- CreateIndex
CREATE UNIQUE INDEX "service_offering_clinic_id_code_key" ON "service_offering"("clinic_id", "code");

-- CreateIndex
CREATE INDEX "facility_license_clinic_id_kind_idx" ON "facility_license"("clinic_id", "kind");

-- CreateIndex
CREATE INDEX "membership_sub_idx" ON "membership"("sub");

-- CreateIndex
CREATE INDEX "attestation_entity_id_jurisdiction_rule_id_idx" ON "attestation"("entity_id", "jurisdiction", "rule_id");

-- AddForeignKey
ALTER TABLE "management_agreement" ADD CONSTRAINT "management_agreement_mso_id_fkey" FOREIGN KEY ("mso_id") REFERENCES "mso"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "management_agreement" ADD CONSTRAINT "management_agreement_entity_id_fkey" FOREIGN KEY ("entity_id") REFERENCES "professional_entity"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "clinic" ADD CONSTRAINT "clinic_entity_id_fkey" FOREIGN KEY ("entity_id") REFERENCES "professional_entity"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "service_offering" ADD CONSTRAINT "service_offering_clinic_id_fkey" FOREIGN KEY ("clinic_id") REFERENCES "clinic"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "facility_license" ADD CONSTRAINT "facility_license_clinic_id_fkey" FOREIGN KEY ("clinic_id") REFERENCES "clinic"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "attestation" ADD CONSTRAINT "attestation_entity_id_fkey" FOREIGN KEY ("entity_id") REFERENCES "professional_entity"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Row-level security: write the policies of these tables below.
alter table mso enable row level security;
alter table mso force row level security;
alter table professional_entity enable row level security;
alter table professional_entity force row level security;
alter table management_agreement enable row level security;
alter table management_agreement force row level security;
alter table clinic enable row level security;
alter table clinic force row level security;
alter table service_offering enable row level security;
alter table service_offering force row level security;
alter table facility_license enable row level security;
alter table facility_license force row level security;
alter table membership enable row level security;
alter table membership force row level security;
alter table attestation enable row level security;
alter table attestation force row level security;

-- What stands in these tables can be true.
alter table professional_entity add check (state ~ '^[A-Z]{2}$'), add check (kind in ('PC', 'PLLC', 'PA', 'LLC'));
alter table clinic add check (state ~ '^[A-Z]{2}$'), add check (postal_code ~ '^[0-9]{5}(-[0-9]{4})?$');
alter table service_offering add check (modalities <@ array['IN_PERSON', 'SYNC_VIDEO', 'SYNC_AUDIO', 'ASYNC', 'QUESTIONNAIRE_ONLY']);
alter table facility_license
  add check (kind in ('CLINIC_REGISTRATION', 'CLIA_WAIVER', 'LASER_REGISTRATION', 'MEDICAL_WASTE', 'BUSINESS_LICENSE')),
  add check (status in ('ACTIVE', 'SUSPENDED', 'REVOKED'));
alter table membership
  add check (role in ('FRONT_DESK', 'EXAMINER', 'PRESCRIBER', 'MEDICAL_DIRECTOR', 'COMPLIANCE_OFFICER', 'MSO_MANAGER', 'PHARMACIST', 'PHARMACY_TECHNICIAN', 'PATIENT', 'AUDITOR')),
  add check (at ~ '^(cli|ent|mso|pha)_[0-9a-z]{26}$'),
  add check (ends_at > starts_at);
alter table attestation add check (jurisdiction ~ '^[A-Z]{2}$'), add check (revoked_at >= attested_at);

-- One MSO manages an entity at a time: with two, two managers would reach the same clinics.
create extension if not exists btree_gist with schema public;
alter table management_agreement
  add check (ends_on >= starts_on),
  add constraint one_mso_at_a_time exclude using gist (entity_id public.gist_uuid_ops with =, daterange(starts_on, ends_on, '[]') with &&);

-- Who reads what. Nothing is written by the graph yet, so no policy lets anybody write.
create policy read on clinic for select
  using (id = any ((select may('clinic:read'))::uuid[]) or (select everywhere('clinic:read')) or (select everywhere('clinic-facts:read')));

-- Where the clinic is visible, so is the entity that practises there and what it offers.
create policy read on professional_entity for select
  using (id in (select entity_id from clinic) or id = any ((select may('clinic:read'))::uuid[]) or (select everywhere('clinic-facts:read')));

create policy read on service_offering for select
  using (clinic_id = any ((select may('clinic:read'))::uuid[]) or (select everywhere('clinic:read')) or (select everywhere('clinic-facts:read')));

create policy read on mso for select
  using (id = any ((select may('mso:read'))::uuid[]) or (select everywhere('clinic-facts:read')));

create policy read on management_agreement for select
  using (mso_id = any ((select may('mso:read'))::uuid[]) or (select everywhere('clinic-facts:read')) or (select everywhere('tenancy:read')));

create policy read on facility_license for select
  using (
    clinic_id = any ((select may('readiness:read'))::uuid[])
    or clinic_id = any ((select may('expirable:read'))::uuid[])
    or (select everywhere('clinic-facts:read'))
  );

-- A clinic's readiness stands on its entity's attestations, so whoever may read the one reaches the rows of the other.
create policy read on attestation for select
  using (
    entity_id = any ((select may('attestation:read'))::uuid[])
    or entity_id in (select entity_id from clinic where clinic.id = any ((select may('readiness:read'))::uuid[]))
    or (select everywhere('clinic-facts:read'))
  );

create policy read on membership for select
  using (sub = (select acting()) or (select everywhere('tenancy:read')));
