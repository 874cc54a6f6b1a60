/** The members of a signed order that the checks read, in every version of the format. Others may be there: the signatures cover them all the same. */

import { z } from 'zod';

const text = z.string().min(1);
const day = z.iso.date();
const instant = z.iso.datetime();

const amount = z.object({ value: text, unit: text });

const ratio = z.object({ numerator: amount, denominator: amount });

// Orders signed before formulas were structured say nothing of ratios and excipients: left out, they are not compared.
const ingredient = z.object({ name: text, unii: text.nullable(), strength: text, strengthRatio: ratio.nullish() }).loose();

const excipient = z.object({ name: text, unii: text.nullable(), role: text, amount: ratio.nullable() });

const license = z.object({ state: text, number: text, status: text, verifiedAt: instant.nullable(), expiresOn: day }).loose();

const code = z.object({ system: text, code: text, display: z.string() }).loose();

/** The versions that are known here. A document of any other proves nothing: what it means by its members is not known. */
export const orderSchemas = ['gf-order/1', 'gf-order/2'] as const;

/** A document of any known version. What later versions added may be absent of an earlier one, and is null then. */
export const orderDocument = z
  .object({
    schema: z.enum(orderSchemas),
    order: z.object({ id: text, service: text, signedAt: instant }).loose(),
    patient: z.object({ id: text }).loose(),
    shipTo: z.object({ state: text }).loose(),
    drug: z
      .object({
        formularyItemId: text,
        ingredients: z.array(ingredient).min(1),
        excipients: z.array(excipient).nullish(),
        quantity: z.object({ value: text, unit: text }).loose(),
        refills: z.number().int().nonnegative(),
      })
      .loose(),
    clinicalDifference: z
      .object({ statement: text, finding: z.object({ id: text, code: code.nullable().default(null) }).loose() })
      .loose()
      .nullable(),
    prescriber: z.object({ id: text, license }).loose(),
    clinic: z.object({ id: text }).loose(),
    pharmacy: z.object({ id: text }).loose(),
    exam: z
      .object({ examinerId: text, outcome: text, services: z.array(text), patientState: text, completedAt: instant, validUntil: day })
      .loose(),
    controlled: z.object({ schedule: text }).loose().nullable().default(null),
    protocol: z.object({ id: text, service: text, digest: text }).loose(),
  })
  .loose();

/** A signed order as it was frozen. */
export type OrderDocument = z.infer<typeof orderDocument>;
