-- safe while old code runs

-- CreateTable
CREATE TABLE "audit_event" (
    "id" UUID NOT NULL,
    "tenant_id" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "actor_name" TEXT NOT NULL,
    "service" TEXT,
    "purpose" TEXT,
    "subject_kind" TEXT,
    "subject_id" UUID,
    "patient_id" UUID,
    "request_id" TEXT NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',
    "hash" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "audit_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "audit_seal" (
    "tenant_id" UUID NOT NULL,
    "seq" BIGINT NOT NULL,
    "row_id" UUID NOT NULL,
    "row_hash" TEXT NOT NULL,
    "prev" TEXT NOT NULL,
    "head" TEXT NOT NULL,
    "sealed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "audit_seal_pkey" PRIMARY KEY ("tenant_id","seq")
);

-- CreateTable
CREATE TABLE "audit_unsealed" (
    "row_id" UUID NOT NULL,

    CONSTRAINT "audit_unsealed_pkey" PRIMARY KEY ("row_id")
);

-- CreateTable
CREATE TABLE "outbox_event" (
    "id" UUID NOT NULL,
    "topic" TEXT NOT NULL,
    "key" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "attempt" INTEGER NOT NULL DEFAULT 1,
    "payload" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "available_at" TIMESTAMPTZ(3) NOT NULL,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "locked_until" TIMESTAMPTZ(3),
    "delivered_at" TIMESTAMPTZ(3),
    "result" JSONB,
    "last_error" TEXT,

    CONSTRAINT "outbox_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "idempotency_record" (
    "actor" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "input_hmac" TEXT NOT NULL,
    "result_kind" TEXT,
    "result_id" UUID,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "idempotency_record_pkey" PRIMARY KEY ("actor","key","path")
);

-- CreateTable
CREATE TABLE "tenancy_clinic" (
    "clinic_id" UUID NOT NULL,
    "entity_id" UUID NOT NULL,
    "mso_id" UUID,

    CONSTRAINT "tenancy_clinic_pkey" PRIMARY KEY ("clinic_id")
);

-- CreateTable
CREATE TABLE "tenancy_membership" (
    "sub" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "at" TEXT NOT NULL,

    CONSTRAINT "tenancy_membership_pkey" PRIMARY KEY ("sub","role","at")
);

-- CreateTable
CREATE TABLE "tenancy_state" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "as_of" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "tenancy_state_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "audit_event_tenant_id_at_id_idx" ON "audit_event"("tenant_id", "at", "id");

-- CreateIndex
CREATE INDEX "audit_event_patient_id_at_idx" ON "audit_event"("patient_id", "at");

-- CreateIndex
CREATE INDEX "audit_event_actor_at_idx" ON "audit_event"("actor", "at");

-- CreateIndex
CREATE UNIQUE INDEX "audit_seal_row_id_key" ON "audit_seal"("row_id");

-- CreateIndex
CREATE INDEX "outbox_event_key_seq_idx" ON "outbox_event"("key", "seq");

-- CreateIndex
CREATE INDEX "outbox_event_delivered_at_available_at_idx" ON "outbox_event"("delivered_at", "available_at");

-- CreateIndex
CREATE INDEX "idempotency_record_at_idx" ON "idempotency_record"("at");

-- The kernel's tables, as far as models can't say it. physicians, goodfaith_physicians and goodfaith_physicians_worker are filled in when a subgraph's
-- first migration is written; roles and their default rights are made by roles.ts before any migration runs.

-- What the actor of this transaction may do, and where. STABLE: as IMMUTABLE, a cached plan would keep another actor's answer.
create function may(permission text) returns uuid[] language sql stable parallel safe
  return nullif(current_setting('app.may_' || translate(permission, ':-', '__'), true), '')::uuid[];

create function everywhere(permission text) returns boolean language sql stable parallel safe
  return permission = any (nullif(current_setting('app.everywhere', true), '')::text[]);

create function acting() returns text language sql stable parallel safe
  return nullif(current_setting('app.actor', true), '');

-- Audit: insert-only, with a digest of its own content. An edit that got past the trigger no longer matches the digest,
-- and an edited digest no longer matches the seal.
alter table audit_event add check (kind in ('CHANGE', 'ACCESS', 'REFUSAL'));

create function audit_digest(e audit_event) returns text language sql stable
  return encode(sha256(convert_to(jsonb_build_array(
    e.id, e.tenant_id, to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), e.kind, e.action, e.actor,
    e.actor_name, e.service, e.purpose, e.subject_kind, e.subject_id, e.patient_id, e.request_id, e.detail
  )::text, 'UTF8')), 'hex');

create function set_audit_digest() returns trigger language plpgsql set search_path = physicians, pg_temp as $$
begin
  new.hash := audit_digest(new);
  return new;
