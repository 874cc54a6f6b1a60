-- safe while old code runs

-- AlterTable
ALTER TABLE "practitioner" ADD COLUMN     "registered_at" TIMESTAMPTZ(3),
ADD COLUMN     "registered_by" TEXT;

-- AlterTable
ALTER TABLE "license" ADD COLUMN     "recorded_by" TEXT;

-- AlterTable
ALTER TABLE "dea_registration" ADD COLUMN     "recorded_at" TIMESTAMPTZ(3),
ADD COLUMN     "recorded_by" TEXT;

-- AlterTable
ALTER TABLE "controlled_substance_registration" ADD COLUMN     "recorded_at" TIMESTAMPTZ(3),
ADD COLUMN     "recorded_by" TEXT;

-- AlterTable
ALTER TABLE "insurance_policy" ADD COLUMN     "basis" TEXT,
ADD COLUMN     "cancellation_reason" TEXT,
ADD COLUMN     "cancelled_by" TEXT,
ADD COLUMN     "cancelled_on" DATE,
ADD COLUMN     "certificate_sha256" TEXT,
ADD COLUMN     "recorded_at" TIMESTAMPTZ(3),
ADD COLUMN     "recorded_by" TEXT,
ADD COLUMN     "retroactive_on" DATE,
ADD COLUMN     "tail_until" DATE;

-- AlterTable
ALTER TABLE "board_certification" ADD COLUMN     "recorded_at" TIMESTAMPTZ(3),
ADD COLUMN     "recorded_by" TEXT,
ADD COLUMN     "status" TEXT NOT NULL DEFAULT 'UNVERIFIED';

-- AlterTable
ALTER TABLE "credential_check" ADD COLUMN     "recorded_by" TEXT,
ADD COLUMN     "reference" TEXT,
ADD COLUMN     "subject_id" UUID,
ADD COLUMN     "subject_kind" TEXT;

-- CreateTable
CREATE TABLE "license_renewal" (
    "id" UUID NOT NULL,
    "license_id" UUID NOT NULL,
    "practitioner_id" UUID NOT NULL,
    "former_last_day" DATE NOT NULL,
    "starts_on" DATE NOT NULL,
    "expires_on" DATE NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "recorded_by" TEXT NOT NULL,

    CONSTRAINT "license_renewal_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "training_record" (
    "id" UUID NOT NULL,
    "practitioner_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "service" TEXT,
    "device" TEXT,
    "issuer" TEXT NOT NULL,
    "completed_on" DATE NOT NULL,
    "expires_on" DATE,
    "sha256" TEXT NOT NULL,
    "recorded_by" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "training_record_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "curriculum_vitae" (
    "id" UUID NOT NULL,
    "practitioner_id" UUID NOT NULL,
    "sha256" TEXT NOT NULL,
    "entries" JSONB NOT NULL,
    "recorded_by" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "curriculum_vitae_pkey" PRIMARY KEY ("id")
);

-- DropIndex
DROP INDEX "insurance_policy_carrier_policy_number_kind_key";

-- DropIndex
DROP INDEX "insurance_policy_practitioner_id_idx";

-- DropIndex
DROP INDEX "board_certification_practitioner_id_idx";

-- CreateIndex
CREATE UNIQUE INDEX "insurance_policy_practitioner_id_carrier_policy_number_kind_key" ON "insurance_policy"("practitioner_id", "carrier", "policy_number", "kind", "effective_from");

-- CreateIndex
CREATE UNIQUE INDEX "board_certification_practitioner_id_board_specialty_certifi_key" ON "board_certification"("practitioner_id", "board", "specialty", "certified_on");

-- CreateIndex
CREATE INDEX "license_renewal_license_id_recorded_at_idx" ON "license_renewal"("license_id", "recorded_at");

-- CreateIndex
CREATE INDEX "training_record_expires_on_idx" ON "training_record"("expires_on");

-- CreateIndex
CREATE UNIQUE INDEX "training_record_practitioner_id_sha256_key" ON "training_record"("practitioner_id", "sha256");

-- CreateIndex
CREATE INDEX "curriculum_vitae_practitioner_id_recorded_at_idx" ON "curriculum_vitae"("practitioner_id", "recorded_at");

-- CreateIndex
CREATE INDEX "credential_check_subject_id_idx" ON "credential_check"("subject_id");

