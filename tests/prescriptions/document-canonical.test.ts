import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalText, digestOf, parseCanonical } from '../../subgraphs/prescriptions/document/canonical.ts';

const json = fc.jsonValue();

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, turned(member)]),
  );
}

test('gives one text for one value, whatever order its members were written in', () => {
  fc.assert(
    fc.property(json, (value) => {
      expect(canonicalText(turned(plain(value)))).toBe(canonicalText(plain(value)));
      expect(digestOf(canonicalText(turned(plain(value))))).toBe(digestOf(canonicalText(plain(value))));
    }),
  );
});

test('reads back what it wrote, and refuses every other spelling of it', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1 }), json, { minKeys: 1 }), (value) => {
      const text = canonicalText(plain(value));
      expect(canonicalText(parseCanonical(text))).toBe(text);
      expect(parseCanonical(`${text} `)).toBeNull();
      expect(parseCanonical(text.replace(/^\{/, '{ '))).toBeNull();
    }),
  );
});

test('refuses a member that is written twice', () => {
  expect(parseCanonical('{"refills":1,"refills":9}')).toBeNull();
  expect(parseCanonical('{"a":1}')).toEqual({ a: 1 });
});
