/** Whether the conditions of an approval are met: it counts once every one of them is. */

import { dayOf } from './dates.ts';
import type { ExamConditionFact, Fact } from './facts.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

const MEET_IT = 'Read the condition at the exam, and have a clinician of the clinic record how it was met.';

/** One result for each condition, by its place and kind: what it says is the chart's. An approval without conditions has none. */
export function conditionsMet(conditions: Fact<readonly ExamConditionFact[]>): RuleResult[] {
  return (conditions ?? []).map(({ position, kind, metAt }) => {
    const id = `exam.condition.${position}`;
    const which = `Condition ${position} of the exam (${kind})`;
    if (metAt == null) return notKnown(id, `It is not known whether condition ${position} of the exam is met`, MEET_IT);
    if (metAt === 'open') return failed(id, `${which} is not met`, MEET_IT);
    return passed(id, `${which} was met on ${dayOf(metAt) ?? metAt}`);
  });
}
