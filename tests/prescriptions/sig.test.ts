import Big from 'big.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { daysOfWeek, type DoseStep, type DoseTiming, eventsOfDay, type PeriodUnit } from '#rules/dose-steps.ts';
import type { DosedFormula, GivenStep } from '../../subgraphs/prescriptions/dose/given-step.ts';
import { dosingOf } from '../../subgraphs/prescriptions/dose/dosing.ts';
import { errorProne } from '../../subgraphs/prescriptions/dose/error-prone.ts';

const strength = (name: string, value: string, unit: string, denominator = 'mL') => ({
  name,
  unii: null,
  strength: { numerator: { value, unit }, denominator: { value: '1', unit: denominator } },
});
const injection: DosedFormula = { route: 'subcutaneous', strengths: [strength('Semaglutide', '2.5', 'mg')] };
const blend: DosedFormula = {
  route: 'subcutaneous',
  strengths: [strength('Semaglutide', '1', 'mg'), strength('Methylcobalamin', '0.5', 'mg')],
};
const capsule: DosedFormula = { route: 'oral', strengths: [strength('Progesterone', '50', 'mg', '{capsule}')] };
const cream: DosedFormula = { route: 'topical', strengths: [strength('Estradiol', '0.5', 'mg', 'g')] };
const units: DosedFormula = { route: 'intramuscular', strengths: [strength('Gonadorelin', '1000', '[iU]')] };

const weekly: DoseTiming = { frequency: 1, period: 1, periodUnit: 'wk', dayOfWeek: [], timeOfDay: [], when: [] };
const daily: DoseTiming = { ...weekly, periodUnit: 'd' };
const step = (change: Partial<GivenStep>): GivenStep => ({
  ...{ amount: { value: '0.25', unit: 'mg' }, ingredient: null, timing: weekly, duration: null, site: null, method: null },
  ...{ asNeeded: null, maxDosePerPeriod: null, repeatFrom: null },
  ...change,
});
const weeks = (value: string) => ({ value, unit: 'wk' });
const given = (dosage: GivenStep[] | null, sig: string | null = null, overrideReason: string | null = null) => ({
  dosage,
  sig,
  overrideReason,
});
const sigOf = (dosage: GivenStep[], formula = injection) => dosingOf(given(dosage), formula).dosing?.sig;
const pathsOf = (...[what, formula]: [ReturnType<typeof given>, DosedFormula?]) =>
  dosingOf(what, formula ?? injection).issues.map(({ path }) => path);

