-- safe while old code runs

-- The day by the clock of whoever asks; by the database's where nobody said it.
create function acting_on() returns date language sql stable parallel safe
  return coalesce(nullif(current_setting('app.today', true), '')::date, current_date);

-- Who works at one of these places today. An engagement that its last day has ended is no engagement, whatever its row says.
create or replace function works_at(practitioner uuid, places uuid[]) returns boolean language sql stable parallel safe
  return exists (
      select 1 from engagement e
      where e.practitioner_id = practitioner and e.clinic_id = any (places) and e.status in ('ACTIVE', 'SUSPENDED', 'ENDING')
        and (e.ends_on is null or e.ends_on >= (select acting_on())))
    or exists (
      select 1 from tenancy_membership m
      where m.sub = type_id_of('prc', practitioner) and m.at in (
        select type_id_of(kind, place) from unnest(places) as place, unnest(array['cli', 'ent']) as kind
        union all
        select type_id_of('ent', c.entity_id) from tenancy_clinic c where c.clinic_id = any (places)));

-- Everybody who is engaged at one of these clinics, or was within the last three months: what is found out later may be of when they worked
-- there. A mere proposal opens nothing.
create function engaged_at(places uuid[]) returns setof uuid language sql stable parallel safe
begin atomic
  select e.practitioner_id from engagement e
  where e.clinic_id = any (places) and e.status in ('ACTIVE', 'SUSPENDED', 'ENDING')
    and (e.ends_on is null or e.ends_on >= (select acting_on()) - 90);
end;

alter policy read on dea_registration
  using (practitioner_id in (select engaged_at((select may('credential:read'))::uuid[])) or (select everywhere('authority-facts:read')));
alter policy read on controlled_substance_registration
  using (practitioner_id in (select engaged_at((select may('credential:read'))::uuid[])) or (select everywhere('authority-facts:read')));
alter policy read on insurance_policy
  using (practitioner_id in (select engaged_at((select may('credential:read'))::uuid[])) or (select everywhere('authority-facts:read')));
alter policy read on board_certification
  using (practitioner_id in (select engaged_at((select may('credential:read'))::uuid[])) or (select everywhere('authority-facts:read')));
alter policy read on training_record
  using (practitioner_id in (select engaged_at((select may('credential:read'))::uuid[])) or (select everywhere('authority-facts:read')));
alter policy read on curriculum_vitae
  using (practitioner_id in (select engaged_at((select may('credential:read'))::uuid[])));
alter policy read on credential_check
  using (practitioner_id in (select engaged_at((select may('credential:read'))::uuid[])));
alter policy read on collaborative_agreement
  using (supervisor_id in (select engaged_at((select may('credential:read'))::uuid[]))
    or supervisee_id in (select engaged_at((select may('credential:read'))::uuid[]))
    or (select everywhere('authority-facts:read')));
alter policy read on exclusion_screening
  using ((select everywhere('authority-facts:read'))
    or practitioner_id in (select engaged_at((select may('credential:read'))::uuid[]))
    or works_at(practitioner_id, (select may('credential:clear'))));

-- What a clinic's delegations stood on is still read by those of the clinic for as long.
alter policy read_with_delegations on collaborative_agreement
  using (is_acting(supervisor_id) or is_acting(supervisee_id)
    or works_at(supervisor_id, (select may('delegation:read'))::uuid[])
    or works_at(supervisee_id, (select may('delegation:read'))::uuid[])
    or supervisor_id in (select engaged_at((select may('delegation:read'))::uuid[]))
    or supervisee_id in (select engaged_at((select may('delegation:read'))::uuid[])));
alter policy read_with_delegations on insurance_policy
  using (works_at(practitioner_id, (select may('delegation:read'))::uuid[])
    or practitioner_id in (select engaged_at((select may('delegation:read'))::uuid[])));
