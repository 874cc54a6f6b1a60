/** What a look by hand can be about, who knows of it, and what it becomes. Licences have a history of their own: see `license/`. */

import { mayBecome, type Moves } from '#kernel/states.ts';

/** Kinds of credential that are confirmed by hand. */
export const checkedKinds = ['deaRegistration', 'controlledSubstanceRegistration', 'insurancePolicy', 'boardCertification'] as const;

/** One of them. */
export type CheckedKind = (typeof checkedKinds)[number];

/** Who can say that one is good: whoever gave it. */
export const primarySource: Readonly<Record<CheckedKind, string>> = {
  deaRegistration: 'DEA',
  controlledSubstanceRegistration: 'STATE_BOARD',
  insurancePolicy: 'INSURER',
  boardCertification: 'CERTIFYING_BOARD',
};

/** What a look can find. */
export type Finding = 'CONFIRMED' | 'MISMATCH' | 'DISCIPLINE' | 'NOT_FOUND';

const becomes = { CONFIRMED: 'ACTIVE', DISCIPLINE: 'SUSPENDED', MISMATCH: 'UNVERIFIED', NOT_FOUND: 'UNVERIFIED' } as const;

/** Every move a look can make. What its giver revoked, its holder gave back or somebody cancelled no look brings back. */
const moves: Moves<'ACTIVE' | 'UNVERIFIED' | 'SUSPENDED'> = {
  ACTIVE: ['UNVERIFIED', 'SUSPENDED'],
  UNVERIFIED: ['ACTIVE', 'SUSPENDED'],
  // Not found, or found otherwise, is milder than suspended: it lifts nothing.
  SUSPENDED: ['ACTIVE'],
};

/** What a credential becomes by a look; null when it stays what it is. */
export function afterLook(status: string, finding: Finding): string | null {
  const next = becomes[finding];
  if (status !== 'ACTIVE' && status !== 'UNVERIFIED' && status !== 'SUSPENDED') return null;
  return mayBecome(moves, status, next) ? next : null;
}

/** Whether a look would bring back what cannot be brought back. */
export function isOver(status: string): boolean {
  return !Object.hasOwn(moves, status);
}
