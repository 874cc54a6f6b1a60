import { describe, expect, test } from 'vitest';
import type { DoseLimitFact, DosingFact } from '#rules/dose-facts.ts';
import { preparedDose, type StrengthFact } from '#rules/dose-prepared.ts';
import { type DoseStep, dosesOf, stretchesOf } from '#rules/dose-steps.ts';
import { inUnit } from '#rules/dose-units.ts';
import { evaluate } from '#rules/evaluate.ts';
import { library } from '#rules/packs.ts';
import { now, signing } from './given.ts';

const strengths: readonly StrengthFact[] = [
  {
    name: 'Semaglutide',
    unii: '53AXN4NNHX',
    strength: { numerator: { value: '2.5', unit: 'mg' }, denominator: { value: '1', unit: 'mL' } },
  },
];
const weekly = { frequency: 1, period: 1, periodUnit: 'wk', dayOfWeek: [], timeOfDay: [], when: [] } as const;
const vial = { amount: { value: '2.5', unit: 'mL' }, container: 'vial' };

function step(milligrams: string | null, change: Partial<DoseStep> = {}): DoseStep {
  const amount = milligrams === null ? null : { value: milligrams, unit: 'mg' };
  const dose = amount === null ? null : preparedDose(amount, null, strengths);
  const known = dose === null || dose.problem !== null ? { ingredient: null, prepared: null, active: [] } : dose;
  return {
    ...{ sequence: 1, text: '', amount, ingredient: known.ingredient, prepared: known.prepared, active: known.active },
    ...{ timing: amount === null ? null : weekly, duration: null, route: 'subcutaneous', site: null, method: 'INJECT' },
    ...{ asNeeded: null, maxDosePerPeriod: null, repeatFrom: null },
    ...change,
  };
}
const weeks = (value: number) => ({ duration: { value: String(value), unit: 'wk' } });
const daily = { timing: { ...weekly, periodUnit: 'd' } } as const;

const dosing = (change: Partial<DosingFact> = {}): DosingFact => ({
  dosage: [step('0.25')],
  supply: { quantity: { value: '2.5', unit: 'mL' }, daysSupply: 28, refills: 1, pack: vial },
  strengths,
  limits: [],
  ...change,
});
const supply = (value: string, daysSupply: number, refills = 0, unit = 'mL', pack: typeof vial | null = vial) => ({
  supply: { quantity: { value, unit }, daysSupply, refills, pack },
});
const asked = (fact: DosingFact | null | undefined) =>
  evaluate({ ...signing(), ...(fact === undefined ? {} : { dosing: fact }) }, now, library.on(now))
    .filter(({ id }) => id.startsWith('dose.') || id === 'order.dose' || id === 'order.supply')
    .map(({ id, outcome }) => `${id} ${outcome}`);
const supplied = (dosage: readonly DoseStep[], change: Partial<DosingFact>) => asked(dosing({ dosage, ...change }))[1];

test('a dose is asked of where it is told of, and blocks where it could not be read', () => {
  expect(asked(undefined)).toEqual([]);
  expect(asked(null)).toEqual(['order.dose UNKNOWN']);
  expect(asked(dosing({ dosage: null }))).toEqual(['order.dose UNKNOWN']);
  expect(asked(dosing({ dosage: [] }))).toEqual(['order.dose UNKNOWN']);
  expect(asked(dosing({ supply: null }))).toEqual(['order.dose PASS', 'order.supply UNKNOWN']);
  expect(asked(dosing({ strengths: null }))).toEqual(['order.dose PASS', 'order.supply UNKNOWN']);
  expect(asked(dosing())).toEqual(['order.dose PASS', 'order.supply PASS', 'dose.protocolLimit PASS']);
});

