-- safe while old code runs

-- A licence that an authority suspended or revoked is not good again because its number is recorded once more, however that is written:
-- a suspended one is given back, a revoked one is replaced by another. Read by the right of whoever records, who sees the own clinic's.
create function refuse_taken_license() returns trigger language plpgsql set search_path = clinics, pg_temp as $$
begin
  if exists (
    select from facility_license had
    where had.clinic_id = new.clinic_id and had.kind = new.kind and had.status in ('SUSPENDED', 'REVOKED')
      and lower(regexp_replace(had.number, '[^A-Za-z0-9]', '', 'g')) = lower(regexp_replace(new.number, '[^A-Za-z0-9]', '', 'g'))
  ) then
    raise exception 'a licence that was taken is not good again under its number' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger never_revived before insert on facility_license
  for each row when (new.status = 'ACTIVE') execute function refuse_taken_license();
