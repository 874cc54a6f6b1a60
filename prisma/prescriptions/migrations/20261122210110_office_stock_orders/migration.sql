-- safe while old code runs

-- CreateTable
CREATE TABLE "office_stock_order" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "purchaser_id" UUID NOT NULL,
    "status" TEXT NOT NULL,
    "status_since" TIMESTAMPTZ(3) NOT NULL,
    "ship_to_state" TEXT NOT NULL,
    "placed_at" TIMESTAMPTZ(3) NOT NULL,
    "placed_by" TEXT NOT NULL,
    "rules" JSONB NOT NULL,
    "reason" TEXT,
    "changed_by" TEXT,

    CONSTRAINT "office_stock_order_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "office_stock_line" (
    "stock_order_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "clinic_id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "formulary_item_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "quantity_value" DECIMAL(30,12) NOT NULL,
    "quantity_unit" TEXT NOT NULL,

    CONSTRAINT "office_stock_line_pkey" PRIMARY KEY ("stock_order_id","position")
);

-- CreateTable
CREATE TABLE "office_stock_receipt" (
    "id" UUID NOT NULL,
    "stock_order_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "clinic_id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "lot_number" TEXT NOT NULL,
    "beyond_use_on" DATE NOT NULL,
    "quantity_value" DECIMAL(30,12) NOT NULL,
    "quantity_unit" TEXT NOT NULL,
    "received_at" TIMESTAMPTZ(3) NOT NULL,
    "received_by" TEXT NOT NULL,

    CONSTRAINT "office_stock_receipt_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "office_stock_order_clinic_id_placed_at_idx" ON "office_stock_order"("clinic_id", "placed_at");

-- CreateIndex
CREATE INDEX "office_stock_order_pharmacy_id_placed_at_idx" ON "office_stock_order"("pharmacy_id", "placed_at");

-- CreateIndex
CREATE UNIQUE INDEX "office_stock_receipt_stock_order_id_position_lot_number_key" ON "office_stock_receipt"("stock_order_id", "position", "lot_number");

-- AddForeignKey
ALTER TABLE "office_stock_line" ADD CONSTRAINT "office_stock_line_stock_order_id_fkey" FOREIGN KEY ("stock_order_id") REFERENCES "office_stock_order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "office_stock_receipt" ADD CONSTRAINT "office_stock_receipt_stock_order_id_position_fkey" FOREIGN KEY ("stock_order_id", "position") REFERENCES "office_stock_line"("stock_order_id", "position") ON DELETE RESTRICT ON UPDATE CASCADE;

alter table office_stock_order enable row level security;
alter table office_stock_order force row level security;
alter table office_stock_line enable row level security;
alter table office_stock_line force row level security;
alter table office_stock_receipt enable row level security;
alter table office_stock_receipt force row level security;

alter table office_stock_order add check (status in ('PLACED', 'ACCEPTED', 'DECLINED', 'RECEIVED', 'CANCELLED'));
alter table office_stock_line add check (quantity_value > 0 and position > 0);
alter table office_stock_receipt add check (quantity_value > 0);

-- The clinic that ordered and the facility it names; each makes its own moves.
create policy read on office_stock_order for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('office-stock:read'))::uuid[]) or pharmacy_id = any ((select may('office-stock:supply'))::uuid[]));
create policy placed on office_stock_order for insert to goodfaith_prescriptions
  with check (status = 'PLACED' and clinic_id = any ((select may('office-stock:order'))::uuid[]));
create policy answered on office_stock_order for update to goodfaith_prescriptions
  using (status = 'PLACED' and pharmacy_id = any ((select may('office-stock:supply'))::uuid[]))
  with check (status in ('ACCEPTED', 'DECLINED') and pharmacy_id = any ((select may('office-stock:supply'))::uuid[]));
create policy ended on office_stock_order for update to goodfaith_prescriptions
  using (clinic_id = any ((select may('office-stock:order'))::uuid[]))
  with check (status in ('RECEIVED', 'CANCELLED') and clinic_id = any ((select may('office-stock:order'))::uuid[]));
create policy read on office_stock_line for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('office-stock:read'))::uuid[]) or pharmacy_id = any ((select may('office-stock:supply'))::uuid[]));
create policy placed on office_stock_line for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('office-stock:order'))::uuid[]));
create policy read on office_stock_receipt for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('office-stock:read'))::uuid[]) or pharmacy_id = any ((select may('office-stock:supply'))::uuid[]));
create policy received on office_stock_receipt for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('office-stock:order'))::uuid[]));

revoke update, delete, truncate on office_stock_order, office_stock_line, office_stock_receipt from goodfaith_prescriptions;
grant update (status, status_since, reason, changed_by) on office_stock_order to goodfaith_prescriptions;

create function move_office_stock() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
declare
  living constant text[] := array['status', 'status_since', 'reason', 'changed_by'];
begin
  if tg_op = 'DELETE' or to_jsonb(new) - living is distinct from to_jsonb(old) - living
    or (old.status || ' ' || new.status) <> all (array['PLACED ACCEPTED', 'PLACED DECLINED', 'PLACED CANCELLED', 'ACCEPTED RECEIVED', 'ACCEPTED CANCELLED']) then
    raise exception 'office stock order % does not change so', old.id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger moves before update or delete on office_stock_order for each row execute function move_office_stock();
create trigger keep_as_written before update or delete on office_stock_line for each row execute function keep_as_written();
create trigger keep_as_written before update or delete on office_stock_receipt for each row execute function keep_as_written();

revoke execute on function move_office_stock() from goodfaith_prescriptions;
