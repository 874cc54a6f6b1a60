import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  deaProblem,
  deaRegistrant,
  dunsProblem,
  feiProblem,
  ncpdpProblem,
  npiProblem,
  rxcuiProblem,
  uniiProblem,
} from '#kernel/identifiers.ts';
import { emailProblem, phoneProblem, postalCodeProblem, usStateProblem, usStates } from '#kernel/identifiers-contact.ts';
import { icd10Problem, lotNumber, ndc11, ndcProblem, ucumCodes, ucumProblem } from '#kernel/identifiers-product.ts';
import vectors from './data/identifier-vectors.json' with { type: 'json' };

const textOf = (vector: string | { value: string }) => (typeof vector === 'string' ? vector : vector.value);

const checked: [
  string,
  (text: string) => string | null,
  { valid: (string | { value: string })[]; invalid: (string | { value: string })[] },
][] = [
  ['NPI', npiProblem, vectors.npi],
  ['DEA', deaProblem, vectors.dea],
  ['NCPDP', ncpdpProblem, vectors.ncpdpProviderId],
  ['UNII', uniiProblem, vectors.unii],
  ['phone', phoneProblem, vectors.phone],
  ['FEI', feiProblem, vectors.fei],
  ['D-U-N-S', dunsProblem, vectors.duns],
  ['RxCUI', rxcuiProblem, vectors.rxcui],
];

describe.each(checked)('%s', (_name, problem, { valid, invalid }) => {
  test('takes every valid vector', () => {
    expect(valid.map(textOf).filter((value) => problem(value) !== null)).toEqual([]);
  });
  test('refuses every invalid vector with a reason', () => {
    expect(invalid.map(textOf).filter((value) => !problem(value))).toEqual([]);
  });
  test('never throws on any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => problem(text) === null || problem(text) !== ''));
  });
});

describe('check digits', () => {
  const numeric: [string, (text: string) => string | null, string[], number][] = [
    ['NPI', npiProblem, vectors.npi.valid, 0],
    ['NCPDP', ncpdpProblem, vectors.ncpdpProviderId.valid.map(textOf), 0],
  ];
  test.each(numeric)('%s: one changed digit is always caught where the weights allow it', (name, problem, valid) => {
    fc.assert(
      fc.property(fc.constantFrom(...valid), fc.nat({ max: 9 }), fc.integer({ min: 1, max: 9 }), (value, place, by) => {
        const at = place % value.length;
        const changed = value.slice(0, at) + ((Number(value[at]) + by) % 10) + value.slice(at + 1);
        // Weight two modulo ten cannot tell a digit from the one five away.
        fc.pre(name === 'NPI' || by !== 5 || at % 2 === 0);
        expect(problem(changed)).not.toBeNull();
      }),
    );
  });
  test('a UNII with one character changed is always caught', () => {
    const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
    fc.assert(
      fc.property(
        fc.constantFrom(...vectors.unii.valid.map(textOf)),
        fc.nat({ max: 9 }),
        fc.integer({ min: 1, max: 35 }),
        (value, at, by) => {
          const next = letters[(letters.indexOf(value[at] ?? '') + by) % 36];
          expect(uniiProblem(value.slice(0, at) + next + value.slice(at + 1))).not.toBeNull();
        },
      ),
    );
  });
  test('swapped characters of a UNII are not caught, as the vectors say', () => {
    expect(vectors.unii.undetected.map(({ value }) => uniiProblem(value))).toEqual([null]);
  });
  test('a DEA number tells its registrant, and may carry an internal code', () => {
    for (const { value, registrantClass } of vectors.dea.valid) {
      if (registrantClass === 'practitioner-or-institution' || registrantClass === 'mid-level-practitioner')
        expect(deaRegistrant(value)).toBe(registrantClass);
      else expect(deaRegistrant(value)).toBe('distributor-or-other');
    }
    for (const { value } of vectors.dea.suffixed) expect(deaProblem(value)).toBeNull();
    expect(deaProblem('XB1234563')).toMatch(/no longer exists/);
    expect(deaRegistrant('AB1234560')).toBeNull();
  });
});

