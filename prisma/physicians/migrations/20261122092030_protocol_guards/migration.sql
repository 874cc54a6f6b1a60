-- safe while old code runs

-- As before, but for one move: what was suspended does not come back. A version moves along its life, does not change once somebody signed it, and comes into force when all have signed what stands there.
create or replace function guard_protocol_version() returns trigger language plpgsql
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
    'ACTIVE>SUSPENDED', 'DRAFT>RETIRED', 'IN_REVIEW>RETIRED', 'AWAITING_SIGNATURES>RETIRED', 'ACTIVE>RETIRED', 'SUSPENDED>RETIRED') then
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

-- What the lists of excluded persons say of the signers of versions: whoever may know that a version holds may know that it does not.
create function signers_screenings(versions uuid[]) returns setof exclusion_screening language sql stable
  set search_path = physicians, pg_temp set app.everywhere = '{authority-facts:read}' as $$
  select x.* from exclusion_screening x where exists (
    select 1 from protocol_signer s where s.version_id = any (versions) and s.practitioner_id = x.practitioner_id)
$$;
