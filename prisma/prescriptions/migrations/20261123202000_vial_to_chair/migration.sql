-- safe while old code runs

-- AlterTable
ALTER TABLE "administration" ADD COLUMN     "holds_unit" TEXT,
ADD COLUMN     "holds_value" DECIMAL(30,12),
ADD COLUMN     "order_id" UUID,
ADD COLUMN     "parcel_id" UUID,
ADD COLUMN     "parcel_lot" TEXT,
ADD COLUMN     "supplied_unit" TEXT,
ADD COLUMN     "supplied_value" DECIMAL(30,12),
ALTER COLUMN "receipt_id" DROP NOT NULL;

-- CreateIndex
CREATE INDEX "administration_parcel_id_parcel_lot_vial_administered_at_idx" ON "administration"("parcel_id", "parcel_lot", "vial", "administered_at");

-- CreateIndex
CREATE INDEX "administration_order_id_administered_at_idx" ON "administration"("order_id", "administered_at");

-- AddForeignKey
ALTER TABLE "administration" ADD CONSTRAINT "administration_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- It came from the clinic's stock, or for this patient alone: never both, never neither.
alter table administration add check (num_nonnulls(receipt_id, order_id) = 1);
alter table administration add check (num_nonnulls(order_id, parcel_id, parcel_lot, supplied_value, supplied_unit) in (0, 5));
alter table administration add check (num_nonnulls(holds_value, holds_unit) in (0, 2));
alter table administration add check (holds_value > 0 and supplied_value > 0);

-- Whatever the code does: no more is given of a lot than came, of a container than it holds, and nothing of one patient's order to another.
-- Two who record at once come one after the other.
create or replace function keep_within_receipt() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(coalesce(new.receipt_id, new.parcel_id)::text, 0));
  if exists (
    select 1 from office_stock_receipt r
    where r.id = new.receipt_id and r.quantity_unit = new.amount_unit and r.quantity_value < new.amount_value + coalesce((
      select sum(a.amount_value) from administration a where a.receipt_id = r.id and a.amount_unit = r.quantity_unit), 0)) then
    raise exception 'more than came of receipt %', new.receipt_id using errcode = 'check_violation';
  end if;
  if new.order_id is not null and not exists (
    select 1 from "order" o where o.id = new.order_id and o.patient_id = new.patient_id and o.clinic_id = new.clinic_id) then
    raise exception 'order % is not this patient''s', new.order_id using errcode = 'check_violation';
  end if;
  if new.amount_unit = new.supplied_unit and new.supplied_value < new.amount_value + coalesce((
    select sum(a.amount_value) from administration a
    where a.parcel_id = new.parcel_id and a.parcel_lot = new.parcel_lot and a.amount_unit = new.amount_unit), 0) then
    raise exception 'more than came of lot % in parcel %', new.parcel_lot, new.parcel_id using errcode = 'check_violation';
  end if;
  if new.amount_unit = new.holds_unit and new.holds_value < new.amount_value + coalesce((
    select sum(a.amount_value) from administration a
    where (a.receipt_id = new.receipt_id or (a.parcel_id = new.parcel_id and a.parcel_lot = new.parcel_lot))
      and a.vial = new.vial and a.amount_unit = new.amount_unit), 0) then
    raise exception 'more than container % holds', new.vial using errcode = 'check_violation';
  end if;
  return new;
end $$;
