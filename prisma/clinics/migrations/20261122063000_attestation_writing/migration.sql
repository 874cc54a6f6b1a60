-- safe while old code runs

-- A compliance officer attests for an entity their grant names, in their own name; nothing of an attestation is edited or taken away
-- afterwards. It may be taken back once, by an officer of the entity, in their own name.
revoke update, delete, truncate on attestation from goodfaith_clinics;
grant update (revoked_at, revoked_by, revoked_by_name, revocation_note) on attestation to goodfaith_clinics;

create policy given on attestation for insert to goodfaith_clinics
  with check (entity_id = any ((select may('attestation:give'))::uuid[]) and attested_by = (select acting()) and revoked_at is null);
create policy taken_back on attestation for update to goodfaith_clinics
  using (entity_id = any ((select may('attestation:give'))::uuid[]) and revoked_at is null)
  with check (entity_id = any ((select may('attestation:give'))::uuid[]) and revoked_at is not null and revoked_by = (select acting()));
