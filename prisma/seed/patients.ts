import { oneOf, pick, uuidOf } from './invent.ts';
import { clinics, type ClinicPlace } from './places.ts';
import { inDays, type SeedTime } from './rows.ts';

/** An invented patient. Names are put together from lists, so nobody is meant by them. */
export interface InventedPatient {
  readonly key: string;
  readonly clinic: ClinicPlace;
  readonly givenName: string;
  readonly familyName: string;
  readonly birthDate: string;
  readonly sexAtBirth: 'FEMALE' | 'MALE';
  readonly phone: string;
  readonly email: string;
  readonly line1: string;
  readonly allergies: readonly string[];
}

const women = [
  'Adaline',
  'Bettina',
  'Corazon',
  'Delphine',
  'Estela',
  'Fumiko',
  'Giselle',
  'Henrietta',
  'Ilse',
  'Juniper',
  'Keziah',
  'Leocadia',
];
const men = [
  'Alaric',
  'Benedikt',
  'Cormac',
  'Dashiell',
  'Evander',
  'Fabian',
  'Gideon',
  'Horatio',
  'Ignacio',
  'Jovan',
  'Kelechi',
  'Leopold',
];
const families = [
  'Abernathy',
  'Birdsong',
  'Castellane',
  'Dunmore',
  'Eastwick',
  'Fairweather',
  'Galvão',
  'Hollingberry',
  'Iwasaki',
  'Jurado',
  'Kettlewell',
  'Lovelock',
  'Montferrat',
  'Nightingale',
  'Okonjo',
  'Pettigrew',
  'Quillfeather',
  'Rosenthaler',
];
const streets = ['Larkspur Lane', 'Quarry Road', 'Willow Bend', 'Signal Hill', 'Orchard Close', 'Millrace Way'];
const allergies = ['benzyl alcohol', 'latex', 'penicillin', 'lidocaine', 'adhesive tape'];
const areaCodes: Readonly<Record<string, string>> = { TX: '512', CA: '619', FL: '305', AZ: '480' };

/** How many patients the world has. */
const COUNT = 100;

/** The hundred patients, spread over the clinics. */
export function inventPatients(time: SeedTime): InventedPatient[] {
  return Array.from({ length: COUNT }, (_, index) => {
    const key = `patient-${index}`;
    const clinic = clinics[index % clinics.length];
    if (!clinic) throw new Error('There are no clinics.');
    const isWoman = pick(`${key}:sex`, 4) > 0;
    const givenName = oneOf(`${key}:given`, isWoman ? women : men);
    const familyName = oneOf(`${key}:family`, families);
    return {
      key,
      clinic,
      givenName,
      familyName,
      birthDate: inDays(time, -(19 * 365 + 10 + pick(`${key}:born`, 45 * 365))),
      sexAtBirth: isWoman ? 'FEMALE' : 'MALE',
      phone: `+1${areaCodes[clinic.state] ?? '512'}55501${String(index).padStart(2, '0')}`,
      email: `${givenName}.${familyName}.${index}@example.com`
        .toLowerCase()
        .normalize('NFD')
        .replace(/[^a-z0-9.@]/g, ''),
      line1: `${100 + pick(`${key}:street`, 800)} ${oneOf(`${key}:street-name`, streets)}`,
      allergies: pick(`${key}:allergy`, 5) === 0 ? [oneOf(`${key}:which`, allergies)] : [],
    };
  });
}

/** The stored id of an invented patient. */
export const patientId = (key: string): string => uuidOf(`patient:${key}`);

/** A name as searches compare it: plain lower-case letters. */
export function foldedName(given: string, family: string): string {
  return `${given} ${family}`.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
