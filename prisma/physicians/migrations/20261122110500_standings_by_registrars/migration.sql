-- safe while old code runs
-- Whoever keeps somebody's credentials says what a licence of theirs is, as colleagues do: for a month that is whoever registered them.
-- That nobody makes good on their own word what they recorded is the restrictive policy two_people's, which stands over this one too.
create policy kept_by_registrar on license_standing for insert to goodfaith_physicians
  with check (recorded_by = (select acting()) and cardinality((select may('license:record'))) > 0
    and keeps_credentials_of(practitioner_id) and not is_acting(practitioner_id)
    and exists (select 1 from license l where l.id = license_id and l.practitioner_id = license_standing.practitioner_id));
create policy kept_by_registrar on credential_check for insert to goodfaith_physicians
  with check (cardinality((select may('license:record'))) > 0 and run_id is null
    and keeps_credentials_of(practitioner_id) and not is_acting(practitioner_id)
    and exists (select 1 from license l where l.id = license_id and l.practitioner_id = credential_check.practitioner_id));
