-- safe while old code runs

-- AlterTable
ALTER TABLE "formula" ADD COLUMN     "dosage_form_code" TEXT,
ADD COLUMN     "excipients_recorded_at" TIMESTAMPTZ(3),
ADD COLUMN     "route_code" TEXT;

-- AlterTable
ALTER TABLE "formula_ingredient" ADD COLUMN     "denominator_unit" TEXT,
ADD COLUMN     "denominator_value" DECIMAL(30,12),
ADD COLUMN     "numerator_unit" TEXT,
ADD COLUMN     "numerator_value" DECIMAL(30,12),
ADD COLUMN     "rxcui" TEXT;

-- AlterTable
ALTER TABLE "formulary_item" ADD COLUMN     "container" TEXT,
ADD COLUMN     "device" TEXT,
ADD COLUMN     "dose_variant" TEXT,
ADD COLUMN     "pack_unit" TEXT,
ADD COLUMN     "pack_value" DECIMAL(30,12);

-- CreateTable
CREATE TABLE "formula_excipient" (
    "id" UUID NOT NULL,
    "formula_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "unii" TEXT,
    "role" TEXT NOT NULL,
    "numerator_value" DECIMAL(30,12),
    "numerator_unit" TEXT,
    "denominator_value" DECIMAL(30,12),
    "denominator_unit" TEXT,

    CONSTRAINT "formula_excipient_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "formula_excipient_formula_id_position_key" ON "formula_excipient"("formula_id", "position");

-- AddForeignKey
ALTER TABLE "formula_excipient" ADD CONSTRAINT "formula_excipient_formula_id_fkey" FOREIGN KEY ("formula_id") REFERENCES "formula"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

alter table formula_excipient enable row level security;
alter table formula_excipient force row level security;
create policy read on formula_excipient for select using ((select everywhere('formulary:read')) or exists (select 1 from formula where formula.id = formula_id));
revoke insert, update, delete on formula_excipient from goodfaith_pharmacies;

-- A strength is whole or missing, above zero, and says of what it is so much: never a bare percentage.
create function is_strength(numerator numeric, numerator_unit text, denominator numeric, denominator_unit text) returns boolean
  language sql immutable
  return (numerator is null and numerator_unit is null and denominator is null and denominator_unit is null)
    or coalesce(numerator > 0 and denominator > 0
      and numerator_unit = any (array['kg', 'g', 'mg', 'ug', 'ng', 'L', 'mL', 'uL', '[iU]', '[USP''U]', '[arb''U]', 'mmol', 'meq', '[CFU]'])
      and denominator_unit = any (array['kg', 'g', 'mg', 'L', 'mL', '{capsule}', '{tablet}', '{troche}', '{suppository}', '{syringe}', '{vial}', '{click}']), false);
alter table formula_ingredient add check (is_strength(numerator_value, numerator_unit, denominator_value, denominator_unit));
alter table formula_excipient add check (is_strength(numerator_value, numerator_unit, denominator_value, denominator_unit));

alter table formula_excipient add check (role in ('BASE', 'VEHICLE', 'PRESERVATIVE', 'SOLVENT', 'BUFFER', 'STABILIZER', 'FLAVOR', 'COLOR', 'OTHER'));
alter table formula_excipient add check (unii ~ '^[0-9A-Z]{10}$');
alter table formula_excipient add check (position > 0);
alter table formula_ingredient add check (rxcui ~ '^[1-9][0-9]{0,7}$');
alter table formula add check (dosage_form_code ~ '^C[1-9][0-9]*$');
alter table formula add check (route_code ~ '^C[1-9][0-9]*$');
alter table formulary_item add check (pack_value > 0);
alter table formulary_item add check ((pack_value is null) = (pack_unit is null) and (pack_value is null) = (container is null));
alter table formulary_item add check (container is not null or (device is null and dose_variant is null));
