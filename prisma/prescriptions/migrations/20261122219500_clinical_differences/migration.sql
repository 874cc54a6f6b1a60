-- safe while old code runs

-- Of which kind a clinical difference is and what it is compared with; how it is worded, how many others read alike, and what a second person found of it.

-- AlterTable
ALTER TABLE "order" ADD COLUMN     "difference_change" TEXT,
ADD COLUMN     "difference_comparator" TEXT,
ADD COLUMN     "difference_kind" TEXT;

-- CreateTable
CREATE TABLE "difference_wording" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "prescriber_id" UUID NOT NULL,
    "formulary_item_id" UUID NOT NULL,
    "shingles" INTEGER[],
    "alike_prescriber" INTEGER NOT NULL,
    "alike_product" INTEGER NOT NULL,
    "alike_clinic" INTEGER NOT NULL,
    "needs_review" BOOLEAN NOT NULL,
    "written_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "difference_wording_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "difference_review" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "wording_id" UUID NOT NULL,
    "outcome" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "reviewed_by" TEXT NOT NULL,
    "reviewer_name" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "difference_review_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "difference_wording_order_id_key" ON "difference_wording"("order_id");

-- CreateIndex
CREATE INDEX "difference_wording_prescriber_id_written_at_idx" ON "difference_wording"("prescriber_id", "written_at");

-- CreateIndex
CREATE INDEX "difference_wording_clinic_id_formulary_item_id_written_at_idx" ON "difference_wording"("clinic_id", "formulary_item_id", "written_at");

-- CreateIndex
CREATE INDEX "difference_wording_clinic_id_written_at_idx" ON "difference_wording"("clinic_id", "written_at");

-- CreateIndex
CREATE INDEX "difference_wording_clinic_id_needs_review_id_idx" ON "difference_wording"("clinic_id", "needs_review", "id");

-- CreateIndex
CREATE UNIQUE INDEX "difference_review_wording_id_key" ON "difference_review"("wording_id");

-- AddForeignKey
ALTER TABLE "difference_wording" ADD CONSTRAINT "difference_wording_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "difference_review" ADD CONSTRAINT "difference_review_wording_id_fkey" FOREIGN KEY ("wording_id") REFERENCES "difference_wording"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

alter table "order"
  add check (difference_kind in ('ALLERGY', 'INTOLERANCE', 'STRENGTH_NOT_SOLD', 'FORM_NOT_SOLD', 'SHORTAGE', 'UNSPECIFIED')),
  add check (difference_statement is not null or (difference_kind is null and difference_comparator is null and difference_change is null));
alter table difference_wording
  add check (array_length(shingles, 1) between 1 and 500),
  add check (alike_prescriber >= 0 and alike_product >= 0 and alike_clinic >= 0);
alter table difference_review
  add check (outcome in ('DISTINCT', 'BOILERPLATE')),
  add check (length(trim(reason)) > 0);

alter table difference_wording enable row level security;
alter table difference_wording force row level security;
alter table difference_review enable row level security;
alter table difference_review force row level security;

-- Both are chart: written with the draft by its prescriber, and by whoever reviews differences at the clinic. The job that tells of what waits reads them too.
create policy read on difference_wording for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('chart:read'))::uuid[]));
create policy read_by_service on difference_wording for select to goodfaith_prescriptions using ((select everywhere('hand-off:receive')));
create policy drafted on difference_wording for insert to goodfaith_prescriptions
  with check (clinic_id = any ((select may('order:draft'))::uuid[]));
create policy read on difference_review for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('chart:read'))::uuid[]));
create policy read_by_service on difference_review for select to goodfaith_prescriptions using ((select everywhere('hand-off:receive')));
create policy reviewed on difference_review for insert to goodfaith_prescriptions
  with check (reviewed_by = (select acting()) and clinic_id = any ((select may('difference:review'))::uuid[]));
revoke update, delete, truncate on difference_wording, difference_review from goodfaith_prescriptions;
create trigger keep_as_written before update or delete on difference_wording for each row execute function keep_as_written();
create trigger keep_as_written before update or delete on difference_review for each row execute function keep_as_written();

-- Of the draft it was written with.
create function require_wording_of_draft() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  if not exists (
    select 1 from "order" o
    where o.id = new.order_id and o.clinic_id = new.clinic_id and o.patient_id = new.patient_id and o.prescriber_id = new.prescriber_id
      and o.formulary_item_id = new.formulary_item_id and o.status = 'DRAFT' and o.difference_statement is not null
  ) then
    raise exception 'order % takes no such wording', new.order_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger of_its_draft before insert on difference_wording for each row execute function require_wording_of_draft();

-- Of a draft that waits for it, and never by its own prescriber.
create function require_second_reader() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  if not exists (
    select 1 from difference_wording w join "order" o on o.id = w.order_id
    where w.id = new.wording_id and w.clinic_id = new.clinic_id and w.patient_id = new.patient_id and w.needs_review
      and o.status = 'DRAFT' and o.drafted_by <> new.reviewed_by
  ) then
    raise exception 'wording % takes no such review', new.wording_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger of_second_reader before insert on difference_review for each row execute function require_second_reader();
revoke execute on function require_wording_of_draft(), require_second_reader() from goodfaith_prescriptions;