describe('the sig that follows from a dosage', () => {
  test.each([
    ['an injection, in mass and in volume', [step({})], injection, 'Inject 0.25 mg (0.1 mL) subcutaneously once a week.'],
    [
      'an injection by volume',
      [step({ amount: { value: '0.1', unit: 'mL' } })],
      injection,
      'Inject 0.1 mL (0.25 mg) subcutaneously once a week.',
    ],
    [
      'what does not end is rounded, and says so',
      [step({ amount: { value: '1', unit: 'mg' } })],
      { ...injection, strengths: [strength('Semaglutide', '3', 'mg')] },
      'Inject 1 mg (about 0.33 mL) subcutaneously once a week.',
    ],
    [
      'micrograms and thousands',
      [step({ amount: { value: '1250', unit: 'ug' } })],
      injection,
      'Inject 1,250 mcg (0.5 mL) subcutaneously once a week.',
    ],
    [
      'units spelled out',
      [step({ amount: { value: '500', unit: '[iU]' }, timing: { ...weekly, frequency: 2 } })],
      units,
      'Inject 500 international units (0.5 mL) intramuscularly twice a week.',
    ],
    [
      'one of several ingredients by name',
      [step({ ingredient: 'Semaglutide' })],
      blend,
      'Inject 0.25 mg of Semaglutide (0.25 mL) subcutaneously once a week.',
    ],
    [
      'a volume of several ingredients',
      [step({ amount: { value: '0.5', unit: 'mL' } })],
      blend,
      'Inject 0.5 mL (0.5 mg of Semaglutide, 0.25 mg of Methylcobalamin) subcutaneously once a week.',
    ],
    [
      'capsules',
      [step({ amount: { value: '100', unit: 'mg' }, timing: { ...daily, when: ['HS'] } })],
      capsule,
      'Take 100 mg (2 capsules) by mouth once a day at bedtime.',
    ],
    [
      'one capsule',
      [step({ amount: { value: '1', unit: '{capsule}' }, timing: { ...daily, period: 2 } })],
      capsule,
      'Take 1 capsule (50 mg) by mouth every 2 days.',
    ],
    [
      'a cream',
      [step({ amount: { value: '1', unit: 'g' }, timing: daily, site: { system: null, code: null, display: 'inner forearm' } })],
      cream,
      'Apply 1 g to the skin at the inner forearm once a day.',
    ],
    [
      'as needed, up to a limit',
      [
        step({
          amount: { value: '1', unit: '{capsule}' },
          timing: { ...daily, period: 8, periodUnit: 'h' as const },
          asNeeded: { reason: 'hot flushes' },
          maxDosePerPeriod: { numerator: { value: '2', unit: '{capsule}' }, denominator: { value: '1', unit: 'd' } },
        }),
      ],
      capsule,
      'Take 1 capsule (50 mg) by mouth every 8 hours as needed for hot flushes; no more than 2 capsules in 1 day.',
    ],
    [
      'titration',
      [
        step({ duration: weeks('4') }),
        step({ amount: { value: '0.5', unit: 'mg' }, duration: weeks('4') }),
        step({ amount: { value: '1', unit: 'mg' } }),
      ],
      injection,
      'Step 1: Inject 0.25 mg (0.1 mL) subcutaneously once a week for 4 weeks. Step 2: Inject 0.5 mg (0.2 mL) subcutaneously once a week for 4 weeks. Step 3: Inject 1 mg (0.4 mL) subcutaneously once a week.',
    ],
    [
      'a cycle',
      [
        step({ amount: { value: '1', unit: '{capsule}' }, timing: daily, duration: { value: '5', unit: 'd' } }),
        step({ amount: null, timing: null, duration: { value: '2', unit: 'd' }, repeatFrom: 1 }),
      ],
      capsule,
      'Step 1: Take 1 capsule (50 mg) by mouth once a day for 5 days. Step 2: Take none for 2 days. Then start again with step 1.',
    ],
    [
      'days and times',
      [step({ timing: { ...weekly, frequency: 2, dayOfWeek: ['mon', 'thu'] } })],
      injection,
      'Inject 0.25 mg (0.1 mL) subcutaneously twice a week on Monday and Thursday.',
    ],
  ])('%s', (_what, dosage, formula, sig) => {
    expect(sigOf(dosage, formula)).toBe(sig);
    expect(errorProne(sig)).toBeNull();
  });

  const timings: fc.Arbitrary<DoseTiming> = fc.oneof(
    fc.record({
      ...{
        frequency: fc.integer({ min: 1, max: 6 }),
        period: fc.integer({ min: 1, max: 12 }),
        periodUnit: fc.constantFrom<PeriodUnit>('h', 'd', 'wk', 'mo'),
      },
      ...{ dayOfWeek: fc.constant([]), timeOfDay: fc.constant([]), when: fc.subarray([...eventsOfDay], { maxLength: 3 }) },
    }),
    fc.subarray([...daysOfWeek], { minLength: 1 }).map((dayOfWeek) => ({ ...weekly, frequency: dayOfWeek.length, dayOfWeek })),
    fc.subarray(['06:00', '12:30', '22:45'], { minLength: 1 }).map((timeOfDay) => ({ ...daily, frequency: timeOfDay.length, timeOfDay })),
  );
  const durations = fc
    .tuple(fc.integer({ min: 1, max: 99 }), fc.constantFrom('d', 'wk', 'mo'))
    .map(([value, unit]) => ({ value: String(value), unit }));
  const maybe = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: null });
  const doses = (formula: DosedFormula) =>
    fc
      .record({
        amount: fc
          .tuple(fc.integer({ min: 1, max: 99_999 }), fc.constantFrom('mg', 'ug', 'mL'))
          .map(([hundredths, unit]) => ({ value: String(unit === 'ug' ? hundredths * 10 : hundredths / 100), unit })),
        ingredient: fc.constant(null),
        timing: timings,
        duration: durations,
        site: maybe(fc.constantFrom('left abdomen', 'thigh', 'upper arm').map((display) => ({ system: null, code: null, display }))),
        method: fc.constant(null),
        asNeeded: maybe(fc.constantFrom('pain', 'nausea, if it comes', 'hot flushes').map((reason) => ({ reason }))),
        most: maybe(fc.integer({ min: 1, max: 9 })),
        repeatFrom: fc.constant(null),
      })
      // A most is for what is taken as needed, and one dose at least.
      .map(({ most, ...one }): GivenStep => {
        const numerator = {
          value: Big(one.amount.value)
            .times(most ?? 0)
            .toFixed(),
          unit: one.amount.unit,
        };
        const limit = one.asNeeded === null || most === null ? null : { numerator, denominator: { value: '2', unit: 'wk' } };
        return { ...one, maxDosePerPeriod: limit };
      })
      .map(
        (one): GivenStep => (formula.strengths.length > 1 && one.amount?.unit !== 'mL' ? { ...one, ingredient: 'Methylcobalamin' } : one),
      );
  const rests = durations.map((duration): GivenStep => step({ amount: null, timing: null, duration }));
  const dosages = fc.constantFrom(injection, blend).chain((formula) =>
    fc
      .tuple(doses(formula), fc.array(fc.oneof(doses(formula), rests), { maxLength: 4 }), fc.boolean(), fc.boolean())
      .map(([first, more, ends, again]) => {
        const all = [first, ...more];
        const last = all.at(-1) as GivenStep;
        const end =
          again && all.length > 1 ? { ...last, repeatFrom: 1 } : ends || last.amount === null ? last : { ...last, duration: null };
        return { formula, steps: [...all.slice(0, -1), end] };
      }),
  );

  test('reads back as the dosage it follows from, to the last member', () => {
    fc.assert(
      fc.property(dosages, ({ formula, steps }) => {
        const { dosing, issues } = dosingOf(given(steps), formula);
        expect(issues).toEqual([]);
        const back = dosingOf(given(null, dosing?.sig ?? ''), formula);
        expect(back).toEqual({ dosing, issues: [] });
      }),
      { numRuns: 500 },
    );
  });

  test('contradicts the same dosage with one amount or one time changed', () => {
    fc.assert(
      fc.property(dosages, fc.boolean(), fc.nat(), ({ formula, steps }, ofTime, pick) => {
        const dosed = steps.flatMap((one, index) => (one.amount === null ? [] : [index]));
        const at = dosed[pick % dosed.length] ?? 0;
        const other = steps.map((one, index): GivenStep => {
          if (index !== at || one.amount === null || one.timing === null) return one;
          if (ofTime) return { ...one, timing: { ...weekly, frequency: 7, period: 53 } };
          return { ...one, amount: { ...one.amount, value: `1${one.amount.value}` } };
        });
        const { dosing } = dosingOf(given(other), formula);
        expect(pathsOf(given(steps, dosing?.sig ?? '', 'as agreed'), formula)).toEqual(['input.sig']);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a sig without a dosage', () => {
  const read = (sig: string, formula = injection) => dosingOf(given(null, sig), formula).dosing?.dosage?.map(({ text }: DoseStep) => text);

  test.each([
    ['Inject 0.25 mg subcutaneously once a week', ['Inject 0.25 mg (0.1 mL) subcutaneously once a week']],
    ['Inject 0.25 mg once a week', ['Inject 0.25 mg (0.1 mL) subcutaneously once a week']],
    ['inject 0.1 milliliters (0.25 mg) under the skin weekly.', ['Inject 0.1 mL (0.25 mg) subcutaneously once a week']],
    ['Inject 0.25 mg every 7 days', ['Inject 0.25 mg (0.1 mL) subcutaneously every 7 days']],
    [
      'Inject 0.25 mg into the abdomen three times per week for 2 weeks',
      ['Inject 0.25 mg (0.1 mL) subcutaneously at the abdomen 3 times a week for 2 weeks'],
    ],
    [
      'Inject 0.25 mg once a week for 4 weeks, then 0.5 mg once a week',
      ['Inject 0.25 mg (0.1 mL) subcutaneously once a week for 4 weeks', 'Inject 0.5 mg (0.2 mL) subcutaneously once a week'],
    ],
  ])('is read where every word is known: %s', (sig, steps) => {
    expect(read(sig)).toEqual(steps);
  });

  test.each([
    'Use as directed',
    'Inject 0.25 mg',
    'Inject once a week',
    'Inject 0.25 mg once a week and discard the rest',
    'Inject a little subcutaneously once a week',
    'Inject 0.25 mg in the morning once a day',
  ])('leaves no dosage where one word is not: %s', (sig) => {
    expect(dosingOf(given(null, sig), injection)).toEqual({
      dosing: { sig, dosage: null, sigGenerated: null, sigOverrideReason: null },
      issues: [],
    });
  });

  test('leaves no dosage where it does not say which of several ingredients', () => {
    expect(dosingOf(given(null, 'Inject 0.25 mg once a week'), blend).dosing?.dosage).toBeNull();
  });

  test.each([
    ['Inject 20 units once a week', 'a unit that is no mass'],
    ['Inject 0.25 mg (1 mL) once a week', 'a volume that is not the dose'],
    ['Take 0.25 mg by mouth once a week', 'another route'],
    ['Inject 0.25 mg once a week, then 0.5 mg once a week', 'a step without an end'],
    ['Inject 10U once a week', 'an abbreviation that is misread'],
    ['Inject 1.0 mg once a week', 'a trailing zero'],
    ['Inject .5 mg once a week', 'a missing zero'],
    ['Inject 0.1 cc once a week', 'cc'],
    ['Inject 0.25 mg QD', 'QD'],
    ['Inject 250 \u00b5g once a week', 'a Greek letter'],
  ])('is refused: %s (%s)', (sig) => {
    expect(pathsOf(given(null, sig))).toEqual(['input.sig']);
  });

  test('is needed where there is no dosage, and has nothing to override', () => {
    expect(pathsOf(given(null))).toEqual(['input.sig']);
    expect(pathsOf(given(null, 'Inject 0.25 mg once a week', 'because'))).toEqual(['input.sigOverrideReason']);
  });
});

describe('the most in a time', () => {
  const most = (value: string, unit: string, asNeeded: { reason: string } | null) =>
    pathsOf(given([step({ asNeeded, maxDosePerPeriod: { numerator: { value, unit }, denominator: { value: '1', unit: 'wk' } } })]));
  const pain = { reason: 'pain' };

  test.each([
    ['is for what is taken as needed', most('1', 'mg', null), ['input.dosage.0.maxDosePerPeriod']],
    ['is at least one dose', most('0.24', 'mg', pain), ['input.dosage.0.maxDosePerPeriod']],
    ['is counted in the measure of the dose', most('1', 'mL', pain), ['input.dosage.0.maxDosePerPeriod']],
    ['may be one dose', most('0.25', 'mg', pain), []],
  ])('%s', (_rule, paths, expected) => {
    expect(paths).toEqual(expected);
  });

  test('is refused in words as well', () => {
    expect(pathsOf(given(null, 'Inject 0.25 mg once a week; no more than 2 mg in 1 week.'))).toEqual(['input.sig']);
  });
});

describe('a sig beside a dosage', () => {
  const beside = (sig: string, reason: string | null = null) => {
    const { dosing, issues } = dosingOf(given([step({})], sig, reason), injection);
    return dosing === null ? issues.map(({ path }) => path) : [dosing.sig, dosing.sigOverrideReason];
  };

  test('may say the same in other words', () => {
    expect(beside('Inject 0.1 mL under the skin every week')).toEqual(['Inject 0.1 mL under the skin every week', null]);
  });

  test.each([
    'Inject one milligram under the skin once a week.',
    'Inject under the skin BID.',
    'Inject 0.25 mg once a week, then double the dose each week.',
    'Inject 0.25 mg once a week. Take by mouth.',
    'Inject 0.25 mg once a week; inject another syringe in the evening.',
    'Inject TWO AND A HALF mg q3d',
    'Use as directed.',
    'As we agreed: inject 0.25 mg once a week.',
  ])('is refused where its own words stand instead of the dosage, whatever the reason: %s', (sig) => {
    expect(beside(sig, 'Agreed with the patient')).toEqual(['input.sig']);
  });

  test('has words of its own with a reason only', () => {
    const sig = 'Inject 0.25 mg once a week, on the day of your call with us';
    expect(beside(sig)).toEqual(['input.sigOverrideReason']);
    expect(beside(sig, 'The patient asked for a reminder')).toEqual([sig, 'The patient asked for a reminder']);
    expect(beside('Inject 0.25 mg (0.1 mL) subcutaneously once a week.', 'None')).toEqual(['input.sigOverrideReason']);
  });

  test.each([
    'Inject 2.5 mg once a week',
    'Inject 0.25 mg once a day',
    'Inject 0.25 mg once a week for 4 weeks',
    'Inject 0.25 mg once a week as needed for pain',
    'Inject 0.25 mg once a week, then 0.5 mg once a week',
    'Please inject 2.5 mg weekly, as we said',
    'Please inject your 0.25 mg daily, as we said',
    'Please inject 25 units weekly, as we said',
  ])('never contradicts it, whatever the reason: %s', (sig) => {
    expect(beside(sig, 'As agreed')).toContain('input.sig');
  });
});

describe('a dosage', () => {
  test.each<[string, GivenStep[], DosedFormula, string[]]>([
    [
      'in a unit that the strength does not have',
      [step({ amount: { value: '10', unit: "[arb'U]" } })],
      injection,
      ['input.dosage.0.amount'],
    ],
    ['in international units of a mass', [step({ amount: { value: '10', unit: '[iU]' } })], injection, ['input.dosage.0.amount']],
    ['of nobody knows which ingredient', [step({})], blend, ['input.dosage.0.amount']],
    ['of an ingredient that is not in it', [step({ ingredient: 'Tirzepatide' })], blend, ['input.dosage.0.amount']],
    ['of half a capsule', [step({ amount: { value: '25', unit: 'mg' } })], capsule, ['input.dosage.0.amount']],
    ['given in another way', [step({ method: 'TAKE' })], injection, ['input.dosage.0.method']],
    ['without an end before another', [step({}), step({})], injection, ['input.dosage.0.duration']],
    [
      'that begins again with a step there is not',
      [step({ duration: weeks('1'), repeatFrom: 2 })],
      injection,
      ['input.dosage.0.repeatFrom'],
    ],
    ['of rests alone', [step({ amount: null, timing: null, duration: weeks('1') })], injection, ['input.dosage']],
    [
      'at a site that reads as something else',
      [step({ site: { system: null, code: null, display: 'place once a day' } })],
      injection,
      ['input.dosage.0.site'],
    ],
  ])('%s is refused by its path', (_what, dosage, formula, paths) => {
    expect(pathsOf(given(dosage), formula)).toEqual(paths);
  });
});
