-- safe while old code runs

-- CreateTable
CREATE TABLE "administration" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "receipt_id" UUID NOT NULL,
    "vial" TEXT NOT NULL,
    "vial_kind" TEXT NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "amount_value" DECIMAL(30,12) NOT NULL,
    "amount_unit" TEXT NOT NULL,
    "site" TEXT,
    "administered_by" UUID NOT NULL,
    "administered_at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "rules" JSONB NOT NULL,

    CONSTRAINT "administration_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "administration_receipt_id_vial_administered_at_idx" ON "administration"("receipt_id", "vial", "administered_at");

-- CreateIndex
CREATE INDEX "administration_patient_id_administered_at_idx" ON "administration"("patient_id", "administered_at");

-- AddForeignKey
ALTER TABLE "administration" ADD CONSTRAINT "administration_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "administration" ADD CONSTRAINT "administration_receipt_id_fkey" FOREIGN KEY ("receipt_id") REFERENCES "office_stock_receipt"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Row-level security: write the policies of these tables below.
alter table administration enable row level security;
alter table administration force row level security;

create trigger insert_only before update or delete or truncate on administration for each statement execute function refuse_change();
revoke update, delete, truncate on administration from goodfaith_prescriptions;
alter table administration add check (vial_kind in ('SINGLE_DOSE', 'MULTIPLE_DOSE'));
alter table administration add check (amount_value > 0);
alter table administration add check (opened_at <= administered_at);

create policy read on administration for select to goodfaith_prescriptions using (clinic_id = any ((select may('chart:read'))::uuid[]));
create policy recorded on administration for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('administration:record'))::uuid[]));

-- Whatever the code does, no more is given of a lot than came. Two who record at once come one after the other.
create function keep_within_receipt() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  perform pg_advisory_xact_lock(hashtextextended(new.receipt_id::text, 0));
  if exists (
    select 1 from office_stock_receipt r
    where r.id = new.receipt_id and r.quantity_unit = new.amount_unit and r.quantity_value < new.amount_value + coalesce((
      select sum(a.amount_value) from administration a where a.receipt_id = r.id and a.amount_unit = r.quantity_unit), 0)) then
    raise exception 'more than came of receipt %', new.receipt_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger keep_within_receipt before insert on administration for each row execute function keep_within_receipt();
revoke execute on function keep_within_receipt() from goodfaith_prescriptions;
