import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DateScalar, DateTimeScalar, DecimalScalar, isCalendarDay, parseInstant } from '#kernel/scalars.ts';

test.each(['2026-02-30', '2026-13-01', '2025-02-29', '20260101', '2026-1-1', '1799-12-31', '', '2026-01-01T00:00:00Z', 'today'])(
  '%s is no calendar day',
  (text) => {
    expect(isCalendarDay(text)).toBe(false);
    expect(() => DateScalar.parseValue(text)).toThrow('YYYY-MM-DD');
  },
);

test.each(['2024-02-29', '2026-11-22', '1900-01-01'])('%s is a calendar day', (text) => {
  expect(DateScalar.parseValue(text)).toBe(text);
});

test.each([
  '2026-12-01T09:00:00',
  '2026-12-01',
  '2026-12-01T24:00:00Z',
  '2026-12-01T09:60:00Z',
  '2026-02-30T09:00:00Z',
  '2026-12-01T09:00:00+25:00',
  'Tue Dec 01 2026',
  '2026-12-01T09:00:00 -06:00',
])('%s is no moment', (text) => {
  expect(parseInstant(text)).toBe(null);
});

test('a moment is read with any offset and answered in UTC', () => {
  expect(DateTimeScalar.serialize(DateTimeScalar.parseValue('2026-12-01T09:00:00-06:00'))).toBe('2026-12-01T15:00:00.000Z');
});

test.each(['1e999', 'NaN', 'Infinity', '1e3', '+1', '01', '.5', '1.', '', ' 1', '0x10', '1,5', '9'.repeat(19)])(
  '%s is no decimal',
  (text) => {
    expect(() => DecimalScalar.parseValue(text)).toThrow('plain digits');
  },
);

test.each([1, null, true, {}])('%s is no decimal either: it is not a string', (value) => {
  expect(() => DecimalScalar.parseValue(value)).toThrow('plain digits');
});

test('every day that a calendar prints is read back as itself', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date('1800-01-01'), max: new Date('2199-12-31'), noInvalidDate: true }), (date) => {
      const day = date.toISOString().slice(0, 10);
      expect(DateScalar.parseValue(day)).toBe(day);
      expect(DateScalar.serialize(new Date(`${day}T00:00:00Z`))).toBe(day);
    }),
  );
});

test('no text makes a scalar answer anything but a value or its own error', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const scalar of [DateScalar, DateTimeScalar, DecimalScalar]) {
        try {
          scalar.parseValue(text);
        } catch (error) {
          expect((error as { extensions: { code: string } }).extensions.code).toBe('BAD_USER_INPUT');
        }
      }
    }),
  );
});
