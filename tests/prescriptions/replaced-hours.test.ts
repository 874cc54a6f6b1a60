import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leftOf, overlap, type Validity } from '../../subgraphs/prescriptions/schedule/replaced-hours.ts';

const dayOf = (days: number) => new Date(Date.UTC(2026, 0, 1 + days)).toISOString().slice(0, 10);
const validity = fc
  .tuple(fc.integer({ min: 0, max: 60 }), fc.option(fc.integer({ min: 0, max: 60 })))
  .map(([from, length]): Validity => ({ validFrom: dayOf(from), validTo: length === null ? null : dayOf(from + length) }));
const holds = ({ validFrom, validTo }: Validity, day: string) => validFrom <= day && (validTo === null || day <= validTo);

test('what is left of older hours holds on exactly the days on which the others do not, once', () => {
  fc.assert(
    fc.property(validity, validity, (older, instead) => {
      const left = leftOf(older, instead);
      const days = Array.from({ length: 130 }, (_, day) => dayOf(day));
      const expected = days.map((day) => (holds(older, day) && !holds(instead, day) ? 1 : 0));
      expect(days.map((day) => left.filter((one) => holds(one, day)).length)).toEqual(expected);
      expect(left.filter(({ validFrom, validTo }) => validTo !== null && validTo < validFrom)).toEqual([]);
      expect(overlap(older, instead)).toBe(left.length !== 1 || left[0] !== older);
    }),
    { numRuns: 300 },
  );
});
