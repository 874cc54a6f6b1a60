-- safe while old code runs

-- CreateTable
CREATE TABLE "license_standing" (
    "id" UUID NOT NULL,
    "license_id" UUID NOT NULL,
    "practitioner_id" UUID NOT NULL,
    "status" TEXT NOT NULL,
    "effective_from" DATE NOT NULL,
    "effective_to" DATE,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "source" TEXT,
    "reference" TEXT,
    "recorded_by" TEXT,
    "note" TEXT,

    CONSTRAINT "license_standing_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "license_standing_license_id_recorded_at_idx" ON "license_standing"("license_id", "recorded_at");

-- CreateIndex
CREATE UNIQUE INDEX "license_id_practitioner_id_key" ON "license"("id", "practitioner_id");

-- AddForeignKey
ALTER TABLE "license_standing" ADD CONSTRAINT "license_standing_license_id_practitioner_id_fkey" FOREIGN KEY ("license_id", "practitioner_id") REFERENCES "license"("id", "practitioner_id") ON DELETE RESTRICT ON UPDATE CASCADE;


-- What the models can't say.
alter table license_standing
  add check (status in ('ACTIVE', 'RESTRICTED', 'SUSPENDED', 'REVOKED', 'EXPIRED', 'UNVERIFIED')),
  add check (source in ('STATE_BOARD', 'NPPES', 'DEA', 'OIG_LEIE', 'SAM', 'NPDB', 'CERTIFYING_BOARD')),
  -- Only the board that gave a licence can say that it is good.
  add check (status <> 'ACTIVE' or coalesce(source, '') = 'STATE_BOARD'),
  add check (effective_from <= effective_to);

-- What was known at a moment stays: no row is changed, and none is slipped in before one that is there.
create trigger insert_only before update or delete or truncate on license_standing for each statement execute function refuse_change();
create function refuse_backdated_standing() returns trigger language plpgsql set search_path = physicians, pg_temp as $$
begin
  if exists (select 1 from license_standing s where s.license_id = new.license_id and s.recorded_at > new.recorded_at) then
    raise exception 'a standing is recorded after those that are on record' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger in_order before insert on license_standing for each row execute function refuse_backdated_standing();
revoke execute on function refuse_backdated_standing() from goodfaith_physicians;

-- One standing for each licence there is, from what its row has: good since it was given, anything else since the board said so, and nothing
-- confirmed where the board was never asked. The policies hold the owner too, who has to read every licence here.
alter table license no force row level security;
insert into license_standing (id, license_id, practitioner_id, status, effective_from, recorded_at, source)
  select uuidv7(), id, practitioner_id,
    case when verified_at is null and status = 'ACTIVE' then 'UNVERIFIED' else status end,
    case when status in ('ACTIVE', 'UNVERIFIED') or verified_at is null then issued_on
      else greatest(issued_on, (verified_at at time zone 'UTC')::date) end,
    coalesce(verified_at, issued_on::timestamp at time zone 'UTC'),
    case when verified_at is not null then 'STATE_BOARD' end
  from license;
alter table license force row level security;

-- Row-level security. Standings are part of the register; whoever records one works where the holder does.
alter table license_standing enable row level security;
alter table license_standing force row level security;

-- The public form of an id, as memberships carry it: 128 bits after two zeros, five bits a letter.
create function type_id_of(prefix text, id uuid) returns text language sql immutable strict parallel safe
  return (select prefix || '_' || string_agg(
      substr('0123456789abcdefghjkmnpqrstvwxyz', substr(bits, 5 * n + 1, 5)::bit(5)::int + 1, 1), '' order by n)
    from (select '00' || ('x' || replace(id::text, '-', ''))::bit(128)::text as bits) as whole, generate_series(0, 25) as n);

-- Whether a practitioner works at one of these places, or at the entity of one, or is engaged there.
create function works_at(practitioner uuid, places uuid[]) returns boolean language sql stable parallel safe
  return exists (
      select 1 from engagement e
      where e.practitioner_id = practitioner and e.clinic_id = any (places) and e.status in ('ACTIVE', 'SUSPENDED', 'ENDING'))
    or exists (
      select 1 from tenancy_membership m
      where m.sub = type_id_of('prc', practitioner) and m.at in (
        select type_id_of(kind, place) from unnest(places) as place, unnest(array['cli', 'ent']) as kind
        union all
        select type_id_of('ent', c.entity_id) from tenancy_clinic c where c.clinic_id = any (places)));

create policy read on license_standing for select to goodfaith_physicians
  using ((select everywhere('practitioner:read')) or (select everywhere('authority-facts:read')));
create policy recorded on license_standing for insert to goodfaith_physicians
  with check (recorded_by = (select acting()) and works_at(practitioner_id, (select may('license:record'))));
revoke update, delete on license_standing from goodfaith_physicians;

-- With a standing, the licence takes what it is today, and the look at the source is kept. Nothing else of either may change.
create policy recorded on license for update to goodfaith_physicians
  using (works_at(practitioner_id, (select may('license:record')))) with check (works_at(practitioner_id, (select may('license:record'))));
grant update (status, verified_at) on license to goodfaith_physicians;
create policy recorded on credential_check for insert to goodfaith_physicians
  with check (works_at(practitioner_id, (select may('license:record')))
    and exists (select 1 from license l where l.id = license_id and l.practitioner_id = credential_check.practitioner_id));
grant insert on credential_check to goodfaith_physicians;
