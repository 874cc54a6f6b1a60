import { uuidOf } from './invent.ts';

/** A clinic of the invented world. */
export interface ClinicPlace {
  readonly key: string;
  readonly name: string;
  readonly entity: string;
  readonly state: string;
  readonly city: string;
  readonly line1: string;
  readonly postalCode: string;
  readonly timeZone: string;
  /** E.164, of the numbers kept for stories. */
  readonly phone: string;
  readonly services: readonly string[];
}

/** The two MSOs. They run the business side and own no chart. */
export const msos = [
  { key: 'mso-a', name: 'Bluebonnet Clinic Services' },
  { key: 'mso-b', name: 'Harborlight Management' },
] as const;

/** The four professional entities, each under a management agreement with one MSO. */
export const entities = [
  { key: 'entity-a1', name: 'Bluebonnet Aesthetic Medicine PLLC', kind: 'PLLC', state: 'TX', mso: 'mso-a' },
  { key: 'entity-a2', name: 'Saguaro Skin and Wellness PC', kind: 'PC', state: 'AZ', mso: 'mso-a' },
  { key: 'entity-b1', name: 'Harborlight Medical Group PC', kind: 'PC', state: 'CA', mso: 'mso-b' },
  { key: 'entity-b2', name: 'Gulfside Wellness Physicians PLLC', kind: 'PLLC', state: 'FL', mso: 'mso-b' },
] as const;

const everything = ['microneedling', 'weight-loss', 'hormone-therapy', 'iv-therapy', 'botulinum-toxin', 'dermal-filler'];

/** The eight clinics in Texas, California, Florida and Arizona. */
export const clinics: readonly ClinicPlace[] = [
  {
    key: 'austin',
    name: 'Bluebonnet Austin',
    entity: 'entity-a1',
    state: 'TX',
    city: 'Austin',
    line1: '410 Mockingbird Row',
    postalCode: '78704',
    timeZone: 'America/Chicago',
    phone: '+15125550101',
    services: everything,
  },
  {
    key: 'san-diego',
    name: 'Bluebonnet San Diego',
    entity: 'entity-a1',
    state: 'CA',
    city: 'San Diego',
    line1: '22 Torrey Walk',
    postalCode: '92101',
    timeZone: 'America/Los_Angeles',
    phone: '+16195550102',
    services: everything,
  },
  {
    key: 'miami',
    name: 'Bluebonnet Miami',
    entity: 'entity-a1',
    state: 'FL',
    city: 'Miami',
    line1: '75 Seagrape Lane',
    postalCode: '33130',
    timeZone: 'America/New_York',
    phone: '+13055550103',
    services: everything,
  },
  {
    key: 'scottsdale',
    name: 'Saguaro Scottsdale',
    entity: 'entity-a2',
    state: 'AZ',
    city: 'Scottsdale',
    line1: '9 Ironwood Court',
    postalCode: '85251',
    timeZone: 'America/Phoenix',
    phone: '+14805550104',
    services: ['microneedling', 'weight-loss', 'iv-therapy'],
  },
  {
    key: 'phoenix',
    name: 'Saguaro Phoenix',
    entity: 'entity-a2',
    state: 'AZ',
    city: 'Phoenix',
    line1: '301 Ocotillo Street',
    postalCode: '85004',
    timeZone: 'America/Phoenix',
    phone: '+16025550105',
    services: ['weight-loss', 'hormone-therapy'],
  },
  {
    key: 'houston',
    name: 'Harborlight Houston',
    entity: 'entity-b1',
    state: 'TX',
    city: 'Houston',
    line1: '1200 Bayou Turn',
    postalCode: '77006',
    timeZone: 'America/Chicago',
    phone: '+17135550106',
    services: everything,
  },
  {
    key: 'los-angeles',
    name: 'Harborlight Los Angeles',
    entity: 'entity-b1',
    state: 'CA',
    city: 'Los Angeles',
    line1: '88 Jacaranda Place',
    postalCode: '90036',
    timeZone: 'America/Los_Angeles',
    phone: '+12135550107',
    services: ['microneedling', 'weight-loss', 'botulinum-toxin', 'dermal-filler'],
  },
  {
    key: 'tampa',
    name: 'Gulfside Tampa',
    entity: 'entity-b2',
    state: 'FL',
    city: 'Tampa',
    line1: '6 Pelican Quay',
    postalCode: '33602',
    timeZone: 'America/New_York',
    phone: '+18135550108',
    services: ['weight-loss', 'hormone-therapy', 'iv-therapy'],
  },
];

/** The words for each service code. */
export const serviceNames: Readonly<Record<string, string>> = {
  microneedling: 'Microneedling',
  'weight-loss': 'Medical weight loss',
  'hormone-therapy': 'Hormone therapy',
  'iv-therapy': 'IV therapy',
  'botulinum-toxin': 'Botulinum toxin',
  'dermal-filler': 'Dermal filler',
};

/** Stored ids of places, by their keys. */
export const placeId = (key: string): string => uuidOf(`place:${key}`);

/** The clinic behind a key; the world has no other. */
export function clinicOf(key: string): ClinicPlace {
  const clinic = clinics.find((one) => one.key === key);
  if (!clinic) throw new Error(`There is no clinic ${key}.`);
  return clinic;
}

/** The clinics of an MSO or an entity. */
export function clinicsUnder(key: string): ClinicPlace[] {
  const under = entities.filter((entity) => entity.key === key || entity.mso === key).map((entity): string => entity.key);
  return clinics.filter((clinic) => under.includes(clinic.entity));
}
