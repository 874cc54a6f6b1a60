-- safe while old code runs

-- CreateTable
CREATE TABLE "order" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "exam_id" UUID NOT NULL,
    "prescriber_id" UUID NOT NULL,
    "status" TEXT NOT NULL,
    "status_since" TIMESTAMPTZ(3) NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "service" TEXT NOT NULL,
    "formulary_item_id" UUID NOT NULL,
    "pharmacy_id" UUID NOT NULL,
    "protocol_id" UUID NOT NULL,
    "drug" JSONB NOT NULL,
    "sig" TEXT NOT NULL,
    "quantity_value" TEXT NOT NULL,
    "quantity_unit" TEXT NOT NULL,
    "days_supply" INTEGER NOT NULL,
    "refills" INTEGER NOT NULL,
    "diagnosis" TEXT[],
    "difference_statement" TEXT,
    "finding_id" UUID,
    "ship_to" JSONB NOT NULL,
    "ship_to_state" TEXT NOT NULL,
    "drafted_at" TIMESTAMPTZ(3) NOT NULL,
    "drafted_by" TEXT NOT NULL,
    "signed_at" TIMESTAMPTZ(3),
    "document" TEXT,
    "jws" TEXT,
    "digest" TEXT,
    "sent_at" TIMESTAMPTZ(3),
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "sent_seq" INTEGER NOT NULL DEFAULT 0,
    "taken_seq" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "order_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "order_event" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "position" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "status" TEXT NOT NULL,
    "actor_name" TEXT NOT NULL,
    "reason" TEXT,

    CONSTRAINT "order_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "order_decision" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "gate" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "facts" JSONB NOT NULL,
    "results" JSONB NOT NULL,
    "pack_version" TEXT NOT NULL,

    CONSTRAINT "order_decision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "order_signing" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "order_id" UUID NOT NULL,
    "token_hash" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "signed_by" TEXT NOT NULL,
    "auth_time" TIMESTAMPTZ(3) NOT NULL,
    "amr" TEXT[],
    "key_id" TEXT NOT NULL,
    "platform_key_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "order_signing_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "order_inbox" (
    "order_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "order_inbox_pkey" PRIMARY KEY ("order_id","seq")
);

