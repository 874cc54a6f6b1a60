/** Whether an exam stands on the newest answers of its patient. */

import { dayOf } from './dates.ts';
import type { Fact } from './facts.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

/** Asked of an approval. Left out, nothing is asked; null is unknown, and `'none'` says that no later answers came in. */
export function newestAnswers(replacedAt: Fact<string>): RuleResult[] {
  if (replacedAt === undefined) return [];
  const id = 'intake.newest';
  if (!replacedAt) return [notKnown(id, 'Whether later answers have replaced those of the exam is not known', 'Try again.')];
  if (replacedAt === 'none') return [passed(id, 'The exam stands on the newest answers of the patient')];
  const message = `Answers of ${dayOf(replacedAt) ?? replacedAt} have replaced those that the exam stands on`;
  return [failed(id, message, 'End this exam without an approval, and hold another: it stands on the newest answers.')];
}
