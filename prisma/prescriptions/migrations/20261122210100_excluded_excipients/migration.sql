-- safe while old code runs

-- AlterTable
ALTER TABLE "order" ADD COLUMN     "excluded_excipients" TEXT[] DEFAULT ARRAY[]::TEXT[];
