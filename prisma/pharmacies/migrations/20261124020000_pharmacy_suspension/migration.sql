-- safe while old code runs

-- An operator stops a facility at once; whether it opens again or closes for good another one says. What it made and sent stays as it is.
alter table "pharmacy"
  add column "stopped_by" text,
  add column "status_since" timestamptz(3),
  add column "status_reason" text,
  add column "status_note" text;

alter table pharmacy
  add constraint pharmacy_stopped_check check (stopped_by is null or status in ('ACTIVE', 'SUSPENDED', 'CLOSED')),
  add constraint pharmacy_status_said_check
    check ((status_since is null) = (status_reason is null) and (status_since is null) = (status_note is null)
      and (stopped_by is null or status_since is not null));

create policy stopped on pharmacy for update
  using ((select everywhere('pharmacy:admit')) and status = 'ACTIVE')
  with check ((select everywhere('pharmacy:admit')) and status = 'SUSPENDED' and stopped_by = (select acting()));
create policy stop_ended on pharmacy for update
  using ((select everywhere('pharmacy:admit')) and status = 'SUSPENDED' and stopped_by <> (select acting()))
  with check ((select everywhere('pharmacy:admit')) and status in ('ACTIVE', 'CLOSED') and stopped_by <> (select acting()));
grant update (stopped_by, status_since, status_reason, status_note) on pharmacy to goodfaith_pharmacies;

-- Policies let a row be changed; which way it may go, and by whom, is said here.
create or replace function refuse_own_admission() returns trigger language plpgsql set search_path = pharmacies, pg_temp as $$
declare
  admits boolean := coalesce(everywhere('pharmacy:admit'), false);
begin
  if old.status = 'CLOSED' and new.status <> 'CLOSED' then
    raise exception 'a facility that was closed does not come back' using errcode = 'check_violation';
  end if;
  if current_user = 'goodfaith_pharmacies' then
    if (new.decided_by, new.decided_at, new.decision_note) is distinct from (old.decided_by, old.decided_at, old.decision_note)
        or new.status is distinct from old.status and old.status in ('REGISTERED', 'REFUSED') then
      if not (admits and old.status in ('REGISTERED', 'REFUSED') and new.status in ('ACTIVE', 'REFUSED') and old.registered_by <> acting()
        and new.decided_by = acting()) then
        raise exception 'an operator who did not register it says whether a facility is admitted' using errcode = 'insufficient_privilege';
      end if;
    elsif (new.status, new.stopped_by, new.status_since, new.status_reason, new.status_note)
        is distinct from (old.status, old.stopped_by, old.status_since, old.status_reason, old.status_note) then
      if not coalesce(admits and (
          old.status = 'ACTIVE' and new.status = 'SUSPENDED' and new.stopped_by = acting()
          or old.status = 'SUSPENDED' and new.status in ('ACTIVE', 'CLOSED') and old.stopped_by <> acting()
            and new.stopped_by = old.stopped_by), false) then
        raise exception 'an operator stops a facility, and another one says how it goes on' using errcode = 'insufficient_privilege';
      end if;
    end if;
    if (new.ncpdp_id, new.fei, new.line1, new.line2, new.city, new.postal_code, new.phone)
        is distinct from (old.ncpdp_id, old.fei, old.line1, old.line2, old.city, old.postal_code, old.phone)
      and not coalesce(new.id = any (may('facility:keep')), false) then
      raise exception 'how a facility is known and reached is kept by its own people' using errcode = 'insufficient_privilege';
    end if;
  end if;
  return new;
end $$;
