-- breaking: old code writes what its gates answered into columns that are gone

-- CreateTable
CREATE TABLE "fulfillment_decision" (
    "id" UUID NOT NULL,
    "fulfillment_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "gate" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "facts" JSONB NOT NULL,
    "results" JSONB NOT NULL,
    "pack_version" TEXT NOT NULL,

    CONSTRAINT "fulfillment_decision_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "fulfillment_decision_fulfillment_id_at_idx" ON "fulfillment_decision"("fulfillment_id", "at");

-- AddForeignKey
ALTER TABLE "fulfillment_decision" ADD CONSTRAINT "fulfillment_decision_fulfillment_id_fkey" FOREIGN KEY ("fulfillment_id") REFERENCES "fulfillment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the models can't say. What a gate let pass stays as it was decided.
alter table fulfillment_decision add check (gate in ('CLAIM', 'DISPENSE', 'SHIP'));
create trigger insert_only before update or delete or truncate on fulfillment_decision for each statement execute function refuse_change();

-- What is on record of the gates so far. Their facts were not kept, so these can be read and not asked again; the rules they asked are those of
-- the first release. The policies hold the owner too, who has to read every row here.
alter table claim no force row level security;
alter table dispense no force row level security;
alter table shipment no force row level security;
insert into fulfillment_decision (id, fulfillment_id, order_id, pharmacy_id, clinic_id, patient_id, gate, at, facts, results, pack_version)
  select uuidv7(), fulfillment_id, order_id, pharmacy_id, clinic_id, patient_id, gate, at, '{}', rules, '2026-11-22.1'
  from (
    select fulfillment_id, order_id, pharmacy_id, clinic_id, patient_id, 'CLAIM' as gate, claimed_at as at, rules from claim
    union all
    select fulfillment_id, order_id, pharmacy_id, clinic_id, patient_id, 'DISPENSE', dispensed_at, rules from dispense
    union all
    select fulfillment_id, order_id, pharmacy_id, clinic_id, patient_id, 'SHIP', shipped_at, rules from shipment
  ) as decided
  order by at;
alter table claim force row level security;
alter table dispense force row level security;
alter table shipment force row level security;

-- AlterTable
ALTER TABLE "claim" DROP COLUMN "rules";

-- AlterTable
ALTER TABLE "dispense" DROP COLUMN "rules";

-- AlterTable
ALTER TABLE "shipment" DROP COLUMN "rules";

-- Row-level security. A technician ships and writes what the gate answered; who verifies orders reads it.
alter table fulfillment_decision enable row level security;
alter table fulfillment_decision force row level security;
create policy read on fulfillment_decision for select using (pharmacy_id = any ((select may('order:verify'))::uuid[]));
create policy claimed on fulfillment_decision for insert with check (gate = 'CLAIM' and pharmacy_id = any ((select may('order:claim'))::uuid[]));
create policy dispensed on fulfillment_decision for insert with check (gate = 'DISPENSE' and pharmacy_id = any ((select may('order:dispense'))::uuid[]));
create policy shipped on fulfillment_decision for insert with check (gate = 'SHIP' and pharmacy_id = any ((select may('order:ship'))::uuid[]));
revoke update, delete on fulfillment_decision from goodfaith_pharmacies;
