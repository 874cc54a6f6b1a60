/** What ends an exam before its last day: new answers that block, a later decision against or an approval that was taken back or hangs on a condition, a mark that it was entered in error. */

import { dayOf } from './dates.ts';
import type { ExamFact, ExamSinceFact, Fact } from './facts.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

const TRY_AGAIN = 'Try again; if it lasts, check the exam record.';

/** Asked of an exam that something is to stand on now. Left out, nothing is asked; null is unknown. */
export function endedEarly(since: ExamSinceFact | null | undefined): RuleResult[] {
  if (since === undefined) return [];
  return [
    contraindication(since?.contraindicatedAt),
    laterDecision(since?.laterOutcome, since?.laterDecidedAt),
    unquestioned(since?.errorMarkedAt),
  ];
}

/** What ended an exam before its last day, with the rule that says so. */
export interface EarlyEnd {
  readonly ruleId: string;
  /** `YYYY-MM-DD`. */
  readonly on: string;
}

/** Everything that ended an exam early, the earliest first: a revocation and what `endedEarly` asks about, where the day is on record. */
export function earlyEnds({ revokedAt, since }: Pick<ExamFact, 'revokedAt' | 'since'>): EarlyEnd[] {
  const told: readonly (readonly [string, Fact<string>])[] = [
    ['exam.approved', revokedAt],
    ['exam.contraindication', since?.contraindicatedAt],
    ['exam.laterDecision', since?.laterDecidedAt],
    ['exam.unquestioned', since?.errorMarkedAt],
  ];
  const ends = told.flatMap(([ruleId, at]) => {
    const on = dayOf(at);
    return on === null ? [] : [{ ruleId, on }];
  });
  return ends.toSorted((a, b) => a.on.localeCompare(b.on));
}

function contraindication(at: Fact<string>): RuleResult {
  const id = 'exam.contraindication';
  if (!at) return notKnown(id, 'Whether a contraindication has come up since the exam is not known', TRY_AGAIN);
  if (at === 'none') return passed(id, 'No contraindication has come up since the exam');
  const message = `The patient's answers of ${dayOf(at) ?? at}, given after the exam, have one that blocks the service`;
  return failed(id, message, 'Hold a new good-faith exam on the new answers. If an answer was a mistake, submit the intake again.');
}

function laterDecision(outcome: Fact<string>, decidedAt: Fact<string>): RuleResult {
  const id = 'exam.laterDecision';
  if (!outcome) return notKnown(id, 'Whether a later exam decided otherwise is not known', TRY_AGAIN);
  if (outcome === 'none') return passed(id, 'No later exam decided otherwise');
  const day = dayOf(decidedAt);
  const on = day === null ? '' : ` on ${day}`;
  if (outcome === 'REVOKED')
    return failed(
      id,
      `The approval of a later exam for the service was taken back${on}`,
      'Hold a new good-faith exam that clears the service again.',
    );
  if (outcome === 'APPROVED_WITH_CONDITIONS')
    return failed(
      id,
      `A later exam for the service ended ${outcome}${on}, and a condition of it is open`,
      'Meet each condition of that exam, or hold a new good-faith exam that clears the service again.',
    );
  return failed(id, `A later exam for the service ended ${outcome}${on}`, 'Hold a new good-faith exam that clears the service again.');
}

function unquestioned(markedAt: Fact<string>): RuleResult {
  const id = 'exam.unquestioned';
  if (!markedAt) return notKnown(id, 'Whether the exam was marked as entered in error is not known', TRY_AGAIN);
  if (markedAt === 'none') return passed(id, 'The exam is not marked as entered in error');
  const message = `The exam was marked on ${dayOf(markedAt) ?? markedAt} as entered in error, and nobody has answered yet`;
  return notKnown(id, message, 'Have a second clinician or the medical director confirm or reject the mark.');
}
