import { z } from 'zod';
import { daysOfWeek, type DoseDay, doseMethods, eventsOfDay, type PeriodUnit } from '#rules/dose-steps.ts';
import { isPositive, plain } from '#rules/dose-units.ts';
import { builder, graph } from '../builder.ts';
import type { GivenStep } from './given-step.ts';
import { dayNames } from './timing-words.ts';
import { isDosed } from './unit-words.ts';

const MOST_STEPS = 24;
const MOST_OFTEN = 24;
const LONGEST_PERIOD = 365;

/** In what a dosage counts time. */
export const DosePeriodUnit = builder.enumType('DosePeriodUnit', {
  description: 'In what a dosage counts time (UCUM). A month counts as 30 days.',
  values: { HOUR: { value: 'h' }, DAY: { value: 'd' }, WEEK: { value: 'wk' }, MONTH: { value: 'mo' } } as const,
});

/** Days of the week on which a dose falls due. */
export const DoseDayEnum = builder.enumType('DoseDay', {
  description: 'A day of the week on which a dose falls due.',
  values: Object.fromEntries(daysOfWeek.map((day) => [dayNames[day].toUpperCase(), { value: day }])) as Record<string, { value: DoseDay }>,
});

/** Times of a day by what is done then. */
export const DoseEventEnum = builder.enumType('DoseEvent', {
  description:
    'A time of day by what is done then, as FHIR names it: MORN, AFT, EVE, HS at bedtime, WAKE, AC before meals, C with meals, PC after meals.',
  values: eventsOfDay,
});

/** Ways of giving. */
export const DoseMethodEnum = builder.enumType('DoseMethod', { description: 'How a dose is given.', values: doseMethods });

const DosageTimingInput = builder.inputType('DosageTimingInput', {
  description: 'When doses fall due: so often in each period, spread evenly, the first on the first day.',
  fields: (t) => ({
    frequency: t.int({ required: true, description: 'How often in each period: 1 to 24.' }),
    period: t.int({ required: true, description: 'How long the period is: 1 to 365 of its unit.' }),
    periodUnit: t.field({ type: DosePeriodUnit, required: true, description: 'The unit of the period.' }),
    dayOfWeek: t.field({ type: [DoseDayEnum], description: 'On which days, with a period of one week and a dose on each.' }),
    timeOfDay: t.stringList({ description: 'At which times as HH:MM, with a period of one day and a dose at each.' }),
    when: t.field({ type: [DoseEventEnum], description: 'At which times of the day, by what is done then.' }),
  }),
});

const DosageSiteInput = builder.inputType('DosageSiteInput', {
  description: 'Where on the body.',
  fields: (t) => ({
    display: t.string({
      required: true,
      description: 'In plain words without an article, for example left abdomen: letters, blanks and hyphens, at most 60.',
    }),
    system: t.string({ description: 'The terminology of the code, as a URI; with a code only.' }),
    code: t.string({ description: 'The code, where there is one.' }),
  }),
});

const DosageAsNeededInput = builder.inputType('DosageAsNeededInput', {
  description: 'That the dose is taken as needed, and for what.',
  fields: (t) => ({
    reason: t.string({ required: true, description: 'For what: letters, digits, blanks, commas and hyphens, at most 100.' }),
  }),
});

const DoseMaximumInput = builder.inputType('DoseMaximumInput', {
  description: 'The most that is taken in a stretch of time.',
  fields: (t) => ({
    amount: t.field({ type: graph.QuantityInput, required: true, description: 'The most, in the measure of the dose.' }),
    period: t.field({ type: graph.QuantityInput, required: true, description: 'In what time: a whole number of h, d, wk or mo.' }),
  }),
});

/** One step of a dosage as a prescriber gives it. */
export const DosageInput = builder.inputType('DosageInput', {
  description: 'One step of a dosage, in the shape of FHIR R4 Dosage. A step without amount and timing is a rest.',
  fields: (t) => ({
    amount: t.field({
      type: graph.QuantityInput,
      description: 'One dose: of the active ingredient, or of the preparation. Left out in a rest.',
    }),
    ingredient: t.string({
      description:
        'The active ingredient that the amount is of, by its name in the formula. Needed for a mass where the formula has several; of a cream, an amount is of the cream unless this is given.',
    }),
    timing: t.field({ type: DosageTimingInput, description: 'When doses fall due. Left out in a rest.' }),
    duration: t.field({
      type: graph.QuantityInput,
      description: 'How long the step lasts, in whole d, wk or mo. The last step may leave it out: it lasts until the supply ends.',
    }),
    site: t.field({ type: DosageSiteInput, description: 'Where on the body.' }),
    method: t.field({ type: DoseMethodEnum, description: 'How it is given; left out, the usual way of the route.' }),
    asNeeded: t.field({ type: DosageAsNeededInput, description: 'That it is taken as needed. Left out, every dose is taken.' }),
    maxDosePerPeriod: t.field({ type: DoseMaximumInput, description: 'The most that is taken in a stretch of time.' }),
    repeatFrom: t.int({
      description: 'Of the last step: with which step, from 1, everything begins again after it. So a cycle is written.',
    }),
  }),
});

const span = z.object({ value: z.string(), unit: z.string() }).superRefine(({ value, unit }, context) => {
  const wrong = (message: string, ...path: string[]) => context.addIssue({ code: 'custom', message, path });
  if (!/^[1-9]\d{0,2}(\.0+)?$/.test(value)) wrong('A time is a whole number, at most 999.', 'value');
  if (!['h', 'd', 'wk', 'mo'].includes(unit)) wrong('A time is counted in h, d, wk or mo.', 'unit');
});