-- AddForeignKey
ALTER TABLE "license_renewal" ADD CONSTRAINT "license_renewal_license_id_practitioner_id_fkey" FOREIGN KEY ("license_id", "practitioner_id") REFERENCES "license"("id", "practitioner_id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "training_record" ADD CONSTRAINT "training_record_practitioner_id_fkey" FOREIGN KEY ("practitioner_id") REFERENCES "practitioner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "curriculum_vitae" ADD CONSTRAINT "curriculum_vitae_practitioner_id_fkey" FOREIGN KEY ("practitioner_id") REFERENCES "practitioner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;


-- What the models can't say.
alter table practitioner add check ((registered_by is null) = (registered_at is null));
alter table dea_registration add check ((recorded_by is null) = (recorded_at is null));
alter table controlled_substance_registration add check ((recorded_by is null) = (recorded_at is null));
alter table insurance_policy
  add check ((recorded_by is null) = (recorded_at is null)),
  add check (basis in ('CLAIMS_MADE', 'OCCURRENCE')),
  -- What happened during an occurrence policy is covered for good: only claims-made ones look back to a day, or forward after their end.
  add check (basis = 'CLAIMS_MADE' or (retroactive_on is null and tail_until is null)),
  add check (retroactive_on <= effective_from),
  add check (certificate_sha256 ~ '^[0-9a-f]{64}$'),
  add check ((cancelled_on is null) = (cancelled_by is null) and (cancelled_on is null) = (cancellation_reason is null)),
  add check (cancelled_on is null or status = 'CANCELLED'),
  add check (cancelled_on between effective_from and expires_on),
  add check (tail_until >= coalesce(cancelled_on, expires_on));
alter table board_certification
  add check ((recorded_by is null) = (recorded_at is null)),
  add check (status in ('ACTIVE', 'SUSPENDED', 'UNVERIFIED'));
alter table credential_check
  drop constraint credential_check_source_check,
  add constraint credential_check_source_check
    check (source in ('STATE_BOARD', 'NPPES', 'DEA', 'OIG_LEIE', 'SAM', 'NPDB', 'CERTIFYING_BOARD', 'INSURER')),
  add check ((subject_kind is null) = (subject_id is null) and (subject_id is null or license_id is null)),
  add check (subject_kind in ('deaRegistration', 'controlledSubstanceRegistration', 'insurancePolicy', 'boardCertification'));
alter table license_renewal
  add check (starts_on <= expires_on),
  add check (former_last_day < expires_on);
alter table training_record
  add check (kind in ('BLS', 'ACLS', 'MATE', 'BLOODBORNE', 'LASER_SAFETY', 'PROCEDURE', 'OTHER')),
  add check (kind <> 'PROCEDURE' or service is not null or device is not null),
  add check (completed_on <= expires_on),
  add check (sha256 ~ '^[0-9a-f]{64}$');
alter table curriculum_vitae
  add check (sha256 ~ '^[0-9a-f]{64}$'),
  add check (jsonb_typeof(entries) = 'array');

create trigger insert_only before update or delete or truncate on license_renewal for each statement execute function refuse_change();
create trigger insert_only before update or delete or truncate on training_record for each statement execute function refuse_change();
create trigger insert_only before update or delete or truncate on curriculum_vitae for each statement execute function refuse_change();

-- What was known at a moment stays: no renewal is slipped in before one that is there.
create function refuse_backdated_renewal() returns trigger language plpgsql set search_path = physicians, pg_temp as $$
begin
  if exists (select 1 from license_renewal r where r.license_id = new.license_id and r.recorded_at > new.recorded_at) then
    raise exception 'a renewal is recorded after those that are on record' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger in_order before insert on license_renewal for each row execute function refuse_backdated_renewal();
revoke execute on function refuse_backdated_renewal() from goodfaith_physicians;

-- Terms are lengthened by a renewal and never cut short: what a board takes back is a standing. What was cancelled stays so.
create function refuse_undoing() returns trigger language plpgsql set search_path = physicians, pg_temp as $$
begin
  if tg_table_name = 'license' then
    if new.expires_on <> old.expires_on and (new.expires_on < old.expires_on or not exists (
        select 1 from license_renewal r where r.license_id = old.id and r.expires_on = new.expires_on and r.former_last_day = old.expires_on)) then
      raise exception 'the term of a licence changes with a renewal' using errcode = 'insufficient_privilege';
    end if;
  elsif old.status = 'CANCELLED' and new.status <> 'CANCELLED' then
    raise exception 'a cancelled policy covers nothing again' using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
revoke execute on function refuse_undoing() from goodfaith_physicians;
create trigger not_undone before update of expires_on on license for each row
  when (current_user = 'goodfaith_physicians') execute function refuse_undoing();
create trigger not_undone before update of status on insurance_policy for each row
  when (current_user = 'goodfaith_physicians') execute function refuse_undoing();

-- Whether somebody belongs anywhere: they sign in by their own id.
create function has_place(practitioner uuid) returns boolean language sql stable parallel safe
  return exists (select 1 from tenancy_membership m where m.sub = type_id_of('prc', practitioner));

-- Whether the caller keeps somebody's credentials: a colleague at one of their places, or somebody they registered who belongs nowhere yet.
create function keeps_credentials_of(practitioner uuid) returns boolean language sql stable parallel safe
  return cardinality((select may('credential:record'))) > 0 and (
    works_at(practitioner, (select may('credential:record')))
    or (exists (select 1 from practitioner p where p.id = practitioner and p.registered_by = (select acting())) and not has_place(practitioner)));

-- Row-level security. Whoever records is on record, does not record themselves, and does not confirm what they recorded.
alter table license_renewal enable row level security;
alter table license_renewal force row level security;
alter table training_record enable row level security;
alter table training_record force row level security;
alter table curriculum_vitae enable row level security;
alter table curriculum_vitae force row level security;
revoke update, delete on license_renewal, training_record, curriculum_vitae from goodfaith_physicians;

create policy registered on practitioner for insert to goodfaith_physicians
  with check (registered_by = (select acting()) and cardinality((select may('credential:record'))) > 0 and not is_acting(id)
    and cardinality(independent_in) = 0);
grant insert on practitioner to goodfaith_physicians;
create policy registered on practitioner_birth for insert to goodfaith_physicians
  with check (exists (select 1 from practitioner p where p.id = practitioner_id and p.registered_by = (select acting())));
grant insert on practitioner_birth to goodfaith_physicians;

create policy kept on license for insert to goodfaith_physicians
  with check (recorded_by = (select acting()) and status = 'UNVERIFIED' and verified_at is null
    and keeps_credentials_of(practitioner_id) and not is_acting(practitioner_id));
create policy renewed on license for update to goodfaith_physicians
  using (keeps_credentials_of(practitioner_id)) with check (keeps_credentials_of(practitioner_id) and not is_acting(practitioner_id));
grant insert on license to goodfaith_physicians;
grant update (expires_on) on license to goodfaith_physicians;
create policy kept on license_standing for insert to goodfaith_physicians
  with check (recorded_by = (select acting()) and status = 'UNVERIFIED' and keeps_credentials_of(practitioner_id)
    and not is_acting(practitioner_id));
create policy two_people on license_standing as restrictive for insert to goodfaith_physicians
  with check (status <> 'ACTIVE' or (not is_acting(practitioner_id)
    and not exists (select 1 from license l where l.id = license_id and l.recorded_by = (select acting()))
    and not exists (select 1 from license_renewal r where r.license_id = license_standing.license_id and r.recorded_by = (select acting())
      and r.recorded_at = (select max(n.recorded_at) from license_renewal n where n.license_id = r.license_id))));
create policy read on license_renewal for select to goodfaith_physicians
  using ((select everywhere('practitioner:read')) or (select everywhere('authority-facts:read')));
create policy kept on license_renewal for insert to goodfaith_physicians
  with check (recorded_by = (select acting()) and keeps_credentials_of(practitioner_id) and not is_acting(practitioner_id));

create policy recording on dea_registration for select to goodfaith_physicians using (keeps_credentials_of(practitioner_id));
create policy kept on dea_registration for insert to goodfaith_physicians
  with check (recorded_by = (select acting()) and status = 'UNVERIFIED' and keeps_credentials_of(practitioner_id)
    and not is_acting(practitioner_id));
create policy checked on dea_registration for update to goodfaith_physicians
  using (keeps_credentials_of(practitioner_id))
  with check (keeps_credentials_of(practitioner_id)
    and (status <> 'ACTIVE' or (recorded_by is distinct from (select acting()) and not is_acting(practitioner_id))));
grant insert, update (status) on dea_registration to goodfaith_physicians;

create policy recording on controlled_substance_registration for select to goodfaith_physicians using (keeps_credentials_of(practitioner_id));
create policy kept on controlled_substance_registration for insert to goodfaith_physicians
  with check (recorded_by = (select acting()) and status = 'UNVERIFIED' and keeps_credentials_of(practitioner_id)
    and not is_acting(practitioner_id));
create policy checked on controlled_substance_registration for update to goodfaith_physicians
  using (keeps_credentials_of(practitioner_id))
  with check (keeps_credentials_of(practitioner_id)
    and (status <> 'ACTIVE' or (recorded_by is distinct from (select acting()) and not is_acting(practitioner_id))));
grant insert, update (status) on controlled_substance_registration to goodfaith_physicians;

create policy recording on insurance_policy for select to goodfaith_physicians using (keeps_credentials_of(practitioner_id));
create policy kept on insurance_policy for insert to goodfaith_physicians
  with check (recorded_by = (select acting()) and status = 'UNVERIFIED' and keeps_credentials_of(practitioner_id)
    and not is_acting(practitioner_id));
create policy checked on insurance_policy for update to goodfaith_physicians
  using (keeps_credentials_of(practitioner_id))
  with check (keeps_credentials_of(practitioner_id)
    and (status <> 'ACTIVE' or (recorded_by is distinct from (select acting()) and not is_acting(practitioner_id)))
    and (cancelled_by is null or cancelled_by = (select acting())));
grant insert, update (status, cancelled_on, cancelled_by, cancellation_reason, tail_until) on insurance_policy to goodfaith_physicians;

create policy recording on board_certification for select to goodfaith_physicians using (keeps_credentials_of(practitioner_id));
create policy kept on board_certification for insert to goodfaith_physicians
  with check (recorded_by = (select acting()) and status = 'UNVERIFIED' and keeps_credentials_of(practitioner_id)
    and not is_acting(practitioner_id));
create policy checked on board_certification for update to goodfaith_physicians
  using (keeps_credentials_of(practitioner_id))
  with check (keeps_credentials_of(practitioner_id)
    and (status <> 'ACTIVE' or (recorded_by is distinct from (select acting()) and not is_acting(practitioner_id))));
grant insert, update (status) on board_certification to goodfaith_physicians;

create policy read on training_record for select to goodfaith_physicians
  using (practitioner_id in (select e.practitioner_id from engagement e
      where e.status <> 'DRAFT' and e.clinic_id = any ((select may('credential:read'))::uuid[]))
    or (select everywhere('authority-facts:read')));
create policy recording on training_record for select to goodfaith_physicians using (keeps_credentials_of(practitioner_id));
create policy kept on training_record for insert to goodfaith_physicians
  with check (recorded_by = (select acting()) and keeps_credentials_of(practitioner_id) and not is_acting(practitioner_id));

create policy read on curriculum_vitae for select to goodfaith_physicians
  using (practitioner_id in (select e.practitioner_id from engagement e
      where e.status <> 'DRAFT' and e.clinic_id = any ((select may('credential:read'))::uuid[])));
create policy recording on curriculum_vitae for select to goodfaith_physicians using (keeps_credentials_of(practitioner_id));
create policy kept on curriculum_vitae for insert to goodfaith_physicians
  with check (recorded_by = (select acting()) and keeps_credentials_of(practitioner_id) and not is_acting(practitioner_id));

-- A look by hand, at something of the same person.
create policy recording on credential_check for select to goodfaith_physicians using (keeps_credentials_of(practitioner_id));
create policy by_hand on credential_check for insert to goodfaith_physicians
  with check (recorded_by = (select acting()) and run_id is null and keeps_credentials_of(practitioner_id) and not is_acting(practitioner_id)
    and (exists (select 1 from dea_registration d
        where subject_kind = 'deaRegistration' and d.id = subject_id and d.practitioner_id = credential_check.practitioner_id)
      or exists (select 1 from controlled_substance_registration r
        where subject_kind = 'controlledSubstanceRegistration' and r.id = subject_id and r.practitioner_id = credential_check.practitioner_id)
      or exists (select 1 from insurance_policy i
        where subject_kind = 'insurancePolicy' and i.id = subject_id and i.practitioner_id = credential_check.practitioner_id)
      or exists (select 1 from board_certification b
        where subject_kind = 'boardCertification' and b.id = subject_id and b.practitioner_id = credential_check.practitioner_id)));
