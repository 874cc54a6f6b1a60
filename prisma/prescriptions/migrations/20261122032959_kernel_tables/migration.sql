-- safe while old code runs

-- CreateTable
CREATE TABLE "patient" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "given_name" TEXT NOT NULL,
    "family_name" TEXT NOT NULL,
    "search_name" TEXT NOT NULL,
    "birth_date" DATE NOT NULL,
    "sex_at_birth" TEXT NOT NULL,
    "email" TEXT,
    "phone" TEXT,
    "line1" TEXT NOT NULL,
    "line2" TEXT,
    "city" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "postal_code" TEXT NOT NULL,
    "allergies" TEXT[],
    "version" INTEGER NOT NULL DEFAULT 1,
    "registered_at" TIMESTAMPTZ(3) NOT NULL,
    "amended_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "patient_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "intake" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "service" TEXT NOT NULL,
    "questionnaire_version" TEXT NOT NULL,
    "answers" JSONB NOT NULL,
    "flags" JSONB NOT NULL,
    "status" TEXT NOT NULL,
    "submitted_at" TIMESTAMPTZ(3) NOT NULL,
    "submitted_by" TEXT NOT NULL,

    CONSTRAINT "intake_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "consent" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "signed_name" TEXT NOT NULL,
    "given_at" TIMESTAMPTZ(3) NOT NULL,
    "taken_by" TEXT NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "consent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "examiner_clinic" (
    "id" UUID NOT NULL,
    "examiner_id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "services" TEXT[],

    CONSTRAINT "examiner_clinic_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "working_hours" (
    "id" UUID NOT NULL,
    "examiner_id" UUID NOT NULL,
    "clinic_id" UUID,
    "time_zone" TEXT NOT NULL,
    "weekday" INTEGER NOT NULL,
    "starts_at" TEXT NOT NULL,
    "ends_at" TEXT NOT NULL,
    "modality" TEXT NOT NULL,
    "valid_from" DATE NOT NULL,
    "valid_to" DATE,

    CONSTRAINT "working_hours_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "time_off" (
    "id" UUID NOT NULL,
    "examiner_id" UUID NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "time_off_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "slot_hold" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "service" TEXT NOT NULL,
    "patient_state" TEXT NOT NULL,
    "examiner_id" UUID NOT NULL,
    "modality" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(3) NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "held_at" TIMESTAMPTZ(3) NOT NULL,
    "held_by" TEXT NOT NULL,

    CONSTRAINT "slot_hold_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "good_faith_exam" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "service" TEXT NOT NULL,
    "patient_state" TEXT NOT NULL,
    "modality" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "intake_id" UUID NOT NULL,
    "examiner_id" UUID,
    "hold_id" UUID,
    "requested_at" TIMESTAMPTZ(3) NOT NULL,
    "requested_by" TEXT NOT NULL,
    "starts_at" TIMESTAMPTZ(3),
    "ends_at" TIMESTAMPTZ(3),
    "claimed_at" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3),
    "identity_verified_by" TEXT,
    "cancelled_at" TIMESTAMPTZ(3),
    "cancel_reason" TEXT,
    "completed_at" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "rationale" TEXT,
    "conditions" TEXT[],
    "services" TEXT[],
    "answers" JSONB,
    "examiner_credential" TEXT,
    "valid_until" DATE,
    "digest" TEXT,
    "record" TEXT,
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_reason" TEXT,

    CONSTRAINT "good_faith_exam_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "finding" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "exam_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "text" TEXT NOT NULL,

    CONSTRAINT "finding_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "exam_decision" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "exam_id" UUID NOT NULL,
    "gate" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "facts" JSONB NOT NULL,
    "results" JSONB NOT NULL,
    "pack_version" TEXT NOT NULL,

    CONSTRAINT "exam_decision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "published_metric" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "month" DATE NOT NULL,
    "metric" TEXT NOT NULL,
    "value" DOUBLE PRECISION,

    CONSTRAINT "published_metric_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "metric_publication" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "published_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "metric_publication_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "patient_clinic_id_search_name_idx" ON "patient"("clinic_id", "search_name");

-- CreateIndex
CREATE INDEX "patient_clinic_id_birth_date_idx" ON "patient"("clinic_id", "birth_date");

