-- safe while old code runs

-- Until now there was one release of the rule packs, so what was attested was attested under it. Old code reads attestations and writes none.
alter table "attestation"
  add column "pack_version" text not null default '2026-11-22.1',
  add column "revoked_by" text,
  add column "revoked_by_name" text,
  add column "revocation_note" text;
alter table "attestation" alter column "pack_version" drop default;
