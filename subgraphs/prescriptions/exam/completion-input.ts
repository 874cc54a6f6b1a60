import { z } from 'zod';
import { type InputIssue, InvalidInput } from '#kernel/errors.ts';
import type { GoodFaithExam as ExamRow, Intake } from '#prisma/generated/prescriptions/client.ts';
import type { Answer, ScreeningReport } from '#rules/screening.ts';
import { withRecord } from '#rules/screening-record.ts';
import { screenSince } from '#rules/screening-since.ts';
import { builder } from '../builder.ts';
import { flagsOf } from '../intake/settled.ts';
import { AnswerInput, answerList } from '../intake/answer-input.ts';
import { ExamConditionInput } from './decision/exam-condition.ts';
import { FindingInput } from './decision/finding-input.ts';
import { closingIssues } from './closing-answers.ts';
import { ExamOutcomeEnum } from './exam.ts';
import { type ExamOutcome, isApproval } from './exam-status.ts';

export const CompleteExamInput = builder.inputType('CompleteExamInput', {
  description: 'What the examiner decided, and on what.',
  fields: (t) => ({
    examId: t.id({ required: true, description: 'The exam.' }),
    outcome: t.field({ type: ExamOutcomeEnum, required: true, description: 'The decision.' }),
    rationale: t.string({ required: true, description: 'Why. How each screening hit was settled is recorded by `resolveFlag`, before.' }),
    findings: t.field({ type: [FindingInput], description: 'What was found, one thing each.' }),
    services: t.stringList({ required: true, description: 'The services that are cleared; refused with an outcome that clears none.' }),
    conditions: t.stringList({ description: 'Under which conditions the approval holds, in words alone: the same as the kind OTHER.' }),
    codedConditions: t.field({ type: [ExamConditionInput], description: 'The same by kind; after those in words.' }),
    answers: t.field({
      type: [AnswerInput],
      description:
        'The examiner’s own items of the questionnaire. The patient’s answers are not overwritten by it. An approval needs every item with a rule that blocks or needs review, but what other fields say (identity, place, consent, decision) and blood pressure and PSA, which may be left out. `close.decision` and `close.valid-until`, given all the same, say what `outcome` and `validUntil` say, or are refused.',
    }),
  }),
  validate: z.looseObject({
    rationale: z.string().trim().min(1, 'The rationale is missing.').max(8_000, 'A rationale has at most 8,000 characters.'),
    findings: z.array(z.unknown()).max(50, 'At most 50 findings.').nullish(),
    services: z.array(z.string()).max(20, 'At most 20 services.'),
    conditions: z
      .array(z.string().trim().min(1, 'A condition is empty.').max(1_000, 'A condition has at most 1,000 characters.'))
      .max(20, 'At most 20 conditions.')
      .nullish(),
    codedConditions: z.array(z.unknown()).max(20, 'At most 20 conditions.').nullish(),
    answers: answerList.nullish(),
  }),
});

interface Decided {
  readonly outcome: ExamOutcome;
  readonly services: readonly string[];
  readonly conditions?: readonly string[] | null;
  readonly codedConditions?: readonly unknown[] | null;
  readonly answers?: readonly { readonly linkId: string; readonly value?: unknown }[] | null;
}

/** Throws InvalidInput for a decision that contradicts itself. An exam clears the service whose questions were asked, no other. */
export function requireConsistent(decided: Decided, service: string): void {
  const issues: InputIssue[] = [];
  const coded = decided.codedConditions ?? [];
  const conditions = [...(decided.conditions ?? []), ...coded];
  decided.services.forEach((one, index) => {
    if (one !== service) issues.push({ path: `input.services.${index}`, message: `is not the service this exam is for, ${service}` });
  });
  if (isApproval(decided.outcome) && decided.services.length === 0)
    issues.push({ path: 'input.services', message: 'an approval names the service it clears' });
  if (!isApproval(decided.outcome) && decided.services.length > 0)
    issues.push({ path: 'input.services', message: `do not go with the outcome ${decided.outcome}` });
  if (decided.outcome === 'APPROVED_WITH_CONDITIONS' && conditions.length === 0)
    issues.push({ path: 'input.conditions', message: 'are missing' });
  if (decided.outcome !== 'APPROVED_WITH_CONDITIONS' && conditions.length > 0)
    issues.push({
      path: coded.length > 0 ? 'input.codedConditions' : 'input.conditions',
      message: `do not go with the outcome ${decided.outcome}`,
    });
  if (conditions.length > 20) issues.push({ path: 'input.codedConditions', message: 'are more than 20 with those in words' });
  issues.push(
    ...closingIssues(
      decided.outcome,
      (decided.answers ?? []).map(({ linkId, value }): Answer => ({ linkId, value })),
    ),
  );
  if (issues.length > 0) throw new InvalidInput(issues);
}

/** Screens the patient's and the examiner's answers together, by the version that the patient answered and the questions released since. An examiner's answer that cannot be taken throws InvalidInput; one that stood in the intake and no longer fits blocks as unknown. */
export function screened(
  { service, patientState }: Pick<ExamRow, 'service' | 'patientState'>,
  intake: Pick<Intake, 'answers' | 'flags' | 'questionnaireVersion'>,
  own: readonly { readonly linkId: string; readonly value?: unknown }[],
): ScreeningReport {
  const given = intake.answers as unknown as Answer[];
  const added = own.map(({ linkId, value }): Answer => ({ linkId, value }));
  const report = screenSince(service, [...given, ...added], intake.questionnaireVersion);
  const mine = new Set(added.map((answer) => answer.linkId));
  const issues = report.issues
    .filter((issue) => mine.has(issue.path))
    .map((issue) => ({ path: `input.answers.${issue.path}`, message: issue.message }));
  if (issues.length > 0) throw new InvalidInput(issues);
  return withRecord(report, { answers: given, flags: flagsOf(intake) }, patientState);
}
