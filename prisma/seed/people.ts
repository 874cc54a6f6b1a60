import { deaOf, npiOf, uuidOf } from './invent.ts';

/** A licence of an invented practitioner. `expiresOn` is a day; a lapsed one lies in the past. */
export interface InventedLicense {
  readonly state: string;
  readonly number: string;
  readonly expiresOn: string;
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
  /** The day their professional liability policy ends. */
  readonly insuredUntil: string;
  /** For an NP or PA: who supervises or collaborates, and in which states. */
  readonly agreement?: { readonly with: string; readonly states: readonly string[] };
}

const licence = (state: string, number: string, expiresOn = '2028-02-28'): InventedLicense => ({ state, number, expiresOn });

/** The twelve practitioners. Two have something about to expire and one has lapsed, so that expirables have something to say. */
export const practitioners: readonly InventedPractitioner[] = [
  { key: 'prescriber', givenName: 'Marisol', familyName: 'Quintero', credential: 'MD', specialty: 'Family medicine', licenses: [licence('TX', 'Q4471'), licence('CA', 'A128844'), licence('FL', 'ME77120')], dea: ['TX', 'CA', 'FL'], insuredUntil: '2027-08-31' },
  { key: 'director', givenName: 'Theodore', familyName: 'Ashgrove', credential: 'MD', specialty: 'Dermatology', licenses: [licence('TX', 'K9035'), licence('CA', 'G88213'), licence('FL', 'ME50991'), licence('AZ', '41877', '2027-06-30')], dea: ['TX', 'CA', 'FL'], insuredUntil: '2027-05-31' },
  { key: 'examiner', givenName: 'Imani', familyName: 'Rowell', credential: 'NP', specialty: 'Family nurse practitioner', licenses: [licence('TX', 'AP139905'), licence('FL', 'APRN11020')], dea: ['TX'], insuredUntil: '2027-09-30', agreement: { with: 'director', states: ['TX', 'FL'] } },
  { key: 'examiner-ca', givenName: 'Selene', familyName: 'Okafor', credential: 'NP', specialty: 'Adult-gerontology nurse practitioner', licenses: [licence('CA', 'NP95013377')], dea: ['CA'], insuredUntil: '2027-09-30', agreement: { with: 'director', states: ['CA'] } },
  { key: 'pa-austin', givenName: 'Desmond', familyName: 'Farrow', credential: 'PA', specialty: 'Physician assistant', licenses: [licence('TX', 'PA07715', '2026-12-20')], dea: ['TX'], insuredUntil: '2027-03-31', agreement: { with: 'director', states: ['TX'] } },
  { key: 'rn-austin', givenName: 'Lucía', familyName: 'Bermudez', credential: 'RN', specialty: 'Registered nurse', licenses: [licence('TX', '884120')], dea: [], insuredUntil: '2027-01-31' },
  { key: 'np-arizona', givenName: 'Cody', familyName: 'Yellowhorse', credential: 'NP', specialty: 'Family nurse practitioner', licenses: [licence('AZ', 'AP8812')], dea: ['AZ'], insuredUntil: '2027-10-31' },
  { key: 'director-b', givenName: 'Priyanka', familyName: 'Venkataraman', credential: 'DO', specialty: 'Internal medicine', licenses: [licence('TX', 'T2209'), licence('CA', '20A17731'), licence('FL', 'OS15008')], dea: ['TX', 'CA', 'FL'], insuredUntil: '2027-07-31' },
  { key: 'prescriber-b', givenName: 'Anselm', familyName: 'Drayton', credential: 'MD', specialty: 'Internal medicine', licenses: [licence('CA', 'A140021'), licence('TX', 'S8820'), licence('FL', 'ME90817')], dea: ['CA', 'TX', 'FL'], insuredUntil: '2027-04-30' },
  { key: 'examiner-b', givenName: 'Noor', familyName: 'Haddad', credential: 'NP', specialty: 'Family nurse practitioner', licenses: [licence('TX', 'AP140771'), licence('CA', 'NP95020119')], dea: ['TX'], insuredUntil: '2027-02-28', agreement: { with: 'director-b', states: ['TX', 'CA'] } },
  { key: 'md-renewing', givenName: 'Walter', familyName: 'Pemberly', credential: 'MD', specialty: 'Emergency medicine', licenses: [licence('FL', 'ME33019', '2027-01-05')], dea: ['FL'], insuredUntil: '2026-12-10' },
  { key: 'pa-lapsed', givenName: 'Greta', familyName: 'Lindqvist', credential: 'PA', specialty: 'Physician assistant', licenses: [licence('FL', 'PA9104402', '2026-09-30')], dea: [], insuredUntil: '2026-10-31', agreement: { with: 'director-b', states: ['FL'] } },
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
