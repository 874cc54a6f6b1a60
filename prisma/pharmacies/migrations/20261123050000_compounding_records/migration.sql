-- safe while old code runs

-- AlterTable
ALTER TABLE "lot" ADD COLUMN     "beyond_use_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "master_formulation" (
    "id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "formulary_item_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "components" JSONB NOT NULL,
    "container" TEXT NOT NULL,
    "instructions" TEXT NOT NULL,
    "equipment" TEXT NOT NULL,
    "quality_controls" JSONB NOT NULL,
    "batch_value" DECIMAL(30,12) NOT NULL,
    "batch_unit" TEXT NOT NULL,
    "beyond_use_value" INTEGER NOT NULL,
    "beyond_use_unit" TEXT NOT NULL,
    "beyond_use_reference" TEXT NOT NULL,
    "directions" TEXT,
    "recorded_by" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "master_formulation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "compounding_record" (
    "id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "lot_id" UUID NOT NULL,
    "formulation_id" UUID NOT NULL,
    "made_by" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "yield_value" DECIMAL(30,12) NOT NULL,
    "yield_unit" TEXT NOT NULL,
    "quality_results" JSONB NOT NULL,
    "facts" JSONB NOT NULL,
    "results" JSONB NOT NULL,
    "pack_version" TEXT NOT NULL,

    CONSTRAINT "compounding_record_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "lot_component" (
    "id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "lot_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "unii" TEXT,
    "supplier" TEXT NOT NULL,
    "number" TEXT NOT NULL,
    "normalized_number" TEXT NOT NULL,
    "expires_on" DATE NOT NULL,
    "amount_value" DECIMAL(30,12) NOT NULL,
    "amount_unit" TEXT NOT NULL,

    CONSTRAINT "lot_component_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "lot_release" (
    "id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "lot_id" UUID NOT NULL,
    "decision" TEXT NOT NULL,
    "reason" TEXT,
    "checked_by" TEXT NOT NULL,
    "checked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "lot_release_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "master_formulation_formulary_item_id_version_key" ON "master_formulation"("formulary_item_id", "version");

-- CreateIndex
CREATE UNIQUE INDEX "compounding_record_lot_id_key" ON "compounding_record"("lot_id");

-- CreateIndex
CREATE INDEX "compounding_record_pharmacy_id_recorded_at_idx" ON "compounding_record"("pharmacy_id", "recorded_at");

-- CreateIndex
CREATE INDEX "compounding_record_formulation_id_idx" ON "compounding_record"("formulation_id");

-- CreateIndex
CREATE INDEX "lot_component_pharmacy_id_normalized_number_idx" ON "lot_component"("pharmacy_id", "normalized_number");

-- CreateIndex
CREATE UNIQUE INDEX "lot_component_lot_id_position_key" ON "lot_component"("lot_id", "position");

-- CreateIndex
CREATE UNIQUE INDEX "lot_release_lot_id_key" ON "lot_release"("lot_id");

-- AddForeignKey
ALTER TABLE "master_formulation" ADD CONSTRAINT "master_formulation_pharmacy_id_fkey" FOREIGN KEY ("pharmacy_id") REFERENCES "pharmacy"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "master_formulation" ADD CONSTRAINT "master_formulation_formulary_item_id_fkey" FOREIGN KEY ("formulary_item_id") REFERENCES "formulary_item"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "compounding_record" ADD CONSTRAINT "compounding_record_pharmacy_id_fkey" FOREIGN KEY ("pharmacy_id") REFERENCES "pharmacy"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "compounding_record" ADD CONSTRAINT "compounding_record_lot_id_fkey" FOREIGN KEY ("lot_id") REFERENCES "lot"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "compounding_record" ADD CONSTRAINT "compounding_record_formulation_id_fkey" FOREIGN KEY ("formulation_id") REFERENCES "master_formulation"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lot_component" ADD CONSTRAINT "lot_component_pharmacy_id_fkey" FOREIGN KEY ("pharmacy_id") REFERENCES "pharmacy"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lot_component" ADD CONSTRAINT "lot_component_lot_id_fkey" FOREIGN KEY ("lot_id") REFERENCES "lot"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lot_release" ADD CONSTRAINT "lot_release_pharmacy_id_fkey" FOREIGN KEY ("pharmacy_id") REFERENCES "pharmacy"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lot_release" ADD CONSTRAINT "lot_release_lot_id_fkey" FOREIGN KEY ("lot_id") REFERENCES "lot"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Row-level security: write the policies of these tables below.
alter table master_formulation enable row level security;
alter table master_formulation force row level security;
alter table compounding_record enable row level security;
alter table compounding_record force row level security;
alter table lot_component enable row level security;
alter table lot_component force row level security;
alter table lot_release enable row level security;
alter table lot_release force row level security;

