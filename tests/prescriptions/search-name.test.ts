import fc from 'fast-check';
import { expect, test } from 'vitest';
import { areSimilar, fold, searchName } from '../../subgraphs/prescriptions/patient/search-name.ts';

test.each([
  ['José', 'jose'],
  ['O’Neill-Vega', 'oneill vega'],
  ["D'Angelo Jr.", 'dangelo jr'],
  ['  van   der Berg ', 'van der berg'],
  ['Łukasz', 'łukasz'],
  ['---', ''],
])('%s folds to "%s"', (name, folded) => {
  expect(fold(name)).toBe(folded);
});

test('a name is found by family name first', () => {
  expect(searchName({ givenName: 'Ana María', familyName: 'Peña' })).toBe('pena ana maria');
});

test.each([
  ['Whitfield', 'Whitfeild', true],
  ['Whitfield', 'Witfield', true],
  ['García', 'Garcia', true],
  ['Garcia', 'Garcia Lopez', true],
  ['Smith', 'Smyth', true],
  ['Smith', 'Jones', false],
  ['Li', 'Lu', false],
  ['Li', 'Li', true],
  ['Nguyen', 'Tran', false],
  ['', 'Smith', false],
])('%s and %s are similar: %s', (one, other, similar) => {
  expect(areSimilar(one, other)).toBe(similar);
  expect(areSimilar(other, one)).toBe(similar);
});

test('folding twice changes nothing, and every name that is left is like itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (name) => {
      expect(fold(fold(name))).toBe(fold(name));
      expect(areSimilar(name, name)).toBe(fold(name) !== '');
    }),
  );
});
