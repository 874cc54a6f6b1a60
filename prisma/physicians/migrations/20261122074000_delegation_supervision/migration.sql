-- safe while old code runs

-- AlterTable
ALTER TABLE "collaborative_agreement" ADD COLUMN     "cadence_days" INTEGER,
ADD COLUMN     "clinic_id" UUID,
ADD COLUMN     "digest" TEXT,
ADD COLUMN     "drafted_by" TEXT,
ADD COLUMN     "filed_on" DATE,
ADD COLUMN     "filing_number" TEXT,
ADD COLUMN     "supervisee_signed_at" TIMESTAMPTZ(3),
ADD COLUMN     "supervisor_signed_at" TIMESTAMPTZ(3),
ADD COLUMN     "terminated_at" TIMESTAMPTZ(3),
ADD COLUMN     "terminated_by" TEXT,
ADD COLUMN     "termination_reason" TEXT;

-- CreateTable
CREATE TABLE "supervision_event" (
    "id" UUID NOT NULL,
    "agreement_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "held_on" DATE NOT NULL,
    "minutes" INTEGER NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_by" TEXT NOT NULL,

    CONSTRAINT "supervision_event_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "competency" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "practitioner_id" UUID NOT NULL,
    "service" TEXT NOT NULL,
    "course" TEXT NOT NULL,
    "hands_on_count" INTEGER NOT NULL,
    "assessor_id" UUID NOT NULL,
    "assessed_on" DATE NOT NULL,
    "expires_on" DATE NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "competency_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "delegation" (
    "id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "service" TEXT NOT NULL,
    "delegate_id" UUID NOT NULL,
    "delegator_id" UUID NOT NULL,
    "level" INTEGER NOT NULL,
    "protocol_version_id" UUID NOT NULL,
    "states" TEXT[],
    "starts_on" DATE NOT NULL,
    "ends_on" DATE NOT NULL,
    "limits" TEXT,
    "delegated_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "revoked_by" TEXT,
    "revocation_reason" TEXT,

    CONSTRAINT "delegation_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "supervision_event_agreement_id_held_on_idx" ON "supervision_event"("agreement_id", "held_on");

-- CreateIndex
CREATE INDEX "competency_practitioner_id_service_idx" ON "competency"("practitioner_id", "service");

-- CreateIndex
CREATE INDEX "competency_assessor_id_idx" ON "competency"("assessor_id");

-- CreateIndex
CREATE INDEX "delegation_clinic_id_delegate_id_service_idx" ON "delegation"("clinic_id", "delegate_id", "service");

-- CreateIndex
CREATE INDEX "delegation_delegate_id_idx" ON "delegation"("delegate_id");

-- CreateIndex
CREATE INDEX "delegation_delegator_id_idx" ON "delegation"("delegator_id");

-- CreateIndex
CREATE INDEX "delegation_protocol_version_id_idx" ON "delegation"("protocol_version_id");

-- AddForeignKey
ALTER TABLE "supervision_event" ADD CONSTRAINT "supervision_event_agreement_id_fkey" FOREIGN KEY ("agreement_id") REFERENCES "collaborative_agreement"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "competency" ADD CONSTRAINT "competency_practitioner_id_fkey" FOREIGN KEY ("practitioner_id") REFERENCES "practitioner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "competency" ADD CONSTRAINT "competency_assessor_id_fkey" FOREIGN KEY ("assessor_id") REFERENCES "practitioner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "delegation" ADD CONSTRAINT "delegation_delegate_id_fkey" FOREIGN KEY ("delegate_id") REFERENCES "practitioner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "delegation" ADD CONSTRAINT "delegation_delegator_id_fkey" FOREIGN KEY ("delegator_id") REFERENCES "practitioner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "delegation" ADD CONSTRAINT "delegation_protocol_version_id_fkey" FOREIGN KEY ("protocol_version_id") REFERENCES "protocol_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;


-- What the models can't say.
alter table collaborative_agreement
  add check (digest ~ '^[0-9a-f]{64}$'),
  add check (cadence_days between 1 and 365),
  -- One that was drafted here is in force by both signatures and not otherwise.
  add check (drafted_by is null or status not in ('ACTIVE', 'SUSPENDED')
    or (supervisor_signed_at is not null and supervisee_signed_at is not null)),
  add check (drafted_by is null or (clinic_id is not null and digest is not null and cadence_days is not null and ends_on is not null)),
  add check ((status = 'TERMINATED') or terminated_at is null),
  add check ((filing_number is null) = (filed_on is null)),
  add check ((terminated_at is null) = (terminated_by is null) and (terminated_at is null) = (termination_reason is null));
alter table supervision_event
  add check (kind in ('MEETING', 'SITE_VISIT', 'CONSULT')),
  add check (minutes between 1 and 1440);
alter table competency
  add check (practitioner_id <> assessor_id),
  add check (hands_on_count > 0),
  add check (assessed_on <= expires_on and expires_on <= assessed_on + interval '12 months');
alter table delegation
  add check (delegate_id <> delegator_id),
  add check (level between 1 and 4),
  add check (cardinality(states) > 0),
  add check (starts_on <= ends_on and ends_on <= starts_on + interval '12 months'),
  add check ((revoked_at is null) = (revoked_by is null) and (revoked_at is null) = (revocation_reason is null));

create trigger insert_only before update or delete or truncate on supervision_event for each statement execute function refuse_change();
create trigger insert_only before update or delete or truncate on competency for each statement execute function refuse_change();

-- What was delegated or signed stays what it was, and what was taken back stays taken back.
create function refuse_rewriting() returns trigger language plpgsql set search_path = physicians, pg_temp as $$
begin
  if tg_table_name = 'delegation' then
    if old.revoked_at is not null
      or (to_jsonb(new) - array['revoked_at', 'revoked_by', 'revocation_reason'])
        <> (to_jsonb(old) - array['revoked_at', 'revoked_by', 'revocation_reason']) then
      raise exception 'a delegation is only ever taken back, once' using errcode = 'insufficient_privilege';
    end if;
  elsif old.digest is distinct from new.digest
    or (old.supervisor_signed_at is not null and old.supervisor_signed_at is distinct from new.supervisor_signed_at)
    or (old.supervisee_signed_at is not null and old.supervisee_signed_at is distinct from new.supervisee_signed_at)
    or (old.filing_number is not null and old.filing_number is distinct from new.filing_number)
    or old.terminated_at is not null then
    raise exception 'an agreement that was signed, filed or ended is not rewritten' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger not_rewritten before update on delegation for each row execute function refuse_rewriting();
create trigger not_rewritten before update on collaborative_agreement for each row execute function refuse_rewriting();
create trigger not_removed before delete or truncate on delegation for each statement execute function refuse_change();
revoke execute on function refuse_rewriting() from goodfaith_physicians;

-- Row-level security.
alter table supervision_event enable row level security;
alter table supervision_event force row level security;
alter table competency enable row level security;
alter table competency force row level security;
alter table delegation enable row level security;
alter table delegation force row level security;
revoke insert, update, delete on supervision_event, competency, delegation from goodfaith_physicians;

-- Whether the caller is this practitioner: they sign in by their own id.
create function is_acting(practitioner uuid) returns boolean language sql stable parallel safe
  return type_id_of('prc', practitioner) = (select acting());

-- Delegations are a clinic's. Whoever may read them reaches the engagements they stand on, and the training and agreements of those who
-- work there: the answer to "may they?" is not to depend on who asks.
create policy read on delegation for select to goodfaith_physicians
  using (clinic_id = any ((select may('delegation:read'))::uuid[]) or (select everywhere('authority-facts:read')));
create policy read_with_delegations on engagement for select to goodfaith_physicians
  using (clinic_id = any ((select may('delegation:read'))::uuid[]));
create policy read on competency for select to goodfaith_physicians
  using (clinic_id = any ((select may('delegation:read'))::uuid[])
    or works_at(practitioner_id, (select may('delegation:read'))::uuid[])
    or (select everywhere('authority-facts:read')));
create policy read_with_delegations on collaborative_agreement for select to goodfaith_physicians
  using (is_acting(supervisor_id) or is_acting(supervisee_id)
    or works_at(supervisor_id, (select may('delegation:read'))::uuid[])
    or works_at(supervisee_id, (select may('delegation:read'))::uuid[]));
create policy read on supervision_event for select to goodfaith_physicians
  using (agreement_id in (select id from collaborative_agreement));

-- One's own word, at one's own places.
create policy given on delegation for insert to goodfaith_physicians
  with check (clinic_id = any ((select may('delegation:give'))::uuid[]) and is_acting(delegator_id) and revoked_at is null
    and works_at(delegate_id, array[clinic_id]));
create policy taken_back on delegation for update to goodfaith_physicians
  using (clinic_id = any ((select may('delegation:revoke'))::uuid[])
    or (clinic_id = any ((select may('delegation:give'))::uuid[]) and is_acting(delegator_id)))
  with check (revoked_by = (select acting()));
grant insert on delegation to goodfaith_physicians;
grant update (revoked_at, revoked_by, revocation_reason) on delegation to goodfaith_physicians;

create policy recorded on competency for insert to goodfaith_physicians
  with check (clinic_id = any ((select may('competency:record'))::uuid[]) and is_acting(assessor_id)
    and works_at(practitioner_id, array[clinic_id]));
grant insert on competency to goodfaith_physicians;

create policy drafted on collaborative_agreement for insert to goodfaith_physicians
  with check (status = 'DRAFT' and drafted_by = (select acting()) and supervisor_signed_at is null and supervisee_signed_at is null
    and clinic_id = any ((select may('agreement:draft'))::uuid[])
    and works_at(supervisee_id, array[clinic_id]) and works_at(supervisor_id, array[clinic_id]));
create policy signed on collaborative_agreement for update to goodfaith_physicians
  using (is_acting(supervisor_id) or is_acting(supervisee_id)) with check (is_acting(supervisor_id) or is_acting(supervisee_id));
create policy kept on collaborative_agreement for update to goodfaith_physicians
  using (works_at(supervisee_id, (select may('agreement:draft'))::uuid[]))
  with check (works_at(supervisee_id, (select may('agreement:draft'))::uuid[]));
grant insert on collaborative_agreement to goodfaith_physicians;
grant update (status, supervisor_signed_at, supervisee_signed_at, filing_number, filed_on, terminated_at, terminated_by, termination_reason)
  on collaborative_agreement to goodfaith_physicians;

create policy recorded on supervision_event for insert to goodfaith_physicians
  with check (recorded_by = (select acting()) and exists (
    select 1 from collaborative_agreement a where a.id = agreement_id and (is_acting(a.supervisor_id) or is_acting(a.supervisee_id))));
grant insert on supervision_event to goodfaith_physicians;

-- One signs in one's own name only: a drafter who is neither side leaves both signatures alone.
create function refuse_signing_for_another() returns trigger language plpgsql set search_path = physicians, pg_temp as $$
begin
  if (new.supervisor_signed_at is distinct from old.supervisor_signed_at and not is_acting(new.supervisor_id))
    or (new.supervisee_signed_at is distinct from old.supervisee_signed_at and not is_acting(new.supervisee_id)) then
    raise exception 'nobody signs for another' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger own_signature before update on collaborative_agreement for each row execute function refuse_signing_for_another();
revoke execute on function refuse_signing_for_another() from goodfaith_physicians;
