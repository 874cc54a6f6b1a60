/** How the screening of a signed order's drug is published. */

import { z } from 'zod';

const text = z.string().min(1);
const outcome = z.enum(['PASS', 'FAIL', 'UNKNOWN']);

const finding = z.strictObject({
  substance: z.string().nullable(),
  unii: z.string().nullable(),
  about: z.string().nullable(),
  outcome,
  message: z.string(),
});

const waiver = z.strictObject({
  ...{ id: text, at: z.string(), by: z.string().nullable(), credential: z.string().nullable(), reason: z.string().nullable() },
});

const kind = z.strictObject({
  kind: z.enum(['ALLERGY', 'DUPLICATE_THERAPY', 'CONTRAINDICATION', 'PREGNANCY', 'INTERACTION']),
  outcome,
  passes: z.boolean().describe('Whether it stood in nobody’s way: nothing found, or waived.'),
  findings: z.array(finding),
  waiver: waiver.nullable(),
});

/** What the drug was screened against, with which answers: what `FrozenScreening` is. */
export const screeningSchema = z.strictObject({
  screenedWith: z.strictObject({ name: z.string(), version: z.string() }),
  intakeId: z.string().nullable(),
  excipients: z.enum(['RECORDED', 'NOT_RECORDED']),
  interactions: z.strictObject({
    ...{ screener: z.string(), version: z.string(), asOf: z.string().nullable() },
    outcome: z.enum(['SCREENED', 'NOT_SCREENED', 'NOTHING_TO_SCREEN']),
  }),
  kinds: z.array(kind),
  handling: z.array(z.strictObject({ substance: z.string(), unii: z.string().nullable(), statement: z.string() })),
});
