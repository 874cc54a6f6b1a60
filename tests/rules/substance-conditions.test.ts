import { describe, expect, test } from 'vitest';
import { evaluate } from '#rules/evaluate.ts';
import type { SubstanceFacts } from '#rules/facts.ts';
import { library } from '#rules/packs.ts';
import { asksMaterial, conditionKinds, conditionsOf, type IngredientSourceFact } from '#rules/substance-conditions.ts';
import { substances } from '#rules/substance-table.ts';
import { attested, now, sending, substances as given } from './given.ts';

const nad = { name: 'NAD+ (nadide)', unii: '0U46U6E8UK' };
const id = 'US.substance.0U46U6E8UK.503A';

const material = (changes: Partial<IngredientSourceFact> = {}): IngredientSourceFact => ({
  ...{ ...nad, supplier: 'Letco', grade: 'PHARMACEUTICAL', sterileSuitable: true, certificate: 'COA-771', goodUntil: '2027-03-31' },
  ...changes,
});

/** NAD+, whose doubtful status the entity has confirmed. */
const asked = (change: Partial<SubstanceFacts>, rules = library.latest) =>
  evaluate({ ...given(), ingredients: [nad], essentiallyACopy: false, attestations: [attested(id)], ...change }, now, rules).find(
    (one) => one.id === id,
  );

test('every conditional substance names its conditions, each of a kind that a rule judges', () => {
  const conditional = substances.filter((one) => library.latest.find(`US.substance.${one.key}.503A`, now).rule?.value === 'conditional');
  expect(conditional.length).toBeGreaterThan(25);
  for (const one of conditional) {
    const conditions = conditionsOf(library.latest, one, now);
    expect(
      conditions?.map(({ kind }) => conditionKinds.includes(kind)),
      one.name,
    ).not.toContain(false);
    expect(
      conditions?.map(({ kind }) => kind),
      one.name,
    ).toContain('NOT_A_COPY');
  }
});

describe('what a pharmacy’s material must be', () => {
  test.each<[string, Partial<SubstanceFacts>, string]>([
    ['is, of every supplier', { sources: [material(), material({ supplier: 'Medisca', grade: 'USP' })] }, 'PASS'],
    ['is not, of one of two', { sources: [material(), material({ supplier: 'Vitamin shop', grade: 'FOOD' })] }, 'FAIL'],
    ['is not suitable for sterile compounding', { sources: [material({ sterileSuitable: false })] }, 'FAIL'],
    ['has no certificate', { sources: [material({ certificate: 'none' })] }, 'FAIL'],
    ['is of a grade nobody recorded', { sources: [material({ grade: null })] }, 'UNKNOWN'],
    ['is recorded no longer', { sources: [material({ goodUntil: '2026-11-21' })] }, 'UNKNOWN'],
    ['of one lot is good, of another is over', { sources: [material(), material({ grade: 'FOOD', goodUntil: '2026-11-21' })] }, 'PASS'],
    ['counts through its last day', { sources: [material({ goodUntil: '2026-11-22' })] }, 'PASS'],
    ['is of something else', { sources: [material({ unii: 'BR1SN1JS2W' })] }, 'UNKNOWN'],
    ['is not recorded at all', { sources: [] }, 'UNKNOWN'],
    ['could not be read', { sources: null }, 'UNKNOWN'],
    ['is not asked: the entity’s word stands for it', {}, 'PASS'],
    ['is asked whatever the entity attests, and its doubtful status besides', { sources: [material()], attestations: [] }, 'UNKNOWN'],
  ])('%s', (_name, change, expected) => {
    expect(asked(change)?.outcome).toBe(expected);
  });

  test('is said by supplier, each condition named', () => {
    expect(asked({ sources: [material()] })?.message).toBe(
      'NAD+ (nadide) may be compounded under section 503A on conditions: material of the grade USP, NF, PHARMACEUTICAL (Letco); material suitable for sterile compounding (Letco); a certificate of analysis (Letco); no copy of a commercial drug (copy.clinicalDifference)',
    );
    expect(asked({ sources: [material({ grade: 'FOOD' })] })?.message).toBe(
      'NAD+ (nadide) may be compounded under section 503A on conditions: material of the grade USP, NF, PHARMACEUTICAL: not so of the material of Letco',
    );
  });
});

describe('what is asked again when the order is sent', () => {
  const outcome = (sources: readonly IngredientSourceFact[] | null, more: object = {}) => {
    const facts = { ...sending(), material: { ingredients: [nad], facilityClass: 'PHARMACY_503A' as const, sources, ...more } };
    return evaluate(facts, now).find((one) => one.id === 'preparation.material')?.outcome;
  };

  test.each<[string, readonly IngredientSourceFact[] | null, string]>([
    ['a material that meets them', [material()], 'PASS'],
    ['one that does not any more', [material({ grade: 'FOOD' })], 'FAIL'],
    ['one that was withdrawn', [], 'UNKNOWN'],
    ['one whose last day is over', [material({ goodUntil: '2026-11-21' })], 'UNKNOWN'],
    ['none that could be read', null, 'UNKNOWN'],
  ])('%s', (_what, sources, expected) => {
    expect(outcome(sources)).toBe(expected);
  });

  test('and nothing where it is not told, of an outsourcing facility, or of what has no such condition', () => {
    expect(evaluate(sending(), now).map((one) => one.id)).not.toContain('preparation.material');
    expect(outcome([], { facilityClass: 'OUTSOURCING_503B' })).toBeUndefined();
    expect(outcome([], { ingredients: [{ name: 'Progesterone', unii: '4G7DS2Q64Y' }] })).toBeUndefined();
    const of = (facilityClass: 'PHARMACY_503A' | 'OUTSOURCING_503B', unii: string) =>
      asksMaterial(library.latest, { ingredients: [{ name: 'x', unii }], facilityClass }, now);
    expect([of('PHARMACY_503A', nad.unii), of('PHARMACY_503A', 'GAN16C9B8O')]).toEqual([true, true]);
    expect([of('OUTSOURCING_503B', nad.unii), of('PHARMACY_503A', '4G7DS2Q64Y'), of('PHARMACY_503A', 'NONE000000')]).toEqual([
      ...[false, false, false],
    ]);
  });
});

test('a release before conditions were named leaves all of them to the entity', () => {
  const before = library.of('2026-11-22.4');
  if (before === null) throw new Error('There is no such release.');
  const progesterone = { ingredients: [{ name: 'Progesterone', unii: '4G7DS2Q64Y' }], attestations: [] };
  const outcome = (rules = library.latest) =>
    evaluate({ ...given(), ...progesterone }, now, rules).find((one) => one.id === 'US.substance.4G7DS2Q64Y.503A')?.outcome;
  expect([outcome(before), outcome()]).toEqual(['UNKNOWN', 'PASS']);
});
