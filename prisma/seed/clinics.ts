import type { ClientBase } from 'pg';
import { attestableFields } from '#rules/fields-asked.ts';
import { library } from '#rules/packs.ts';
import { uuidOf, digits } from './invent.ts';
import { memberships, personas } from './personas.ts';
import { clinics, clinicsUnder, entities, msos, placeId, serviceNames } from './places.ts';
import { atDays, inDays, insertRows, type Row, type SeedTime } from './rows.ts';

/** Exam validity where the state leaves it open: this deployment's own choice, and said so in the attestation's note. */
const EXAM_VALIDITY_MONTHS = 12;

/** Who attested for which entity. Arizona's entity has nobody yet, so its clinics stay closed and say why. */
const officers = [
  { entity: 'entity-a1', persona: 'compliance' },
  { entity: 'entity-b1', persona: 'compliance-b' },
  { entity: 'entity-b2', persona: 'compliance-b' },
] as const;

const uncertain = new Set(
  library.latest.rules.filter(({ jurisdiction, confidence }) => jurisdiction === 'US' && confidence === 'uncertain').map(({ id }) => id),
);

function attestationsOf(entity: string, persona: string, time: SeedTime): Row[] {
  const officer = personas[persona];
  if (!officer) throw new Error(`There is no persona ${persona}.`);
  const states = [...new Set(clinicsUnder(entity).map((clinic) => clinic.state))];
  const asked = [...states, 'US'].flatMap((jurisdiction) => attestableFields(jurisdiction));
  // Live video only: what other ways of holding an exam would need is left unattested, so they stay closed. What is
  // uncertain about a substance is for the entity to find out, not for a sandbox to wave through.
  const given = asked.filter(
    (field) => (field.onlyFor === null || field.onlyFor === 'SYNC_VIDEO') && field.needs !== 'nothing' && !uncertain.has(field.ruleId),
  );
  return given.flatMap((field) => {
    const value = field.needs === 'value' ? valueFor(field.ruleId) : null;
    if (field.needs === 'value' && value === undefined) return [];
    return [
      {
        id: uuidOf(`attestation:${entity}:${field.ruleId}`),
        entity_id: placeId(entity),
        jurisdiction: field.jurisdiction,
        rule_id: field.ruleId,
        value: value ?? null,
        note: noteFor(field.ruleId),
        attested_by: officer.sub,
        attested_by_name: officer.name,
        attested_at: atDays(time, -21),
        expires_on: inDays(time, 344),
        revoked_at: null,
        pack_version: library.latest.version,
      },
    ];
  });
}

function valueFor(ruleId: string): unknown {
  if (ruleId.endsWith('.gfe.validityMonths')) return EXAM_VALIDITY_MONTHS;
  return undefined;
}

function noteFor(ruleId: string): string {
  if (ruleId.endsWith('.gfe.validityMonths'))
    return 'The state fixes no term. Twelve months is this deployment’s own choice, reviewed yearly.';
  if (ruleId.includes('substance.'))
    return 'Compounded only from a registered maker’s substance with a certificate of analysis, for a documented need.';
  return 'Read against the cited source; the condition is met by how our clinics work.';
}

const facilityKinds = ['CLINIC_REGISTRATION', 'CLIA_WAIVER', 'MEDICAL_WASTE'] as const;

/** The business side: MSOs, entities, clinics, services, memberships, facility licences and attestations. */
export async function seedClinics(client: ClientBase, time: SeedTime): Promise<void> {
  await insertRows(
    client,
    'clinics.mso',
    msos.map((mso) => ({ id: placeId(mso.key), name: mso.name })),
  );
  await insertRows(
    client,
    'clinics.professional_entity',
    entities.map((entity) => ({ id: placeId(entity.key), name: entity.name, kind: entity.kind, state: entity.state })),
  );
  await insertRows(
    client,
    'clinics.management_agreement',
    entities.map((entity, index) => ({
      id: uuidOf(`agreement:${entity.key}`),
      mso_id: placeId(entity.mso),
      entity_id: placeId(entity.key),
      starts_on: inDays(time, -700 + index * 30),
      ends_on: index === 1 ? inDays(time, 45) : inDays(time, 900),
    })),
  );
  await insertRows(
    client,
    'clinics.clinic',
    clinics.map((clinic) => ({
      id: placeId(clinic.key),
      entity_id: placeId(clinic.entity),
      name: clinic.name,
      time_zone: clinic.timeZone,
      line1: clinic.line1,
      line2: null,
      city: clinic.city,
      state: clinic.state,
      postal_code: clinic.postalCode,
      phone: clinic.phone,
    })),
  );
  await insertRows(
    client,
    'clinics.service_offering',
    clinics.flatMap((clinic) =>
      clinic.services.map((code) => ({
        id: uuidOf(`service:${clinic.key}:${code}`),
        clinic_id: placeId(clinic.key),
        code,
        name: serviceNames[code] ?? code,
        requires_exam: true,
        modalities: ['SYNC_VIDEO', 'IN_PERSON'],
      })),
    ),
  );
  await insertRows(
    client,
    'clinics.facility_license',
    clinics.flatMap((clinic, index) =>
      facilityKinds.map((kind, place) => ({
        id: uuidOf(`facility:${clinic.key}:${kind}`),
        clinic_id: placeId(clinic.key),
        kind,
        number: `${clinic.state}-${digits(`facility:${clinic.key}:${kind}`, 6)}`,
        status: 'ACTIVE',
        expires_on: inDays(time, place === 1 && index === 0 ? 40 : 200 + 20 * index),
      })),
    ),
  );
  await insertRows(
    client,
    'clinics.membership',
    memberships.map(({ key, sub, role, at }) => ({
      id: uuidOf(`membership:${key}:${role}:${at}`),
      ...{ sub, role, at },
      starts_at: atDays(time, -365),
      ends_at: null,
    })),
  );
  await insertRows(
    client,
    'clinics.attestation',
    officers.flatMap(({ entity, persona }) => attestationsOf(entity, persona, time)),
  );
}
