-- safe while old code runs

-- Which pharmacy is to fill an order is decided among several, and what they were like is kept.

-- CreateTable
CREATE TABLE "route_decision" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "formulary_item_id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "amendment_id" UUID,
    "patients_choice" BOOLEAN NOT NULL,
    "reason" TEXT,
    "options" JSONB NOT NULL,
    "decided_by" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "facts" JSONB NOT NULL,
    "results" JSONB NOT NULL,
    "pack_version" TEXT NOT NULL,

    CONSTRAINT "route_decision_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "route_decision_order_id_at_idx" ON "route_decision"("order_id", "at");

-- AddForeignKey
ALTER TABLE "route_decision" ADD CONSTRAINT "route_decision_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the models can't say: it stays as it was decided. Those who draft orders decide, the clinic's people read.
create trigger insert_only before update or delete or truncate on route_decision for each statement execute function refuse_change();
alter table route_decision enable row level security;
alter table route_decision force row level security;
create policy read on route_decision for select to goodfaith_prescriptions using (clinic_id = any ((select may('order:read'))::uuid[]));
create policy written on route_decision for insert to goodfaith_prescriptions
  with check (decided_by = (select acting()) and clinic_id = any ((select may('order:draft'))::uuid[]));
revoke update, delete, truncate on route_decision from goodfaith_prescriptions;
