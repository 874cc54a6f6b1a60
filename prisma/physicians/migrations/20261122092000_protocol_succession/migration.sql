-- safe while old code runs

-- AlterTable
ALTER TABLE "protocol" ADD COLUMN     "kind" TEXT NOT NULL DEFAULT 'PROTOCOL';

-- AlterTable
ALTER TABLE "protocol_signer" ADD COLUMN     "cosigned_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "protocol_version" ADD COLUMN     "activated_at" TIMESTAMPTZ(3),
ADD COLUMN     "withdrawn_at" TIMESTAMPTZ(3);


-- What the models can't say.
alter table protocol add check (kind in ('PROTOCOL', 'STANDING_ORDER'));

-- What came into force before its moment was recorded did so with its last signature. The policies hold the owner too, who has to read
-- and write every version here.
alter table protocol_signature no force row level security;
alter table protocol_signer no force row level security;
alter table protocol_version no force row level security;
update protocol_version v set activated_at = (select max(s.signed_at) from protocol_signature s where s.version_id = v.id and s.digest = v.digest)
  where v.status in ('ACTIVE', 'SUSPENDED') or (v.status = 'RETIRED'
    and exists (select 1 from protocol_signer r where r.version_id = v.id) and signatures_missing(v.id) = 0);
alter table protocol_signature force row level security;
alter table protocol_signer force row level security;
alter table protocol_version force row level security;

-- When a version came into force and when it was withdrawn is written once, with the move itself.
create function guard_protocol_times() returns trigger language plpgsql set search_path = physicians, pg_temp as $$
begin
  if (old.activated_at is not null or new.status <> 'ACTIVE') and new.activated_at is distinct from old.activated_at then
    raise exception 'a version comes into force once' using errcode = 'check_violation';
  end if;
  if new.withdrawn_at is distinct from old.withdrawn_at and (new.status = old.status or new.status not in ('SUSPENDED', 'RETIRED')) then
    raise exception 'a version is withdrawn by suspending or retiring it' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger timed before update on protocol_version for each row execute function guard_protocol_times();
revoke execute on function guard_protocol_times() from goodfaith_physicians;
grant update (activated_at, withdrawn_at) on protocol_version to goodfaith_physicians;

-- The engagements on which versions stand: those of their signers, and those of the directors of their clinics, who sign when they come
-- later. Whoever may know that a version holds may know that they last.
create or replace function signers_engagements(versions uuid[]) returns setof engagement language sql stable
  set search_path = physicians, pg_temp set app.everywhere = '{authority-facts:read}' as $$
  select e.* from engagement e where exists (
    select 1 from protocol_signer s
    where s.version_id = any (versions) and s.practitioner_id = e.practitioner_id and s.clinic_id = e.clinic_id)
  or (e.role = 'MEDICAL_DIRECTOR' and exists (
    select 1 from protocol_version v join protocol_clinic c using (protocol_id) where v.id = any (versions) and c.clinic_id = e.clinic_id))
$$;

-- A director who came later signs what is in force: as themselves, for a clinic of theirs, what stands there. Nobody is asked for anybody else.
create policy cosigned on protocol_signature for insert to goodfaith_physicians
  with check (type_id_of('prc', practitioner_id) = (select acting())
    and exists (
      select 1 from protocol_version v join protocol_clinic c using (protocol_id)
        join engagement e on e.clinic_id = c.clinic_id and e.practitioner_id = protocol_signature.practitioner_id
      where v.id = version_id and v.status = 'ACTIVE' and v.digest = protocol_signature.digest
        and e.role = 'MEDICAL_DIRECTOR' and e.status in ('ACTIVE', 'ENDING') and c.clinic_id = any ((select may('protocol:sign'))::uuid[])));
create policy cosigned on protocol_signer for insert to goodfaith_physicians
  with check (type_id_of('prc', practitioner_id) = (select acting())
    and capacity = 'MEDICAL_DIRECTOR' and cosigned_at is not null and clinic_id = any ((select may('protocol:sign'))::uuid[])
    and exists (
      select 1 from protocol_version v join protocol_clinic c using (protocol_id)
        join protocol_signature s on s.version_id = v.id and s.practitioner_id = protocol_signer.practitioner_id and s.digest = v.digest
        join engagement e on e.clinic_id = c.clinic_id and e.practitioner_id = s.practitioner_id
      where v.id = protocol_signer.version_id and v.status = 'ACTIVE' and c.clinic_id = protocol_signer.clinic_id
        and e.role = 'MEDICAL_DIRECTOR' and e.status in ('ACTIVE', 'ENDING')));
