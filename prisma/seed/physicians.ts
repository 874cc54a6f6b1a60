import type { ClientBase } from 'pg';
import { digits, uuidOf } from './invent.ts';
import { clinics, placeId } from './places.ts';
import {
  type InventedLicense,
  type InventedPractitioner,
  practitionerDea,
  practitionerId,
  practitionerNpi,
  practitioners,
} from './people.ts';
import { directorOf, seedProtocols } from './protocols.ts';
import { atDays, inDays, insertRows, type SeedTime } from './rows.ts';

/** Which practitioners besides the director are engaged where. */
const collaborating = [
  { practitioner: 'prescriber', clinics: ['austin', 'san-diego', 'miami'] },
  { practitioner: 'prescriber-b', clinics: ['houston', 'los-angeles', 'tampa'] },
  { practitioner: 'md-renewing', clinics: ['tampa'] },
];

const licenceType = {
  MD: 'PHYSICIAN',
  DO: 'PHYSICIAN',
  NP: 'NURSE_PRACTITIONER',
  PA: 'PHYSICIAN_ASSISTANT',
  RN: 'REGISTERED_NURSE',
} as const;

/** A licence that its board restricted for half a year, so that there is a history to ask about. Days from seeding. */
const restricted = {
  ...{ practitioner: 'md-renewing', state: 'FL', order: 'Docket 2024-0117 (invented)', lifting: 'Docket 2024-0388 (invented)' },
  ...{ from: -900, learned: -894, liftedFrom: -710, liftingLearned: -701 },
};

/** The authority side: practitioners with licences, DEA numbers and insurance, engagements, agreements and protocols. */
export async function seedPhysicians(client: ClientBase, time: SeedTime): Promise<void> {
  await insertRows(
    client,
    'physicians.practitioner',
    practitioners.map((person) => ({
      id: practitionerId(person.key),
      npi: practitionerNpi(person.key),
      credential: person.credential,
      given_name: person.givenName,
      family_name: person.familyName,
      display_name: `${person.givenName} ${person.familyName}, ${person.credential}`,
      specialties: [person.specialty],
      independent_in: [],
    })),
  );
  const licenses = practitioners.flatMap((person) => person.licenses.map((licence) => ({ person, licence })));
  await insertRows(
    client,
    'physicians.license',
    licenses.map(({ person, licence }) => ({
      id: uuidOf(`license:${person.key}:${licence.state}`),
      practitioner_id: practitionerId(person.key),
      state: licence.state,
      number: licence.number,
      type: licenceType[person.credential],
      status: 'ACTIVE',
      verified_at: atDays(time, -0.05),
      issued_on: inDays(time, licence.expiresInDays - 1_460),
      expires_on: inDays(time, licence.expiresInDays),
    })),
  );
  await seedStandings(client, time, licenses);
  await insertRows(
    client,
    'physicians.credential_check',
    licenses.map(({ person, licence }) => ({
      id: uuidOf(`check:${person.key}:${licence.state}`),
      practitioner_id: practitionerId(person.key),
      license_id: uuidOf(`license:${person.key}:${licence.state}`),
      source: 'STATE_BOARD',
      at: atDays(time, -0.05),
      result: 'CONFIRMED',
      note: 'Invented for the sandbox.',
    })),
  );
  // Looked through on both lists of excluded persons, on which nobody is.
  await insertRows(
    client,
    'physicians.exclusion_screening',
    practitioners.flatMap((person) =>
      ['OIG_LEIE', 'SAM'].map((source) => ({
        practitioner_id: practitionerId(person.key),
        source,
        status: 'NONE',
        since: null,
        as_of: atDays(time, -0.05),
      })),
    ),
  );
  await insertRows(
    client,
    'physicians.practitioner_birth',
    practitioners.map((person) => ({
      practitioner_id: practitionerId(person.key),
      born_on: `19${70 + Number(digits(`birth:${person.key}`, 1))}-0${1 + (Number(digits(`month:${person.key}`, 1)) % 9)}-1${digits(`day:${person.key}`, 1)}`,
    })),
  );
  await insertRows(
    client,
    'physicians.dea_registration',
    practitioners.flatMap((person) =>
      person.dea.map((state) => ({
        id: uuidOf(`dea:${person.key}:${state}`),
        practitioner_id: practitionerId(person.key),
        number: practitionerDea(person, state),
        state,
        schedules: ['III', 'IIIN', 'IV', 'V'],
        status: 'ACTIVE',
        expires_on: inDays(time, person.key === 'examiner-b' ? 25 : 700),
      })),
    ),
  );
  await insertRows(
    client,
    'physicians.insurance_policy',
    practitioners.map((person) => ({
      id: uuidOf(`policy:${person.key}`),
      practitioner_id: practitionerId(person.key),
      kind: 'PROFESSIONAL',
      carrier: 'Meridian Mutual (invented)',
      policy_number: `MM-${digits(`policy:${person.key}`, 7)}`,
      status: 'ACTIVE',
      per_claim_limit: 1_000_000,
      aggregate_limit: 3_000_000,
      covers_compounding: true,
      effective_from: inDays(time, person.insuredForDays - 365),
      expires_on: inDays(time, person.insuredForDays),
    })),
  );
  await insertRows(
    client,
    'physicians.board_certification',
    practitioners
      .filter((person) => person.credential === 'MD' || person.credential === 'DO')
      .map((person) => ({
        id: uuidOf(`board:${person.key}`),
        practitioner_id: practitionerId(person.key),
        board: `Board of ${person.specialty} (invented)`,
        specialty: person.specialty,
        status: 'ACTIVE',
        certified_on: inDays(time, -2_000),
        expires_on: inDays(time, 1_200),
      })),
  );
  await insertRows(client, 'physicians.engagement', [
    ...clinics.map((clinic) => ({
      id: uuidOf(`engagement:director:${clinic.key}`),
      clinic_id: placeId(clinic.key),
      practitioner_id: practitionerId(directorOf(clinic.key)),
      role: 'MEDICAL_DIRECTOR',
      model: 'FRACTIONAL',
      status: 'ACTIVE',
      starts_on: inDays(time, -400),
      ends_on: clinic.key === 'miami' ? inDays(time, 55) : null,
    })),
    ...collaborating.flatMap(({ practitioner, clinics: keys }) =>
      keys.map((key) => ({
        id: uuidOf(`engagement:${practitioner}:${key}`),
        clinic_id: placeId(key),
        practitioner_id: practitionerId(practitioner),
        role: 'COLLABORATING_PHYSICIAN',
        model: 'REMOTE',
        status: 'ACTIVE',
        starts_on: inDays(time, -300),
        ends_on: null,
      })),
    ),
  ]);
  await insertRows(
    client,
    'physicians.collaborative_agreement',
    practitioners.flatMap((person) =>
      (person.agreement?.states ?? []).map((state) => ({
        id: uuidOf(`collaboration:${person.key}:${state}`),
        supervisor_id: practitionerId(person.agreement?.with ?? ''),
        supervisee_id: practitionerId(person.key),
        state,
        status: 'ACTIVE',
        starts_on: inDays(time, -350),
        ends_on: inDays(time, 380),
      })),
    ),
  );
  await seedProtocols(client, time);
}

