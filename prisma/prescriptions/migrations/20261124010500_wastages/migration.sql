-- safe while old code runs

-- CreateTable
CREATE TABLE "wastage" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID,
    "receipt_id" UUID,
    "order_id" UUID,
    "parcel_id" UUID,
    "parcel_lot" TEXT,
    "supplied_value" DECIMAL(30,12),
    "supplied_unit" TEXT,
    "vial" TEXT NOT NULL,
    "holds_value" DECIMAL(30,12) NOT NULL,
    "holds_unit" TEXT NOT NULL,
    "amount_value" DECIMAL(30,12) NOT NULL,
    "amount_unit" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "note" TEXT,
    "controlled" BOOLEAN NOT NULL,
    "wasted_by" UUID NOT NULL,
    "wasted_at" TIMESTAMPTZ(3) NOT NULL,
    "witness_id" UUID,
    "witnessed_at" TIMESTAMPTZ(3),
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "rules" JSONB NOT NULL,

    CONSTRAINT "wastage_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "wastage_receipt_id_vial_idx" ON "wastage"("receipt_id", "vial");

-- CreateIndex
CREATE INDEX "wastage_parcel_id_parcel_lot_vial_idx" ON "wastage"("parcel_id", "parcel_lot", "vial");

-- CreateIndex
CREATE INDEX "wastage_order_id_idx" ON "wastage"("order_id");

-- AddForeignKey
ALTER TABLE "wastage" ADD CONSTRAINT "wastage_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "wastage" ADD CONSTRAINT "wastage_receipt_id_fkey" FOREIGN KEY ("receipt_id") REFERENCES "office_stock_receipt"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "wastage" ADD CONSTRAINT "wastage_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Row-level security.
alter table wastage enable row level security;
alter table wastage force row level security;

alter table wastage add check (num_nonnulls(receipt_id, order_id) = 1 and (patient_id is null) = (order_id is null));
alter table wastage add check (num_nonnulls(order_id, parcel_id, parcel_lot, supplied_value, supplied_unit) in (0, 5));
alter table wastage add check (amount_value > 0 and holds_value > 0 and supplied_value > 0);
alter table wastage add check (reason in ('REMAINDER', 'NOT_GIVEN', 'PAST_USE', 'CONTAMINATED', 'DAMAGED', 'TEMPERATURE', 'RECALLED', 'OTHER'));
alter table wastage add check (reason <> 'OTHER' or note is not null);
-- Nobody is their own witness, and what is controlled has one.
alter table wastage add check (witness_id <> wasted_by);
alter table wastage add check (not controlled or witness_id is not null);
alter table wastage add check (witnessed_at is null or witness_id is not null);

create policy read on wastage for select to goodfaith_prescriptions using (clinic_id = any ((select may('chart:read'))::uuid[]));
create policy recorded on wastage for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('administration:record'))::uuid[]) and witnessed_at is null);
create policy witnessed on wastage for update to goodfaith_prescriptions
  using (clinic_id = any ((select may('administration:record'))::uuid[]) and witnessed_at is null)
  with check (clinic_id = any ((select may('administration:record'))::uuid[]) and witnessed_at is not null);
create trigger insert_only before delete or truncate on wastage for each statement execute function refuse_change();
revoke update, delete, truncate on wastage from goodfaith_prescriptions;
grant update (witnessed_at) on wastage to goodfaith_prescriptions;

-- Whatever the code does: no more is given and thrown away of a lot than came, of a container than it holds, and nothing of one patient's
-- order to another. Two who record at once come one after the other.
create function used_of(the_receipt uuid, the_parcel uuid, lot text, container text, unit text) returns numeric language sql stable as $$
  select coalesce(sum(u.amount_value), 0) from (
    select receipt_id, parcel_id, parcel_lot, vial, amount_value, amount_unit from administration
    union all
    select receipt_id, parcel_id, parcel_lot, vial, amount_value, amount_unit from wastage) as u
  where (u.receipt_id = the_receipt or (u.parcel_id = the_parcel and u.parcel_lot = lot)) and u.amount_unit = unit
    and (container is null or u.vial = container)
$$;
create or replace function keep_within_receipt() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(coalesce(new.receipt_id, new.parcel_id)::text, 0));
  if exists (
    select 1 from office_stock_receipt r
    where r.id = new.receipt_id and r.quantity_unit = new.amount_unit
      and r.quantity_value < new.amount_value + used_of(new.receipt_id, null, null, null, new.amount_unit)) then
    raise exception 'more than came of receipt %', new.receipt_id using errcode = 'check_violation';
  end if;
  if new.order_id is not null and not exists (
    select 1 from "order" o where o.id = new.order_id and o.patient_id = new.patient_id and o.clinic_id = new.clinic_id) then
    raise exception 'order % is not this patient''s', new.order_id using errcode = 'check_violation';
  end if;
  if new.amount_unit = new.supplied_unit
    and new.supplied_value < new.amount_value + used_of(null, new.parcel_id, new.parcel_lot, null, new.amount_unit) then
    raise exception 'more than came of lot % in parcel %', new.parcel_lot, new.parcel_id using errcode = 'check_violation';
  end if;
  if new.amount_unit = new.holds_unit
    and new.holds_value < new.amount_value + used_of(new.receipt_id, new.parcel_id, new.parcel_lot, new.vial, new.amount_unit) then
    raise exception 'more than container % holds', new.vial using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger keep_within_receipt before insert on wastage for each row execute function keep_within_receipt();
