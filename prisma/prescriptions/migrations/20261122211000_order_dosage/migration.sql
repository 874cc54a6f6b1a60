-- safe while old code runs

-- AlterTable
ALTER TABLE "order" ADD COLUMN     "dosage" JSONB,
ADD COLUMN     "sig_generated" TEXT,
ADD COLUMN     "sig_override_reason" TEXT;

-- What is generated follows from a dosage, and only what is generated is overridden. Drafts of before have neither.
alter table "order"
  add check (dosage is null or (jsonb_typeof(dosage) = 'array' and jsonb_array_length(dosage) > 0)),
  add check ((dosage is null) = (sig_generated is null)),
  add check (sig_override_reason is null or dosage is not null);
