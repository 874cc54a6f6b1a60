/** How well a reported person fits a patient. A hint for a person to judge: nobody's exam is anybody's by its score. */

import { areSimilar, fold } from '../patient/search-name.ts';

/** What two people can have in common, or differ in. */
export const matchReasons = [
  'BIRTH_DATE',
  'BIRTH_DATE_DIFFERS',
  'FAMILY_NAME',
  'FAMILY_NAME_SIMILAR',
  'GIVEN_NAME',
  'GIVEN_NAME_SIMILAR',
  'PHONE',
  'EMAIL',
] as const;

/** One thing two people have in common or differ in. */
export type MatchReason = (typeof matchReasons)[number];

/** As much of a person as is compared. */
export interface Matchable {
  readonly givenName: string;
  readonly familyName: string;
  readonly birthDate: Date;
  readonly email: string | null;
  readonly phone: string | null;
}

/** A score from 0 to 100, and what it is made of. */
export interface Match {
  readonly score: number;
  readonly reasons: readonly MatchReason[];
}

/** Points by what agrees; together a hundred. Our own weights: a birth date is written in one way, a name in many, an address changes. */
const points: Readonly<Record<MatchReason, number>> = {
  ...{ BIRTH_DATE: 40, BIRTH_DATE_DIFFERS: 0, FAMILY_NAME: 25, FAMILY_NAME_SIMILAR: 15 },
  ...{ GIVEN_NAME: 20, GIVEN_NAME_SIMILAR: 10, PHONE: 10, EMAIL: 5 },
};

/** Compares two people. The same whichever comes first. */
export function matchOf(one: Matchable, other: Matchable): Match {
  const reasons = [
    one.birthDate.getTime() === other.birthDate.getTime() ? 'BIRTH_DATE' : 'BIRTH_DATE_DIFFERS',
    familyName(one.familyName, other.familyName),
    givenName(one.givenName, other.givenName),
    one.phone !== null && one.phone === other.phone ? 'PHONE' : null,
    one.email !== null && one.email.toLowerCase() === other.email?.toLowerCase() ? 'EMAIL' : null,
  ].filter((reason) => reason !== null) as MatchReason[];
  return { score: reasons.reduce((sum, reason) => sum + points[reason], 0), reasons };
}

function familyName(one: string, other: string): MatchReason | null {
  if (fold(one) !== '' && fold(one) === fold(other)) return 'FAMILY_NAME';
  return areSimilar(one, other) ? 'FAMILY_NAME_SIMILAR' : null;
}

function givenName(one: string, other: string): MatchReason | null {
  const [a = '', b = ''] = [fold(one), fold(other)];
  if (a === '' || b === '') return null;
  if (a === b) return 'GIVEN_NAME';
  // Lists cut given names short, and add or leave out middle ones.
  const [first = '', second = ''] = [a.split(' ')[0], b.split(' ')[0]];
  return first.startsWith(second) || second.startsWith(first) || areSimilar(first, second) ? 'GIVEN_NAME_SIMILAR' : null;
}