-- What was made and who looked at it stays as it was written.
create trigger insert_only before update or delete or truncate on master_formulation for each statement execute function refuse_change();
create trigger insert_only before update or delete or truncate on compounding_record for each statement execute function refuse_change();
create trigger insert_only before update or delete or truncate on lot_component for each statement execute function refuse_change();
create trigger insert_only before update or delete or truncate on lot_release for each statement execute function refuse_change();
revoke update, delete on master_formulation, compounding_record, lot_component, lot_release from goodfaith_pharmacies;

alter table master_formulation add check (version > 0);
alter table master_formulation add check (batch_value > 0);
alter table master_formulation add check (beyond_use_value > 0);
alter table master_formulation add check (beyond_use_unit in ('h', 'd'));
alter table compounding_record add check (yield_value > 0);
alter table lot_component add check (position > 0);
alter table lot_component add check (amount_value > 0);
alter table lot_component add check (normalized_number ~ '^[0-9A-Z]([0-9A-Z./_-]*[0-9A-Z])?$');
alter table lot_release add check (decision in ('RELEASED', 'REFUSED'));
alter table lot_release add check ((decision = 'REFUSED') = (reason is not null));
create index lot_component_unii on lot_component (pharmacy_id, unii) where unii is not null;

-- A lot that was made here waits for its check; one that came with its first dispense is released as it was.
alter table lot drop constraint lot_status_check;
alter table lot add check (status in ('QUARANTINED', 'RELEASED', 'REFUSED', 'RECALLED'));

create policy read on master_formulation for select using (pharmacy_id = any ((select may('fulfillment:read'))::uuid[]));
create policy recorded on master_formulation for insert with check (pharmacy_id = any ((select may('formulation:record'))::uuid[]));
create policy read on compounding_record for select using (pharmacy_id = any ((select may('fulfillment:read'))::uuid[]));
create policy recorded on compounding_record for insert with check (pharmacy_id = any ((select may('compounding:record'))::uuid[]));
create policy read on lot_component for select using (pharmacy_id = any ((select may('fulfillment:read'))::uuid[]));
create policy recorded on lot_component for insert with check (pharmacy_id = any ((select may('compounding:record'))::uuid[]));
create policy read on lot_release for select using (pharmacy_id = any ((select may('fulfillment:read'))::uuid[]));
create policy checked on lot_release for insert with check (pharmacy_id = any ((select may('lot:release'))::uuid[]));
create policy compounded on lot for insert with check (status = 'QUARANTINED' and pharmacy_id = any ((select may('compounding:record'))::uuid[]));
create policy checked on lot for update using (pharmacy_id = any ((select may('lot:release'))::uuid[]));

-- Whatever the code does, nobody checks what they made themselves, and nothing leaves quarantine without its check.
create function refuse_own_check() returns trigger language plpgsql set search_path = pharmacies, pg_temp as $$
begin
  if exists (select 1 from compounding_record where lot_id = new.lot_id and made_by = new.checked_by) then
    raise exception 'a lot is checked by another person than the one who made it' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger refuse_own_check before insert on lot_release for each row execute function refuse_own_check();
revoke execute on function refuse_own_check() from goodfaith_pharmacies;

create function refuse_unchecked_lot() returns trigger language plpgsql set search_path = pharmacies, pg_temp as $$
begin
  if old.status in ('REFUSED', 'RECALLED') and new.status = 'RELEASED' then
    raise exception 'a lot that was refused or recalled is not released' using errcode = 'integrity_constraint_violation';
  end if;
  if old.status = 'QUARANTINED' and new.status in ('RELEASED', 'REFUSED')
    and not exists (select 1 from lot_release where lot_id = new.id and decision = new.status) then
    raise exception 'a lot leaves quarantine with its check' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger refuse_unchecked_lot before update of status on lot for each row execute function refuse_unchecked_lot();
revoke execute on function refuse_unchecked_lot() from goodfaith_pharmacies;
