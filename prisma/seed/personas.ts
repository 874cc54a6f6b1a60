import { platformId } from '#prisma/platform-id.ts';
import { idOf, uuidOf } from './invent.ts';
import { clinicsUnder, entities, msos } from './places.ts';
import { practitionerOf } from './people.ts';
import { fromUUID } from 'typeid-js';

/** A grant of an invented person: a role at a place. */
export interface InventedGrant {
  readonly role: string;
  readonly at: string;
}

/** Someone a sandbox can be tried as. */
export interface InventedPersona {
  readonly sub: string;
  readonly name: string;
  readonly grants: readonly InventedGrant[];
  readonly description: string;
  /** Of a program: its client id, which is its `sub` too. */
  readonly clientId?: string;
}

/** The public id of a place, by key; the prefix follows from the kind of place. */
export function placeTypeId(key: string): string {
  const uuid = uuidOf(`place:${key}`);
  if (msos.some((one) => one.key === key)) return fromUUID(uuid, 'mso');
  if (entities.some((one) => one.key === key)) return fromUUID(uuid, 'ent');
  if (key.startsWith('pharmacy-')) return fromUUID(uuid, 'pha');
  if (key === 'platform') return fromUUID(platformId, 'plt');
  return fromUUID(uuid, 'cli');
}

const at = (role: string, ...places: string[]): InventedGrant[] => places.map((place) => ({ role, at: placeTypeId(place) }));
const under = (key: string): string[] => clinicsUnder(key).map((clinic) => clinic.key);

function practitioner(key: string, description: string, grants: InventedGrant[]): InventedPersona {
  const person = practitionerOf(key);
  return {
    sub: idOf('prc', `practitioner:${key}`),
    name: `${person.givenName} ${person.familyName}, ${person.credential}`,
    grants,
    description,
  };
}

function user(key: string, name: string, description: string, grants: InventedGrant[]): InventedPersona {
  return { sub: idOf('usr', `user:${key}`), name, grants, description };
}

function system(key: string, name: string, description: string, grants: InventedGrant[]): InventedPersona {
  const sub = `client:${key}`;
  return { sub, name, grants, description, clientId: sub };
}

