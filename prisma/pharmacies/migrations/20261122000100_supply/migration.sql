-- safe while old code runs

-- CreateTable
CREATE TABLE "pharmacy" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "facility_class" TEXT NOT NULL,
    "npi" TEXT NOT NULL,
    "ncpdp_id" TEXT,
    "fei" TEXT,
    "home_state" TEXT NOT NULL,
    "line1" TEXT NOT NULL,
    "line2" TEXT,
    "city" TEXT NOT NULL,
    "postal_code" TEXT NOT NULL,
    "phone" TEXT NOT NULL,
    "time_zone" TEXT NOT NULL,
    "status" TEXT NOT NULL,

    CONSTRAINT "pharmacy_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "pharmacy_license" (
    "id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "state" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "expires_on" DATE NOT NULL,
    "verified_at" TIMESTAMPTZ(3),

    CONSTRAINT "pharmacy_license_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "formula" (
    "id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "dosage_form" TEXT NOT NULL,
    "route" TEXT NOT NULL,
    "sterile" BOOLEAN NOT NULL,
    "preparation_type" TEXT NOT NULL,
    "requires_clinical_difference" BOOLEAN NOT NULL,

    CONSTRAINT "formula_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "formula_ingredient" (
    "id" UUID NOT NULL,
    "formula_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "unii" TEXT,
    "strength" TEXT NOT NULL,
    "cs_schedule" TEXT,

    CONSTRAINT "formula_ingredient_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "formulary_item" (
    "id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "formula_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "storage" TEXT NOT NULL,
    "beyond_use_days" INTEGER NOT NULL,
    "active" BOOLEAN NOT NULL DEFAULT true,

    CONSTRAINT "formulary_item_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "clinic_pharmacy_account" (
    "id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "status" TEXT NOT NULL,
    "reason" TEXT,
    "responsible_physician_id" UUID,
    "decided_at" TIMESTAMPTZ(3),

    CONSTRAINT "clinic_pharmacy_account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "fulfillment" (
    "id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "attempt" INTEGER NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "prescriber_id" UUID NOT NULL,
    "formulary_item_id" UUID NOT NULL,
    "ship_to_state" TEXT NOT NULL,
    "signed_at" TIMESTAMPTZ(3) NOT NULL,
    "document_digest" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "claim_generation" INTEGER NOT NULL DEFAULT 0,
    "claimed_at" TIMESTAMPTZ(3),
    "dispensed_at" TIMESTAMPTZ(3),
    "shipped_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),
    "reason" TEXT,
    "note" TEXT,
    "lot_id" UUID,

    CONSTRAINT "fulfillment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "hand_off_head" (
    "order_id" UUID NOT NULL,
    "last_seq" INTEGER NOT NULL DEFAULT 0,
    "last_attempt" INTEGER NOT NULL DEFAULT 0,
    "out_seq" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "hand_off_head_pkey" PRIMARY KEY ("order_id")
);

-- CreateTable
CREATE TABLE "hand_off_inbox" (
    "id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "status" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "hand_off_inbox_pkey" PRIMARY KEY ("order_id","seq")
);

