import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InvalidInput } from '#kernel/errors.ts';
import { refuseStretch, wholeMonths } from '#kernel/figure-stretch.ts';

test.each([
  ['2026-11-01', '2026-11-30', ['2026-11-01']],
  ['2026-11-01', '2026-11-29', []],
  ['2026-11-02', '2026-11-30', []],
  ['2026-11-02', '2026-12-30', []],
  ['2026-11-02', '2027-01-31', ['2026-12-01', '2027-01-01']],
  ['2026-10-15', '2027-02-27', ['2026-11-01', '2026-12-01', '2027-01-01']],
  ['2026-02-01', '2026-02-28', ['2026-02-01']],
  ['2028-02-01', '2028-02-28', []],
  ['2028-02-01', '2028-02-29', ['2028-02-01']],
  ['2026-12-15', '2026-12-01', []],
  ['9999-12-01', '9999-12-31', ['9999-12-01']],
])('the whole months of %s to %s', (from, to, months) => {
  expect(wholeMonths({ from, to })).toEqual(months);
});

const days = fc
  .date({ min: new Date('1900-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((at) => at.toISOString().slice(0, 10));

test('each whole month begins and ends in the stretch, and none is left out that does', () => {
  fc.assert(
    fc.property(days, days, (from, to) => {
      const whole: string[] = [];
      for (let year = 1900; year <= 2099; year += 1)
        for (let month = 0; month < 12; month += 1) {
          const [first, last] = [Date.UTC(year, month, 1), Date.UTC(year, month + 1, 0)].map((at) =>
            new Date(at).toISOString().slice(0, 10),
          );
          if (first && last && first >= from && last <= to) whole.push(first);
        }
      expect(wholeMonths({ from, to })).toEqual(whole);
    }),
    { numRuns: 50 },
  );
});

test('ten years of months are answered and no more, and no stretch that ends before it begins', () => {
  refuseStretch({ from: '2016-12-31', to: '2026-11-30' });
  refuseStretch({ from: '2026-11-30', to: '2026-11-30' });
  for (const from of ['2016-11-30', '0001-01-01', '2026-12-01'])
    expect(() => refuseStretch({ from, to: '2026-11-30' })).toThrow(InvalidInput);
});
