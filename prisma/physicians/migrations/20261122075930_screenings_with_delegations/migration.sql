-- safe while old code runs

-- Whether somebody is excluded is part of whether they may act: the answer is not to depend on who asks.
create policy read_with_delegations on exclusion_screening for select to goodfaith_physicians
  using (works_at(practitioner_id, (select may('delegation:read'))::uuid[])
    or practitioner_id in (
      select a.supervisor_id from collaborative_agreement a where works_at(a.supervisee_id, (select may('delegation:read'))::uuid[]))
    or practitioner_id in (
      select d.delegator_id from delegation d where d.clinic_id = any ((select may('delegation:read'))::uuid[])));
