-- safe while old code runs

-- AlterTable
ALTER TABLE "formula" ADD COLUMN     "approved_recorded_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "approved_product" (
    "id" UUID NOT NULL,
    "formula_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "ingredient" TEXT NOT NULL,
    "strength" TEXT,
    "dosage_form" TEXT,
    "route" TEXT,
    "application_number" TEXT,
    "marketing" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "confidence" TEXT NOT NULL,
    "as_of" DATE NOT NULL,

    CONSTRAINT "approved_product_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "approved_product_formula_id_position_key" ON "approved_product"("formula_id", "position");

-- AddForeignKey
ALTER TABLE "approved_product" ADD CONSTRAINT "approved_product_formula_id_fkey" FOREIGN KEY ("formula_id") REFERENCES "formula"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

alter table approved_product enable row level security;
alter table approved_product force row level security;
create policy read on approved_product for select using ((select everywhere('formulary:read')) or exists (select 1 from formula where formula.id = formula_id));
revoke insert, update, delete on approved_product from goodfaith_pharmacies;

alter table approved_product add check (marketing in ('MARKETED', 'DISCONTINUED', 'UNKNOWN'));
alter table approved_product add check (confidence in ('verified', 'known', 'uncertain'));
-- New drug, abbreviated or biologics licence application: six digits.
alter table approved_product add check (application_number ~ '^(NDA|ANDA|BLA)[0-9]{6}$');
alter table approved_product add check (position > 0);
