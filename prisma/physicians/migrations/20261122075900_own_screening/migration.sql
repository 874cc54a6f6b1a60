-- safe while old code runs

-- Accepting an engagement stands on the lists of excluded persons, so one reads what they say of oneself. And to propose something to
-- somebody opens nothing of them here either.
create policy own on exclusion_screening for select to goodfaith_physicians
  using (practitioner_id = (select engaged_self()) and (select everywhere('engagement:answer')));
alter policy read on exclusion_screening
  using ((select everywhere('authority-facts:read'))
    or practitioner_id in (select e.practitioner_id from engagement e
      where e.status <> 'DRAFT' and e.clinic_id = any ((select may('credential:read'))::uuid[]))
    or works_at(practitioner_id, (select may('credential:clear'))));
