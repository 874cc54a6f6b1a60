import { builder } from '../builder.ts';
import { GoodFaithExam, loadExam } from '../exam/exam.ts';

/** Why an exam could not be held to its end. */
export const brokenOffReasons = [
  'TECHNICAL_FAILURE',
  'PATIENT_LEFT',
  'PATIENT_UNWELL',
  'EXAMINER_CALLED_AWAY',
  'WRONG_PERSON',
  'NOT_IN_STATE',
] as const;

/** One such reason. */
export type BrokenOffReason = (typeof brokenOffReasons)[number];

/** Each reason in words, as the record of the exam gives it where the examiner adds nothing. */
export const inWords: Readonly<Record<BrokenOffReason, string>> = {
  TECHNICAL_FAILURE: 'The call failed and could not be taken up again.',
  PATIENT_LEFT: 'The patient left before the exam was over.',
  PATIENT_UNWELL: 'The patient was not well enough for the exam to go on.',
  EXAMINER_CALLED_AWAY: 'The examiner was called away before the exam was over.',
  WRONG_PERSON: 'Whoever took part was not the patient.',
  NOT_IN_STATE: 'The patient was not in the state they had named.',
};

/** The same exam can be held with another call: nothing of who or where the patient is was wrong. */
export const canBeHeldAgain: ReadonlySet<string> = new Set<BrokenOffReason>([
  'TECHNICAL_FAILURE',
  'PATIENT_LEFT',
  'PATIENT_UNWELL',
  'EXAMINER_CALLED_AWAY',
]);

export const BrokenOffReasonEnum = builder.enumType('BrokenOffReason', {
  description: 'Why an exam could not be held to its end.',
  values: brokenOffReasons,
});

builder.objectFields(GoodFaithExam, (t) => ({
  brokenOffReason: t.field({
    type: BrokenOffReasonEnum,
    nullable: true,
    authScopes: { may: 'exam:read' },
    resolve: (exam) => exam.brokenOffReason as BrokenOffReason | null,
    description: 'Why it could not be held to its end; only with the outcome NOT_COMPLETED.',
  }),
  follows: t.field({
    type: GoodFaithExam,
    nullable: true,
    authScopes: { may: 'exam:read' },
    resolve: (exam, _args, ctx) => (exam.followsId === null ? null : loadExam(ctx, exam.followsId)),
    description: 'The exam that was broken off and that this one is held instead of.',
  }),
}));
