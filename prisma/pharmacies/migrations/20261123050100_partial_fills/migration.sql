-- safe while old code runs

-- DropIndex
DROP INDEX "dispense_fulfillment_id_key";

-- AlterTable
ALTER TABLE "dispense" ADD COLUMN     "complete" BOOLEAN NOT NULL DEFAULT true,
ADD COLUMN     "part" INTEGER NOT NULL DEFAULT 1;

-- CreateTable
CREATE TABLE "fill_preparation" (
    "id" UUID NOT NULL,
    "fulfillment_id" UUID NOT NULL,
    "part" INTEGER NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "lot_id" UUID NOT NULL,
    "quantity_value" DECIMAL(30,12) NOT NULL,
    "quantity_unit" TEXT NOT NULL,
    "prepared_by" TEXT NOT NULL,
    "prepared_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "fill_preparation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "not_dispensed" (
    "id" UUID NOT NULL,
    "fulfillment_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "note" TEXT,
    "recorded_by" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "not_dispensed_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "fill_preparation_fulfillment_id_prepared_at_idx" ON "fill_preparation"("fulfillment_id", "prepared_at");

-- CreateIndex
CREATE INDEX "fill_preparation_lot_id_idx" ON "fill_preparation"("lot_id");

-- CreateIndex
CREATE UNIQUE INDEX "not_dispensed_fulfillment_id_key" ON "not_dispensed"("fulfillment_id");

-- CreateIndex
CREATE UNIQUE INDEX "dispense_fulfillment_id_part_key" ON "dispense"("fulfillment_id", "part");

-- AddForeignKey
ALTER TABLE "fill_preparation" ADD CONSTRAINT "fill_preparation_fulfillment_id_fkey" FOREIGN KEY ("fulfillment_id") REFERENCES "fulfillment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "fill_preparation" ADD CONSTRAINT "fill_preparation_lot_id_fkey" FOREIGN KEY ("lot_id") REFERENCES "lot"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "not_dispensed" ADD CONSTRAINT "not_dispensed_fulfillment_id_fkey" FOREIGN KEY ("fulfillment_id") REFERENCES "fulfillment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Row-level security: write the policies of these tables below.
alter table fill_preparation enable row level security;
alter table fill_preparation force row level security;
alter table not_dispensed enable row level security;
alter table not_dispensed force row level security;

create trigger insert_only before update or delete or truncate on fill_preparation for each statement execute function refuse_change();
create trigger insert_only before update or delete or truncate on not_dispensed for each statement execute function refuse_change();
revoke update, delete on fill_preparation, not_dispensed from goodfaith_pharmacies;

alter table dispense add check (part > 0);
alter table fill_preparation add check (part > 0);
alter table fill_preparation add check (quantity_value > 0);
alter table not_dispensed add check (reason ~ '^[A-Z][A-Z_]{1,63}$');

create policy read on fill_preparation for select using (pharmacy_id = any ((select may('fulfillment:read'))::uuid[]));
create policy prepared on fill_preparation for insert with check (pharmacy_id = any ((select may('fill:prepare'))::uuid[]));
create policy read on not_dispensed for select using (
  pharmacy_id = any ((select may('fulfillment:read'))::uuid[]) or clinic_id = any ((select may('fulfillment:track'))::uuid[]));
create policy recorded on not_dispensed for insert with check (pharmacy_id = any ((select may('order:dispense'))::uuid[]));
-- A clinic sees every lot its patients got some of, not only that of the first part.
create policy handed_out on lot for select using (exists (select 1 from dispense d where d.lot_id = lot.id));

-- A fill is handed out in parts that follow one another, and not beyond its last.
create function refuse_dispense_after_last() returns trigger language plpgsql set search_path = pharmacies, pg_temp as $$
begin
  if exists (select 1 from dispense where fulfillment_id = new.fulfillment_id and complete)
    or exists (select 1 from not_dispensed where fulfillment_id = new.fulfillment_id)
    or new.part <> (select count(*) + 1 from dispense where fulfillment_id = new.fulfillment_id) then
    raise exception 'nothing of this fill is left to hand out' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger refuse_dispense_after_last before insert on dispense for each row execute function refuse_dispense_after_last();
revoke execute on function refuse_dispense_after_last() from goodfaith_pharmacies;
