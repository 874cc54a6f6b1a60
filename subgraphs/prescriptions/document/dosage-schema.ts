/** How a signed order's dosage is published: FHIR R4 `Dosage`, one step after the other, every member written out. */

import { z } from 'zod';
import { daysOfWeek, doseMethods, eventsOfDay, type PeriodUnit, periodHours } from '#rules/dose-steps.ts';

const text = z.string().min(1);
const amount = z.strictObject({ value: z.string(), unit: text });
const equivalent = { value: z.string(), unit: text, exact: z.boolean() };

const timing = z.strictObject({
  frequency: z.number(),
  period: z.number(),
  periodUnit: z.enum(Object.keys(periodHours) as [PeriodUnit, ...PeriodUnit[]]),
  dayOfWeek: z.array(z.enum(daysOfWeek)),
  timeOfDay: z.array(z.string()),
  when: z.array(z.enum(eventsOfDay)),
});

/** One step: what `DoseStep` is. */
export const doseStepSchema = z.strictObject({
  sequence: z.number().int().min(1),
  text: z.string(),
  amount: amount.nullable().describe('One dose; null in a rest.'),
  ingredient: text.nullable().describe('The ingredient that the amount is of; null where it is an amount of the preparation.'),
  prepared: z.strictObject(equivalent).nullable().describe('One dose as an amount of the preparation.'),
  active: z.array(z.strictObject({ ingredient: text, ...equivalent })).describe('One dose as an amount of each active ingredient.'),
  timing: timing.nullable(),
  duration: amount.nullable().describe('How long the step lasts; null: until the supply ends.'),
  route: z.string(),
  site: z.strictObject({ system: z.string().nullable(), code: z.string().nullable(), display: z.string() }).nullable(),
  method: z.enum(doseMethods).nullable(),
  asNeeded: z.strictObject({ reason: z.string() }).nullable(),
  maxDosePerPeriod: z.strictObject({ numerator: amount, denominator: amount }).nullable(),
  repeatFrom: z.number().nullable().describe('Of a last step: the step with which everything begins again after it.'),
});
