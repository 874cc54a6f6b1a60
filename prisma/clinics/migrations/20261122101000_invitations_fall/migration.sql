-- safe while old code runs

-- An invitation stands as long as the right it was given by: whoever invited still holds it, and it still reaches the place. By the
-- copy of the tenancy, which the app may read as a whole; the membership itself is another's.
create function still_appoints(invited_by text, invited_as text, invited_under text, place uuid) returns boolean
  language sql stable parallel safe
  return exists (
    select 1 from tenancy_membership m
    where m.sub = invited_by and m.role = invited_as and m.at = invited_under
  ) and (
    place = place_of(invited_under)
    or exists (
      select 1 from tenancy_clinic c
      where c.clinic_id = place
        and place_of(invited_under) = case invited_as when 'MSO_MANAGER' then c.mso_id else c.entity_id end)
  );

drop policy accepted on invitation;
create policy accepted on invitation for update to goodfaith_clinics
  using (
    code_hash = (select held_code()) and accepted_at is null and withdrawn_at is null and expires_at > now()
    and invited_by <> (select acting()) and (subject is null or subject = (select acting()))
    and still_appoints(invited_by, invited_as, invited_under, place_id)
  )
  with check (
    code_hash = (select held_code()) and accepted_by = (select acting()) and withdrawn_at is null and expires_at > now()
    and invited_by <> (select acting()) and (subject is null or subject = (select acting()))
  );
