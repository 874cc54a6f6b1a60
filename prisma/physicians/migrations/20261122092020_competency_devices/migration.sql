-- safe while old code runs

-- AlterTable
ALTER TABLE "competency" ADD COLUMN     "device" TEXT;

-- AlterTable
ALTER TABLE "delegation" ADD COLUMN     "device" TEXT;

-- CreateTable
CREATE TABLE "competency_withdrawal" (
    "competency_id" UUID NOT NULL,
    "reason" TEXT NOT NULL,
    "withdrawn_by" TEXT NOT NULL,
    "withdrawn_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "competency_withdrawal_pkey" PRIMARY KEY ("competency_id")
);

-- AddForeignKey
ALTER TABLE "competency_withdrawal" ADD CONSTRAINT "competency_withdrawal_competency_id_fkey" FOREIGN KEY ("competency_id") REFERENCES "competency"("id") ON DELETE RESTRICT ON UPDATE CASCADE;


-- What the models can't say.
alter table competency add check (device ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(device) <= 64);
alter table delegation add check (device ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(device) <= 64);
alter table competency_withdrawal add check (length(reason) between 1 and 500);
create trigger insert_only before update or delete or truncate on competency_withdrawal for each statement execute function refuse_change();

-- Seen with the competency, and written by whoever assessed it or directs the clinic it was recorded at, in their own name.
alter table competency_withdrawal enable row level security;
alter table competency_withdrawal force row level security;
revoke update, delete, truncate on competency_withdrawal from goodfaith_physicians;
create policy read on competency_withdrawal for select to goodfaith_physicians
  using (competency_id in (select id from competency));
create policy withdrawn on competency_withdrawal for insert to goodfaith_physicians
  with check (withdrawn_by = (select acting()) and exists (
    select 1 from competency c where c.id = competency_id
      and (c.clinic_id = any ((select may('competency:withdraw'))::uuid[])
        or (c.clinic_id = any ((select may('competency:record'))::uuid[]) and is_acting(c.assessor_id)))));
