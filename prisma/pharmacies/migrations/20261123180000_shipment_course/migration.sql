-- safe while old code runs

-- DropIndex
DROP INDEX "shipment_fulfillment_id_key";

-- AlterTable
ALTER TABLE "shipment" ADD COLUMN     "ended_at" TIMESTAMPTZ(3),
ADD COLUMN     "lot_id" UUID,
ADD COLUMN     "parcel" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN     "quantity_unit" TEXT,
ADD COLUMN     "quantity_value" DECIMAL(30,12),
ADD COLUMN     "status" TEXT NOT NULL DEFAULT 'IN_TRANSIT';

-- CreateTable
CREATE TABLE "temperature_excursion" (
    "id" UUID NOT NULL,
    "shipment_id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "lowest" DECIMAL(5,1) NOT NULL,
    "highest" DECIMAL(5,1) NOT NULL,
    "minutes" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "recorded_by" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "decision" TEXT,
    "basis" TEXT,
    "decided_by" TEXT,
    "decided_at" TIMESTAMPTZ(3),

    CONSTRAINT "temperature_excursion_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "temperature_excursion_shipment_id_recorded_at_idx" ON "temperature_excursion"("shipment_id", "recorded_at");

-- CreateIndex
CREATE INDEX "shipment_lot_id_clinic_id_patient_id_order_id_pharmacy_id_idx" ON "shipment"("lot_id", "clinic_id", "patient_id", "order_id", "pharmacy_id");

-- CreateIndex
CREATE UNIQUE INDEX "shipment_fulfillment_id_parcel_key" ON "shipment"("fulfillment_id", "parcel");

-- AddForeignKey
ALTER TABLE "shipment" ADD CONSTRAINT "shipment_lot_id_fkey" FOREIGN KEY ("lot_id") REFERENCES "lot"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "temperature_excursion" ADD CONSTRAINT "temperature_excursion_shipment_id_fkey" FOREIGN KEY ("shipment_id") REFERENCES "shipment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Row-level security: write the policies of these tables below.
alter table temperature_excursion enable row level security;
alter table temperature_excursion force row level security;

alter table shipment add check (status in ('IN_TRANSIT', 'DELIVERED', 'LOST', 'SPOILED'));
alter table shipment add check ((status = 'IN_TRANSIT') = (ended_at is null));
alter table shipment add check (parcel > 0 and (parcel = 1 or lot_id is not null));
alter table shipment add check ((lot_id is null) = (quantity_value is null) and (lot_id is null) = (quantity_unit is null) and quantity_value > 0);
alter table temperature_excursion add check (lowest <= highest);
alter table temperature_excursion add check (minutes > 0);
alter table temperature_excursion add check (source in ('LOGGER', 'CARRIER', 'CLINIC', 'PATIENT'));
alter table temperature_excursion add check (decision in ('USE', 'DISCARD'));
alter table temperature_excursion add check ((decision is null) = (decided_at is null) and (decision is null) = (decided_by is null) and (decision is null) = (basis is null));

-- What was lost or spoiled is replaced by one parcel, whoever sends it.
create unique index shipment_live on shipment (fulfillment_id) where status in ('IN_TRANSIT', 'DELIVERED');

revoke delete, truncate on temperature_excursion from goodfaith_pharmacies;
revoke update on temperature_excursion from goodfaith_pharmacies;
grant update (decision, basis, decided_by, decided_at) on temperature_excursion to goodfaith_pharmacies;
grant update (status, ended_at) on shipment to goodfaith_pharmacies;
create policy followed on shipment for update using (
  pharmacy_id = any ((select may('shipment:follow'))::uuid[]) or clinic_id = any ((select may('shipment:follow'))::uuid[]));
create policy replaced on shipment for insert with check (parcel > 1 and pharmacy_id = any ((select may('order:dispense'))::uuid[]));
create policy read_for_recall on shipment for select using (clinic_id = any ((select may('recall:read'))::uuid[]) or (select everywhere('hand-off:receive')));
create policy read_replacement on lot for select using (exists (select 1 from shipment s where s.lot_id = lot.id));

create policy read on temperature_excursion for select using (
  pharmacy_id = any ((select may('fulfillment:read'))::uuid[]) or clinic_id = any ((select may('fulfillment:track'))::uuid[]));
create policy recorded on temperature_excursion for insert with check (
  pharmacy_id = any ((select may('shipment:follow'))::uuid[]) or clinic_id = any ((select may('shipment:follow'))::uuid[]));
create policy decided on temperature_excursion for update using (pharmacy_id = any ((select may('excursion:decide'))::uuid[]));
create function refuse_second_decision() returns trigger language plpgsql set search_path = pharmacies, pg_temp as $$
begin
  if old.decision is not null then
    raise exception 'an excursion is decided once' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger refuse_second_decision before update on temperature_excursion for each row execute function refuse_second_decision();
revoke execute on function refuse_second_decision() from goodfaith_pharmacies;

-- The share of orders that leave the pharmacy's state is counted by the month.
create index fulfillment_pharmacy_dispensed on fulfillment (pharmacy_id, dispensed_at) where dispensed_at is not null;