describe('a quantity holds the doses of its days, and more only in whole packs:', () => {
  const titration = [step('0.25', weeks(4)), step('0.5', weeks(4)), step('1')];
  const cycle = [
    step('1', { ...daily, duration: { value: '5', unit: 'd' } }),
    step(null, { duration: { value: '2', unit: 'd' }, repeatFrom: 1 }),
  ];
  const asNeeded = step('1', { ...daily, asNeeded: { reason: 'pain' } });
  const capped = step('1', {
    ...daily,
    asNeeded: { reason: 'pain' },
    maxDosePerPeriod: { numerator: { value: '2', unit: 'mg' }, denominator: { value: '1', unit: 'wk' } },
  });
  test.each<[string, readonly DoseStep[], Partial<DosingFact>, string]>([
    ['one vial where four doses take less', [step('0.25')], supply('2.5', 28), 'PASS'],
    ['exactly what four doses take', [step('0.25')], supply('0.4', 28), 'PASS'],
    ['a drop less', [step('0.25')], supply('0.39', 28), 'FAIL'],
    ['two vials where one is enough', [step('0.25')], supply('5', 28), 'FAIL'],
    ['more than a vial, though not two', [step('0.25')], supply('2.6', 28), 'FAIL'],
    ['more than the doses, of no recorded pack', [step('0.25')], supply('2.5', 28, 0, 'mL', null), 'UNKNOWN'],
    ['what the doses take, of no recorded pack', [step('0.25')], supply('0.4', 28, 0, 'mL', null), 'PASS'],
    ['thirty days of weekly doses, which are five', [step('0.25')], supply('0.4', 30), 'FAIL'],
    ['by the vial', [step('0.25')], supply('1', 28, 0, '{vial}'), 'PASS'],
    ['half a vial', [step('0.25')], supply('0.5', 28, 0, '{vial}'), 'FAIL'],
    ['by the syringe, which it is not packed in', [step('0.25')], supply('1', 28, 0, '{syringe}'), 'FAIL'],
    ['in microlitres', [step('0.25')], supply('400', 28, 0, 'uL'), 'PASS'],
    ['in milligrams, which are not dispensed', [step('0.25')], supply('1', 28, 0, 'mg'), 'FAIL'],
    ['three steps over three fills', titration, supply('2.5', 28, 2), 'PASS'],
    ['three steps over three fills, too little for the last', titration, supply('1.5', 28, 2), 'FAIL'],
    ['three steps in one fill', titration, supply('2.8', 84), 'PASS'],
    ['three steps in one fill, too little for all', titration, supply('2.79', 84), 'FAIL'],
    ['a third step that no fill reaches', titration, supply('2.5', 28, 1), 'FAIL'],
    ['directions that end before the supply', [step('0.25', weeks(4))], supply('2.5', 28, 1), 'FAIL'],
    ['directions that end with it', [step('0.25', weeks(8))], supply('2.5', 28, 1), 'PASS'],
    ['a cycle of five days on and two off: ten doses in two weeks', cycle, supply('4', 14), 'PASS'],
    ['a cycle, nine doses', cycle, supply('3.6', 14), 'FAIL'],
    ['as needed: less than every dose', [asNeeded], supply('2.5', 28), 'PASS'],
    ['as needed: more packs than every dose takes', [asNeeded], supply('13', 28), 'FAIL'],
    ['as needed up to two a week: eight, in two vials', [capped], supply('5', 28), 'PASS'],
    ['as needed up to two a week: three vials', [capped], supply('7.5', 28), 'FAIL'],
    ['a year', [step('0.25')], supply('2.5', 28, 11), 'PASS'],
    ['more than a year', [step('0.25')], supply('2.5', 31, 11), 'FAIL'],
    [
      'a strength that is no two amounts',
      [{ ...step('0.25'), prepared: null }],
      { ...supply('2.5', 28), strengths: [{ name: 'Semaglutide', unii: null, strength: null }] },
      'UNKNOWN',
    ],
  ])('%s', (_what, dosage, change, outcome) => {
    expect(supplied(dosage, change)).toBe(`order.supply ${outcome}`);
  });
});