/** Everyone with rights in the sandbox, by the name they are tried as. The first fourteen are promised to front ends. */
export const personas: Readonly<Record<string, InventedPersona>> = {
  'front-desk': user('front-desk', 'Robin Castellanos', 'front desk at a Texas clinic of the first MSO', at('FRONT_DESK', 'austin')),
  'front-desk-ca': user(
    'front-desk-ca',
    'Jamie Thorne',
    'front desk at a California clinic of the first MSO',
    at('FRONT_DESK', 'san-diego'),
  ),
  'other-desk': user('other-desk', 'Alex Moreau', 'front desk at a clinic of the second MSO', at('FRONT_DESK', 'houston')),
  examiner: practitioner('examiner', 'nurse practitioner licensed in TX and FL, not in CA', at('EXAMINER', 'entity-a1')),
  'examiner-ca': practitioner('examiner-ca', 'nurse practitioner licensed in CA', at('EXAMINER', 'san-diego')),
  prescriber: practitioner(
    'prescriber',
    'physician licensed in TX, CA and FL, engaged by the first MSO’s clinics',
    at('PRESCRIBER', 'entity-a1', 'entity-a2'),
  ),
  director: practitioner('director', 'medical director of the first MSO’s clinics', at('MEDICAL_DIRECTOR', 'entity-a1', 'entity-a2')),
  pharmacist: user(
    'pharmacist',
    'Dana Whitlock, PharmD',
    'pharmacist at a 503A pharmacy that ships to TX and FL',
    at('PHARMACIST', 'pharmacy-a'),
  ),
  'pharmacist-b': user(
    'pharmacist-b',
    'Emeka Nwosu, PharmD',
    'pharmacist at another 503A pharmacy, licensed in CA and TX',
    at('PHARMACIST', 'pharmacy-b'),
  ),
  outsourcing: user('outsourcing', 'Katarina Holm, PharmD', 'pharmacist at a 503B outsourcing facility', at('PHARMACIST', 'pharmacy-c')),
  'mso-manager': user('mso-manager', 'Vivian Achterberg', 'manager at the first MSO', at('MSO_MANAGER', 'mso-a')),
  'mso-manager-b': user('mso-manager-b', 'Rhys Calloway', 'manager at the second MSO', at('MSO_MANAGER', 'mso-b')),
  compliance: user(
    'compliance',
    'Odette Sinclair',
    'compliance officer of the first professional entity in TX, CA and FL',
    at('COMPLIANCE_OFFICER', 'entity-a1'),
  ),
  auditor: user('auditor', 'Ingrid Solberg', 'may read the audit trail, nothing else', [
    ...at('AUDITOR', 'mso-a', 'mso-b'),
    // What a compliance officer attests is the entity's own, not the MSO's.
    ...at('AUDITOR', ...entities.map(({ key }) => key)),
    ...at('AUDITOR', 'pharmacy-a', 'pharmacy-b', 'pharmacy-c'),
  ]),
  'compliance-b': user(
    'compliance-b',
    'Malik Osei',
    'compliance officer of the second MSO’s professional entities',
    at('COMPLIANCE_OFFICER', 'entity-b1', 'entity-b2'),
  ),
  'examiner-b': practitioner('examiner-b', 'nurse practitioner of the second MSO, licensed in TX and CA', at('EXAMINER', 'entity-b1')),
  'prescriber-b': practitioner('prescriber-b', 'physician of the second MSO', at('PRESCRIBER', 'entity-b1', 'entity-b2')),
  'compliance-deputy': user(
    'compliance-deputy',
    'Tamsin Adeyemi',
    'second compliance officer of the first professional entity, who confirms what the first recorded',
    at('COMPLIANCE_OFFICER', 'entity-a1'),
  ),
  technician: user('technician', 'Sol Reyes, CPhT', 'technician at the first 503A pharmacy', at('PHARMACY_TECHNICIAN', 'pharmacy-a')),
  'pharmacy-compliance': user(
    'pharmacy-compliance',
    'Nadia Brandt',
    'keeps licences, papers and accounts of the first 503A pharmacy; no order is hers to see',
    at('PHARMACY_COMPLIANCE', 'pharmacy-a'),
  ),
  'pharmacy-system': system(
    'pharmacy-system',
    'Dispensing system of the first 503A pharmacy',
    'the first 503A pharmacy’s own program, with nobody behind it: verifies orders, and nothing else',
    at('PHARMACY_SYSTEM', 'pharmacy-a'),
  ),
  operator: user(
    'operator',
    'Greta Lindqvist',
    'runs the deployment: registers facilities and names who comes first',
    at('PLATFORM_OPERATOR', 'platform'),
  ),
  'operator-deputy': user(
    'operator-deputy',
    'Tomasz Wrona',
    'runs the deployment too: admits what the first operator registered',
    at('PLATFORM_OPERATOR', 'platform'),
  ),
};

/** The clinics where an examiner takes exams. */
export const examinerClinics: Readonly<Record<string, readonly string[]>> = {
  examiner: under('entity-a1'),
  'examiner-ca': ['san-diego'],
  'pa-austin': ['austin'],
  'np-arizona': under('entity-a2'),
  'examiner-b': under('entity-b1'),
};

/** Who works where, as what: every persona, and the examiners whom nobody tries the sandbox as. */
export const memberships: readonly { readonly key: string; readonly sub: string; readonly role: string; readonly at: string }[] = [
  ...Object.entries(personas).flatMap(([key, { sub, grants }]) => grants.map((grant) => ({ key, sub, ...grant }))),
  ...Object.entries(examinerClinics)
    .filter(([key]) => personas[key] === undefined)
    .flatMap(([key, places]) => at('EXAMINER', ...places).map((grant) => ({ key, sub: idOf('prc', `practitioner:${key}`), ...grant }))),
];