-- CreateTable
CREATE TABLE "safety_hold" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "patient_id" UUID NOT NULL,
    "order_id" UUID,
    "reason" TEXT NOT NULL,
    "placed_at" TIMESTAMPTZ(3) NOT NULL,
    "placed_by" TEXT NOT NULL,
    "lifted_at" TIMESTAMPTZ(3),
    "lifted_by" TEXT,

    CONSTRAINT "safety_hold_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "signing_key" (
    "id" UUID NOT NULL,
    "kid" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "sub" TEXT NOT NULL,
    "public_jwk" JSONB NOT NULL,
    "valid_from" TIMESTAMPTZ(3) NOT NULL,
    "valid_until" TIMESTAMPTZ(3),
    "invalid_since" TIMESTAMPTZ(3),
    "reason" TEXT,

    CONSTRAINT "signing_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "signing_key_secret" (
    "id" UUID NOT NULL,
    "sub" TEXT NOT NULL,
    "jwe" TEXT NOT NULL,

    CONSTRAINT "signing_key_secret_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cancelled_document" (
    "id" UUID NOT NULL,
    "digest" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "cancelled_document_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "order_digest_key" ON "order"("digest");

-- CreateIndex
CREATE INDEX "order_clinic_id_status_status_since_idx" ON "order"("clinic_id", "status", "status_since");

-- CreateIndex
CREATE INDEX "order_pharmacy_id_status_idx" ON "order"("pharmacy_id", "status");

-- CreateIndex
CREATE INDEX "order_patient_id_idx" ON "order"("patient_id");

-- CreateIndex
CREATE INDEX "order_exam_id_idx" ON "order"("exam_id");

-- CreateIndex
CREATE UNIQUE INDEX "order_event_order_id_position_key" ON "order_event"("order_id", "position");

-- CreateIndex
CREATE INDEX "order_decision_order_id_at_idx" ON "order_decision"("order_id", "at");

-- CreateIndex
CREATE UNIQUE INDEX "order_signing_order_id_key" ON "order_signing"("order_id");

-- CreateIndex
CREATE UNIQUE INDEX "order_signing_token_hash_digest_key" ON "order_signing"("token_hash", "digest");

-- CreateIndex
CREATE INDEX "safety_hold_patient_id_idx" ON "safety_hold"("patient_id");

-- CreateIndex
CREATE INDEX "safety_hold_order_id_idx" ON "safety_hold"("order_id");

-- CreateIndex
CREATE UNIQUE INDEX "signing_key_kid_key" ON "signing_key"("kid");

-- CreateIndex
CREATE UNIQUE INDEX "cancelled_document_digest_key" ON "cancelled_document"("digest");

-- CreateIndex
CREATE INDEX "cancelled_document_at_idx" ON "cancelled_document"("at");

-- AddForeignKey
ALTER TABLE "order" ADD CONSTRAINT "order_patient_id_fkey" FOREIGN KEY ("patient_id") REFERENCES "patient"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "order" ADD CONSTRAINT "order_exam_id_fkey" FOREIGN KEY ("exam_id") REFERENCES "good_faith_exam"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "order" ADD CONSTRAINT "order_finding_id_fkey" FOREIGN KEY ("finding_id") REFERENCES "finding"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "order_event" ADD CONSTRAINT "order_event_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "order_decision" ADD CONSTRAINT "order_decision_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "order_signing" ADD CONSTRAINT "order_signing_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "order_inbox" ADD CONSTRAINT "order_inbox_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "order"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "safety_hold" ADD CONSTRAINT "safety_hold_order_id_fkey" FOREIGN KEY ("order_id") REFERENCES "order"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "signing_key_secret" ADD CONSTRAINT "signing_key_secret_id_fkey" FOREIGN KEY ("id") REFERENCES "signing_key"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

alter table "order" enable row level security;
alter table "order" force row level security;
alter table order_event enable row level security;
alter table order_event force row level security;
alter table order_decision enable row level security;
alter table order_decision force row level security;
alter table order_signing enable row level security;
alter table order_signing force row level security;
alter table order_inbox enable row level security;
alter table order_inbox force row level security;
alter table safety_hold enable row level security;
alter table safety_hold force row level security;
alter table signing_key enable row level security;
alter table signing_key force row level security;
alter table signing_key_secret enable row level security;
alter table signing_key_secret force row level security;
alter table cancelled_document enable row level security;
alter table cancelled_document force row level security;

-- States, and what each must have. The moves are the table of order/order-status.ts, kept here too.
alter table "order"
  add check (status in ('DRAFT', 'SIGNED', 'SENT', 'CANCEL_REQUESTED', 'CANCELLED', 'COMPLETED')),
  add check (case status
    when 'DRAFT' then num_nonnulls(document, jws, digest, signed_at) = 0
    when 'CANCELLED' then num_nonnulls(document, jws, digest, signed_at) in (0, 4)
    else num_nonnulls(document, jws, digest, signed_at) = 4 end),
  add check (digest = encode(sha256(convert_to(document, 'UTF8')), 'hex')),
  add check (status not in ('SENT', 'CANCEL_REQUESTED', 'COMPLETED') or (sent_at is not null and attempt > 0)),
  add check (days_supply > 0 and refills >= 0 and cardinality(diagnosis) > 0),
  add check ((difference_statement is null) = (finding_id is null));
alter table order_decision add check (gate in ('SIGN', 'SEND'));
alter table order_inbox add check (seq > 0);
alter table signing_key add check (purpose in ('PRESCRIBER', 'PLATFORM')), add check ((purpose = 'PLATFORM') = (sub = 'goodfaith'));
-- One key in use by each signer; two first signings at once make one.
create unique index signing_key_in_use on signing_key (sub) where valid_until is null and invalid_since is null;

-- I1: whatever the program does, no order is signed or sent without a valid exam of that patient for that service.
create function require_exam() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
begin
  if not exists (
    select 1 from good_faith_exam e
    where e.id = new.exam_id and e.patient_id = new.patient_id and e.clinic_id = new.clinic_id
      and e.status = 'COMPLETED' and e.outcome in ('APPROVED', 'APPROVED_WITH_CONDITIONS') and e.revoked_at is null
      and new.service = any (e.services)
      and (e.completed_at at time zone 'UTC')::date <= (new.signed_at at time zone 'UTC')::date
      and e.valid_until >= (new.signed_at at time zone 'UTC')::date
  ) then
    raise exception 'order % has no valid good-faith exam', new.id using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger exam_when_written before insert on "order" for each row
  when (new.status not in ('DRAFT', 'CANCELLED')) execute function require_exam();
-- Coming back from a pharmacy makes an order SIGNED again, which asks nothing; going out again does.
create trigger exam_when_moved before update of status on "order" for each row
  when ((old.status = 'DRAFT' and new.status = 'SIGNED') or (old.status = 'SIGNED' and new.status = 'SENT')) execute function require_exam();

-- I4: what was signed never changes; and no order moves in a way that does not exist.
create function keep_signed() returns trigger language plpgsql set search_path = prescriptions, pg_temp as $$
declare
  living constant text[] := array['status', 'status_since', 'version', 'sent_at', 'attempt', 'sent_seq', 'taken_seq'];
begin
  if (new.id, new.clinic_id, new.patient_id, new.exam_id) is distinct from (old.id, old.clinic_id, old.patient_id, old.exam_id) then
    raise exception 'order % belongs to its patient and exam', old.id using errcode = 'check_violation';
  end if;
  if old.status <> 'DRAFT' and to_jsonb(new) - living is distinct from to_jsonb(old) - living then
    raise exception 'order % is signed and does not change', old.id using errcode = 'check_violation';
  end if;
  if new.status <> old.status and (old.status || ' ' || new.status) <> all (array[
    'DRAFT SIGNED', 'DRAFT CANCELLED', 'SIGNED SENT', 'SIGNED CANCELLED', 'SENT SIGNED', 'SENT CANCEL_REQUESTED', 'SENT COMPLETED',
    'CANCEL_REQUESTED CANCELLED', 'CANCEL_REQUESTED SENT', 'CANCEL_REQUESTED COMPLETED'
  ]) then
    raise exception 'order % cannot become % from %', old.id, new.status, old.status using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger signed_stays before update on "order" for each row execute function keep_signed();

-- Everywhere a caller may change an order.
create function may_change_orders() returns uuid[] language sql stable parallel safe
  return may('order:draft') || may('order:sign') || may('order:send') || may('order:cancel');

-- The clinic's people, the pharmacy it was sent to, and the subgraph itself when it takes hand-offs.
create policy read_by_clinic on "order" for select to goodfaith_prescriptions using (clinic_id = any ((select may('order:read'))::uuid[]));
create policy read_by_pharmacy on "order" for select to goodfaith_prescriptions using (sent_at is not null and pharmacy_id = any ((select may('order:verify'))::uuid[]));
create policy read_by_service on "order" for select to goodfaith_prescriptions using ((select everywhere('hand-off:receive')));
create policy drafted on "order" for insert to goodfaith_prescriptions with check (status = 'DRAFT' and clinic_id = any ((select may('order:draft'))::uuid[]));
create policy moved on "order" for update to goodfaith_prescriptions using (clinic_id = any ((select may_change_orders())::uuid[]));
create policy moved_by_service on "order" for update to goodfaith_prescriptions using ((select everywhere('hand-off:receive')));
revoke delete on "order" from goodfaith_prescriptions;

create policy read_by_clinic on order_event for select to goodfaith_prescriptions using (clinic_id = any ((select may('order:read'))::uuid[]));
create policy read_by_pharmacy on order_event for select to goodfaith_prescriptions
  using ((select may('order:verify')) is not null and exists (select 1 from "order" o where o.id = order_id and o.pharmacy_id = any ((select may('order:verify'))::uuid[])));
create policy written on order_event for insert to goodfaith_prescriptions with check (clinic_id = any ((select may_change_orders())::uuid[]) or (select everywhere('hand-off:receive')));
revoke update, delete on order_event from goodfaith_prescriptions;

create policy read_by_clinic on order_decision for select to goodfaith_prescriptions using (clinic_id = any ((select may('chart:read'))::uuid[]));
create policy written on order_decision for insert to goodfaith_prescriptions with check (clinic_id = any ((select may_change_orders())::uuid[]));
revoke update, delete on order_decision from goodfaith_prescriptions;

create policy read_by_signer on order_signing for select to goodfaith_prescriptions using (signed_by = (select acting()));
create policy written on order_signing for insert to goodfaith_prescriptions with check (signed_by = (select acting()) and clinic_id = any ((select may('order:sign'))::uuid[]));
revoke update, delete on order_signing from goodfaith_prescriptions;

create policy taken_by_service on order_inbox to goodfaith_prescriptions using ((select everywhere('hand-off:receive'))) with check ((select everywhere('hand-off:receive')));
revoke update, delete on order_inbox from goodfaith_prescriptions;

create policy read_by_clinic on safety_hold for select to goodfaith_prescriptions using (clinic_id = any ((select may('order:read'))::uuid[]));
create policy read_by_pharmacy on safety_hold for select to goodfaith_prescriptions using (
  (select may('order:verify')) is not null and exists (
    select 1 from "order" o
    where o.patient_id = safety_hold.patient_id and (safety_hold.order_id is null or safety_hold.order_id = o.id)
      and o.sent_at is not null and o.pharmacy_id = any ((select may('order:verify'))::uuid[])));
revoke insert, update, delete on safety_hold from goodfaith_prescriptions;

-- Keys: the public half is everybody's, the private half its signer's; the platform's is for whoever may sign or be told.
create policy read on signing_key for select to goodfaith_prescriptions using ((select everywhere('document-key:read')));
-- Whoever may read the list of cancelled documents may be the first to need the platform's key. The index above lets one be in use,
-- so no second one is made, neither beside it nor dated to the past.
create policy made on signing_key for insert to goodfaith_prescriptions
  with check (valid_until is null and invalid_since is null and ((purpose = 'PLATFORM' and (select everywhere('document-key:read'))) or (sub = (select acting()) and cardinality((select may('order:sign'))::uuid[]) > 0)));
revoke update, delete on signing_key from goodfaith_prescriptions;
create policy opened on signing_key_secret for select to goodfaith_prescriptions using (sub in ((select acting()), 'goodfaith'));
create policy made on signing_key_secret for insert to goodfaith_prescriptions with check (sub in ((select acting()), 'goodfaith'));
revoke update, delete on signing_key_secret from goodfaith_prescriptions;

create policy read on cancelled_document for select to goodfaith_prescriptions using ((select everywhere('document-key:read')));
create policy written on cancelled_document for insert to goodfaith_prescriptions
  with check (exists (
    select 1 from "order" o where o.digest = cancelled_document.digest
      and (o.clinic_id = any ((select may_change_orders())::uuid[]) or (select everywhere('hand-off:receive')))));
revoke update, delete on cancelled_document from goodfaith_prescriptions;

-- What a pharmacy sees of the chart: the patient, the exam and the finding of an order that was sent to it, nothing else.
create policy read_by_pharmacy on patient for select to goodfaith_prescriptions
  using ((select may('order:verify')) is not null and exists (
    select 1 from "order" o where o.patient_id = patient.id and o.sent_at is not null and o.pharmacy_id = any ((select may('order:verify'))::uuid[])));
create policy read_by_pharmacy on good_faith_exam for select to goodfaith_prescriptions
  using ((select may('order:verify')) is not null and exists (
    select 1 from "order" o where o.exam_id = good_faith_exam.id and o.sent_at is not null and o.pharmacy_id = any ((select may('order:verify'))::uuid[])));
create policy read_by_pharmacy on finding for select to goodfaith_prescriptions
  using ((select may('order:verify')) is not null and exists (
    select 1 from "order" o where o.finding_id = finding.id and o.sent_at is not null and o.pharmacy_id = any ((select may('order:verify'))::uuid[])));

-- Triggers call these, nobody else.
revoke execute on function require_exam(), keep_signed() from goodfaith_prescriptions;
