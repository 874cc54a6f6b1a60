import type { DoseStep, EquivalentAmount } from '#rules/dose-steps.ts';
import type { AmountRatio } from '#rules/dose-units.ts';
import { builder, graph } from '../builder.ts';
import { DoseDayEnum, DoseEventEnum, DoseMethodEnum, DosePeriodUnit } from './dosage-input.ts';

const DosageTiming = builder.objectRef<NonNullable<DoseStep['timing']>>('DosageTiming').implement({
  description: 'When doses fall due: so often in each period, spread evenly, the first on the first day.',
  fields: (t) => ({
    frequency: t.exposeInt('frequency', { description: 'How often in each period.' }),
    period: t.exposeInt('period', { description: 'How long the period is.' }),
    periodUnit: t.field({ type: DosePeriodUnit, resolve: (timing) => timing.periodUnit, description: 'The unit of the period.' }),
    dayOfWeek: t.field({
      type: [DoseDayEnum],
      resolve: (timing) => [...timing.dayOfWeek],
      description: 'On which days; empty where none is named.',
    }),
    timeOfDay: t.field({
      type: ['String'],
      resolve: (timing) => [...timing.timeOfDay],
      description: 'At which times as HH:MM; empty where none is named.',
    }),
    when: t.field({
      type: [DoseEventEnum],
      resolve: (timing) => [...timing.when],
      description: 'By what is done then; empty where nothing is named.',
    }),
  }),
});

const DosageSite = builder.objectRef<NonNullable<DoseStep['site']>>('DosageSite').implement({
  description: 'Where on the body.',
  fields: (t) => ({
    display: t.exposeString('display', { description: 'In words.' }),
    system: t.exposeString('system', { nullable: true, description: 'The terminology of the code.' }),
    code: t.exposeString('code', { nullable: true, description: 'The code, where there is one.' }),
  }),
});

const DoseMaximum = builder.objectRef<AmountRatio>('DoseMaximum').implement({
  description: 'The most that is taken in a stretch of time.',
  fields: (t) => ({
    amount: t.field({ type: graph.Quantity, resolve: (most) => most.numerator, description: 'The most.' }),
    period: t.field({ type: graph.Quantity, resolve: (most) => most.denominator, description: 'In what time.' }),
  }),
});

const DoseEquivalent = builder.objectRef<EquivalentAmount & { ingredient?: string }>('DoseEquivalent').implement({
  description: 'One dose in another measure, worked out from the strength.',
  fields: (t) => ({
    ingredient: t.string({
      nullable: true,
      resolve: ({ ingredient }) => ingredient ?? null,
      description: 'The active ingredient it is of; null for an amount of the preparation.',
    }),
    value: t.field({ type: 'Decimal', resolve: ({ value }) => value, description: 'How much.' }),
    unit: t.exposeString('unit', { description: 'UCUM code of the unit.' }),
    exact: t.exposeBoolean('exact', { description: 'Whether that is to the last digit, or rounded.' }),
  }),
});

/** One step of an ordered dosage. */
export const DosageType = builder.objectRef<DoseStep>('Dosage').implement({
  description: 'One step of a dosage, in the shape of FHIR R4 Dosage. Steps follow one another; one without an amount is a rest.',
  fields: (t) => ({
    sequence: t.exposeInt('sequence', { description: 'Its place, from 1.' }),
    text: t.exposeString('text', { description: 'The step in words, generated from the data.' }),
    amount: t.field({
      type: graph.Quantity,
      nullable: true,
      resolve: (step) => step.amount,
      description: 'One dose as prescribed; null in a rest.',
    }),
    ingredient: t.exposeString('ingredient', {
      nullable: true,
      description: 'The active ingredient that the amount is of; null where it is an amount of the preparation.',
    }),
    prepared: t.field({
      type: DoseEquivalent,
      nullable: true,
      resolve: (step) => step.prepared,
      description:
        'One dose as an amount of the preparation: what is drawn up, or how many pieces. Null where the strength is not recorded as two amounts, and in a rest.',
    }),
    active: t.field({
      type: [DoseEquivalent],
      resolve: (step) => [...step.active],
      description: 'One dose as an amount of each active ingredient whose strength is recorded as two amounts.',
    }),
    timing: t.field({
      type: DosageTiming,
      nullable: true,
      resolve: (step) => step.timing,
      description: 'When doses fall due; null in a rest.',
    }),
    duration: t.field({
      type: graph.Quantity,
      nullable: true,
      resolve: (step) => step.duration,
      description: 'How long the step lasts, in d, wk or mo; null: until the supply ends.',
    }),
    route: t.exposeString('route', { description: 'The route: the formula’s.' }),
    site: t.field({ type: DosageSite, nullable: true, resolve: (step) => step.site, description: 'Where on the body, where it matters.' }),
    method: t.field({ type: DoseMethodEnum, nullable: true, resolve: (step) => step.method, description: 'How it is given.' }),
    asNeededFor: t.string({
      nullable: true,
      resolve: (step) => step.asNeeded?.reason ?? null,
      description: 'For what it is taken as needed; null where every dose is taken.',
    }),
    maxDosePerPeriod: t.field({
      type: DoseMaximum,
      nullable: true,
      resolve: (step) => step.maxDosePerPeriod,
      description: 'The most that is taken in a stretch of time; null where only the timing limits it.',
    }),
    repeatFrom: t.exposeInt('repeatFrom', {
      nullable: true,
      description: 'Of a last step: with which step everything begins again after it; null where it ends.',
    }),
  }),
});