/** What each licence was, and since when that was known: all but one good since the day they were given. */
async function seedStandings(
  client: ClientBase,
  time: SeedTime,
  licenses: readonly { readonly person: InventedPractitioner; readonly licence: InventedLicense }[],
): Promise<void> {
  const standing = (
    { person, licence }: (typeof licenses)[number],
    known: { status: string; from: number; learned: number; reference: string | null },
  ) => ({
    id: uuidOf(`standing:${person.key}:${licence.state}:${known.from}`),
    license_id: uuidOf(`license:${person.key}:${licence.state}`),
    practitioner_id: practitionerId(person.key),
    status: known.status,
    effective_from: inDays(time, known.from),
    effective_to: null,
    recorded_at: atDays(time, known.learned),
    source: 'STATE_BOARD',
    reference: known.reference,
    recorded_by: null,
    note: 'Invented for the sandbox.',
  });
  const { from, learned, order, liftedFrom, liftingLearned, lifting } = restricted;
  await insertRows(client, 'physicians.license_standing', [
    ...licenses.map((each) => {
      const given = each.licence.expiresInDays - 1_460;
      return standing(each, { status: 'ACTIVE', from: given, learned: given + 1, reference: null });
    }),
    ...licenses
      .filter(({ person, licence }) => person.key === restricted.practitioner && licence.state === restricted.state)
      .flatMap((each) => [
        standing(each, { status: 'RESTRICTED', from, learned, reference: order }),
        standing(each, { status: 'ACTIVE', from: liftedFrom, learned: liftingLearned, reference: lifting }),
      ]),
  ]);
}
