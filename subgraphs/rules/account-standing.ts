/** Whether a pharmacy fills for a clinic: none on record is no obstacle, one that does not stand is. */

import type { Fact } from './facts.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

/** An account as the gate is told of it. */
export interface AccountFact {
  /** `APPLIED`, `INFO_REQUESTED`, `APPROVED`, `REFUSED`, `SUSPENDED` or `CLOSED`. */
  readonly status: Fact<string>;
  /** The code of why it stands so. */
  readonly reasonCode: string | null;
}

/** What sending and claiming are told of accounts. */
export interface AccountStandingFacts {
  /** `'none'` when there is none. Null blocks. Left out, it is not asked: decisions kept before it was asked answer as they did. */
  readonly account?: AccountFact | 'none' | null;
}

const remedies: Readonly<Record<string, string>> = {
  APPLIED: 'Wait for the pharmacy’s decision.',
  INFO_REQUESTED: 'Give the pharmacy what it asked for.',
  REFUSED: 'See why, and apply again once that is mended; or choose another pharmacy.',
  SUSPENDED: 'See why, and ask the pharmacy to lift it; or choose another pharmacy.',
  CLOSED: 'Apply again, or choose another pharmacy.',
};

/** The account's one answer. */
export function accountStands({ account }: AccountStandingFacts): RuleResult[] {
  const id = 'account.pharmacy';
  if (account === undefined) return [];
  if (account === 'none') return [passed(id, 'The pharmacy asks for no account of this clinic')];
  if (account === null || account.status == null) {
    return [notKnown(id, 'Whether the pharmacy fills for the clinic could not be read', 'Try again; if it lasts, ask the pharmacy.')];
  }
  if (account.status === 'APPROVED') return [passed(id, 'The pharmacy fills for the clinic')];
  const why = account.reasonCode === null ? '' : `: ${account.reasonCode}`;
  return [failed(id, `The clinic’s account with the pharmacy is ${account.status}${why}`, remedies[account.status] ?? 'Ask the pharmacy.')];
}
