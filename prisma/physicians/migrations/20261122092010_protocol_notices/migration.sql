-- safe while old code runs

-- CreateTable
CREATE TABLE "protocol_notice" (
    "id" UUID NOT NULL,
    "version_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "practitioner_id" UUID,
    "clinic_id" UUID,
    "told_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "protocol_notice_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "protocol_notice_version_id_idx" ON "protocol_notice"("version_id");

-- AddForeignKey
ALTER TABLE "protocol_notice" ADD CONSTRAINT "protocol_notice_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "protocol_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;


-- What the models can't say.
alter table protocol_notice
  add check (digest ~ '^[0-9a-f]{64}$'),
  add check (kind in ('SIGNATURE_DUE', 'IN_FORCE')),
  add check ((kind = 'SIGNATURE_DUE') = (practitioner_id is not null) and (practitioner_id is null) = (clinic_id is null));
-- Once for each of whom a signature is due and where, for what it says then, and once for the version itself.
create unique index protocol_notice_once on protocol_notice (version_id, kind, digest, coalesce(practitioner_id, version_id), coalesce(clinic_id, version_id));

-- The subgraph itself tells, by its own right; nobody takes back what was told.
alter table protocol_notice enable row level security;
alter table protocol_notice force row level security;
create policy read on protocol_notice for select to goodfaith_physicians using ((select everywhere('hand-off:receive')));
create policy written on protocol_notice for insert to goodfaith_physicians with check ((select everywhere('hand-off:receive')));
revoke update, delete, truncate on protocol_notice from goodfaith_physicians;
create trigger insert_only before update or delete or truncate on protocol_notice for each statement execute function refuse_change();
