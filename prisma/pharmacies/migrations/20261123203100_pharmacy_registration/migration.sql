-- safe while old code runs

-- A facility comes in through the graph: one operator registers it, another admits it. Until then nothing is sent there, as to one that is suspended.
alter table "pharmacy"
  add column "dea_number" text,
  add column "registered_by" text,
  add column "registered_at" timestamptz(3),
  add column "decided_by" text,
  add column "decided_at" timestamptz(3),
  add column "decision_note" text;

alter table pharmacy drop constraint pharmacy_status_check,
  add constraint pharmacy_status_check check (status in ('REGISTERED', 'REFUSED', 'ACTIVE', 'SUSPENDED', 'CLOSED')),
  add constraint pharmacy_registered_check check ((registered_by is null) = (registered_at is null)),
  add constraint pharmacy_decided_check check ((decided_by is null) = (decided_at is null) and decided_by <> registered_by),
  add constraint pharmacy_admitted_check check (registered_by is null or status = 'REGISTERED' or decided_by is not null);

create policy registered on pharmacy for insert
  with check ((select everywhere('pharmacy:register')) and status = 'REGISTERED' and registered_by = (select acting()) and decided_by is null);
create policy decided on pharmacy for update
  using ((select everywhere('pharmacy:admit')) and status in ('REGISTERED', 'REFUSED') and registered_by <> (select acting()))
  with check (decided_by = (select acting()) and status in ('ACTIVE', 'REFUSED'));
grant insert on pharmacy to goodfaith_pharmacies;
grant update (status, decided_by, decided_at, decision_note) on pharmacy to goodfaith_pharmacies;

-- A policy for the facility's own people lets them change a row, not which of its columns: whether it is admitted is never theirs to say, nor
-- is an operator's how it is reached.
create function refuse_own_admission() returns trigger language plpgsql set search_path = pharmacies, pg_temp as $$
begin
  if current_user = 'goodfaith_pharmacies' then
    if (new.status, new.decided_by, new.decided_at, new.decision_note) is distinct from (old.status, old.decided_by, old.decided_at, old.decision_note)
      and not (coalesce(everywhere('pharmacy:admit'), false) and old.status in ('REGISTERED', 'REFUSED') and old.registered_by <> acting()
        and new.decided_by = acting()) then
      raise exception 'an operator who did not register it says whether a facility is admitted' using errcode = 'insufficient_privilege';
    end if;
    if (new.ncpdp_id, new.fei, new.line1, new.line2, new.city, new.postal_code, new.phone)
        is distinct from (old.ncpdp_id, old.fei, old.line1, old.line2, old.city, old.postal_code, old.phone)
      and not coalesce(new.id = any (may('facility:keep')), false) then
      raise exception 'how a facility is known and reached is kept by its own people' using errcode = 'insufficient_privilege';
    end if;
  end if;
  return new;
end $$;
create trigger admitted_by_another before update on pharmacy for each row execute function refuse_own_admission();
revoke execute on function refuse_own_admission() from goodfaith_pharmacies;

-- Who admits looks at what was recorded of it.
create policy read_by_operators on facility_evidence for select using ((select everywhere('pharmacy:admit')));
