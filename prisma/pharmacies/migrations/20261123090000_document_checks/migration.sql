-- safe while old code runs

-- A text can be verified whose order was not sent to whoever shows it. That somebody looked is kept.

-- CreateTable
CREATE TABLE "document_check" (
    "id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "source" TEXT NOT NULL,
    "document_digest" TEXT,
    "verdict" TEXT NOT NULL,
    "checks" JSONB NOT NULL,
    "checked_by" TEXT NOT NULL,
    "checked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "document_check_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "document_check_pharmacy_id_checked_at_idx" ON "document_check"("pharmacy_id", "checked_at");

-- What the models can't say.
alter table document_check add check (source in ('DOCUMENT', 'SHORT_FORM'));
alter table document_check add check (verdict in ('AUTHENTIC', 'NOT_VERIFIED', 'UNKNOWN'));
alter table document_check add check (document_digest ~ '^[0-9a-f]{64}$');
create trigger insert_only before update or delete or truncate on document_check for each statement execute function refuse_change();

-- Row-level security: of the pharmacy that looked, for those who verify.
alter table document_check enable row level security;
alter table document_check force row level security;
create policy read on document_check for select using (pharmacy_id = any ((select may('order:verify'))::uuid[]));
create policy made on document_check for insert with check (pharmacy_id = any ((select may('order:verify'))::uuid[]));
revoke update, delete on document_check from goodfaith_pharmacies;
