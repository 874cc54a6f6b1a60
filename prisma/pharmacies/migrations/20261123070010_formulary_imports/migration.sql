-- safe while old code runs

-- CreateTable
CREATE TABLE "formulary_import" (
    "id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "digest" TEXT NOT NULL,
    "lines" INTEGER NOT NULL,
    "problem_count" INTEGER NOT NULL,
    "problems" JSONB NOT NULL,
    "written" BOOLEAN NOT NULL,
    "added" INTEGER NOT NULL,
    "changed" INTEGER NOT NULL,
    "read_by" TEXT NOT NULL,
    "read_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "formulary_import_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "formulary_import_pharmacy_id_read_at_idx" ON "formulary_import"("pharmacy_id", "read_at");

alter table formulary_import enable row level security;
alter table formulary_import force row level security;

-- All of a list is written or nothing, and nothing while anything is wrong with it.
alter table formulary_import add check (not written or problem_count = 0), add check (written or (added = 0 and changed = 0));
create trigger insert_only before update or delete or truncate on formulary_import for each statement execute function refuse_change();
create policy read on formulary_import for select using (pharmacy_id = any ((select may('formulary:keep'))::uuid[]));
create policy noted on formulary_import for insert with check (pharmacy_id = any ((select may('formulary:keep'))::uuid[]) and read_by = (select acting()));
revoke update, delete on formulary_import from goodfaith_pharmacies;
