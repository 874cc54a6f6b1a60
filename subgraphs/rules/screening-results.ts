import type { Fact } from './facts.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';
import type { ScreeningReport } from './screening.ts';
import { wholeList } from './whole-list.ts';

/** What a screening says about an approval: a blocking hit fails, a hit for review needs a written rationale, gaps in blocking items are unknown. */
export function screeningResults(screening: Fact<ScreeningReport>, rationale: Fact<string>): RuleResult[] {
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
    results.push(notKnown(`screening.${linkId}`, `${linkId} is not answered, and its answer could block`, `Answer ${linkId}.`));
  }
  const resolved = typeof rationale === 'string' && rationale.trim() !== '';
  for (const flag of flags) {
    const id = `screening.${flag.linkId}`;
    if (flag.severity === 'block') {
      results.push(failed(id, flag.message, 'Decline or defer the exam; an override by a physician is not offered.'));
    } else if (flag.severity === 'physician-review') {
      results.push(
        resolved
          ? passed(id, `${flag.message}: resolved in the rationale`)
          : notKnown(id, flag.message, 'Write down in the rationale how this was resolved.'),
      );
    }
  }
  return results.length > 0 ? results : [passed('screening', 'No screening rule stands against approval')];
}
