import { z } from 'zod';
import type { differenceKinds } from '#rules/difference-facts.ts';
import { builder } from '../builder.ts';

/** The kinds of a difference, in the graph. */
export const DifferenceKindEnum = builder.enumType('ClinicalDifferenceKind', {
  description: 'What makes a compound different for this patient from what is sold (21 USC 353a(b)(2)).',
  values: {
    ALLERGY: { description: 'An allergy to something in what is sold: rests on a coded finding of the exam.' },
    INTOLERANCE: { description: 'Something in what is sold is not tolerated: rests on a coded finding of the exam.' },
    STRENGTH_NOT_SOLD: { description: 'The strength this patient needs is not sold: names the product and the strength.' },
    FORM_NOT_SOLD: { description: 'The form this patient needs is not sold: names the product and the form.' },
    SHORTAGE: { description: 'What is sold cannot be had: only while the shortage list of that day has it.' },
    UNSPECIFIED: { description: 'No more than the statement says.' },
  } as const satisfies Record<(typeof differenceKinds)[number], object>,
});

const words = (what: string) => z.string().trim().min(1, `${what} is empty.`).max(500, `${what} has at most 500 characters.`).nullish();

/** Why this patient needs the compound, as its prescriber says it. */
export const ClinicalDifferenceInput = builder.inputType('ClinicalDifferenceInput', {
  description: 'Why this patient needs a compound where a commercial drug exists.',
  fields: (t) => ({
    statement: t.string({ required: true, description: 'What is changed for this patient, and why it matters.' }),
    findingId: t.id({ required: true, description: 'The finding of the exam that it rests on.' }),
    kind: t.field({ type: DifferenceKindEnum, description: 'What kind of difference it is; UNSPECIFIED when left out.' }),
    comparator: t.string({ description: 'The commercial product with its strength that it is compared with: 1 to 500 characters.' }),
    change: t.string({ description: 'What is changed against it: 1 to 500 characters.' }),
  }),
  validate: z.looseObject({
    statement: z.string().trim().min(1, 'The statement is missing.').max(2000, 'The statement has at most 2000 characters.'),
    comparator: words('The product'),
    change: words('The change'),
  }),
});

/** A difference as the order's row keeps it; all null where none is stated. */
export function differenceColumns(input: typeof ClinicalDifferenceInput.$inferInput | null | undefined) {
  return {
    differenceStatement: input?.statement.trim() ?? null,
    differenceKind: input ? (input.kind ?? 'UNSPECIFIED') : null,
    differenceComparator: input?.comparator?.trim() ?? null,
    differenceChange: input?.change?.trim() ?? null,
  };
}
