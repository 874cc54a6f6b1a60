-- safe while old code runs

-- Screening a drug for its patient: what the prescriber waives of it, with a reason. A row is written once.

-- CreateTable
CREATE TABLE "screening_waiver" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "asked" TEXT NOT NULL,
    "basis" TEXT NOT NULL,
    "findings" JSONB NOT NULL,
    "reason" TEXT NOT NULL,
    "prescriber_id" UUID NOT NULL,
    "waived_by" TEXT NOT NULL,
    "credential" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "screening_waiver_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "screening_waiver_order_id_kind_basis_key" ON "screening_waiver"("order_id", "kind", "basis");

-- AddForeignKey
ALTER TABLE "screening_waiver" ADD CONSTRAINT "screening_waiver_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

alter table screening_waiver enable row level security;
alter table screening_waiver force row level security;

alter table screening_waiver
  add check (kind in ('ALLERGY', 'DUPLICATE_THERAPY', 'CONTRAINDICATION', 'PREGNANCY', 'INTERACTION')),
  add check (basis ~ '^[0-9a-f]{64}$'),
  add check (length(trim(reason)) >= 20),
  -- What is grave is waived by a physician.
  add check (asked = 'PRESCRIBER' and credential in ('MD', 'DO', 'NP', 'PA') or asked = 'PHYSICIAN' and credential in ('MD', 'DO'));

create policy read_by_clinic on screening_waiver for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('chart:read'))::uuid[]));
create policy waived on screening_waiver for insert to goodfaith_prescriptions
  with check (waived_by = (select acting()) and clinic_id = any ((select may('order:sign'))::uuid[]));
revoke update, delete on screening_waiver from goodfaith_prescriptions;
create trigger keep_as_written before update or delete on screening_waiver for each row execute function keep_as_written();

-- Of a draft, by the one who prescribes it.
create function require_own_draft() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  if not exists (
    select 1 from "order" o where o.id = new.order_id and o.status = 'DRAFT'
      and (o.clinic_id, o.patient_id, o.prescriber_id) = (new.clinic_id, new.patient_id, new.prescriber_id)
  ) then
    raise exception 'order % is no draft of whoever waives', new.order_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger of_own_draft before insert on screening_waiver for each row execute function require_own_draft();
revoke execute on function require_own_draft() from goodfaith_prescriptions;
