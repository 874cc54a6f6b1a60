-- safe while old code runs

-- A claim runs out: whoever falls silent does not keep an order from its patient. Claims of before have no end.

-- AlterTable
ALTER TABLE "claim" ADD COLUMN     "ends_at" TIMESTAMPTZ(3),
ADD COLUMN     "warned_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "claim_term" (
    "id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "days" INTEGER NOT NULL,
    "set_by" TEXT NOT NULL,
    "set_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "claim_term_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "claim_term_pharmacy_id_set_at_idx" ON "claim_term"("pharmacy_id", "set_at");

-- What the models can't say.
alter table claim add check (ends_at > claimed_at);
create index claim_ending on claim (ends_at) where ended_at is null and ends_at is not null;
grant update (warned_at) on claim to goodfaith_pharmacies;
alter table claim_term add check (days between 1 and 30);
create trigger insert_only before update or delete or truncate on claim_term for each statement execute function refuse_change();

-- Row-level security: of the pharmacy itself, set by those who claim.
alter table claim_term enable row level security;
alter table claim_term force row level security;
create policy read on claim_term for select using (pharmacy_id = any ((select may('fulfillment:read'))::uuid[]));
create policy made on claim_term for insert with check (pharmacy_id = any ((select may('order:claim'))::uuid[]));
revoke update, delete on claim_term from goodfaith_pharmacies;
