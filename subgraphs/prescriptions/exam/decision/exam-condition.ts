import { z } from 'zod';
import type { GoodFaithExam } from '#prisma/generated/prescriptions/client.ts';
import { builder } from '../../builder.ts';

/** What an approval can be made to depend on. */
export const conditionKinds = ['LAB_RESULT', 'DOSE_LIMIT', 'IN_PERSON_CHECK', 'SPECIALIST_CLEARANCE', 'PHOTOGRAPHS', 'OTHER'] as const;

/** One such kind. */
export type ConditionKind = (typeof conditionKinds)[number];

/** What comes on paper is met with that paper, by its digest. */
export const needsEvidence: ReadonlySet<ConditionKind> = new Set<ConditionKind>(['LAB_RESULT', 'SPECIALIST_CLEARANCE']);

/** The same, in the graph. */
export const ExamConditionKind = builder.enumType('ExamConditionKind', {
  description: 'What an approval depends on.',
  values: {
    LAB_RESULT: { description: 'A result of a laboratory: met with its digest.' },
    DOSE_LIMIT: { description: 'A dose that is not to be exceeded: met by the word of whoever sees to it. No dose is compared.' },
    IN_PERSON_CHECK: { description: 'Something to be looked at in person.' },
    SPECIALIST_CLEARANCE: { description: 'Another clinician’s agreement: met with the digest of their letter.' },
    PHOTOGRAPHS: { description: 'Photographs of the area.' },
    OTHER: { description: 'What its words say.' },
  } as const,
});

/** A condition as an examiner sets it. */
export const ExamConditionInput = builder.inputType('ExamConditionInput', {
  description: 'Something an approval depends on.',
  fields: (t) => ({
    kind: t.field({ type: ExamConditionKind, required: true, description: 'What kind of thing.' }),
    text: t.string({ required: true, description: 'What exactly must be so: 1 to 1,000 characters.' }),
  }),
  validate: z.looseObject({
    text: z.string().trim().min(1, 'A condition is empty.').max(1_000, 'A condition has at most 1,000 characters.'),
  }),
});

/** A condition of an approval. */
export interface Condition {
  /** From 1. */
  readonly position: number;
  readonly kind: ConditionKind;
  readonly text: string;
}

/** The conditions of an exam in their order; those of before kinds were told are words alone. */
export function conditionsOf({ conditions, conditionKinds: kinds }: Pick<GoodFaithExam, 'conditions' | 'conditionKinds'>): Condition[] {
  return conditions.map((text, index) => ({ position: index + 1, kind: (kinds[index] ?? 'OTHER') as ConditionKind, text }));
}

/** Conditions as the exam's row keeps them: those in words, then those by kind. */
export function conditionColumns(input: {
  readonly conditions?: readonly string[] | null;
  readonly codedConditions?: readonly (typeof ExamConditionInput.$inferInput)[] | null;
}): Pick<GoodFaithExam, 'conditions' | 'conditionKinds'> {
  const inWords = (input.conditions ?? []).map((text) => ({ kind: 'OTHER', text }));
  const all = [...inWords, ...(input.codedConditions ?? [])];
  return { conditions: all.map(({ text }) => text.trim()), conditionKinds: all.map(({ kind }) => kind) };
}
