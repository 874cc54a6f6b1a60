-- safe while old code runs

-- CreateTable
CREATE TABLE "ingredient_source" (
    "id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "unii" TEXT,
    "supplier" TEXT NOT NULL,
    "establishment" TEXT NOT NULL,
    "lot_number" TEXT NOT NULL,
    "normalized_number" TEXT NOT NULL,
    "grade" TEXT NOT NULL,
    "sterile_suitable" BOOLEAN NOT NULL,
    "certificate" TEXT,
    "certificate_digest" TEXT,
    "certified_on" DATE,
    "good_until" DATE NOT NULL,
    "replaces_id" UUID,
    "withdrawn" BOOLEAN NOT NULL,
    "reason" TEXT,
    "recorded_by" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "ingredient_source_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "ingredient_source_pharmacy_id_unii_good_until_idx" ON "ingredient_source"("pharmacy_id", "unii", "good_until");

-- CreateIndex
CREATE INDEX "ingredient_source_pharmacy_id_normalized_number_idx" ON "ingredient_source"("pharmacy_id", "normalized_number");

-- CreateIndex
CREATE UNIQUE INDEX "ingredient_source_id_pharmacy_id_key" ON "ingredient_source"("id", "pharmacy_id");

-- CreateIndex
CREATE UNIQUE INDEX "ingredient_source_replaces_id_pharmacy_id_key" ON "ingredient_source"("replaces_id", "pharmacy_id");

-- AddForeignKey
ALTER TABLE "ingredient_source" ADD CONSTRAINT "ingredient_source_pharmacy_id_fkey" FOREIGN KEY ("pharmacy_id") REFERENCES "pharmacy"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ingredient_source" ADD CONSTRAINT "ingredient_source_replaces_id_pharmacy_id_fkey" FOREIGN KEY ("replaces_id", "pharmacy_id") REFERENCES "ingredient_source"("id", "pharmacy_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- Row-level security: write the policies of these tables below.
alter table ingredient_source enable row level security;
alter table ingredient_source force row level security;

-- What the models can't say.
alter table ingredient_source
  add check (unii ~ '^[0-9A-Z]{10}$'),
  add check (establishment ~ '^([0-9]{7}|[0-9]{10})$'),
  add check (normalized_number ~ '^[0-9A-Z]([0-9A-Z./_-]*[0-9A-Z])?$'),
  add check (grade in ('USP', 'NF', 'PHARMACEUTICAL', 'DIETARY', 'FOOD', 'TECHNICAL')),
  add check (certificate_digest ~ '^[0-9a-f]{64}$'),
  -- A certificate is its reference, its digest and its day, or none of them.
  add check ((certificate is null) = (certificate_digest is null) and (certificate is null) = (certified_on is null)),
  add check (certified_on <= good_until),
  -- Whatever ends an earlier record says why, and what takes back has something to take back.
  add check ((replaces_id is null) = (reason is null)),
  add check (not withdrawn or replaces_id is not null);

-- What was attested stays as it was written.
create trigger insert_only before update or delete or truncate on ingredient_source for each statement execute function refuse_change();
revoke update, delete on ingredient_source from goodfaith_pharmacies;

create function refuse_withdrawn_source() returns trigger language plpgsql set search_path = pharmacies, pg_temp as $$
begin
  if exists (select 1 from ingredient_source where id = new.replaces_id and withdrawn) then
    raise exception 'what was withdrawn is recorded anew' using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end $$;
create trigger refuse_withdrawn before insert on ingredient_source for each row when (new.replaces_id is not null) execute function refuse_withdrawn_source();
revoke execute on function refuse_withdrawn_source() from goodfaith_pharmacies;

-- The facility's own people, whoever verifies an order there, and the gates.
create policy read on ingredient_source for select using (
  pharmacy_id = any ((select may('facility:read'))::uuid[]) or pharmacy_id = any ((select may('order:verify'))::uuid[])
  or (select everywhere('supply-facts:read')));
create policy recorded on ingredient_source for insert
  with check (pharmacy_id = any ((select may('formulation:record'))::uuid[]) and recorded_by = (select acting()));
