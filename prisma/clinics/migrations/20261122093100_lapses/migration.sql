-- safe while old code runs

-- CreateTable
CREATE TABLE "lapse" (
    "id" UUID NOT NULL,
    "record_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "cause" TEXT NOT NULL,
    "day" DATE,
    "label" TEXT NOT NULL,
    "clinic_ids" UUID[],
    "stops" JSONB NOT NULL,
    "owner" JSONB NOT NULL,
    "noted_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "lapse_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "lapse_noted_at_idx" ON "lapse"("noted_at");

-- Once a record, cause and day; where nobody recorded the day, once a record and cause.
create unique index lapse_once on lapse (record_id, cause, day) nulls not distinct;
create index lapse_clinics on lapse using gin (clinic_ids);
alter table lapse add check (record_id ~ '^[a-z]{3}_[0-9a-z]{26}$'), add check (cause ~ '^[A-Z]+$'), add check (cause <> 'ENDED' or day is not null);

-- The subgraph itself notes what has lapsed, by its own right; nobody takes it back. It is read by those who see what expires at one of its clinics.
alter table lapse enable row level security;
alter table lapse force row level security;
create policy read on lapse for select to goodfaith_clinics
  using (clinic_ids && (select may('expirable:read'))::uuid[] or (select everywhere('hand-off:receive')));
create policy written on lapse for insert to goodfaith_clinics with check ((select everywhere('hand-off:receive')));
revoke update, delete, truncate on lapse from goodfaith_clinics;
create trigger insert_only before update or delete or truncate on lapse for each statement execute function refuse_change();

-- Whoever sees what expires at an entity sees until when it is managed.
create policy read_by_entity on management_agreement for select to goodfaith_clinics
  using (entity_id = any ((select may('expirable:read'))::uuid[]));
