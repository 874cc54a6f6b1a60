-- safe while old code runs

-- AlterTable
ALTER TABLE "protocol_version" ADD COLUMN     "drafted_by" TEXT,
ADD COLUMN     "note" TEXT;

-- CreateTable
CREATE TABLE "protocol_signer" (
    "version_id" UUID NOT NULL,
    "practitioner_id" UUID NOT NULL,
    "clinic_id" UUID NOT NULL,
    "capacity" TEXT NOT NULL,
    "state" TEXT,

    CONSTRAINT "protocol_signer_pkey" PRIMARY KEY ("version_id","practitioner_id","clinic_id")
);

-- CreateIndex
CREATE INDEX "protocol_signer_practitioner_id_idx" ON "protocol_signer"("practitioner_id");

-- AddForeignKey
ALTER TABLE "protocol_signer" ADD CONSTRAINT "protocol_signer_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "protocol_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "protocol_signer" ADD CONSTRAINT "protocol_signer_practitioner_id_fkey" FOREIGN KEY ("practitioner_id") REFERENCES "practitioner"("id") ON DELETE RESTRICT ON UPDATE CASCADE;


-- What the models can't say.
alter table protocol_signer
  add check (capacity in ('MEDICAL_DIRECTOR', 'SUPERVISING_PHYSICIAN')),
  add check (is_us_state(state));

-- Whoever signed a version as director of a clinic that works by it answers for it there. In which state that clinic is, nobody told so far.
-- The policies hold the owner too, who has to read every signature here.
alter table protocol_signature no force row level security;
alter table protocol_version no force row level security;
alter table protocol_clinic no force row level security;
alter table engagement no force row level security;
insert into protocol_signer (version_id, practitioner_id, clinic_id, capacity)
  select distinct s.version_id, s.practitioner_id, c.clinic_id, 'MEDICAL_DIRECTOR'
  from protocol_signature s join protocol_version v on v.id = s.version_id join protocol_clinic c using (protocol_id)
    join engagement e on e.clinic_id = c.clinic_id and e.practitioner_id = s.practitioner_id
  where e.role = 'MEDICAL_DIRECTOR';
alter table protocol_signature force row level security;
alter table protocol_version force row level security;
alter table protocol_clinic force row level security;
alter table engagement force row level security;

-- Functions that answer across tenants read as a neighbour that decides would, for as long as they run, and say no more than their name.

-- Whether each clinic that works by a protocol is one of these places. One that nobody works by is nobody's.
create function acts_for_protocol(the_protocol uuid, places uuid[]) returns boolean language sql stable
  set search_path = physicians, pg_temp set app.everywhere = '{authority-facts:read}' as $$
  select exists (select 1 from protocol_clinic c where c.protocol_id = the_protocol)
    and not exists (select 1 from protocol_clinic c where c.protocol_id = the_protocol and not c.clinic_id = any (coalesce(places, '{}')))
$$;

-- Whether a protocol has no version yet: only then clinics are added to it, so that nobody reads another's by joining it.
create function is_new_protocol(the_protocol uuid) returns boolean language sql stable
  set search_path = physicians, pg_temp set app.everywhere = '{authority-facts:read}' as $$
  select not exists (select 1 from protocol_version v where v.protocol_id = the_protocol)
$$;

-- Whether the actor must sign a version for one of these places, by their own sign-in.
create function must_sign(the_version uuid, places uuid[]) returns boolean language sql stable
  set search_path = physicians, pg_temp set app.everywhere = '{authority-facts:read}' as $$
  select exists (
    select 1 from protocol_signer r
    where r.version_id = the_version and type_id_of('prc', r.practitioner_id) = acting() and r.clinic_id = any (coalesce(places, '{}')))
$$;

-- How many must sign a version and have not: a signer does not see those of other clinics.
create function signatures_missing(the_version uuid) returns integer language sql stable
  set search_path = physicians, pg_temp set app.everywhere = '{authority-facts:read}' as $$
  select count(distinct r.practitioner_id)::integer from protocol_signer r join protocol_version v on v.id = r.version_id
  where r.version_id = the_version and not exists (
    select 1 from protocol_signature s where s.version_id = r.version_id and s.practitioner_id = r.practitioner_id and s.digest = v.digest)
$$;

-- The engagements on which the signers of versions stand: whoever may know that a version holds may know that they last.
create function signers_engagements(versions uuid[]) returns setof engagement language sql stable
  set search_path = physicians, pg_temp set app.everywhere = '{authority-facts:read}' as $$
  select e.* from engagement e where exists (
    select 1 from protocol_signer s
    where s.version_id = any (versions) and s.practitioner_id = e.practitioner_id and s.clinic_id = e.clinic_id)
$$;

-- A version moves along its life, does not change once somebody signed it, and comes into force when all have signed what stands there.
create function guard_protocol_version() returns trigger language plpgsql
  set search_path = physicians, pg_temp set app.everywhere = '{authority-facts:read}' as $$