describe('NDC', () => {
  test('normalises every valid vector to eleven digits', () => {
    expect(vectors.ndc.valid.map(({ input }) => ndc11(input))).toEqual(vectors.ndc.valid.map((vector) => vector.ndc11));
  });
  test('refuses every invalid vector', () => {
    expect(vectors.ndc.invalid.filter(({ input }) => ndcProblem(input) === null)).toEqual([]);
    expect(ndc11('1234567890')).toBeNull();
  });
});

describe('states', () => {
  test('are the fifty and DC, and nothing else', () => {
    const expected = vectors.jurisdictions.filter(({ kind }) => kind !== 'territory').map(({ usps }) => usps);
    expect([...usStates].sort()).toEqual(expected.sort());
    for (const { usps } of vectors.jurisdictions.filter(({ kind }) => kind === 'territory'))
      expect(usStateProblem(usps)).toMatch(/territory/);
    for (const code of [...vectors.notJurisdictions, 'tx', 'TX ', '', 'Texas']) expect(usStateProblem(code)).not.toBeNull();
    expect(usStateProblem('AE')).toMatch(/military/);
  });
});

describe('units', () => {
  test('are the listed UCUM codes, and look-alikes are told why not', () => {
    expect(ucumCodes).toEqual(vectors.ucum.map(({ code }) => code));
    for (const { value, reason } of vectors.ucumRejected) expect(ucumProblem(value)).toBe(`is not a usable unit: ${reason}`);
    for (const text of ['', 'furlong', 'mg ', 'MG/ML']) expect(ucumProblem(text)).not.toBeNull();
    for (const { code } of vectors.ucum) expect(ucumProblem(code)).toBeNull();
  });
});

describe('texts without a check digit', () => {
  test.each(['E66.9', 'E66.811', 'Z3A.01', 'C7A.00', 'E11', 'S52.501A', 'U07.1'])('%s has the shape of a diagnosis', (code) => {
    expect(icd10Problem(code)).toBeNull();
  });
  test.each(['', 'E6', 'e66.9', 'E669', 'E66.', 'E66.12345', '166.9', 'E66.9 ', 'E66,9'])('%j has not', (code) => {
    expect(icd10Problem(code)).not.toBeNull();
  });
  test.each(['ana.whitfield@example.com', 'a@b.co', "o'neil+x@mail.example.org"])('%s is an e-mail address', (text) => {
    expect(emailProblem(text)).toBeNull();
  });
  test.each([
    '',
    'ana',
    'ana@',
    '@example.com',
    'a b@example.com',
    'a@b',
    'a..b@example.com',
    'a@example..com',
    'a@b@example.com',
    'a@example.com\u0000',
    'a@-x.com',
    `${'a'.repeat(65)}@example.com`,
  ])('%j is none', (text) => {
    expect(emailProblem(text)).not.toBeNull();
  });
  test('postal codes', () => {
    expect(['78704', '78704-1234', '00501'].map(postalCodeProblem)).toEqual([null, null, null]);
    for (const text of ['', '7870', '787045', '78704-', '00000', 'ABCDE', '78704 1234']) expect(postalCodeProblem(text)).not.toBeNull();
  });
});

describe('lot numbers', () => {
  test('are one lot however they were typed', () => {
    const typed = [
      'TX-2611-0042',
      ' tx-2611-0042 ',
      'TX\u20132611\u20130042',
      'TX\u22122611-0042',
      '\uff34\uff38-2611-0042',
      'TX-2611\u200b-0042',
      'TX- 2611 -0042',
    ];
    expect(new Set(typed.map(lotNumber))).toEqual(new Set(['TX-2611-0042']));
  });
  test('are refused when nothing readable is left', () => {
    for (const text of ['', ' ', '-', 'A\u0000B', 'ЛОТ-1', 'A;B', 'A'.repeat(41)]) expect(lotNumber(text)).toBeNull();
  });
  test('do not change when normalised again', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const once = lotNumber(text);
        fc.pre(once !== null);
        expect(lotNumber(once as string)).toBe(once);
      }),
    );
  });
});
