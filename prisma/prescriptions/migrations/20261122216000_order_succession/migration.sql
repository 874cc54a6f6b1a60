-- safe while old code runs

-- An order can take the place of an earlier one: amended (the earlier one counts no more) or renewed (it has run out). Both are kept. One that has
-- refills goes out again, and one whose last day is over ends.

-- AlterTable
ALTER TABLE "order" ADD COLUMN     "fill" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN     "last_fill_on" DATE,
ADD COLUMN     "prior_order_id" UUID,
ADD COLUMN     "prior_relation" TEXT;

-- AlterTable
ALTER TABLE "cancelled_document" ADD COLUMN     "reason" TEXT NOT NULL DEFAULT 'CANCELLED';

-- CreateIndex
CREATE INDEX "order_prior_order_id_idx" ON "order"("prior_order_id");

-- AddForeignKey
ALTER TABLE "order" ADD CONSTRAINT "order_prior_order_id_fkey" FOREIGN KEY ("prior_order_id") REFERENCES "order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

alter table "order"
  add check ((prior_order_id is null) = (prior_relation is null)),
  add check (prior_relation in ('AMENDS', 'RENEWS')),
  add check (prior_order_id <> id),
  add check (fill between 1 and refills + 1),
  drop constraint order_status_check,
  add constraint order_status_check check (status in ('DRAFT', 'SIGNED', 'SENT', 'CANCEL_REQUESTED', 'CANCELLED', 'COMPLETED', 'SUPERSEDED', 'EXPIRED'));
alter table cancelled_document add check (reason in ('CANCELLED', 'SUPERSEDED'));
alter table order_decision drop constraint order_decision_gate_check, add constraint order_decision_gate_check check (gate in ('SIGN', 'SEND', 'REFILL'));
-- One amendment and one renewal of an order at a time.
create unique index order_succession on "order" (prior_order_id, prior_relation) where status not in ('CANCELLED', 'EXPIRED');
create index order_lapsing on "order" (last_fill_on) where status = 'SIGNED';

-- I4 as before, with the new moves. Which order it takes the place of is settled when it is drafted.
create or replace function keep_signed() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
declare
  living constant text[] := array['status', 'status_since', 'version', 'sent_at', 'attempt', 'sent_seq', 'taken_seq', 'fill'];
begin
  if (new.id, new.clinic_id, new.patient_id, new.exam_id) is distinct from (old.id, old.clinic_id, old.patient_id, old.exam_id) then
    raise exception 'order % belongs to its patient and exam', old.id using errcode = 'check_violation';
  end if;
  if (new.prior_order_id, new.prior_relation) is distinct from (old.prior_order_id, old.prior_relation) then
    raise exception 'order % takes the place of the order it was drafted for', old.id using errcode = 'check_violation';
  end if;
  if old.status <> 'DRAFT' and to_jsonb(new) - living is distinct from to_jsonb(old) - living then
    raise exception 'order % is signed and does not change', old.id using errcode = 'check_violation';
  end if;
  if new.fill <> old.fill and not (new.fill = old.fill + 1 and old.status = 'COMPLETED' and new.status = 'SENT') then
    raise exception 'order % goes out again one fill after the other', old.id using errcode = 'check_violation';
  end if;
  if new.status <> old.status and (old.status || ' ' || new.status) <> all (array[
    'DRAFT SIGNED', 'DRAFT CANCELLED', 'SIGNED SENT', 'SIGNED CANCELLED', 'SENT SIGNED', 'SENT CANCEL_REQUESTED', 'SENT COMPLETED',
    'CANCEL_REQUESTED CANCELLED', 'CANCEL_REQUESTED SENT', 'CANCEL_REQUESTED COMPLETED',
    'SIGNED SUPERSEDED', 'CANCEL_REQUESTED SUPERSEDED', 'SIGNED EXPIRED', 'COMPLETED SENT'
  ]) then
    raise exception 'order % cannot become % from %', old.id, new.status, old.status using errcode = 'check_violation';
  end if;
  if old.status = 'COMPLETED' and new.status = 'SENT' and new.fill = old.fill then
    raise exception 'order % has been filled', old.id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger exam_when_refilled before update of status on "order" for each row
  when (old.status = 'COMPLETED' and new.status = 'SENT') execute function require_exam();

-- An order takes the place of a signed one of the same patient at the same clinic, and of no other.
create function require_prior() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  if not exists (
    select 1 from "order" p where p.id = new.prior_order_id and p.patient_id = new.patient_id and p.clinic_id = new.clinic_id and p.document is not null
  ) then
    raise exception 'order % has no signed order before it', new.id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger prior_when_written before insert on "order" for each row when (new.prior_order_id is not null) execute function require_prior();

-- Whatever the program does: nothing is superseded but by a signed amendment, and no amendment goes out while the order before it may still be filled.
create function keep_succession() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  if new.status = 'SUPERSEDED' and not exists (
    select 1 from "order" s where s.prior_order_id = new.id and s.prior_relation = 'AMENDS' and s.document is not null and s.status <> 'CANCELLED'
  ) then
    raise exception 'order % has no signed amendment', new.id using errcode = 'check_violation';
  end if;
  if new.status = 'SUPERSEDED' and new.prior_relation = 'AMENDS' and not exists (
    select 1 from "order" p where p.id = new.prior_order_id and p.status = 'SUPERSEDED'
  ) then
    raise exception 'order % amends one that is not given back yet', new.id using errcode = 'check_violation';
  end if;
  if new.status = 'SENT' and new.prior_relation = 'AMENDS' and not exists (
    select 1 from "order" p where p.id = new.prior_order_id and p.status = 'SUPERSEDED'
  ) then
    raise exception 'order % amends one that still stands', new.id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger succession_kept before update of status on "order" for each row
  when (new.status <> old.status and new.status in ('SUPERSEDED', 'SENT')) execute function keep_succession();
revoke execute on function require_prior(), keep_succession() from goodfaith_prescriptions;
