-- safe while old code runs

-- The stored id in a public one: 26 letters of five bits, of which the first two bits are zero.
create function place_of(type_id text) returns uuid language plpgsql immutable strict parallel safe as $$
declare
  suffix text := split_part(type_id, '_', 2);
  bits text := '';
begin
  for n in 1..26 loop
    bits := bits || (position(substr(suffix, n, 1) in '0123456789abcdefghjkmnpqrstvwxyz') - 1)::bit(5)::text;
  end loop;
  return (select string_agg(to_hex(substr(bits, 3 + 4 * n, 4)::bit(4)::int), '' order by n) from generate_series(0, 31) as n)::uuid;
end $$;

-- Old code reads memberships and writes none, and a row that names no place gets it from `at`.
alter table "membership"
  add column "place_id" uuid,
  add column "name" text,
  add column "invitation_id" uuid,
  add column "ended_by" text,
  add column "ended_by_name" text,
  add column "end_recorded_at" timestamptz(3);
-- An owner who is no superuser is held by forced policies too, and would find no row to fill.
alter table "membership" no force row level security;
update "membership" set "place_id" = place_of("at");
alter table "membership" force row level security;
alter table "membership" alter column "place_id" set not null;
create unique index "membership_invitation_id_key" on "membership"("invitation_id");
create index "membership_place_id_idx" on "membership"("place_id");

-- One that is ended before its first day never runs.
alter table membership drop constraint membership_check, add check (ends_at >= starts_at);

create table "invitation" (
    "id" uuid not null,
    "at" text not null,
    "place_id" uuid not null,
    "role" text not null,
    "subject" text,
    "name" text not null,
    "code_hash" text not null,
    "invited_by" text not null,
    "invited_by_name" text not null,
    "invited_as" text not null,
    "invited_under" text not null,
    "invited_at" timestamptz(3) not null,
    "starts_on" date,
    "ends_on" date,
    "expires_at" timestamptz(3) not null,
    "accepted_at" timestamptz(3),
    "accepted_by" text,
    "withdrawn_at" timestamptz(3),
    "withdrawn_by" text,
    constraint "invitation_pkey" primary key ("id")
);
create unique index "invitation_code_hash_key" on "invitation"("code_hash");
create index "invitation_place_id_idx" on "invitation"("place_id");
create index "invitation_invited_by_idx" on "invitation"("invited_by");
alter table "membership" add constraint "membership_invitation_id_fkey"
  foreign key ("invitation_id") references "invitation"("id") on delete restrict on update cascade;

alter table invitation
  add check (role in ('FRONT_DESK', 'EXAMINER', 'PRESCRIBER', 'MEDICAL_DIRECTOR', 'COMPLIANCE_OFFICER', 'MSO_MANAGER', 'AUDITOR')),
  add check (at ~ '^(cli|ent|mso)_[0-9a-z]{26}$'),
  add check (ends_on >= starts_on),
  add check (code_hash ~ '^[A-Za-z0-9_-]{43}$'),
  add check ((accepted_at is null) = (accepted_by is null)),
  add check ((withdrawn_at is null) = (withdrawn_by is null)),
  add check (accepted_at is null or withdrawn_at is null);

-- The place follows from the public id, so that the two can't name different ones.
create function set_place() returns trigger language plpgsql set search_path = clinics, pg_temp as $$
begin
  new.place_id := place_of(new.at);
  return new;
end $$;
create trigger set_place before insert or update of at, place_id on membership for each row execute function set_place();
create trigger set_place before insert or update of at, place_id on invitation for each row execute function set_place();

-- An end comes earlier, never later: to work on is to be invited anew. So with an invitation's last moment.
create function refuse_later() returns trigger language plpgsql as $$
declare
  was timestamptz := case tg_table_name when 'membership' then (to_jsonb(old)->>'ends_at') else (to_jsonb(old)->>'expires_at') end::timestamptz;
  is_now timestamptz := case tg_table_name when 'membership' then (to_jsonb(new)->>'ends_at') else (to_jsonb(new)->>'expires_at') end::timestamptz;
