import type { ExamCompletionFacts } from './facts.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';
import type { ScreeningFlag } from './screening.ts';
import { settledResult } from './screening-resolution.ts';
import { wholeList } from './whole-list.ts';

/** What an approval is asked of the screening, and of what was settled. */
type Told = Pick<ExamCompletionFacts, 'screening' | 'rationale' | 'settled' | 'patientState'>;

/** What a screening says about an approval: a blocking hit fails and a hit for review is unknown until it is settled, gaps in blocking items are unknown. */
export function screeningResults(told: Told): RuleResult[] {
  const { screening } = told;
  const issues = wholeList(screening?.issues);
  const unanswered = wholeList(screening?.unansweredBlocking);
  const flags = wholeList(screening?.flags);
  if (issues === null || unanswered === null || flags === null) {
    return [notKnown('screening', 'The screening answers could not be read', 'Submit the intake.')];
  }
  const results: RuleResult[] = [];
  for (const issue of issues) {
    results.push(
      notKnown(`screening.${issue.path}`, `The answer to ${issue.path} cannot be taken: ${issue.message}`, 'Correct the answer.'),
    );
  }
  for (const linkId of unanswered) {
    results.push(notKnown(`screening.${linkId}`, `${linkId} is not answered, and its answer could stand in the way`, `Answer ${linkId}.`));
  }
  for (const flag of flags) {
    if (flag.severity === 'flag') continue;
    results.push(told.settled === undefined ? byRationale(flag, told.rationale) : settledResult(flag, told.settled, told.patientState));
  }
  return results.length > 0 ? results : [passed('screening', 'No screening rule stands against approval')];
}

/** As it was asked before answers were settled one by one: decisions of then answer as they did. */
function byRationale(flag: ScreeningFlag, rationale: Told['rationale']): RuleResult {
  const id = `screening.${flag.linkId}`;
  if (flag.severity === 'block') return failed(id, flag.message, 'Decline or defer the exam; an override by a physician is not offered.');
  return typeof rationale === 'string' && rationale.trim() !== ''
    ? passed(id, `${flag.message}: resolved in the rationale`)
    : notKnown(id, flag.message, 'Write down in the rationale how this was resolved.');
}
