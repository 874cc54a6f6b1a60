-- safe while old code runs

-- What was found may be coded too, and measured: a code with its words, and the amount of an observation. Findings of before have their text alone.

-- AlterTable
ALTER TABLE "finding" ADD COLUMN     "code" TEXT,
ADD COLUMN     "code_display" TEXT,
ADD COLUMN     "code_system" TEXT,
ADD COLUMN     "unit" TEXT,
ADD COLUMN     "value" TEXT;

alter table finding
  add constraint finding_code_check check (num_nonnulls(code_system, code, code_display) in (0, 3)),
  add constraint finding_code_system_check check (code_system in ('ICD_10_CM', 'SNOMED_CT', 'LOINC')),
  -- An observation is coded in LOINC and has its amount; nothing else has one.
  add constraint finding_value_check check (num_nonnulls(value, unit) = case when code_system = 'LOINC' then 2 else 0 end);
