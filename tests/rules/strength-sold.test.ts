import { describe, expect, test } from 'vitest';
import type { SoldProductFact, StrengthFact } from '#rules/difference-facts.ts';
import { evaluate } from '#rules/evaluate.ts';
import type { ClinicalDifferenceFact } from '#rules/facts.ts';
import { strengthIn, strengthResults } from '#rules/strength-sold.ts';
import { now, signing } from './given.ts';

const ratio = (value: string, unit: string, whole: string, of: string) => ({
  numerator: { value, unit },
  denominator: { value: whole, unit: of },
});

const product = (strength: string | null, changes: Partial<SoldProductFact> = {}): SoldProductFact => ({
  ...{ name: 'A pen', ingredient: 'Semaglutide', strength, marketing: 'MARKETED' },
  ...changes,
});

const semaglutide = (products: readonly SoldProductFact[] | null, of = ratio('2.5', 'mg', '1', 'mL')): StrengthFact => ({
  ingredient: 'Semaglutide',
  ratio: of,
  products,
});

const outcome = (strengths: readonly StrengthFact[] | null) => strengthResults(strengths).map((one) => one.outcome);

describe('a strength that is said not to be sold', () => {
  test.each<[string, readonly StrengthFact[] | null, string]>([
    ['differs from every product', [semaglutide([product('0.25 mg/0.5 mL'), product('2 mg/3 mL')])], 'PASS'],
    ['is a product’s own', [semaglutide([product('2.5 mg/mL')])], 'FAIL'],
    ['is a product’s own, written of another volume', [semaglutide([product('1.25 mg/0.5 mL')])], 'FAIL'],
    ['is a product’s own in another unit', [semaglutide([product('2500 mcg/mL')])], 'FAIL'],
    ['is a tenth away from a product’s', [semaglutide([product('2.5 mg/mL')], ratio('2.75', 'mg', '1', 'mL'))], 'FAIL'],
    ['is just more than a tenth away', [semaglutide([product('2.5 mg/mL')], ratio('2.751', 'mg', '1', 'mL'))], 'PASS'],
    ['is a tenth below a product’s', [semaglutide([product('2.5 mg/mL')], ratio('2.25', 'mg', '1', 'mL'))], 'FAIL'],
    ['is that of a product that was taken off the market', [semaglutide([product('2.5 mg/mL', { marketing: 'DISCONTINUED' })])], 'PASS'],
    ['is that of a product that may be sold', [semaglutide([product('2.5 mg/mL', { marketing: 'UNKNOWN' })])], 'UNKNOWN'],
    ['differs from a product that may be sold', [semaglutide([product('5 mg/mL', { marketing: 'UNKNOWN' })])], 'PASS'],
    ['is held against a product without a strength', [semaglutide([product(null)])], 'UNKNOWN'],
    ['is held against words that say no strength', [semaglutide([product('one pen')])], 'UNKNOWN'],
    ['is held against a percentage, which does not say of what', [semaglutide([product('0.25 %')])], 'UNKNOWN'],
    ['is one of a volume beside one of a tablet', [semaglutide([product('3 mg')])], 'PASS'],
    ['is a capsule’s, and sold as a tablet', [semaglutide([product('50 mg')], ratio('50', 'mg', '1', '{capsule}'))], 'FAIL'],
    ['is held against products of something else', [semaglutide([product('2.5 mg/mL', { ingredient: 'Liraglutide' })])], 'UNKNOWN'],
    ['stands beside no recorded product', [semaglutide([])], 'UNKNOWN'],
    ['stands beside what nobody recorded', [semaglutide(null)], 'UNKNOWN'],
    ['is not recorded as two amounts', [{ ...semaglutide([product('1 mg/mL')]), ratio: null }], 'UNKNOWN'],
    ['could not be read', null, 'UNKNOWN'],
    ['is of one ingredient out of two', [semaglutide([product('2.5 mg/mL')]), semaglutide([product('1 mg/mL')])], 'PASS'],
    ['is of no ingredient, of which one is not known', [semaglutide([product('2.5 mg/mL')]), semaglutide(null)], 'UNKNOWN'],
  ])('%s', (_name, strengths, expected) => {
    expect(outcome(strengths)).toEqual([expected]);
  });

  test('names the product in the refusal, and blocks the signature', () => {
    const difference = {
      ...(signing().clinicalDifference as ClinicalDifferenceFact),
      ...{ kind: 'STRENGTH_NOT_SOLD' as const, comparator: 'A pen of 0.5 mg', change: '2.5 mg/mL' },
    };
    const asked = (strengths?: readonly StrengthFact[] | null) =>
      evaluate({ ...signing(), clinicalDifference: { ...difference, ...(strengths !== undefined && { strengths }) } }, now).filter(
        ({ id }) => id === 'difference.strength',
      );
    expect(asked([semaglutide([product('2.5 mg/mL')])])).toEqual([
      {
        ...{ id: 'difference.strength', outcome: 'FAIL', message: 'Semaglutide is sold in this strength: A pen, 2.5 mg/mL' },
        remedy: 'Prescribe the product that is sold, or state the difference there is.',
        citation: '21 USC 353a(b)(1)(D), (b)(2); FDA guidance on copies under section 503A (2018)',
        version: expect.any(String),
      },
    ]);
    // Decisions kept before it was asked.
    expect(asked()).toEqual([]);
  });
});

test.each([
  ['200 mg/mL', '200 mg in 1 mL'],
  ['0.25 mg/0.5 mL', '0.25 mg in 0.5 mL'],
  ['6 g/(100.g)', '6 g in 100 g'],
  ['4 mg per 2.5 mL', '4 mg in 2.5 mL'],
  ['100 mcg/mL', '100 ug in 1 mL'],
  ['50 mg', '50 mg in 1 {piece}'],
  ['50 mg/tablet', '50 mg in 1 {piece}'],
  ['0 mg', null],
  ['10 units/mL', null],
  ['10 mg or 20 mg', null],
])('%s is read as %s', (words, expected) => {
  const read = strengthIn(words);
  const said = read && `${read.numerator.value} ${read.numerator.unit} in ${read.denominator.value} ${read.denominator.unit}`;
  expect(said).toEqual(expected);
});
