-- safe while old code runs

-- Which text it was that a patient agreed to, to the letter.

-- AlterTable
ALTER TABLE "consent" ADD COLUMN "text_digest" TEXT;

alter table consent add check (text_digest ~ '^[0-9a-f]{64}$');