const amount = z.object({ value: z.string(), unit: z.string() }).superRefine(({ value, unit }, context) => {
  const wrong = (message: string, ...path: string[]) => context.addIssue({ code: 'custom', message, path });
  if (!isPositive(value)) wrong('A dose is more than zero, with at most twelve decimals.', 'value');
  if (!isDosed(unit)) wrong('A dose is counted in a UCUM unit such as mg, ug, mL, [iU] or {capsule}.', 'unit');
});

const count = (what: string, most: number) => z.number().int().min(1, `${what} is at least 1.`).max(most, `${what} is at most ${most}.`);
const noneTwice = (list: readonly string[] | null | undefined) => new Set(list).size === (list?.length ?? 0);

const timing = z
  .object({
    frequency: count('A frequency', MOST_OFTEN),
    period: count('A period', LONGEST_PERIOD),
    periodUnit: z.string(),
    dayOfWeek: z.array(z.string()).max(7).nullish().refine(noneTwice, 'A day is named twice.'),
    timeOfDay: z
      .array(z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'A time of day is HH:MM.'))
      .max(MOST_OFTEN)
      .nullish()
      .refine(noneTwice, 'A time is named twice.'),
    when: z.array(z.string()).max(4).nullish().refine(noneTwice, 'A time is named twice.'),
  })
  .superRefine(({ frequency, period, periodUnit, dayOfWeek, timeOfDay, when }, context) => {
    const wrong = (path: string, message: string) => context.addIssue({ code: 'custom', message, path: [path] });
    const inOne = (unit: string) => period === 1 && periodUnit === unit;
    if (dayOfWeek?.length && !(inOne('wk') && dayOfWeek.length === frequency))
      wrong('dayOfWeek', 'Days are named with a period of one week, as many as there are doses.');
    if (timeOfDay?.length && !(inOne('d') && timeOfDay.length === frequency))
      wrong('timeOfDay', 'Times are named with a period of one day, as many as there are doses.');
    if (when?.length && timeOfDay?.length) wrong('when', 'A time is given by the clock or by what is done then, not both.');
  });

const step = z
  .object({
    amount: amount.nullish(),
    ingredient: z.string().nullish(),
    timing: timing.nullish(),
    duration: span.refine(({ unit }) => unit !== 'h', { message: 'A step lasts whole d, wk or mo.', path: ['unit'] }).nullish(),
    site: z
      .object({ display: z.string().regex(/^[A-Za-z][A-Za-z -]{0,59}$/, 'A site is told in letters, blanks and hyphens, at most 60.') })
      .loose()
      .refine(({ system, code }) => (system ?? null) === null || (code ?? null) !== null, 'A terminology is named with its code only.')
      .nullish(),
    asNeeded: z
      .object({
        reason: z
          .string()
          .regex(
            /^[A-Za-z0-9][A-Za-z0-9 ,-]{0,98}[A-Za-z0-9]$/,
            'A reason is told in letters, digits, blanks, commas and hyphens, at most 100.',
          ),
      })
      .nullish(),
    maxDosePerPeriod: z.object({ amount, period: span }).nullish(),
    repeatFrom: count('A step', MOST_STEPS).nullish(),
  })
  .loose()
  .superRefine((one, context) => {
    const wrong = (path: string, message: string) => context.addIssue({ code: 'custom', message, path: [path] });
    if (one.amount == null && one.timing != null) wrong('amount', 'The dose is missing; a rest has no timing either.');
    if (one.amount != null && one.timing == null) wrong('timing', 'When the dose falls due is missing.');
    const rest = { ingredient: one.ingredient, site: one.site, asNeeded: one.asNeeded, maxDosePerPeriod: one.maxDosePerPeriod };
    if (one.amount == null)
      for (const [member, value] of Object.entries(rest)) if (value != null) wrong(member, 'A rest has nothing of the kind.');
  });

/** What can be said of a dosage before the formula is read. */
export const dosageShape = z
  .array(step)
  .min(1, 'A dosage has at least one step.')
  .max(MOST_STEPS, `A dosage has at most ${MOST_STEPS} steps.`);

type Given = typeof DosageInput.$inferInput;

/** Steps as they were typed in, brought into one form: plain decimals, absent is null. */
export function givenSteps(dosage: readonly Given[]): GivenStep[] {
  const amountOf = (one: { value: string; unit: string }) => ({ value: plain(one.value), unit: one.unit });
  return dosage.map((one) => ({
    amount: one.amount ? amountOf(one.amount) : null,
    ingredient: one.ingredient?.trim() ?? null,
    timing: one.timing ? timingOf(one.timing) : null,
    duration: one.duration ? amountOf(one.duration) : null,
    site: one.site ? { system: one.site.system ?? null, code: one.site.code ?? null, display: one.site.display } : null,
    method: one.method ?? null,
    asNeeded: one.asNeeded ? { reason: one.asNeeded.reason } : null,
    maxDosePerPeriod: one.maxDosePerPeriod
      ? { numerator: amountOf(one.maxDosePerPeriod.amount), denominator: amountOf(one.maxDosePerPeriod.period) }
      : null,
    repeatFrom: one.repeatFrom ?? null,
  }));
}

function timingOf({
  frequency,
  period,
  periodUnit,
  dayOfWeek,
  timeOfDay,
  when,
}: NonNullable<Given['timing']>): NonNullable<GivenStep['timing']> {
  return {
    ...{ frequency, period, periodUnit: periodUnit as PeriodUnit },
    ...{ dayOfWeek: [...(dayOfWeek ?? [])], timeOfDay: [...(timeOfDay ?? [])], when: [...(when ?? [])] },
  };
}
