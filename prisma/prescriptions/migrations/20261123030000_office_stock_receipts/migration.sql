-- safe while old code runs

-- One lot may come in several parcels.
-- DropIndex
DROP INDEX "office_stock_receipt_stock_order_id_position_lot_number_key";

-- CreateIndex
CREATE INDEX "office_stock_receipt_stock_order_id_position_idx" ON "office_stock_receipt"("stock_order_id", "position");

-- CreateIndex
CREATE INDEX "office_stock_receipt_clinic_id_lot_number_idx" ON "office_stock_receipt"("clinic_id", "lot_number");

-- CreateIndex
CREATE INDEX "office_stock_receipt_pharmacy_id_lot_number_idx" ON "office_stock_receipt"("pharmacy_id", "lot_number");

alter table office_stock_order drop constraint office_stock_order_status_check,
  add constraint office_stock_order_status_check
    check (status in ('PLACED', 'ACCEPTED', 'DECLINED', 'PARTLY_RECEIVED', 'RECEIVED', 'CLOSED', 'CANCELLED'));

drop policy ended on office_stock_order;
create policy ended on office_stock_order for update to goodfaith_prescriptions
  using (clinic_id = any ((select may('office-stock:order'))::uuid[]))
  with check (
    status in ('PARTLY_RECEIVED', 'RECEIVED', 'CLOSED', 'CANCELLED') and clinic_id = any ((select may('office-stock:order'))::uuid[]));

create or replace function move_office_stock() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
declare
  living constant text[] := array['status', 'status_since', 'reason', 'changed_by'];
begin
  if tg_op = 'DELETE' or to_jsonb(new) - living is distinct from to_jsonb(old) - living
    or (old.status || ' ' || new.status) <> all (array[
      'PLACED ACCEPTED', 'PLACED DECLINED', 'PLACED CANCELLED', 'ACCEPTED PARTLY_RECEIVED', 'ACCEPTED RECEIVED', 'ACCEPTED CANCELLED',
      'PARTLY_RECEIVED RECEIVED', 'PARTLY_RECEIVED CLOSED']) then
    raise exception 'office stock order % does not change so', old.id using errcode = 'check_violation';
  end if;
  return new;
end $$;

-- Whatever the code does, no more of a line comes than was ordered. Two who record at once come one after the other.
create function keep_within_order() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
declare
  stands text;
begin
  select status into stands from office_stock_order where id = new.stock_order_id for update;
  if stands is null or stands not in ('ACCEPTED', 'PARTLY_RECEIVED', 'RECEIVED') then
    raise exception 'office stock order % takes no receipts', new.stock_order_id using errcode = 'check_violation';
  end if;
  if exists (
    select 1 from office_stock_line l
    where l.stock_order_id = new.stock_order_id and l.position = new.position and l.quantity_unit = new.quantity_unit
      and l.quantity_value < new.quantity_value + coalesce((
        select sum(r.quantity_value) from office_stock_receipt r
        where r.stock_order_id = new.stock_order_id and r.position = new.position and r.quantity_unit = new.quantity_unit), 0)) then
    raise exception 'more of line % than was ordered', new.position using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger keep_within_order before insert on office_stock_receipt for each row execute function keep_within_order();
revoke execute on function keep_within_order() from goodfaith_prescriptions;
