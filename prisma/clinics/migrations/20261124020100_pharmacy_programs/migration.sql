-- safe while old code runs

-- Who answers for a pharmacy's compliance names its programs, and ends them. A program accepts no invitation: nobody is there to do so.
create or replace function may_appoint(role text, place uuid) returns boolean language sql stable parallel safe
  return (
    role in ('FRONT_DESK', 'EXAMINER', 'PRESCRIBER', 'MEDICAL_DIRECTOR', 'COMPLIANCE_OFFICER', 'AUDITOR')
    and coalesce((select entity_id from clinic where clinic.id = place), place) = any (may('member:appoint'))
  ) or (role in ('FRONT_DESK', 'MSO_MANAGER') and place = any (may('staff:appoint')))
  or (role in ('PHARMACIST', 'PHARMACY_TECHNICIAN', 'PHARMACY_COMPLIANCE', 'PHARMACY_SYSTEM', 'AUDITOR') and place = any (may('pharmacy-staff:appoint')))
  or (role = 'PLATFORM_OPERATOR' and place = any (may('platform:appoint')))
  or (role = 'PHARMACY_COMPLIANCE' and cardinality(may('platform:appoint')) > 0 and not answered_for(place));

create policy registered on membership for insert to goodfaith_clinics
  with check (
    role = 'PHARMACY_SYSTEM' and invitation_id is null and ended_by is null and ends_at > starts_at and sub <> (select acting())
    and at like 'pha\_%' and place_id = any ((select may('pharmacy-staff:appoint'))::uuid[])
  );