begin
  if was is not null and (is_now is null or is_now > was) then
    raise exception 'the end of % only comes earlier', tg_table_name using errcode = 'insufficient_privilege';
  end if;
  return new;
end $$;
create trigger never_later before update on membership for each row execute function refuse_later();
create trigger never_later before update on invitation for each row execute function refuse_later();
revoke execute on function set_place(), refuse_later() from goodfaith_clinics;

-- Who gives a role and takes it: an officer of the entity those of its clinics, a manager the desk of managed clinics and the MSO's own people.
create function may_appoint(role text, place uuid) returns boolean language sql stable parallel safe
  return (
    role in ('FRONT_DESK', 'EXAMINER', 'PRESCRIBER', 'MEDICAL_DIRECTOR', 'COMPLIANCE_OFFICER', 'AUDITOR')
    and coalesce((select entity_id from clinic where clinic.id = place), place) = any (may('member:appoint'))
  ) or (role in ('FRONT_DESK', 'MSO_MANAGER') and place = any (may('staff:appoint')));

-- The hash of the code that the caller has, for the transaction in which they accept.
create function held_code() returns text language sql stable parallel safe
  return nullif(current_setting('app.invitation', true), '');

alter table invitation enable row level security;
alter table invitation force row level security;
revoke update, delete, truncate on invitation from goodfaith_clinics;
grant update (accepted_at, accepted_by, withdrawn_at, withdrawn_by, expires_at) on invitation to goodfaith_clinics;
create policy read on invitation for select to goodfaith_clinics
  using (
    place_id = any ((select may('member:read'))::uuid[]) or invited_by = (select acting()) or accepted_by = (select acting())
    or code_hash = (select held_code())
  );
create policy given on invitation for insert to goodfaith_clinics
  with check (invited_by = (select acting()) and may_appoint(role, place_id) and accepted_at is null and withdrawn_at is null);
-- Of several policies one that lets a row be reached and another that lets it be written are enough, so both sides say it all.
create policy accepted on invitation for update to goodfaith_clinics
  using (
    code_hash = (select held_code()) and accepted_at is null and withdrawn_at is null and expires_at > now()
    and invited_by <> (select acting()) and (subject is null or subject = (select acting()))
  )
  with check (
    code_hash = (select held_code()) and accepted_by = (select acting()) and withdrawn_at is null and expires_at > now()
    and invited_by <> (select acting()) and (subject is null or subject = (select acting()))
  );
create policy taken_back on invitation for update to goodfaith_clinics
  using ((invited_by = (select acting()) or may_appoint(role, place_id)) and accepted_at is null and withdrawn_at is null)
  with check ((invited_by = (select acting()) or may_appoint(role, place_id)) and accepted_at is null);

-- Nobody becomes a member but by an invitation they have accepted, on the invitation's own terms; nothing of a membership changes but its end.
revoke update, delete, truncate on membership from goodfaith_clinics;
grant update (ends_at, ended_by, ended_by_name, end_recorded_at) on membership to goodfaith_clinics;
create policy read_by_place on membership for select to goodfaith_clinics
  using (place_id = any ((select may('member:read'))::uuid[]));
create policy accepted on membership for insert to goodfaith_clinics
  with check (
    sub = (select acting()) and ended_by is null
    and exists (
      select 1 from invitation i
      where i.id = invitation_id and i.accepted_by = (select acting()) and i.role = membership.role and i.at = membership.at
        and membership.starts_at = greatest(i.accepted_at, i.starts_on::timestamp at time zone 'UTC')
        and membership.ends_at is not distinct from ((i.ends_on + 1)::timestamp at time zone 'UTC'))
  );
create policy ended on membership for update to goodfaith_clinics
  using (sub = (select acting()) or may_appoint(role, place_id))
  with check ((sub = (select acting()) or may_appoint(role, place_id)) and ended_by = (select acting()) and ends_at is not null);
