-- safe while old code runs

-- Those who run the deployment hold a role at the platform, and the people of a pharmacy are invited as everybody else is.
alter table membership drop constraint membership_role_check,
  add constraint membership_role_check check (role in ('FRONT_DESK', 'EXAMINER', 'PRESCRIBER', 'MEDICAL_DIRECTOR', 'COMPLIANCE_OFFICER', 'MSO_MANAGER', 'PHARMACIST', 'PHARMACY_TECHNICIAN', 'PHARMACY_COMPLIANCE', 'PHARMACY_SYSTEM', 'PATIENT', 'AUDITOR', 'PLATFORM_OPERATOR')),
  drop constraint membership_at_check,
  add constraint membership_at_check check (at ~ '^(cli|ent|mso|pha|plt)_[0-9a-z]{26}$');
alter table invitation drop constraint invitation_role_check,
  add constraint invitation_role_check check (role in ('FRONT_DESK', 'EXAMINER', 'PRESCRIBER', 'MEDICAL_DIRECTOR', 'COMPLIANCE_OFFICER', 'MSO_MANAGER', 'PHARMACIST', 'PHARMACY_TECHNICIAN', 'PHARMACY_COMPLIANCE', 'AUDITOR', 'PLATFORM_OPERATOR')),
  drop constraint invitation_at_check,
  add constraint invitation_at_check check (at ~ '^(cli|ent|mso|pha|plt)_[0-9a-z]{26}$'),
  add constraint invitation_side_check check (
    case
      when role in ('PHARMACIST', 'PHARMACY_TECHNICIAN', 'PHARMACY_COMPLIANCE') then at like 'pha\_%'
      when role = 'PLATFORM_OPERATOR' then at like 'plt\_%'
      when role = 'AUDITOR' then at not like 'plt\_%'
      else at not like 'pha\_%' and at not like 'plt\_%'
    end);

-- Whether somebody answers for a pharmacy's compliance now. By the copy of the tenancy, which the app may read as a whole.
create function answered_for(pharmacy uuid) returns boolean language sql stable parallel safe
  return exists (select 1 from tenancy_membership m where m.role = 'PHARMACY_COMPLIANCE' and place_of(m.at) = pharmacy);

create or replace function may_appoint(role text, place uuid) returns boolean language sql stable parallel safe
  return (
    role in ('FRONT_DESK', 'EXAMINER', 'PRESCRIBER', 'MEDICAL_DIRECTOR', 'COMPLIANCE_OFFICER', 'AUDITOR')
    and coalesce((select entity_id from clinic where clinic.id = place), place) = any (may('member:appoint'))
  ) or (role in ('FRONT_DESK', 'MSO_MANAGER') and place = any (may('staff:appoint')))
  or (role in ('PHARMACIST', 'PHARMACY_TECHNICIAN', 'PHARMACY_COMPLIANCE', 'AUDITOR') and place = any (may('pharmacy-staff:appoint')))
  or (role = 'PLATFORM_OPERATOR' and place = any (may('platform:appoint')))
  or (role = 'PHARMACY_COMPLIANCE' and cardinality(may('platform:appoint')) > 0 and not answered_for(place));

create or replace function still_appoints(invited_by text, invited_as text, invited_under text, place uuid) returns boolean
  language sql stable parallel safe
  return exists (
    select 1 from tenancy_membership m
    where m.sub = invited_by and m.role = invited_as and m.at = invited_under
  ) and (
    place = place_of(invited_under)
    -- Whoever comes first at a pharmacy: two who were invited at once do not both come in.
    or (invited_as = 'PLATFORM_OPERATOR' and not answered_for(place))
    or exists (
      select 1 from tenancy_clinic c
      where c.clinic_id = place
        and place_of(invited_under) = case invited_as when 'MSO_MANAGER' then c.mso_id else c.entity_id end)
  );
