-- safe while old code runs

-- What the pharmacy that works on an order asks its prescriber to change, and the answer.

-- CreateTable
CREATE TABLE "change_request" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "attempt" INTEGER NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "prescriber_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "code" TEXT NOT NULL,
    "note" TEXT,
    "asked_by" TEXT NOT NULL,
    "asked_by_name" TEXT NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "status" TEXT NOT NULL,
    "status_since" TIMESTAMPTZ(3) NOT NULL,
    "deny_reason" TEXT,
    "answer" TEXT,
    "answered_by" TEXT,
    "amendment_id" UUID,

    CONSTRAINT "change_request_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "change_request_order_id_attempt_idx" ON "change_request"("order_id", "attempt");

-- CreateIndex
CREATE INDEX "change_request_clinic_id_status_asked_at_idx" ON "change_request"("clinic_id", "status", "asked_at");

-- CreateIndex
CREATE INDEX "change_request_amendment_id_idx" ON "change_request"("amendment_id");

-- AddForeignKey
ALTER TABLE "change_request" ADD CONSTRAINT "change_request_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "change_request" ADD CONSTRAINT "change_request_amendment_id_fkey" FOREIGN KEY ("amendment_id") REFERENCES "order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

alter table change_request enable row level security;
alter table change_request force row level security;

alter table change_request
  add check (attempt > 0),
  add check (kind in ('QUANTITY', 'SIG', 'STRENGTH', 'CLARIFICATION')),
  add check (code in ('G', 'P', 'T', 'D', 'S', 'OS', 'U')),
  add check (length(note) between 1 and 1000 and length(answer) between 1 and 1000),
  add check (kind <> 'CLARIFICATION' or note is not null),
  add check (status in ('OPEN', 'APPROVED', 'DENIED', 'ANSWERED', 'WITHDRAWN', 'ENDED')),
  add check (deny_reason in ('NOT_APPROPRIATE', 'PATIENT_NEED', 'ALREADY_CLEAR', 'ORDER_TO_BE_CANCELLED', 'OTHER')),
  add check ((status = 'APPROVED') = (amendment_id is not null)),
  add check ((status = 'DENIED') = (deny_reason is not null)),
  add check (status not in ('DENIED', 'ANSWERED') or answer is not null),
  add check (status <> 'ANSWERED' or kind = 'CLARIFICATION'),
  add check ((status in ('APPROVED', 'DENIED', 'ANSWERED')) = (answered_by is not null));
-- One open question of a kind while a pharmacy has the order.
create unique index change_request_open on change_request (order_id, attempt, kind) where status = 'OPEN';

-- The clinic's people, and the pharmacy that asked.
create policy read_by_clinic on change_request for select to goodfaith_prescriptions
  using (clinic_id = any ((select may('order:read'))::uuid[]));
create policy read_by_pharmacy on change_request for select to goodfaith_prescriptions
  using (pharmacy_id = any ((select may('order:verify'))::uuid[]));
create policy read_by_service on change_request for select to goodfaith_prescriptions using ((select everywhere('hand-off:receive')));
create policy asked on change_request for insert to goodfaith_prescriptions
  with check (status = 'OPEN' and asked_by = (select acting()) and pharmacy_id = any ((select may('order:query'))::uuid[]));
create policy answered on change_request for update to goodfaith_prescriptions
  using (clinic_id = any ((select may('order:draft'))::uuid[]))
  with check (status in ('APPROVED', 'DENIED', 'ANSWERED') and answered_by = (select acting()));
create policy withdrawn on change_request for update to goodfaith_prescriptions
  using (pharmacy_id = any ((select may('order:query'))::uuid[]))
  with check (status = 'WITHDRAWN');
create policy ended on change_request for update to goodfaith_prescriptions
  using ((select everywhere('hand-off:receive')))
  with check (status = 'ENDED');
revoke update, delete, truncate on change_request from goodfaith_prescriptions;
grant update (status, status_since, deny_reason, answer, answered_by, amendment_id) on change_request to goodfaith_prescriptions;

-- A question is about an order that its own pharmacy has, to that order's prescriber; it is answered once, by them, and an approval opens an
-- order of the same patient.
create function require_held_order() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  if not exists (
    select 1 from "order" o where o.id = new.order_id and o.clinic_id = new.clinic_id and o.patient_id = new.patient_id
      and o.prescriber_id = new.prescriber_id and o.pharmacy_id = new.pharmacy_id and o.attempt = new.attempt and o.status = 'SENT'
  ) then
    raise exception 'order % is not at this pharmacy', new.order_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger of_held_order before insert on change_request for each row execute function require_held_order();

create function keep_change_request() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
declare
  answering constant text[] := array['status', 'status_since', 'deny_reason', 'answer', 'answered_by', 'amendment_id'];
begin
  if tg_op = 'DELETE' or old.status <> 'OPEN' or new.status = 'OPEN' or to_jsonb(new) - answering is distinct from to_jsonb(old) - answering then
    raise exception 'change request % is kept as written', old.id using errcode = 'check_violation';
  end if;
  if new.amendment_id is not null and not exists (
    select 1 from "order" o where o.id = new.amendment_id and o.id <> new.order_id and o.clinic_id = new.clinic_id and o.patient_id = new.patient_id
  ) then
    raise exception 'order % does not amend order %', new.amendment_id, new.order_id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger kept before update or delete on change_request for each row execute function keep_change_request();
revoke execute on function require_held_order(), keep_change_request() from goodfaith_prescriptions;
