-- safe while old code runs

-- CreateTable
CREATE TABLE "recall_disposition" (
    "id" UUID NOT NULL,
    "recall_id" UUID NOT NULL,
    "lot_id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "unit" TEXT NOT NULL,
    "sent" DECIMAL(30,12) NOT NULL,
    "given" DECIMAL(30,12) NOT NULL,
    "wasted" DECIMAL(30,12) NOT NULL,
    "returned" DECIMAL(30,12) NOT NULL,
    "destroyed" DECIMAL(30,12) NOT NULL,
    "quarantined" DECIMAL(30,12) NOT NULL,
    "lost" DECIMAL(30,12) NOT NULL,
    "with_patients" DECIMAL(30,12) NOT NULL,
    "explanation" TEXT,
    "recorded_by" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "recall_disposition_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "lot_use" (
    "id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "normalized_number" TEXT NOT NULL,
    "shipment_id" UUID,
    "receipt_id" UUID,
    "kind" TEXT NOT NULL,
    "quantity_value" DECIMAL(30,12) NOT NULL,
    "quantity_unit" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "lot_use_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "recall_disposition_recall_id_lot_id_clinic_id_recorded_at_idx" ON "recall_disposition"("recall_id", "lot_id", "clinic_id", "recorded_at");

-- CreateIndex
CREATE INDEX "lot_use_pharmacy_id_normalized_number_clinic_id_idx" ON "lot_use"("pharmacy_id", "normalized_number", "clinic_id");

-- CreateIndex
CREATE INDEX "lot_use_shipment_id_normalized_number_idx" ON "lot_use"("shipment_id", "normalized_number");

-- AddForeignKey
ALTER TABLE "recall_disposition" ADD CONSTRAINT "recall_disposition_recall_id_fkey" FOREIGN KEY ("recall_id") REFERENCES "recall"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recall_disposition" ADD CONSTRAINT "recall_disposition_lot_id_fkey" FOREIGN KEY ("lot_id") REFERENCES "lot"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Row-level security.
alter table recall_disposition enable row level security;
alter table recall_disposition force row level security;
alter table lot_use enable row level security;
alter table lot_use force row level security;

alter table recall_disposition add check (
  sent > 0 and given >= 0 and wasted >= 0 and returned >= 0 and destroyed >= 0 and quarantined >= 0 and lost >= 0 and with_patients >= 0);
alter table recall_disposition add check (given + wasted + returned + destroyed + quarantined + lost + with_patients <= sent);
alter table lot_use add check (kind in ('GIVEN', 'WASTED') and quantity_value > 0 and num_nonnulls(shipment_id, receipt_id) = 1);

create trigger insert_only before update or delete or truncate on recall_disposition for each statement execute function refuse_change();
create trigger insert_only before update or delete or truncate on lot_use for each statement execute function refuse_change();
revoke update, delete, truncate on recall_disposition, lot_use from goodfaith_pharmacies;

create policy read on recall_disposition for select using (
  pharmacy_id = any ((select may('recall:read'))::uuid[]) or clinic_id = any ((select may('recall:read'))::uuid[]));
create policy counted on recall_disposition for insert with check (clinic_id = any ((select may('recall:acknowledge'))::uuid[]));

-- A clinic sees what was used there. A pharmacy has no business with it until it takes the lot back.
create policy read on lot_use for select using (
  clinic_id = any ((select may('recall:read'))::uuid[]) or (select everywhere('hand-off:receive'))
  or (pharmacy_id = any ((select may('recall:read'))::uuid[]) and exists (
    select 1 from lot l join recall_lot r on r.lot_id = l.id
    where l.pharmacy_id = lot_use.pharmacy_id and l.normalized_number = lot_use.normalized_number)));
create policy told on lot_use for insert with check ((select everywhere('hand-off:receive')));
