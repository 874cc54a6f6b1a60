-- safe while old code runs

-- DropIndex
DROP INDEX "dispense_lot_id_idx";

-- AlterTable
ALTER TABLE "recall" ADD COLUMN     "close_reason" TEXT,
ADD COLUMN     "closed_by" TEXT;

-- CreateTable
CREATE TABLE "recalled_component" (
    "id" UUID NOT NULL,
    "recall_id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "normalized_number" TEXT NOT NULL,
    "unii" TEXT,
    "supplier" TEXT,

    CONSTRAINT "recalled_component_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "recall_contact" (
    "id" UUID NOT NULL,
    "recall_id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "outcome" TEXT NOT NULL,
    "contacted_by" TEXT NOT NULL,
    "contacted_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "recall_contact_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "recall_escalation" (
    "recall_id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "about" TEXT NOT NULL,
    "step" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "recall_escalation_pkey" PRIMARY KEY ("recall_id","clinic_id","about","step")
);

-- CreateTable
CREATE TABLE "recall_reconciliation" (
    "id" UUID NOT NULL,
    "recall_id" UUID NOT NULL,
    "lot_id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "unit" TEXT NOT NULL,
    "made" DECIMAL(30,12) NOT NULL,
    "dispensed" DECIMAL(30,12) NOT NULL,
    "returned" DECIMAL(30,12) NOT NULL,
    "destroyed" DECIMAL(30,12) NOT NULL,
    "held" DECIMAL(30,12) NOT NULL,
    "explanation" TEXT,
    "recorded_by" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "recall_reconciliation_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "recalled_component_pharmacy_id_normalized_number_idx" ON "recalled_component"("pharmacy_id", "normalized_number");

-- CreateIndex
CREATE INDEX "recall_contact_recall_id_clinic_id_patient_id_contacted_at_idx" ON "recall_contact"("recall_id", "clinic_id", "patient_id", "contacted_at");

-- CreateIndex
CREATE INDEX "recall_reconciliation_recall_id_lot_id_recorded_at_idx" ON "recall_reconciliation"("recall_id", "lot_id", "recorded_at");

-- CreateIndex
CREATE INDEX "dispense_lot_id_clinic_id_patient_id_order_id_pharmacy_id_idx" ON "dispense"("lot_id", "clinic_id", "patient_id", "order_id", "pharmacy_id");

-- AddForeignKey
ALTER TABLE "recalled_component" ADD CONSTRAINT "recalled_component_recall_id_fkey" FOREIGN KEY ("recall_id") REFERENCES "recall"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recall_contact" ADD CONSTRAINT "recall_contact_recall_id_clinic_id_fkey" FOREIGN KEY ("recall_id", "clinic_id") REFERENCES "recall_notice"("recall_id", "clinic_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recall_escalation" ADD CONSTRAINT "recall_escalation_recall_id_clinic_id_fkey" FOREIGN KEY ("recall_id", "clinic_id") REFERENCES "recall_notice"("recall_id", "clinic_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recall_reconciliation" ADD CONSTRAINT "recall_reconciliation_recall_id_fkey" FOREIGN KEY ("recall_id") REFERENCES "recall"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recall_reconciliation" ADD CONSTRAINT "recall_reconciliation_lot_id_fkey" FOREIGN KEY ("lot_id") REFERENCES "lot"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Row-level security: write the policies of these tables below.
alter table recalled_component enable row level security;
alter table recalled_component force row level security;
alter table recall_contact enable row level security;
alter table recall_contact force row level security;
alter table recall_escalation enable row level security;
alter table recall_escalation force row level security;
alter table recall_reconciliation enable row level security;
alter table recall_reconciliation force row level security;

alter table recall add check ((status = 'CLOSED') = (closed_at is not null) and (closed_at is null) = (closed_by is null));
alter table recalled_component add check (normalized_number ~ '^[0-9A-Z]([0-9A-Z./_-]*[0-9A-Z])?$');
alter table recall_contact add check (outcome in ('REACHED', 'LEFT_MESSAGE', 'UNREACHABLE', 'RETURNED', 'USED'));
alter table recall_escalation add check (about in ('ACKNOWLEDGEMENT', 'PATIENTS'));
alter table recall_escalation add check (step between 1 and 3);
alter table recall_reconciliation add check (made >= 0 and dispensed >= 0 and returned >= 0 and destroyed >= 0 and held >= 0);
alter table recall_reconciliation add check (returned <= dispensed and destroyed + held <= made - dispensed + returned);

-- What was done about a recall stays as it was written; of the recall itself only its end is added.
create trigger insert_only before update or delete or truncate on recalled_component for each statement execute function refuse_change();
create trigger insert_only before update or delete or truncate on recall_contact for each statement execute function refuse_change();
create trigger insert_only before update or delete or truncate on recall_escalation for each statement execute function refuse_change();
create trigger insert_only before update or delete or truncate on recall_reconciliation for each statement execute function refuse_change();
revoke update, delete, truncate on recalled_component, recall_contact, recall_escalation, recall_reconciliation from goodfaith_pharmacies;
grant update (status, closed_at, closed_by, close_reason) on recall to goodfaith_pharmacies;
create policy closed on recall for update using (pharmacy_id = any ((select may('recall:close'))::uuid[]));

create policy read on recalled_component for select using (
  pharmacy_id = any ((select may('fulfillment:read'))::uuid[]) or (select everywhere('hand-off:receive')));
create policy started on recalled_component for insert with check (pharmacy_id = any ((select may('recall:start'))::uuid[]));

-- A clinic writes and reads its own contacts, the pharmacy reads them all.
create policy read on recall_contact for select using (
  pharmacy_id = any ((select may('recall:read'))::uuid[]) or clinic_id = any ((select may('recall:read'))::uuid[])
  or (select everywhere('hand-off:receive')));
create policy made on recall_contact for insert with check (clinic_id = any ((select may('recall:contact'))::uuid[]));

create policy read on recall_reconciliation for select using (pharmacy_id = any ((select may('recall:read'))::uuid[]));
create policy counted on recall_reconciliation for insert with check (pharmacy_id = any ((select may('recall:close'))::uuid[]));

-- The subgraph itself looks who is silent, by ids and times.
create policy read_for_escalation on recall_notice for select using ((select everywhere('hand-off:receive')));
create policy read_for_escalation on recall for select using ((select everywhere('hand-off:receive')));
create policy read_for_escalation on recall_lot for select using ((select everywhere('hand-off:receive')));
create policy read_for_escalation on dispense for select using ((select everywhere('hand-off:receive')));
create policy read_for_escalation on incident for select using ((select everywhere('hand-off:receive')));
create policy read on recall_escalation for select using (
  pharmacy_id = any ((select may('recall:read'))::uuid[]) or clinic_id = any ((select may('recall:read'))::uuid[])
  or (select everywhere('hand-off:receive')));
create policy noted on recall_escalation for insert with check ((select everywhere('hand-off:receive')));

-- Whatever the code does, nothing is made with an ingredient lot under recall. The lock makes whoever records a lot and whoever
-- recalls its ingredient come one after the other, so that the recall finds the lot or the lot is refused.
create function recall_lock(the_pharmacy uuid, number text) returns void language sql volatile as $$
  select pg_advisory_xact_lock(hashtextextended('recalled component ' || the_pharmacy || ' ' || number, 0))
$$;
create function refuse_recalled_component() returns trigger language plpgsql security definer
  set search_path = pharmacies, pg_temp set app.everywhere = '{hand-off:receive}' as $$
begin
  perform recall_lock(new.pharmacy_id, new.normalized_number);
  if exists (
    select 1 from recalled_component c
    where c.pharmacy_id = new.pharmacy_id and c.normalized_number = new.normalized_number
      and (c.unii is null or new.unii is null or c.unii = new.unii) and (c.supplier is null or c.supplier = lower(new.supplier))) then
    raise exception 'this lot of an ingredient is recalled' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger refuse_recalled_component before insert on lot_component for each row execute function refuse_recalled_component();
revoke execute on function refuse_recalled_component() from goodfaith_pharmacies;