-- CreateIndex
CREATE INDEX "patient_clinic_id_phone_idx" ON "patient"("clinic_id", "phone");

-- CreateIndex
CREATE INDEX "intake_patient_id_service_submitted_at_idx" ON "intake"("patient_id", "service", "submitted_at");

-- CreateIndex
CREATE INDEX "consent_patient_id_kind_idx" ON "consent"("patient_id", "kind");

-- CreateIndex
CREATE UNIQUE INDEX "examiner_clinic_clinic_id_examiner_id_key" ON "examiner_clinic"("clinic_id", "examiner_id");

-- CreateIndex
CREATE INDEX "working_hours_examiner_id_weekday_idx" ON "working_hours"("examiner_id", "weekday");

-- CreateIndex
CREATE INDEX "time_off_examiner_id_starts_at_idx" ON "time_off"("examiner_id", "starts_at");

-- CreateIndex
CREATE INDEX "slot_hold_clinic_id_starts_at_idx" ON "slot_hold"("clinic_id", "starts_at");

-- CreateIndex
CREATE UNIQUE INDEX "good_faith_exam_hold_id_key" ON "good_faith_exam"("hold_id");

-- CreateIndex
CREATE INDEX "good_faith_exam_clinic_id_starts_at_idx" ON "good_faith_exam"("clinic_id", "starts_at");

-- CreateIndex
CREATE INDEX "good_faith_exam_clinic_id_requested_at_idx" ON "good_faith_exam"("clinic_id", "requested_at");

-- CreateIndex
CREATE INDEX "good_faith_exam_status_requested_at_idx" ON "good_faith_exam"("status", "requested_at");

-- CreateIndex
CREATE INDEX "good_faith_exam_patient_id_completed_at_idx" ON "good_faith_exam"("patient_id", "completed_at");

-- CreateIndex
CREATE INDEX "good_faith_exam_examiner_id_starts_at_idx" ON "good_faith_exam"("examiner_id", "starts_at");

-- CreateIndex
CREATE UNIQUE INDEX "finding_exam_id_position_key" ON "finding"("exam_id", "position");

-- CreateIndex
CREATE INDEX "exam_decision_exam_id_at_idx" ON "exam_decision"("exam_id", "at");

-- CreateIndex
CREATE UNIQUE INDEX "published_metric_clinic_id_month_metric_key" ON "published_metric"("clinic_id", "month", "metric");

-- AddForeignKey
ALTER TABLE "intake" ADD CONSTRAINT "intake_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "consent" ADD CONSTRAINT "consent_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "slot_hold" ADD CONSTRAINT "slot_hold_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "good_faith_exam" ADD CONSTRAINT "good_faith_exam_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "good_faith_exam" ADD CONSTRAINT "good_faith_exam_intake_id_fkey" FOREIGN KEY ("intake_id") REFERENCES "intake"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "good_faith_exam" ADD CONSTRAINT "good_faith_exam_hold_id_fkey" FOREIGN KEY ("hold_id") REFERENCES "slot_hold"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "finding" ADD CONSTRAINT "finding_exam_id_fkey" FOREIGN KEY ("exam_id") REFERENCES "good_faith_exam"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "exam_decision" ADD CONSTRAINT "exam_decision_exam_id_fkey" FOREIGN KEY ("exam_id") REFERENCES "good_faith_exam"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Row-level security: write the policies of these tables below.
alter table patient enable row level security;
alter table patient force row level security;
alter table intake enable row level security;
alter table intake force row level security;
alter table consent enable row level security;
alter table consent force row level security;
alter table examiner_clinic enable row level security;
alter table examiner_clinic force row level security;
alter table working_hours enable row level security;
alter table working_hours force row level security;
alter table time_off enable row level security;
alter table time_off force row level security;
alter table slot_hold enable row level security;
alter table slot_hold force row level security;
alter table good_faith_exam enable row level security;
alter table good_faith_exam force row level security;
alter table finding enable row level security;
alter table finding force row level security;
alter table exam_decision enable row level security;
alter table exam_decision force row level security;
alter table published_metric enable row level security;
alter table published_metric force row level security;
alter table metric_publication enable row level security;
alter table metric_publication force row level security;
