import fc from 'fast-check';
import { expect, test } from 'vitest';
import { likeness, shinglesOf } from '../../subgraphs/prescriptions/difference/shingles.ts';

const compared = (a: string, b: string) => likeness(shinglesOf(a), shinglesOf(b));

const sentence =
  "Documented reaction to benzyl alcohol; the commercial product's preservative is not tolerated, so a preservative-free preparation is needed.";

test('case, accents, punctuation and numbers make no other sentence', () => {
  expect(compared(sentence, sentence.toUpperCase().replaceAll(/[;.,]/g, ' —'))).toBe(1);
  expect(compared('Needs 0.25 mg a week, none is sold', 'Needs 12,5 mg a week: none is sold!')).toBe(1);
  expect(compared('Réaction à la lidocaïne notée', 'reaction a la lidocaine notee')).toBe(1);
});

test('one word of a long sentence leaves it alike, another reason does not', () => {
  const long = `${sentence} Seen on video, photographs kept, mother with the same reaction, advised to carry antihistamines and to call at once.`;
  expect(compared(long, long.replace('mother', 'sister'))).toBeGreaterThanOrEqual(0.8);
  expect(compared(sentence, 'Swallows no tablets since surgery of the oesophagus; an oral liquid is needed instead.')).toBeLessThan(0.1);
});

test('a statement of a word or two is one shingle', () => {
  expect(shinglesOf('Allergic')).toHaveLength(1);
  expect(compared('Allergic', 'allergic!')).toBe(1);
  expect(compared('Allergic', 'Shortage')).toBe(0);
});

test('likeness is symmetric, between 0 and 1, and 1 with itself', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), fc.string({ maxLength: 300 }), (a, b) => {
      const [there, back] = [compared(a, b), compared(b, a)];
      expect(there).toBe(back);
      expect(there).toBeGreaterThanOrEqual(0);
      expect(there).toBeLessThanOrEqual(1);
      expect(compared(a, a)).toBe(1);
    }),
  );
});

test('shingles fit into a column of integers, ascending and each once', () => {
  const all = shinglesOf(sentence);
  expect(all).toEqual([...new Set(all)].sort((a, b) => a - b));
  expect(all.every((hash) => Number.isInteger(hash) && hash >= -(2 ** 31) && hash < 2 ** 31)).toBe(true);
});
