/** The stages in which a director's work at a clinic gets under way, and what each still lacks. Nothing of it is stored or ticked. */

import { isBlocked, type RuleResult } from '#rules/results.ts';

/** The stages in their order. */
export const stageNames = ['ASSESSMENT', 'MATCHING', 'FRAMEWORK', 'PHARMACY', 'AGREEMENTS', 'TRAINING', 'LAUNCH'] as const;

/** One of them. */
export type StageName = (typeof stageNames)[number];

/** How far a stage is: everything is there, something is missing, it does not apply, or it is not known. */
export type StageStatus = 'DONE' | 'OPEN' | 'NOT_NEEDED' | 'UNKNOWN';

/** Whose it is to bring what is missing. */
export type Owner = 'COMPLIANCE_OFFICER' | 'MEDICAL_DIRECTOR' | 'EXAMINER';

/** What something missing is about, by public id or code. */
export interface Subject {
  readonly kind: 'SERVICE' | 'PRACTITIONER' | 'ENGAGEMENT' | 'CLINIC' | 'STATE';
  readonly id: string;
}

/** Something that a stage still lacks. */
export interface Missing {
  readonly what: string;
  /** The rule that asks for it; null where it is the product's own condition. */
  readonly ruleId: string | null;
  /** That it is not there, or that nobody knows. */
  readonly outcome: 'FAIL' | 'UNKNOWN';
  readonly owner: Owner;
  readonly subject: Subject | null;
}

/** A stage as it stands. */
export interface Stage {
  readonly name: StageName;
  readonly status: StageStatus;
  readonly missing: readonly Missing[];
}

/** A stage that applies: done when nothing is missing, open when something is known to be, otherwise unknown. */
export function stage(name: StageName, missing: readonly Missing[]): Stage {
  const status = missing.length === 0 ? 'DONE' : missing.some(({ outcome }) => outcome === 'FAIL') ? 'OPEN' : 'UNKNOWN';
  return { name, status, missing };
}

/** A stage that does not apply. */
export const notNeeded = (name: StageName): Stage => ({ name, status: 'NOT_NEEDED', missing: [] });

/** What is missing where something could not be read. Unknown is never done. */
export const unread = (what: string, owner: Owner = 'COMPLIANCE_OFFICER'): Missing => ({
  ...{ what, ruleId: null, outcome: 'UNKNOWN', owner, subject: null },
});

/** What rules that do not pass still lack. */
export function lacking(results: readonly RuleResult[], owner: (result: RuleResult) => Owner, subject: Subject | null): Missing[] {
  return results
    .filter((result) => isBlocked([result]))
    .map((result) => ({
      ...{ what: result.message, ruleId: result.id, outcome: result.outcome === 'FAIL' ? 'FAIL' : 'UNKNOWN' },
      ...{ owner: owner(result), subject },
    }));
}
