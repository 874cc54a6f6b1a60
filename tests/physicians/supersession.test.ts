import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shownProtocolStatus } from '../../subgraphs/physicians/protocol/protocol-version.ts';
import { lastDayInForce, supersededOn, unbrokenSince, type Versioned } from '../../subgraphs/physicians/protocol/supersession.ts';

const day = (text: string) => new Date(`${text}T00:00:00Z`);

const version = (id: string, effectiveFrom: string, changes: Partial<Versioned> = {}): Versioned => ({
  ...{ id, protocolId: 'p', status: 'ACTIVE', effectiveFrom: day(effectiveFrom), activatedAt: null, withdrawnAt: null },
  ...changes,
});

describe('a version gives way', () => {
  const first = version('1', '2026-01-01');
  test.each<[string, Versioned, string | null]>([
    ['to the next that everybody signed, on its first day', version('2', '2026-06-01'), '2026-06-01'],
    ['to one drafted later with the same first day', version('2', '2026-01-01'), '2026-01-01'],
    [
      'to one that was suspended after it had come',
      version('2', '2026-06-01', { status: 'SUSPENDED', withdrawnAt: day('2026-07-01') }),
      '2026-06-01',
    ],
    [
      'to one that was retired on its first day',
      version('2', '2026-06-01', { status: 'RETIRED', activatedAt: day('2026-05-01'), withdrawnAt: new Date('2026-06-01T09:00:00Z') }),
      '2026-06-01',
    ],
    ['not to one that nobody signed', version('2', '2026-06-01', { status: 'AWAITING_SIGNATURES' }), null],
    ['not to one that was retired unsigned', version('2', '2026-06-01', { status: 'RETIRED', withdrawnAt: day('2026-07-01') }), null],
    [
      'not to one that was withdrawn before its first day',
      version('2', '2026-06-01', { status: 'SUSPENDED', activatedAt: day('2026-05-01'), withdrawnAt: day('2026-05-31') }),
      null,
    ],
    ['not to an older one', version('0', '2025-01-01'), null],
    ['not to one of another protocol', version('2', '2026-06-01', { protocolId: 'q' }), null],
  ])('%s', (_to, other, on) => {
    expect(supersededOn(first, [first, other])).toEqual(on === null ? null : day(on));
  });

  test('to the soonest of several', () => {
    const later = [version('3', '2026-09-01'), version('2', '2026-06-01')];
    expect(supersededOn(first, [first, ...later])).toEqual(day('2026-06-01'));
  });
});

test('on every day from the first version on exactly one is in force, without a gap and without an overlap', () => {
  const days = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(days, fc.integer({ min: 0, max: 350 }), (starts, asked) => {
      const at = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 86_400_000);
      const all = starts.map((start, index) => ({ ...version(`${index}`, '2026-01-01'), effectiveFrom: at(start), expiresOn: at(365) }));
      const shown = all.map((one) => ({ ...one, supersededOn: supersededOn(one, all) }));
      const now = new Date(at(asked).getTime() + 3_600_000);
      const inForce = shown.filter((one) => one.effectiveFrom <= now && shownProtocolStatus(one, now) === 'ACTIVE');
      const byDays = shown.filter((one) => one.effectiveFrom <= at(asked) && at(asked) <= lastDayInForce(one));
      expect(inForce.map(({ id }) => id)).toEqual(byDays.map(({ id }) => id));
      expect(inForce).toHaveLength(Math.min(...starts) <= asked ? 1 : 0);
    }),
  );
});

test('a version that expired before another came shows that it expired, and one that was stopped stays stopped', () => {
  const now = new Date('2026-12-01T09:00:00Z');
  const shown = (status: string, expiresOn: string, on: string | null) =>
    shownProtocolStatus({ status, expiresOn: day(expiresOn), supersededOn: on === null ? null : day(on) }, now);
  expect(shown('ACTIVE', '2026-05-01', '2026-06-01')).toBe('EXPIRED');
  expect(shown('ACTIVE', '2027-05-01', '2026-06-01')).toBe('RETIRED');
  expect(shown('ACTIVE', '2026-08-01', '2026-06-01')).toBe('RETIRED');
  expect(shown('ACTIVE', '2027-05-01', '2027-01-01')).toBe('ACTIVE');
  expect(shown('SUSPENDED', '2027-05-01', '2026-06-01')).toBe('SUSPENDED');
});

describe('a version has been in force, with those before it, since', () => {
  const dated = (one: Versioned, expiresOn: string) => ({ ...one, expiresOn: day(expiresOn) });
  const first = dated(version('1', '2026-01-01'), '2026-12-31');
  const second = dated(version('2', '2026-06-01'), '2026-12-31');
  const third = dated(version('3', '2026-09-01'), '2027-08-31');
  const since = (last: typeof first, before: (typeof first)[], all = [first, second, third]) => unbrokenSince(last, before, all);

  test('the first day of the earliest, where each took over from the one before', () => {
    expect(since(third, [first, second])).toEqual(day('2026-01-01'));
  });
  test('its own, where the one before had ended', () => {
    const ended = { ...first, expiresOn: day('2026-05-30') };
    expect(since(second, [ended], [ended, second])).toEqual(day('2026-06-01'));
    const reaching = { ...first, expiresOn: day('2026-05-31') };
    expect(since(second, [reaching], [reaching, second])).toEqual(day('2026-01-01'));
  });
  test('its own, where the one before had been withdrawn', () => {
    const stopped = { ...first, status: 'SUSPENDED', withdrawnAt: new Date('2026-05-30T09:00:00Z') };
    expect(since(second, [stopped], [stopped, second])).toEqual(day('2026-06-01'));
  });
  test('its own, where the one between is not gone by', () => {
    expect(since(third, [first])).toEqual(day('2026-09-01'));
  });
});
