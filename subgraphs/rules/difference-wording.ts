/** When a clinical difference reads so much like others that somebody else must read it. FDA takes a reason that is repeated for many patients as no reason of one of them. */

import type { DifferenceWordingFact, WordingFacts } from './difference-facts.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

/** How statements are compared, and from how many on one goes to review. Our own numbers: no source gives any. */
export const wordingLimits = {
  /** Words to a shingle. */
  shingleWords: 3,
  /** Two statements read alike from this share of their shingles in common on (Jaccard). */
  alikeFrom: 0.8,
  /** Differences of as many days are compared. */
  days: 180,
  /** The newest so many of each: of the prescriber, of the preparation, of the clinic. */
  compared: 200,
  /** Other patients whose differences may read alike before the next one is reviewed. */
  othersOfPrescriber: 8,
  othersOfProduct: 8,
  othersOfClinic: 16,
} as const;

/** Whether a difference goes to review, by how many other patients have one that reads alike. */
export function goesToReview(alike: Omit<DifferenceWordingFact, 'review'>): boolean {
  return (
    alike.alikePrescriber >= wordingLimits.othersOfPrescriber ||
    alike.alikeProduct >= wordingLimits.othersOfProduct ||
    alike.alikeClinic >= wordingLimits.othersOfClinic
  );
}

const ID = 'difference.wording';
const CITATION = '21 USC 353a(b)(2)';

/** Whether the difference is this patient's own, as far as its words and a second reader tell; nothing where no difference is stated. */
export function wordingResults({ wording }: WordingFacts): RuleResult[] {
  if (wording === undefined || wording === 'none') return [];
  const anew = 'Draft the order anew, in words of this patient’s own.';
  if (wording === null) return [notKnown(ID, 'The clinical difference was not compared with others', anew, CITATION)];
  if (!goesToReview(wording)) return [passed(ID, 'The clinical difference does not read like those of many other patients', CITATION)];
  const { alikePrescriber, alikeProduct, alikeClinic, review } = wording;
  const many = `of the prescriber ${alikePrescriber}, of the preparation ${alikeProduct}, at the clinic ${alikeClinic}`;
  switch (review) {
    case 'DISTINCT':
      return [
        passed(
          ID,
          `The clinical difference reads like other patients' (${many}); a second person found it to be this patient's own`,
          CITATION,
        ),
      ];
    case 'BOILERPLATE':
      return [failed(ID, 'A second person found the clinical difference to be boilerplate', anew, CITATION)];
    default:
      return [
        notKnown(
          ID,
          `The clinical difference reads like that of other patients (${many})`,
          'Ask a medical director of the clinic to review it, or draft the order anew in words of this patient’s own.',
          CITATION,
        ),
      ];
  }
}
