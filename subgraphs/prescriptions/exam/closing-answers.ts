import { InvalidInput, type InputIssue } from '#kernel/errors.ts';
import { isEmpty } from '#rules/answer-fits.ts';
import type { Answer } from '#rules/screening.ts';
import { type ExamOutcome, isApproval } from './exam-status.ts';

/** The questions of the closing part that the decision itself answers. Answered as well, they must say the same: both are signed. */
const DECISION = 'close.decision';
const VALID_UNTIL = 'close.valid-until';

/** What may be answered beside an outcome. The questionnaire has no word for the last two: any that clears nothing will do. */
const wordsFor: Readonly<Record<ExamOutcome, readonly string[]>> = {
  APPROVED: ['approved'],
  APPROVED_WITH_CONDITIONS: ['approved-with-conditions'],
  DEFERRED: ['deferred'],
  DECLINED: ['declined'],
  NEEDS_IN_PERSON: ['deferred', 'declined'],
  NOT_COMPLETED: ['deferred', 'declined'],
};

/** Answers of the closing part that contradict an outcome. */
export function closingIssues(outcome: ExamOutcome, answers: readonly Answer[]): InputIssue[] {
  const words = wordsFor[outcome];
  const decisions = given(answers, DECISION).filter(({ value }) => !words.some((word) => word === value));
  const days = isApproval(outcome) ? [] : given(answers, VALID_UNTIL);
  return [
    ...decisions.map(() => issue(DECISION, `contradicts the outcome ${outcome}: answer ${words.join(' or ')}, or leave it out`)),
    ...days.map(() => issue(VALID_UNTIL, `does not go with the outcome ${outcome}, which nothing relies on: leave it out`)),
  ];
}

/** Throws InvalidInput for an answer until when an approval may be relied upon that is another day than the rules give. */
export function requireSameDay(validUntil: string | null, answers: readonly Answer[]): void {
  const until = validUntil ?? 'a day that is not known';
  const issues = given(answers, VALID_UNTIL)
    .filter(({ value }) => value !== validUntil)
    .map(() => issue(VALID_UNTIL, `contradicts validUntil, which is ${until} by the rules: answer that day, or leave it out`));
  if (issues.length > 0) throw new InvalidInput(issues);
}

/** Answers without those that a decision gives: of a deferred exam they are the examiner's outcome, which the director's decision replaces. */
export function withoutDecision(answers: readonly Answer[]): Answer[] {
  return answers.filter(({ linkId }) => linkId !== DECISION && linkId !== VALID_UNTIL);
}

function given(answers: readonly Answer[], linkId: string): Answer[] {
  return answers.filter((one) => one.linkId === linkId && !isEmpty(one.value));
}

function issue(linkId: string, message: string): InputIssue {
  return { path: `input.answers.${linkId}`, message };
}