describe('the protocol’s limit', () => {
  const limit = (maximum: string, per: string, change: Partial<DoseLimitFact> = {}): DoseLimitFact => ({
    ...{ drug: 'semaglutide', unii: null, maximum, unit: 'mg', per },
    ...change,
  });
  const asNeeded = { reason: 'pain' };
  const aWeek = (value: string) => ({ numerator: { value, unit: 'mg' }, denominator: { value: '1', unit: 'wk' } });
  const rising = [step('1', weeks(4)), step('2')];
  const twice = step('1', { timing: { ...weekly, frequency: 2 } });
  test.each<[string, readonly DoseStep[], readonly DoseLimitFact[] | null, string]>([
    ['within, by the week', [step('2.4')], [limit('2.4', 'week')], 'PASS'],
    ['above, by the week', [step('2.5')], [limit('2.4', 'week')], 'FAIL'],
    ['above in the last step only', rising, [limit('1.5', 'week')], 'FAIL'],
    ['two doses in a week', [twice], [limit('1.5', 'week')], 'FAIL'],
    ['two doses in a week, each within what a dose may be', [twice], [limit('1', 'dose')], 'PASS'],
    ['in micrograms', [step('0.25')], [limit('250', 'dose', { unit: 'ug' })], 'PASS'],
    ['in micrograms, above', [step('0.25')], [limit('249.9', 'dose', { unit: 'ug' })], 'FAIL'],
    ['by volume', [step('0.25')], [limit('0.1', 'dose', { unit: 'mL' })], 'PASS'],
    ['by the month', [step('1')], [limit('4', 'month')], 'FAIL'],
    ['of another drug', [step('5')], [limit('1', 'week', { drug: 'tirzepatide' })], 'PASS'],
    ['by its UNII, whatever the name', [step('5')], [limit('1', 'week', { drug: 'GLP-1', unii: '53AXN4NNHX' })], 'FAIL'],
    ['of another UNII and another name', [step('5')], [limit('1', 'week', { drug: 'tirzepatide', unii: '1234567890' })], 'PASS'],
    [
      'of another UNII under the same name, which is for a person to say',
      [step('0.25')],
      [limit('1', 'week', { unii: '1234567890' })],
      'UNKNOWN',
    ],
    [
      'above, whatever most the directions set beside it',
      [{ ...step('10'), maxDosePerPeriod: aWeek('2') }],
      [limit('2.4', 'week')],
      'FAIL',
    ],
    [
      'as needed, up to a most within it',
      [{ ...step('1', daily), asNeeded, maxDosePerPeriod: aWeek('2') }],
      [limit('2.4', 'week')],
      'PASS',
    ],
    ['as needed, with a most below one dose', [{ ...step('10'), asNeeded, maxDosePerPeriod: aWeek('2') }], [limit('2.4', 'week')], 'FAIL'],
    ['that nobody can hold a dose against', [step('0.25')], [limit('1', 'session')], 'UNKNOWN'],
    ['in a unit that does not convert', [step('0.25')], [limit('1', 'week', { unit: '[iU]' })], 'UNKNOWN'],
    ['of another drug that nobody can hold a dose against', [step('5')], [limit('1', 'session', { drug: 'tirzepatide' })], 'PASS'],
    ['none recorded', [step('5')], [], 'PASS'],
    ['not read', [step('0.25')], null, 'UNKNOWN'],
  ])('%s', (_what, dosage, limits, outcome) => {
    expect(asked(dosing({ dosage, limits, ...supply('12.5', 56) }))[2]).toBe(`dose.protocolLimit ${outcome}`);
  });

  test('is not held against what a strength in another measure would come to', () => {
    const strengths: StrengthFact[] = [
      { name: 'A', unii: null, strength: { numerator: { value: '2.5', unit: 'mg' }, denominator: { value: '1', unit: 'mL' } } },
      { name: 'B', unii: null, strength: { numerator: { value: '5', unit: 'mg' }, denominator: { value: '1', unit: '{vial}' } } },
    ];
    const dose = preparedDose({ value: '1', unit: 'mL' }, null, strengths);
    expect(dose).toEqual({
      ingredient: null,
      prepared: { value: '1', unit: 'mL', exact: true },
      active: [{ ingredient: 'A', value: '2.5', unit: 'mg', exact: true }],
      problem: null,
    });
  });

  test('says for which ingredient there is none', () => {
    const results = evaluate({ ...signing(), dosing: dosing() }, now, library.on(now));
    expect(results.find(({ id }) => id === 'dose.protocolLimit')?.message).toBe('The protocol records no limit for Semaglutide');
  });
});

test('amounts convert within mass and within volume, exactly, and nowhere else', () => {
  const convert = (value: string, from: string, to: string) => inUnit({ value, unit: from }, to)?.toFixed() ?? null;
  expect([convert('0.1', 'g', 'mg'), convert('1', 'ng', 'kg'), convert('3', 'uL', 'L')]).toEqual(['100', '0.000000000001', '0.000003']);
  expect([convert('1', '[iU]', 'mg'), convert('1', "[arb'U]", '[iU]'), convert('1', "[USP'U]", '[iU]'), convert('1', 'mL', 'g')]).toEqual([
    null,
    null,
    null,
    null,
  ]);
  expect(convert('5', "[arb'U]", "[arb'U]")).toBe('5');
});

test('doses fall due evenly from the first on, or on the days named', () => {
  const minutes = (change: Partial<NonNullable<DoseStep['timing']>>, days: number) =>
    stretchesOf([step('1', { timing: { ...weekly, ...change } })], days)
      .flatMap(dosesOf)
      .map((minute) => minute / 1440);
  expect(minutes({}, 28)).toEqual([0, 7, 14, 21]);
  expect(minutes({}, 29)).toEqual([0, 7, 14, 21, 28]);
  expect(minutes({ period: 8, periodUnit: 'h' }, 1)).toEqual([0, 1 / 3, 2 / 3]);
  expect(minutes({ frequency: 2 }, 10)).toEqual([0, 3.5, 7]);
  expect(minutes({ frequency: 3, dayOfWeek: ['wed', 'fri', 'mon'] }, 9)).toEqual([0, 2, 5, 7]);
});
