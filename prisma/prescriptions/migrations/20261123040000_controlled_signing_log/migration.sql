-- safe while old code runs

-- What was signed in a prescriber's name in a month, told to them once the month is over (21 CFR 1311.120(b)): count and digest, without a patient or a drug.
CREATE TABLE "controlled_signing_log" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "signed_by" TEXT NOT NULL,
    "month" DATE NOT NULL,
    "signings" INTEGER NOT NULL,
    "digest" TEXT NOT NULL,
    "made_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "controlled_signing_log_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "controlled_signing_log_clinic_id_signed_by_month_key" ON "controlled_signing_log"("clinic_id", "signed_by", "month");

-- CreateIndex
CREATE INDEX "controlled_signing_signed_by_at_idx" ON "controlled_signing"("signed_by", "at");

alter table controlled_signing_log
  add check (signings > 0 and digest ~ '^[0-9a-f]{64}$'),
  add check (month = date_trunc('month', month)::date);
alter table controlled_signing_log enable row level security;
alter table controlled_signing_log force row level security;
create policy read on controlled_signing_log for select to goodfaith_prescriptions
  using ((signed_by = (select acting()) and clinic_id = any ((select may('order:sign'))::uuid[])) or (select everywhere('hand-off:receive')));
create policy made on controlled_signing_log for insert to goodfaith_prescriptions with check ((select everywhere('hand-off:receive')));
revoke update, delete, truncate on controlled_signing_log from goodfaith_prescriptions;
create trigger keep_as_written before update or delete on controlled_signing_log for each row execute function keep_as_written();