end $$;
create trigger set_digest before insert on audit_event for each row execute function set_audit_digest();

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is insert-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger insert_only before update or delete or truncate on audit_event for each statement execute function refuse_change();
create trigger insert_only before update or delete or truncate on audit_seal for each statement execute function refuse_change();

alter table audit_event enable row level security;
alter table audit_event force row level security;
create policy written on audit_event for insert to goodfaith_physicians, goodfaith_physicians_worker with check (true);
create policy read_by_auditors on audit_event for select to goodfaith_physicians
  using (tenant_id = any ((select may('audit:read'))::uuid[]) or (select everywhere('audit:read')));
create policy read_by_sealer on audit_event for select to goodfaith_physicians_worker using (true);
revoke all on audit_event from goodfaith_physicians, goodfaith_physicians_worker;
grant select, insert on audit_event to goodfaith_physicians, goodfaith_physicians_worker;

alter table audit_seal enable row level security;
alter table audit_seal force row level security;
create policy read_by_auditors on audit_seal for select to goodfaith_physicians
  using (tenant_id = any ((select may('audit:read'))::uuid[]) or (select everywhere('audit:read')));
create policy sealed on audit_seal to goodfaith_physicians_worker using (true) with check (true);
revoke all on audit_seal from goodfaith_physicians, goodfaith_physicians_worker;
grant select on audit_seal to goodfaith_physicians;
grant select, insert on audit_seal to goodfaith_physicians_worker;

-- What waits to be sealed: the sealer reads this instead of looking through the whole trail each second.
create function await_seal() returns trigger language plpgsql set search_path = physicians, pg_temp as $$
begin
  insert into audit_unsealed (row_id) values (new.id);
  return null;
end $$;
create trigger await_seal after insert on audit_event for each row execute function await_seal();
alter table audit_unsealed enable row level security;
alter table audit_unsealed force row level security;
create policy queued on audit_unsealed for insert to goodfaith_physicians, goodfaith_physicians_worker with check (true);
create policy sealed on audit_unsealed to goodfaith_physicians_worker using (true) with check (true);
revoke all on audit_unsealed from goodfaith_physicians, goodfaith_physicians_worker;
grant insert on audit_unsealed to goodfaith_physicians, goodfaith_physicians_worker;
grant select, delete on audit_unsealed to goodfaith_physicians_worker;

-- Outbox: any actor's transaction may write a row; only the subgraph itself reads rows and settles them, since they name patients of every place.
create index outbox_event_waiting on outbox_event (available_at) where delivered_at is null;
alter table outbox_event enable row level security;
alter table outbox_event force row level security;
create policy written on outbox_event for insert to goodfaith_physicians with check ((select acting()) is not null);
create policy read_by_service on outbox_event for select to goodfaith_physicians using ((select everywhere('hand-off:receive')));
create policy settled_by_service on outbox_event for update to goodfaith_physicians using ((select everywhere('hand-off:receive')));
create policy delivered on outbox_event to goodfaith_physicians_worker using (true) with check (true);
revoke delete on outbox_event from goodfaith_physicians;
grant select, insert, update, delete on outbox_event to goodfaith_physicians_worker;

-- Idempotency keys are the caller's own.
alter table idempotency_record enable row level security;
alter table idempotency_record force row level security;
create policy own_keys on idempotency_record to goodfaith_physicians using (actor = (select acting())) with check (actor = (select acting()));
create policy expired on idempotency_record to goodfaith_physicians_worker using (true) with check (true);
grant select, delete on idempotency_record to goodfaith_physicians_worker;

-- The copy of the tenancy names no patient: read by everybody, written by the job that refreshes it.
alter table tenancy_state add check (id = 1);
alter table tenancy_clinic enable row level security;
alter table tenancy_clinic force row level security;
alter table tenancy_membership enable row level security;
alter table tenancy_membership force row level security;
alter table tenancy_state enable row level security;
alter table tenancy_state force row level security;
create policy read on tenancy_clinic for select to goodfaith_physicians using (true);
create policy read on tenancy_membership for select to goodfaith_physicians using (true);
create policy read on tenancy_state for select to goodfaith_physicians using (true);
create policy refreshed on tenancy_clinic to goodfaith_physicians_worker using (true) with check (true);
create policy refreshed on tenancy_membership to goodfaith_physicians_worker using (true) with check (true);
create policy refreshed on tenancy_state to goodfaith_physicians_worker using (true) with check (true);
revoke insert, update, delete on tenancy_clinic, tenancy_membership, tenancy_state from goodfaith_physicians;
grant select, insert, update, delete on tenancy_clinic, tenancy_membership, tenancy_state to goodfaith_physicians_worker;

-- Triggers call these, nobody else.
revoke execute on function set_audit_digest(), await_seal(), refuse_change() from goodfaith_physicians;
grant execute on function may(text), everywhere(text), acting(), audit_digest(audit_event) to goodfaith_physicians_worker;