-- CreateTable
CREATE TABLE "claim" (
    "id" UUID NOT NULL,
    "fulfillment_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "generation" INTEGER NOT NULL,
    "claimed_by" TEXT NOT NULL,
    "claimed_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "rules" JSONB NOT NULL,

    CONSTRAINT "claim_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "verification" (
    "id" UUID NOT NULL,
    "fulfillment_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "verdict" TEXT NOT NULL,
    "checks" JSONB NOT NULL,
    "document_digest" TEXT,
    "checked_by" TEXT NOT NULL,
    "checked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "verification_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "lot" (
    "id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "formulary_item_id" UUID NOT NULL,
    "number" TEXT NOT NULL,
    "normalized_number" TEXT NOT NULL,
    "compounded_at" TIMESTAMPTZ(3) NOT NULL,
    "beyond_use_date" DATE NOT NULL,
    "storage" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "recalled_at" TIMESTAMPTZ(3),

    CONSTRAINT "lot_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "dispense" (
    "id" UUID NOT NULL,
    "fulfillment_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "lot_id" UUID NOT NULL,
    "quantity_value" DECIMAL(30,12) NOT NULL,
    "quantity_unit" TEXT NOT NULL,
    "beyond_use_date" DATE NOT NULL,
    "dispensed_by" TEXT NOT NULL,
    "dispensed_at" TIMESTAMPTZ(3) NOT NULL,
    "rules" JSONB NOT NULL,

    CONSTRAINT "dispense_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "shipment" (
    "id" UUID NOT NULL,
    "fulfillment_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "carrier" TEXT NOT NULL,
    "tracking_number" TEXT NOT NULL,
    "cold_chain" BOOLEAN NOT NULL,
    "ship_to_state" TEXT NOT NULL,
    "shipped_by" TEXT NOT NULL,
    "shipped_at" TIMESTAMPTZ(3) NOT NULL,
    "rules" JSONB NOT NULL,

    CONSTRAINT "shipment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "incident" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "fulfillment_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "lot_id" UUID NOT NULL,
    "reported_by" TEXT NOT NULL,
    "reported_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "incident_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "recall" (
    "id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "class" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "started_by" TEXT NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "recall_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "recall_lot" (
    "recall_id" UUID NOT NULL,
    "lot_id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,

    CONSTRAINT "recall_lot_pkey" PRIMARY KEY ("recall_id","lot_id")
);

-- CreateTable
CREATE TABLE "recall_notice" (
    "id" UUID NOT NULL,
    "recall_id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "status" TEXT NOT NULL,
    "sent_at" TIMESTAMPTZ(3) NOT NULL,
    "acknowledged_at" TIMESTAMPTZ(3),
    "acknowledged_by" TEXT,

    CONSTRAINT "recall_notice_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "published_metric" (
    "clinic_id" UUID NOT NULL,
    "month" DATE NOT NULL,
    "metric" TEXT NOT NULL,
    "value" DOUBLE PRECISION,
    "closed" BOOLEAN NOT NULL,
    "basis" INTEGER NOT NULL,
    "published_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "published_metric_pkey" PRIMARY KEY ("clinic_id","month","metric")
);

-- CreateTable
CREATE TABLE "metric_publication" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "published_at" TIMESTAMPTZ(3),
    "closed_through" DATE,

    CONSTRAINT "metric_publication_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "pharmacy_npi_key" ON "pharmacy"("npi");

-- CreateIndex
CREATE UNIQUE INDEX "pharmacy_ncpdp_id_key" ON "pharmacy"("ncpdp_id");

-- CreateIndex
CREATE INDEX "pharmacy_license_state_idx" ON "pharmacy_license"("state");

-- CreateIndex
CREATE UNIQUE INDEX "pharmacy_license_pharmacy_id_state_kind_number_key" ON "pharmacy_license"("pharmacy_id", "state", "kind", "number");

-- CreateIndex
CREATE UNIQUE INDEX "formula_pharmacy_id_name_key" ON "formula"("pharmacy_id", "name");

-- CreateIndex
CREATE UNIQUE INDEX "formula_ingredient_formula_id_position_key" ON "formula_ingredient"("formula_id", "position");

-- CreateIndex
CREATE INDEX "formulary_item_formula_id_idx" ON "formulary_item"("formula_id");

-- CreateIndex
CREATE UNIQUE INDEX "formulary_item_pharmacy_id_name_key" ON "formulary_item"("pharmacy_id", "name");

-- CreateIndex
CREATE INDEX "clinic_pharmacy_account_clinic_id_idx" ON "clinic_pharmacy_account"("clinic_id");

-- CreateIndex
CREATE UNIQUE INDEX "clinic_pharmacy_account_pharmacy_id_clinic_id_key" ON "clinic_pharmacy_account"("pharmacy_id", "clinic_id");

-- CreateIndex
CREATE INDEX "fulfillment_pharmacy_id_status_received_at_idx" ON "fulfillment"("pharmacy_id", "status", "received_at");

-- CreateIndex
CREATE INDEX "fulfillment_clinic_id_received_at_idx" ON "fulfillment"("clinic_id", "received_at");

-- CreateIndex
CREATE INDEX "fulfillment_clinic_id_dispensed_at_idx" ON "fulfillment"("clinic_id", "dispensed_at");

-- CreateIndex
CREATE INDEX "fulfillment_lot_id_idx" ON "fulfillment"("lot_id");

-- CreateIndex
CREATE UNIQUE INDEX "fulfillment_order_id_attempt_key" ON "fulfillment"("order_id", "attempt");

-- CreateIndex
CREATE UNIQUE INDEX "hand_off_inbox_id_key" ON "hand_off_inbox"("id");

-- CreateIndex
CREATE UNIQUE INDEX "claim_fulfillment_id_generation_key" ON "claim"("fulfillment_id", "generation");

-- CreateIndex
CREATE INDEX "verification_fulfillment_id_checked_at_idx" ON "verification"("fulfillment_id", "checked_at");

-- CreateIndex
CREATE UNIQUE INDEX "lot_pharmacy_id_normalized_number_key" ON "lot"("pharmacy_id", "normalized_number");

-- CreateIndex
CREATE UNIQUE INDEX "dispense_fulfillment_id_key" ON "dispense"("fulfillment_id");

-- CreateIndex
CREATE INDEX "dispense_lot_id_idx" ON "dispense"("lot_id");

-- CreateIndex
CREATE UNIQUE INDEX "shipment_fulfillment_id_key" ON "shipment"("fulfillment_id");

-- CreateIndex
CREATE INDEX "incident_lot_id_idx" ON "incident"("lot_id");

-- CreateIndex
CREATE UNIQUE INDEX "incident_fulfillment_id_lot_id_key" ON "incident"("fulfillment_id", "lot_id");

-- CreateIndex
CREATE INDEX "recall_pharmacy_id_started_at_idx" ON "recall"("pharmacy_id", "started_at");

-- CreateIndex
CREATE INDEX "recall_lot_lot_id_idx" ON "recall_lot"("lot_id");

-- CreateIndex
CREATE INDEX "recall_notice_clinic_id_idx" ON "recall_notice"("clinic_id");

-- CreateIndex
CREATE UNIQUE INDEX "recall_notice_recall_id_clinic_id_key" ON "recall_notice"("recall_id", "clinic_id");

-- AddForeignKey
ALTER TABLE "pharmacy_license" ADD CONSTRAINT "pharmacy_license_pharmacy_id_fkey" FOREIGN KEY ("pharmacy_id") REFERENCES "pharmacy"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "formula" ADD CONSTRAINT "formula_pharmacy_id_fkey" FOREIGN KEY ("pharmacy_id") REFERENCES "pharmacy"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "formula_ingredient" ADD CONSTRAINT "formula_ingredient_formula_id_fkey" FOREIGN KEY ("formula_id") REFERENCES "formula"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "formulary_item" ADD CONSTRAINT "formulary_item_pharmacy_id_fkey" FOREIGN KEY ("pharmacy_id") REFERENCES "pharmacy"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "formulary_item" ADD CONSTRAINT "formulary_item_formula_id_fkey" FOREIGN KEY ("formula_id") REFERENCES "formula"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "clinic_pharmacy_account" ADD CONSTRAINT "clinic_pharmacy_account_pharmacy_id_fkey" FOREIGN KEY ("pharmacy_id") REFERENCES "pharmacy"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "fulfillment" ADD CONSTRAINT "fulfillment_pharmacy_id_fkey" FOREIGN KEY ("pharmacy_id") REFERENCES "pharmacy"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "fulfillment" ADD CONSTRAINT "fulfillment_formulary_item_id_fkey" FOREIGN KEY ("formulary_item_id") REFERENCES "formulary_item"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "fulfillment" ADD CONSTRAINT "fulfillment_lot_id_fkey" FOREIGN KEY ("lot_id") REFERENCES "lot"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "claim" ADD CONSTRAINT "claim_fulfillment_id_fkey" FOREIGN KEY ("fulfillment_id") REFERENCES "fulfillment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "verification" ADD CONSTRAINT "verification_fulfillment_id_fkey" FOREIGN KEY ("fulfillment_id") REFERENCES "fulfillment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lot" ADD CONSTRAINT "lot_pharmacy_id_fkey" FOREIGN KEY ("pharmacy_id") REFERENCES "pharmacy"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lot" ADD CONSTRAINT "lot_formulary_item_id_fkey" FOREIGN KEY ("formulary_item_id") REFERENCES "formulary_item"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dispense" ADD CONSTRAINT "dispense_fulfillment_id_fkey" FOREIGN KEY ("fulfillment_id") REFERENCES "fulfillment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "dispense" ADD CONSTRAINT "dispense_lot_id_fkey" FOREIGN KEY ("lot_id") REFERENCES "lot"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "shipment" ADD CONSTRAINT "shipment_fulfillment_id_fkey" FOREIGN KEY ("fulfillment_id") REFERENCES "fulfillment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "incident" ADD CONSTRAINT "incident_fulfillment_id_fkey" FOREIGN KEY ("fulfillment_id") REFERENCES "fulfillment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "incident" ADD CONSTRAINT "incident_lot_id_fkey" FOREIGN KEY ("lot_id") REFERENCES "lot"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recall" ADD CONSTRAINT "recall_pharmacy_id_fkey" FOREIGN KEY ("pharmacy_id") REFERENCES "pharmacy"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recall_lot" ADD CONSTRAINT "recall_lot_recall_id_fkey" FOREIGN KEY ("recall_id") REFERENCES "recall"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recall_lot" ADD CONSTRAINT "recall_lot_lot_id_fkey" FOREIGN KEY ("lot_id") REFERENCES "lot"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recall_notice" ADD CONSTRAINT "recall_notice_recall_id_fkey" FOREIGN KEY ("recall_id") REFERENCES "recall"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Row-level security: write the policies of these tables below.
alter table pharmacy enable row level security;
alter table pharmacy force row level security;
alter table pharmacy_license enable row level security;
alter table pharmacy_license force row level security;
alter table formula enable row level security;
alter table formula force row level security;
alter table formula_ingredient enable row level security;
alter table formula_ingredient force row level security;
alter table formulary_item enable row level security;
alter table formulary_item force row level security;
alter table clinic_pharmacy_account enable row level security;
alter table clinic_pharmacy_account force row level security;
alter table fulfillment enable row level security;
alter table fulfillment force row level security;
alter table hand_off_head enable row level security;
alter table hand_off_head force row level security;
alter table hand_off_inbox enable row level security;
alter table hand_off_inbox force row level security;
alter table claim enable row level security;
alter table claim force row level security;
alter table verification enable row level security;
alter table verification force row level security;
alter table lot enable row level security;
alter table lot force row level security;
alter table dispense enable row level security;
alter table dispense force row level security;
alter table shipment enable row level security;
alter table shipment force row level security;
alter table incident enable row level security;
alter table incident force row level security;
alter table recall enable row level security;
alter table recall force row level security;
alter table recall_lot enable row level security;
alter table recall_lot force row level security;
alter table recall_notice enable row level security;
alter table recall_notice force row level security;
alter table published_metric enable row level security;
alter table published_metric force row level security;
alter table metric_publication enable row level security;
alter table metric_publication force row level security;

-- States are text with a check: enum operators would lose their indexes under row-level security.
alter table pharmacy add check (facility_class in ('PHARMACY_503A', 'OUTSOURCING_503B'));
alter table pharmacy add check (status in ('ACTIVE', 'SUSPENDED', 'CLOSED'));
alter table pharmacy add check (npi ~ '^[12][0-9]{9}$');
alter table pharmacy add check (ncpdp_id ~ '^[0-9]{7}$');
alter table pharmacy_license add check (kind in ('PHARMACY', 'NON_RESIDENT', 'STERILE', 'OUTSOURCING'));
alter table pharmacy_license add check (status in ('ACTIVE', 'EXPIRED', 'SUSPENDED', 'REVOKED', 'RESTRICTED', 'UNVERIFIED'));
alter table formulary_item add check (storage in ('CONTROLLED_ROOM_TEMPERATURE', 'REFRIGERATED', 'FROZEN'));
alter table formulary_item add check (beyond_use_days > 0);
alter table clinic_pharmacy_account add check (status in ('APPLIED', 'APPROVED', 'REFUSED', 'SUSPENDED', 'CLOSED'));
alter table fulfillment add check (status in ('RECEIVED', 'CLAIMED', 'DISPENSED', 'SHIPPED', 'REJECTED', 'RETURNED', 'WITHDRAWN'));
alter table fulfillment add check (attempt > 0);
alter table fulfillment add check (status not in ('DISPENSED', 'SHIPPED') or (dispensed_at is not null and lot_id is not null));
alter table fulfillment add check ((status = 'SHIPPED') = (shipped_at is not null));
alter table fulfillment add check ((status in ('REJECTED', 'RETURNED', 'WITHDRAWN')) = (closed_at is not null));
alter table hand_off_inbox add check (outcome in ('APPLIED', 'SUPERSEDED', 'IGNORED', 'GRANTED', 'DENIED'));
alter table hand_off_inbox add check (kind in ('SEND', 'WITHDRAW', 'AMEND'));
alter table verification add check (verdict in ('VERIFIED', 'NOT_VERIFIED', 'UNKNOWN'));
alter table lot add check (status in ('RELEASED', 'RECALLED'));
alter table lot add check ((status = 'RECALLED') = (recalled_at is not null));
alter table lot add check (normalized_number ~ '^[0-9A-Z]([0-9A-Z./_-]*[0-9A-Z])?$');
alter table lot add check (storage in ('CONTROLLED_ROOM_TEMPERATURE', 'REFRIGERATED', 'FROZEN'));
alter table dispense add check (quantity_value > 0);
alter table incident add check (kind in ('LATE_DISPENSE'));
alter table recall add check (class in ('I', 'II', 'III'));
alter table recall add check (status in ('OPEN', 'CLOSED'));
alter table recall_notice add check (status in ('SENT', 'ACKNOWLEDGED'));
alter table recall_notice add check ((status = 'ACKNOWLEDGED') = (acknowledged_at is not null));
alter table published_metric add check (metric in ('ordersDispensed', 'ordersRejected', 'medianHoursSignToShip'));
alter table published_metric add check (basis = 0 or basis > 10);
alter table metric_publication add check (id = 1);

-- One pharmacy holds an order at a time.
create unique index fulfillment_live on fulfillment (order_id) where status in ('RECEIVED', 'CLAIMED', 'DISPENSED', 'SHIPPED');
create unique index claim_open on claim (fulfillment_id) where ended_at is null;
create index fulfillment_dispensed on fulfillment (dispensed_at) where dispensed_at is not null;
create index fulfillment_shipped on fulfillment (shipped_at) where shipped_at is not null;
create index fulfillment_rejected on fulfillment (closed_at) where status = 'REJECTED';

-- Whatever the code does, nothing is dispensed on what was withdrawn, returned or rejected.
create function refuse_late_dispense() returns trigger language plpgsql set search_path = pharmacies, pg_temp as $$
begin
  if not exists (select 1 from fulfillment where id = new.fulfillment_id and status in ('DISPENSED', 'SHIPPED')) then
    raise exception 'a dispense needs a fulfillment that is DISPENSED' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger refuse_late_dispense before insert on dispense for each row execute function refuse_late_dispense();
revoke execute on function refuse_late_dispense() from goodfaith_pharmacies;

-- Registers: read by everyone who may look them up, written by no request.
create policy read on pharmacy for select using ((select everywhere('pharmacy:read')) or id = any ((select may('fulfillment:read'))::uuid[]));
create policy read on pharmacy_license for select using ((select everywhere('pharmacy:read')) or pharmacy_id = any ((select may('fulfillment:read'))::uuid[]));
create policy read on formula for select using ((select everywhere('formulary:read')) or pharmacy_id = any ((select may('fulfillment:read'))::uuid[]));
create policy read on formula_ingredient for select using ((select everywhere('formulary:read')) or exists (select 1 from formula where formula.id = formula_id));
create policy read on formulary_item for select using ((select everywhere('formulary:read')) or pharmacy_id = any ((select may('fulfillment:read'))::uuid[]));
create policy read on clinic_pharmacy_account for select using (
  pharmacy_id = any ((select may('fulfillment:read'))::uuid[]) or clinic_id = any ((select may('fulfillment:track'))::uuid[])
  or (select everywhere('supply-facts:read')));

-- A pharmacy sees what was sent to it, a clinic what was sent for its patients, the prescriptions service what it hands over.
create policy read on fulfillment for select using (
  pharmacy_id = any ((select may('fulfillment:read'))::uuid[]) or clinic_id = any ((select may('fulfillment:track'))::uuid[])
  or (select everywhere('hand-off:receive')));
create policy received on fulfillment for insert with check ((select everywhere('hand-off:receive')));
create policy moved on fulfillment for update using (
  pharmacy_id = any ((select may('order:claim'))::uuid[]) or pharmacy_id = any ((select may('order:dispense'))::uuid[])
  or pharmacy_id = any ((select may('order:ship'))::uuid[]) or (select everywhere('hand-off:receive')));

create policy used on hand_off_head using (
  (select everywhere('hand-off:receive'))
  or exists (select 1 from fulfillment f where f.order_id = hand_off_head.order_id and f.pharmacy_id = any ((select may('fulfillment:read'))::uuid[])));
create policy used on hand_off_inbox using ((select everywhere('hand-off:receive')));

-- The claim is the pharmacy's own business: a clinic learns that there is one from the fulfillment. The service ends it when an order is withdrawn.
create policy read on claim for select using (pharmacy_id = any ((select may('fulfillment:read'))::uuid[]) or (select everywhere('hand-off:receive')));
create policy made on claim for insert with check (pharmacy_id = any ((select may('order:claim'))::uuid[]));
create policy ended on claim for update using (pharmacy_id = any ((select may('order:claim'))::uuid[]) or (select everywhere('hand-off:receive')));

create policy read on verification for select using (pharmacy_id = any ((select may('order:verify'))::uuid[]));
create policy made on verification for insert with check (
  pharmacy_id = any ((select may('order:verify'))::uuid[]) or pharmacy_id = any ((select may('order:claim'))::uuid[]));

create policy read on recall_notice for select using (
  pharmacy_id = any ((select may('recall:read'))::uuid[]) or clinic_id = any ((select may('recall:read'))::uuid[]));
create policy sent on recall_notice for insert with check (
  pharmacy_id = any ((select may('recall:start'))::uuid[]) or pharmacy_id = any ((select may('order:dispense'))::uuid[]));
create policy acknowledged on recall_notice for update using (clinic_id = any ((select may('recall:acknowledge'))::uuid[]));

create policy read on recall for select using (
  pharmacy_id = any ((select may('recall:read'))::uuid[]) or exists (select 1 from recall_notice n where n.recall_id = recall.id));
create policy started on recall for insert with check (pharmacy_id = any ((select may('recall:start'))::uuid[]));

create policy read on recall_lot for select using (
  pharmacy_id = any ((select may('recall:read'))::uuid[]) or exists (select 1 from recall_notice n where n.recall_id = recall_lot.recall_id));
create policy started on recall_lot for insert with check (pharmacy_id = any ((select may('recall:start'))::uuid[]));

create policy read on lot for select using (
  pharmacy_id = any ((select may('fulfillment:read'))::uuid[])
  or exists (select 1 from fulfillment f where f.lot_id = lot.id)
  or exists (select 1 from recall_lot r where r.lot_id = lot.id));
create policy made on lot for insert with check (pharmacy_id = any ((select may('order:dispense'))::uuid[]));
create policy recalled on lot for update using (pharmacy_id = any ((select may('recall:start'))::uuid[]) or pharmacy_id = any ((select may('order:ship'))::uuid[]));

create policy read on dispense for select using (
  pharmacy_id = any ((select may('fulfillment:read'))::uuid[]) or clinic_id = any ((select may('fulfillment:track'))::uuid[])
  or clinic_id = any ((select may('recall:read'))::uuid[]));
create policy made on dispense for insert with check (pharmacy_id = any ((select may('order:dispense'))::uuid[]));

create policy read on shipment for select using (
  pharmacy_id = any ((select may('fulfillment:read'))::uuid[]) or clinic_id = any ((select may('fulfillment:track'))::uuid[]));
create policy made on shipment for insert with check (pharmacy_id = any ((select may('order:ship'))::uuid[]));

create policy read on incident for select using (
  pharmacy_id = any ((select may('fulfillment:read'))::uuid[]) or clinic_id = any ((select may('recall:read'))::uuid[]));
create policy kept on incident for insert with check (pharmacy_id = any ((select may('order:dispense'))::uuid[]));

create policy read on published_metric for select using (
  clinic_id = any ((select may('metrics:read'))::uuid[]) or (select everywhere('hand-off:receive')));
create policy published on published_metric using ((select everywhere('hand-off:receive'))) with check ((select everywhere('hand-off:receive')));
create policy read on metric_publication for select using ((select acting()) is not null);
create policy published on metric_publication using ((select everywhere('hand-off:receive'))) with check ((select everywhere('hand-off:receive')));

-- What happened stays: rows are added, and only the columns that carry a state change afterwards.
revoke insert, update, delete on pharmacy, pharmacy_license, formula, formula_ingredient, formulary_item, clinic_pharmacy_account from goodfaith_pharmacies;
revoke update, delete on hand_off_inbox, verification, dispense, shipment, incident, recall, recall_lot from goodfaith_pharmacies;
revoke update, delete on fulfillment, claim, lot, recall_notice, hand_off_head from goodfaith_pharmacies;
revoke insert, update, delete on published_metric, metric_publication from goodfaith_pharmacies;
grant update (status, formulary_item_id, ship_to_state, document_digest, claim_generation, claimed_at, dispensed_at, shipped_at, closed_at, reason, note, lot_id)
  on fulfillment to goodfaith_pharmacies;
grant update (ended_at) on claim to goodfaith_pharmacies;
grant update (status, recalled_at) on lot to goodfaith_pharmacies;
grant update (status, acknowledged_at, acknowledged_by) on recall_notice to goodfaith_pharmacies;
grant update (last_seq, last_attempt, out_seq) on hand_off_head to goodfaith_pharmacies;

-- Whether a pharmacy other than this one holds the order: others learn only that it is taken. Functions that answer across
-- tenants run with the subgraph's own right for as long as they run, and say no more than their name.
create function held_elsewhere(the_order uuid, the_pharmacy uuid) returns boolean language sql stable security definer
  set search_path = pharmacies, pg_temp set app.everywhere = '{hand-off:receive}' as $$
  select exists (
    select 1 from fulfillment
    where order_id = the_order and pharmacy_id <> the_pharmacy and status in ('RECEIVED', 'CLAIMED', 'DISPENSED', 'SHIPPED'))
$$;

-- A clinic's own people see exact figures, theirs alone.
create function exact_metrics(clinics uuid[], first_day date, last_day date)
returns table (clinic_id uuid, orders_dispensed integer, orders_rejected integer, median_hours_sign_to_ship double precision)
language sql stable security definer set search_path = pharmacies, pg_temp set app.everywhere = '{hand-off:receive}' as $$
  with mine as (
    select id, first_day at time zone 'UTC' as since, (last_day + 1) at time zone 'UTC' as until
    from unnest(clinics) as id where id = any (may('metrics:exact')))
  select mine.id,
    (select count(*)::integer from fulfillment f where f.clinic_id = mine.id and f.dispensed_at >= since and f.dispensed_at < until),
    (select count(*)::integer from fulfillment f where f.clinic_id = mine.id and f.status = 'REJECTED' and f.closed_at >= since and f.closed_at < until),
    (select percentile_cont(0.5) within group (order by extract(epoch from f.shipped_at - f.signed_at) / 3600)
       from fulfillment f where f.clinic_id = mine.id and f.shipped_at >= since and f.shipped_at < until)
  from mine
$$;

-- Publishes the clinics' months, at most once a minute. Cells of 1 to 10 are suppressed; a figure moves only by 11 or more, when its month ends too,
-- so that two answers never tell of a single patient. From then on it stays.
create function publish_metrics(moment timestamptz) returns void language plpgsql security definer
  set search_path = pharmacies, pg_temp set app.everywhere = '{hand-off:receive}' as $$
declare
  last metric_publication;
  since timestamptz;
  -- An hour of grace: what was recorded in the last minute of a month is committed by then.
  open_month date := date_trunc('month', (moment - interval '1 hour') at time zone 'UTC')::date;
begin
  insert into metric_publication (id) values (1) on conflict do nothing;
  select * into last from metric_publication where id = 1 for update skip locked;
  if not found or last.published_at between moment - interval '1 minute' and moment then return; end if;
  since := coalesce((last.closed_through + interval '1 month') at time zone 'UTC', '-infinity');

  insert into published_metric as shown (clinic_id, month, metric, value, closed, basis, published_at)
  select clinic_id, month, metric, case when n > 10 then value end, month < open_month, case when n > 10 then n else 0 end, moment
  from (
    select clinic_id, date_trunc('month', dispensed_at at time zone 'UTC')::date as month, 'ordersDispensed' as metric, count(*)::integer as n, count(*)::double precision as value
    from fulfillment where dispensed_at >= since group by 1, 2
    union all
    select clinic_id, date_trunc('month', closed_at at time zone 'UTC')::date, 'ordersRejected', count(*)::integer, count(*)::double precision
    from fulfillment where status = 'REJECTED' and closed_at >= since group by 1, 2
    union all
    select clinic_id, date_trunc('month', shipped_at at time zone 'UTC')::date, 'medianHoursSignToShip', count(*)::integer,
      percentile_cont(0.5) within group (order by extract(epoch from shipped_at - signed_at) / 3600)
    from fulfillment where shipped_at >= since group by 1, 2
  ) as cell
  on conflict (clinic_id, month, metric) do update
    set value = case when excluded.basis - shown.basis > 10 then excluded.value else shown.value end,
      basis = case when excluded.basis - shown.basis > 10 then excluded.basis else shown.basis end,
      closed = excluded.closed, published_at = excluded.published_at
    where not shown.closed and (excluded.closed or excluded.basis - shown.basis > 10);

  update metric_publication set published_at = moment, closed_through = open_month - interval '1 month' where id = 1;
end $$;
