-- safe while old code runs

-- CreateTable
CREATE TABLE "office_stock_supply" (
    "id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "formulary_item_id" UUID NOT NULL,
    "normalized_number" TEXT NOT NULL,
    "beyond_use_date" DATE NOT NULL,
    "quantity_value" DECIMAL(30,12) NOT NULL,
    "quantity_unit" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "office_stock_supply_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "office_stock_supply_pharmacy_id_normalized_number_clinic_id_idx" ON "office_stock_supply"("pharmacy_id", "normalized_number", "clinic_id");

-- CreateIndex
CREATE INDEX "office_stock_supply_clinic_id_idx" ON "office_stock_supply"("clinic_id");

alter table office_stock_supply enable row level security;
alter table office_stock_supply force row level security;
alter table office_stock_supply add check (quantity_value > 0);

-- A facility sees where its stock is, a clinic what came to it; the prescriptions service hands it over. It stays as it was told.
create policy read on office_stock_supply for select using (
  pharmacy_id = any ((select may('recall:read'))::uuid[]) or clinic_id = any ((select may('recall:read'))::uuid[])
  or (select everywhere('hand-off:receive')));
create policy received on office_stock_supply for insert with check ((select everywhere('hand-off:receive')));
revoke update, delete, truncate on office_stock_supply from goodfaith_pharmacies;
create trigger insert_only before update or delete or truncate on office_stock_supply for each statement execute function refuse_change();

-- A lot that comes to a clinic after its recall began: the clinic gets its notice when that is told.
create policy read_for_office_stock on lot for select using ((select everywhere('hand-off:receive')) or (select everywhere('supply-facts:read')));
create policy read_for_office_stock on recall for select using ((select everywhere('hand-off:receive')));
create policy read_for_office_stock on recall_lot for select using ((select everywhere('hand-off:receive')));
create policy read_for_office_stock on recall_notice for select using ((select everywhere('hand-off:receive')));
create policy sent_for_office_stock on recall_notice for insert with check ((select everywhere('hand-off:receive')));
-- Whoever hands over may lock a lot against a recall, and never change it.
create policy locked_for_office_stock on lot for update using ((select everywhere('hand-off:receive'))) with check (false);