begin
  if new.id <> old.id or new.protocol_id <> old.protocol_id or new.version <> old.version then
    raise exception 'a version stays the version it is' using errcode = 'check_violation';
  end if;
  if (new.title, new.digest, new.expires_on) is distinct from (old.title, old.digest, old.expires_on) or new.effective_from < old.effective_from then
    if old.status not in ('DRAFT', 'IN_REVIEW', 'AWAITING_SIGNATURES')
      or exists (select 1 from protocol_signature s where s.version_id = old.id) then
      raise exception 'a protocol that was signed is not changed' using errcode = 'check_violation';
    end if;
  end if;
  if new.status <> old.status and (old.status || '>' || new.status) not in (
    'DRAFT>IN_REVIEW', 'IN_REVIEW>DRAFT', 'IN_REVIEW>AWAITING_SIGNATURES', 'AWAITING_SIGNATURES>DRAFT', 'AWAITING_SIGNATURES>ACTIVE',
    'ACTIVE>SUSPENDED', 'SUSPENDED>ACTIVE', 'DRAFT>RETIRED', 'IN_REVIEW>RETIRED', 'AWAITING_SIGNATURES>RETIRED', 'ACTIVE>RETIRED', 'SUSPENDED>RETIRED') then
    raise exception 'no such move' using errcode = 'check_violation';
  end if;
  if new.status = 'DRAFT' and exists (select 1 from protocol_signature s where s.version_id = old.id) then
    raise exception 'a protocol that was signed is no draft' using errcode = 'check_violation';
  end if;
  if old.status = 'AWAITING_SIGNATURES' and new.status = 'ACTIVE' and (
    not exists (select 1 from protocol_signer r where r.version_id = old.id) or signatures_missing(old.id) > 0) then
    raise exception 'a required signature is missing' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger guarded before update on protocol_version for each row execute function guard_protocol_version();

-- What was signed, and who had to sign it, stay.
create function refuse_once_signed() returns trigger language plpgsql
  set search_path = physicians, pg_temp set app.everywhere = '{authority-facts:read}' as $$
begin
  if exists (select 1 from protocol_signature s where s.version_id = old.version_id) then
    raise exception 'a protocol that was signed is not changed' using errcode = 'check_violation';
  end if;
  if tg_op = 'DELETE' then
    return old;
  end if;
  return new;
end $$;
create trigger unsigned before update or delete on protocol_content for each row execute function refuse_once_signed();
create trigger unsigned before update or delete on protocol_signer for each row execute function refuse_once_signed();
create trigger insert_only before update or delete or truncate on protocol_signature for each statement execute function refuse_change();
revoke execute on function guard_protocol_version(), refuse_once_signed() from goodfaith_physicians;

-- Row-level security. Who must sign for a clinic is seen by those who may know of its protocols: clinics of others may work by the same one.
alter table protocol_signer enable row level security;
alter table protocol_signer force row level security;
create policy read on protocol_signer for select to goodfaith_physicians
  using (clinic_id = any ((select may('protocol:read'))::uuid[])
    or clinic_id = any ((select may('expirable:read'))::uuid[])
    or clinic_id = any ((select may('engagement:read'))::uuid[])
    or (select everywhere('authority-facts:read')));

-- Drafting: for clinics of one's own, and of a protocol that others work by too only when all of them are one's own.
create policy drafted on protocol for insert to goodfaith_physicians
  with check (cardinality((select may('protocol:draft'))) > 0);
create policy drafted on protocol_clinic for insert to goodfaith_physicians
  with check (clinic_id = any ((select may('protocol:draft'))::uuid[]) and is_new_protocol(protocol_id));
create policy drafted on protocol_version for insert to goodfaith_physicians
  with check (status in ('DRAFT', 'IN_REVIEW') and drafted_by = (select acting()) and acts_for_protocol(protocol_id, (select may('protocol:draft'))));
create policy drafted on protocol_content for insert to goodfaith_physicians
  with check (exists (select 1 from protocol_version v where v.id = version_id and acts_for_protocol(v.protocol_id, (select may('protocol:draft')))));
create policy amended on protocol_content for update to goodfaith_physicians
  using (exists (select 1 from protocol_version v where v.id = version_id and acts_for_protocol(v.protocol_id, (select may('protocol:draft')))));
create policy asked on protocol_signer for insert to goodfaith_physicians
  with check (exists (select 1 from protocol_version v
    where v.id = version_id and v.status = 'IN_REVIEW' and acts_for_protocol(v.protocol_id, (select may('protocol:draft')))));
create policy amended on protocol_signer for delete to goodfaith_physicians
  using (exists (select 1 from protocol_version v where v.id = version_id and acts_for_protocol(v.protocol_id, (select may('protocol:draft')))));

-- Signing: by whoever must, as themselves, what stands there.
create policy signed on protocol_signature for insert to goodfaith_physicians
  with check (type_id_of('prc', practitioner_id) = (select acting())
    and exists (select 1 from protocol_version v where v.id = version_id and v.status = 'AWAITING_SIGNATURES' and v.digest = protocol_signature.digest)
    and must_sign(version_id, (select may('protocol:sign'))));

-- Moving a version: by those who draft or suspend it, and into force by the signers.
create policy moved on protocol_version for update to goodfaith_physicians
  using (acts_for_protocol(protocol_id, (select may('protocol:draft'))) or acts_for_protocol(protocol_id, (select may('protocol:suspend'))))
  with check (status <> 'ACTIVE'
    and (acts_for_protocol(protocol_id, (select may('protocol:draft'))) or acts_for_protocol(protocol_id, (select may('protocol:suspend')))));
create policy signed on protocol_version for update to goodfaith_physicians
  using (status = 'AWAITING_SIGNATURES' and must_sign(id, (select may('protocol:sign'))))
  with check (status in ('AWAITING_SIGNATURES', 'ACTIVE') and must_sign(id, (select may('protocol:sign'))));

grant insert on protocol, protocol_clinic, protocol_version, protocol_content, protocol_signature to goodfaith_physicians;
grant update (title, status, effective_from, expires_on, digest, note) on protocol_version to goodfaith_physicians;
grant update (content) on protocol_content to goodfaith_physicians;
revoke update on protocol_signer from goodfaith_physicians;
