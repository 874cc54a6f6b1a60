import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeProblem, type CodingSystem, codingSystems } from '../../subgraphs/prescriptions/exam/decision/clinical-codes.ts';

const good: Readonly<Record<CodingSystem, readonly string[]>> = {
  ICD_10_CM: ['E66.9', 'L50.9', 'Z79.890', 'U07.1'],
  SNOMED_CT: ['73211009', '414916001', '126485001', '22298006', '900000000000207008'],
  LOINC: ['4548-4', '39156-5', '8480-6', '2160-0'],
};

test.each(Object.entries(good))('codes of %s are taken as their terminology writes them', (system, codes) => {
  expect(codes.map((code) => codeProblem(system as CodingSystem, code))).toEqual(codes.map(() => null));
});

test.each([
  ['ICD_10_CM', ''],
  ['ICD_10_CM', 'e66.9'],
  ['ICD_10_CM', 'E6'],
  ['SNOMED_CT', '12345'],
  // The identifier of a description, not of a concept.
  ['SNOMED_CT', '3034518015'],
  ['SNOMED_CT', '073211009'],
  ['LOINC', '4548'],
  ['LOINC', '4548-44'],
  ['LOINC', 'LP1-5'],
] as const)('%s: %j has not the shape of a code', (system, code) => {
  expect(codeProblem(system, code)).toMatch(/^must be /);
});

test('one changed figure, or two neighbours changed over, is always caught in SNOMED CT; one changed figure in LOINC', () => {
  const digits = (text: string) => [...text].flatMap((character, place) => (/[0-9]/.test(character) ? [place] : []));
  fc.assert(
    fc.property(
      fc.constantFrom(...[...good.SNOMED_CT, ...good.LOINC]),
      fc.nat(),
      fc.integer({ min: 1, max: 9 }),
      fc.boolean(),
      (code, nth, by, swapped) => {
        const system = code.includes('-') ? 'LOINC' : 'SNOMED_CT';
        const at = digits(code)[nth % digits(code).length] ?? 0;
        const next = code[at + 1];
        const changed =
          swapped && system === 'SNOMED_CT' && next !== undefined
            ? code.slice(0, at) + next + code[at] + code.slice(at + 2)
            : code.slice(0, at) + ((Number(code[at]) + by) % 10) + code.slice(at + 1);
        fc.pre(changed !== code);
        expect(codeProblem(system, changed)).not.toBeNull();
      },
    ),
  );
});

test('no text is too strange for an answer', () => {
  fc.assert(
    fc.property(fc.constantFrom(...(Object.keys(codingSystems) as CodingSystem[])), fc.string({ unit: 'binary' }), (system, code) => {
      expect(codeProblem(system, code) ?? 'x').not.toBe('');
    }),
  );
});
