import { deaOf, npiOf, uuidOf } from './invent.ts';

/** A licence of an invented practitioner. */
export interface InventedLicense {
  readonly state: string;
  readonly number: string;
  /** Counted from the day of seeding; a lapsed one is below zero. */
  readonly expiresInDays: number;
}

/** An invented practitioner of the sandbox. */
export interface InventedPractitioner {
  readonly key: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly credential: 'MD' | 'DO' | 'NP' | 'PA' | 'RN';
  readonly specialty: string;
  readonly licenses: readonly InventedLicense[];
  /** States with a DEA registration. */
  readonly dea: readonly string[];
  /** How long their professional liability policy still runs, from the day of seeding. */
  readonly insuredForDays: number;
  /** For an NP or PA: who supervises or collaborates, and in which states. */
  readonly agreement?: { readonly with: string; readonly states: readonly string[] };
}

const licence = (state: string, number: string, expiresInDays = 463): InventedLicense => ({ state, number, expiresInDays });

/** The twelve practitioners. Two have something about to expire and one has lapsed, so that expirables have something to say. */
export const practitioners: readonly InventedPractitioner[] = [
  {
    key: 'prescriber',
    givenName: 'Marisol',
    familyName: 'Quintero',
    credential: 'MD',
    specialty: 'Family medicine',
    licenses: [licence('TX', 'Q4471'), licence('CA', 'A128844'), licence('FL', 'ME77120')],
    dea: ['TX', 'CA', 'FL'],
    insuredForDays: 282,
  },
  {
    key: 'director',
    givenName: 'Theodore',
    familyName: 'Ashgrove',
    credential: 'MD',
    specialty: 'Dermatology',
    licenses: [licence('TX', 'K9035'), licence('CA', 'G88213'), licence('FL', 'ME50991'), licence('AZ', '41877', 220)],
    dea: ['TX', 'CA', 'FL'],
    insuredForDays: 190,
  },
  {
    key: 'examiner',
    givenName: 'Imani',
    familyName: 'Rowell',
    credential: 'NP',
    specialty: 'Family nurse practitioner',
    licenses: [licence('TX', 'AP139905'), licence('FL', 'APRN11020')],
    dea: ['TX'],
    insuredForDays: 312,
    agreement: { with: 'director', states: ['TX', 'FL'] },
  },
  {
    key: 'examiner-ca',
    givenName: 'Selene',
    familyName: 'Okafor',
    credential: 'NP',
    specialty: 'Adult-gerontology nurse practitioner',
    licenses: [licence('CA', 'NP95013377')],
    dea: ['CA'],
    insuredForDays: 312,
    agreement: { with: 'director', states: ['CA'] },
  },
  {
    key: 'pa-austin',
    givenName: 'Desmond',
    familyName: 'Farrow',
    credential: 'PA',
    specialty: 'Physician assistant',
    licenses: [licence('TX', 'PA07715', 28)],
    dea: ['TX'],
    insuredForDays: 129,
    agreement: { with: 'director', states: ['TX'] },
  },
  {
    key: 'rn-austin',
    givenName: 'Lucía',
    familyName: 'Bermudez',
    credential: 'RN',
    specialty: 'Registered nurse',
    licenses: [licence('TX', '884120')],
    dea: [],
    insuredForDays: 70,
  },
  {
    key: 'np-arizona',
    givenName: 'Cody',
    familyName: 'Yellowhorse',
    credential: 'NP',
    specialty: 'Family nurse practitioner',
    licenses: [licence('AZ', 'AP8812')],
    dea: ['AZ'],
    insuredForDays: 343,
  },
  {
    key: 'director-b',
    givenName: 'Priyanka',
    familyName: 'Venkataraman',
    credential: 'DO',
    specialty: 'Internal medicine',
    licenses: [licence('TX', 'T2209'), licence('CA', '20A17731'), licence('FL', 'OS15008')],
    dea: ['TX', 'CA', 'FL'],
    insuredForDays: 251,
  },
  {
    key: 'prescriber-b',
    givenName: 'Anselm',
    familyName: 'Drayton',
    credential: 'MD',
    specialty: 'Internal medicine',
    licenses: [licence('CA', 'A140021'), licence('TX', 'S8820'), licence('FL', 'ME90817')],
    dea: ['CA', 'TX', 'FL'],
    insuredForDays: 159,
  },
  {
    key: 'examiner-b',
    givenName: 'Noor',
    familyName: 'Haddad',
    credential: 'NP',
    specialty: 'Family nurse practitioner',
    licenses: [licence('TX', 'AP140771'), licence('CA', 'NP95020119')],
    dea: ['TX'],
    insuredForDays: 98,
    agreement: { with: 'director-b', states: ['TX', 'CA'] },
  },
  {
    key: 'md-renewing',
    givenName: 'Walter',
    familyName: 'Pemberly',
    credential: 'MD',
    specialty: 'Emergency medicine',
    licenses: [licence('FL', 'ME33019', 44)],
    dea: ['FL'],
    insuredForDays: 18,
  },
  {
    key: 'pa-lapsed',
    givenName: 'Greta',
    familyName: 'Lindqvist',
    credential: 'PA',
    specialty: 'Physician assistant',
    licenses: [licence('FL', 'PA9104402', -53)],
    dea: [],
    insuredForDays: -22,
    agreement: { with: 'director-b', states: ['FL'] },
  },
];

/** The stored id of a practitioner, by key. */
export const practitionerId = (key: string): string => uuidOf(`practitioner:${key}`);

/** The NPI of a practitioner, by key; its check digit is right. */
export const practitionerNpi = (key: string): string => npiOf(`practitioner:${key}`);

/** The DEA number of a practitioner in a state: mid-level practitioners' numbers begin with M. */
export function practitionerDea(person: InventedPractitioner, state: string): string {
  const first = person.credential === 'MD' || person.credential === 'DO' ? 'F' : 'M';
  return deaOf(`${person.key}:${state}`, first, person.familyName.charAt(0));
}

/** The practitioner behind a key; the world has no other. */
export function practitionerOf(key: string): InventedPractitioner {
  const person = practitioners.find((one) => one.key === key);
  if (!person) throw new Error(`There is no practitioner ${key}.`);
  return person;
}
