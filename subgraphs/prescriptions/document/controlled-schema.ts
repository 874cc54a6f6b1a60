import { z } from 'zod';

const text = z.string().min(1);

/** The part of a signed order's published schema that says how a controlled prescription was signed. */
export const controlledSchema = z
  .strictObject({
    schedule: z.string().regex(/^(II|III|IV|V)$/),
    dea: z
      .strictObject({ number: text, state: z.string().length(2), expiresOn: z.iso.date() })
      .nullable()
      .describe('The DEA registration it is written under; null of what only a state schedules.'),
    basis: z
      .strictObject({
        ...{ kind: z.enum(['IN_PERSON', 'TELEMEDICINE']), evaluationId: text.nullable() },
        ...{ ruleId: text, citation: text.nullable(), version: z.string() },
      })
      .describe('The evaluation in person it rests on, or the telemedicine rule relied upon.'),
    pdmpCheckId: text.nullable(),
    reviewDigest: z.string().regex(/^[0-9a-f]{64}$/),
    statement: text,
  })
  .describe('How a prescription for a controlled substance was signed (21 CFR part 1311).');
