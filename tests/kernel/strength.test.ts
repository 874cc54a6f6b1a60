import { expect, test } from 'vitest';
import { denominatorUnits, numeratorUnits, type RatioShape, strengthProblem, strengthText } from '#kernel/strength.ts';
import { ucumProblem } from '#kernel/identifiers-product.ts';
import { excipientsIn } from '#prisma/seed/formula-parts.ts';
import { formulary, ratioIn } from '#prisma/seed/formulary.ts';

const ratio = (value: string, unit: string, of: string, whole: string): RatioShape => ({
  numerator: { value, unit },
  denominator: { value: of, unit: whole },
});

test.each([
  [ratio('2.5', 'mg', '1', 'mL'), '2.5 mg/mL'],
  [ratio('500', 'ug', '1', 'mL'), '500 mcg/mL'],
  [ratio('4', 'g', '100', 'g'), '4 g/(100.g)'],
  [ratio('5', 'mL', '100', 'mL'), '5 mL/(100.mL)'],
  [ratio('50', 'mg', '1', '{capsule}'), '50 mg'],
  [ratio('10', 'mg', '1', '{vial}'), '10 mg/vial'],
  [ratio('10', 'mg', '0.5', 'mL'), '10 mg per 0.5 mL'],
  [ratio('1000', '[iU]', '1', 'mL'), '1000 international units/mL'],
  [ratio('100', "[arb'U]", '1', '{vial}'), '100 units/vial'],
])('a strength has one text: %j is %s', (strength, text) => {
  expect(strengthProblem(strength)).toBeNull();
  expect(strengthText(strength)).toBe(text);
});

const noUnit = 'has no unit that says of what: write a percentage as g/(100.g), g/(100.mL) or mL/(100.mL)';
const notAmounts = 'must be two amounts above zero, without a trailing zero';

test.each([
  [ratio('5', '%', '1', 'mL'), noUnit],
  [ratio('5', '', '1', 'mL'), noUnit],
  [ratio('0', 'mg', '1', 'mL'), notAmounts],
  [ratio('-1', 'mg', '1', 'mL'), notAmounts],
  [ratio('2.50', 'mg', '1', 'mL'), notAmounts],
  [ratio('.5', 'mg', '1', 'mL'), notAmounts],
  [ratio('5', 'mg', '0', 'mL'), notAmounts],
  [ratio('5', 'mcg', '1', 'mL'), 'cannot be measured in mcg'],
  [ratio('5', 'IU', '1', 'mL'), 'cannot be measured in IU'],
  [ratio('5', 'mg/mL', '1', 'mL'), 'cannot be measured in mg/mL'],
  [ratio('5', 'mg', '1', 'ML'), 'cannot be an amount in so many ML'],
])('what is no strength is refused: %j', (strength, problem) => {
  expect(strengthProblem(strength)).toBe(problem);
});

test('every unit of a strength is one that is taken elsewhere', () => {
  expect([...numeratorUnits, ...denominatorUnits].filter((unit) => ucumProblem(unit) !== null)).toEqual([]);
});

test('every strength of the invented formulary is the text of its amounts', () => {
  for (const { key, ingredients } of formulary)
    for (const [name, text, amounts] of ingredients) {
      const told = ratioIn(amounts);
      expect([key, name, strengthProblem(told), strengthText(told)]).toEqual([key, name, null, text]);
    }
});

test('every amount of an invented excipient is a strength', () => {
  const problems = formulary.flatMap((item) =>
    excipientsIn(item).flatMap(({ amounts }) => (amounts === null ? [] : (strengthProblem(ratioIn(amounts)) ?? []))),
  );
  expect(problems).toEqual([]);
  expect(formulary.filter((item) => excipientsIn(item).length === 0)).toEqual([]);
});
