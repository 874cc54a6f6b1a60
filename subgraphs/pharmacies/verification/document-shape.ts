/** The members of a signed order that the checks read (schema gf-order/1). Others may be there: the signatures cover them all the same. */

import { z } from 'zod';

const text = z.string().min(1);
const day = z.iso.date();
const instant = z.iso.datetime();

const ingredient = z.object({ name: text, unii: text.nullable(), strength: text }).loose();

const license = z.object({ state: text, number: text, status: text, verifiedAt: instant.nullable(), expiresOn: day }).loose();

export const orderDocument = z
  .object({
    schema: z.literal('gf-order/1'),
    order: z.object({ id: text, service: text, signedAt: instant }).loose(),
    patient: z.object({ id: text }).loose(),
    shipTo: z.object({ state: text }).loose(),
    drug: z
      .object({ formularyItemId: text, ingredients: z.array(ingredient).min(1), quantity: z.object({ value: text, unit: text }).loose() })
      .loose(),
    clinicalDifference: z
      .object({ statement: text, finding: z.object({ id: text }).loose() })
      .loose()
      .nullable(),
    prescriber: z.object({ id: text, license }).loose(),
    clinic: z.object({ id: text }).loose(),
    pharmacy: z.object({ id: text }).loose(),
    exam: z
      .object({ examinerId: text, outcome: text, services: z.array(text), patientState: text, completedAt: instant, validUntil: day })
      .loose(),
    protocol: z.object({ id: text, service: text, digest: text }).loose(),
  })
  .loose();

/** A signed order as it was frozen. */
export type OrderDocument = z.infer<typeof orderDocument>;
