import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { type Hours, openTimes, SLOT_MINUTES, slotsIn } from '../../subgraphs/prescriptions/schedule/open-times.ts';
import { minutesOf, momentOf } from '../../subgraphs/prescriptions/schedule/wall-time.ts';

const at = (moment: number) => new Date(moment).toISOString();

function hours(more: Partial<Hours> = {}): Hours {
  return {
    examinerId: 'a',
    timeZone: 'America/Chicago',
    weekday: 7,
    startsAt: '08:00',
    endsAt: '12:00',
    modality: 'SYNC_VIDEO',
    validFrom: '2020-01-01',
    validTo: null,
    ...more,
  };
}

const day = (date: string, zone = 'America/Chicago') => {
  const from = DateTime.fromISO(date, { zone }).startOf('day');
  return { from: from.toJSDate(), to: from.plus({ days: 1 }).startOf('day').toJSDate() };
};

describe('the moment of a wall time', () => {
  test.each([
    ['an ordinary day', '2026-11-30', '09:00', 'America/Chicago', '2026-11-30T15:00:00.000Z'],
    ['before the clock goes forward', '2026-03-08', '01:59', 'America/Chicago', '2026-03-08T07:59:00.000Z'],
    ['in the hour that does not exist: the moment of the change', '2026-03-08', '02:30', 'America/Chicago', '2026-03-08T08:00:00.000Z'],
    ['after the clock went forward', '2026-03-08', '03:00', 'America/Chicago', '2026-03-08T08:00:00.000Z'],
    ['in the hour that comes twice: the first', '2026-11-01', '01:30', 'America/Chicago', '2026-11-01T06:30:00.000Z'],
    ['after the hour that came twice', '2026-11-01', '02:00', 'America/Chicago', '2026-11-01T08:00:00.000Z'],
    ['midnight at the end of a short day', '2026-03-08', '24:00', 'America/Chicago', '2026-03-09T05:00:00.000Z'],
    ['Arizona keeps its clock', '2026-03-08', '02:30', 'America/Phoenix', '2026-03-08T09:30:00.000Z'],
    ['the Navajo Nation does not', '2026-03-08', '02:30', 'America/Shiprock', '2026-03-08T09:00:00.000Z'],
    ['a leap day', '2028-02-29', '08:00', 'America/Los_Angeles', '2028-02-29T16:00:00.000Z'],
    ['a change at midnight', '2026-09-06', '00:00', 'America/Santiago', '2026-09-06T04:00:00.000Z'],
  ])('%s', (_what, date, wall, zone, expected) => {
    expect(at(momentOf(date, wall, zone))).toBe(expected);
  });

  test('agrees with luxon wherever the wall time exists', () => {
    const zones = [
      'America/New_York',
      'America/Chicago',
      'America/Denver',
      'America/Phoenix',
      'America/Los_Angeles',
      'America/Anchorage',
      'America/Adak',
      'Pacific/Honolulu',
      'America/Indiana/Knox',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 20 * 366 }),
        fc.integer({ min: 0, max: 24 * 60 - 1 }),
        (zone, days, minutes) => {
          const date = DateTime.fromISO('2020-01-01', { zone: 'utc' }).plus({ days }).toISODate() ?? '';
          const wall = `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
          const moment = momentOf(date, wall, zone);
          const shown = DateTime.fromMillis(moment, { zone });
          if (shown.toFormat('HH:mm') === wall) {
            expect(shown.toISODate()).toBe(date);
            // No earlier moment of that day shows the time.
            expect(DateTime.fromMillis(moment - 3_600_000, { zone }).toFormat('yyyy-MM-dd HH:mm')).not.toBe(`${date} ${wall}`);
          } else {
            // It does not exist: a minute before, the clock still showed an earlier time.
            expect(minutesOf(shown.toFormat('HH:mm'))).toBeGreaterThan(minutes);
            expect(minutesOf(DateTime.fromMillis(moment - 60_000, { zone }).toFormat('HH:mm'))).toBeLessThan(minutes);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('slots of a day', () => {
  const slotsOn = (date: string, more: Partial<Hours>) => slotsIn(openTimes([hours(more)], day(date)), [], day(date));

  test('four hours hold twelve slots, beginning to end', () => {
    const slots = slotsOn('2026-11-29', {});
    expect(slots).toHaveLength(12);
    expect(at(slots[0]?.from ?? 0)).toBe('2026-11-29T14:00:00.000Z');
    expect(at(slots.at(-1)?.to ?? 0)).toBe('2026-11-29T18:00:00.000Z');
  });

  test('the night the clock goes forward is an hour shorter', () => {
    expect(slotsOn('2026-03-08', { startsAt: '01:00', endsAt: '04:00' })).toHaveLength(6);
  });

  test('the night the clock goes back is an hour longer', () => {
    expect(slotsOn('2026-11-01', { startsAt: '01:00', endsAt: '04:00' })).toHaveLength(12);
  });

  test('hours inside the skipped hour are none', () => {
    expect(slotsOn('2026-03-08', { startsAt: '02:00', endsAt: '03:00' })).toEqual([]);
  });

  test('office hours keep their wall time on both sides of a change', () => {
    const wall = (date: string) => DateTime.fromMillis(slotsOn(date, {})[0]?.from ?? 0, { zone: 'America/Chicago' }).toFormat('HH:mm');
    expect([wall('2026-03-01'), wall('2026-03-08'), wall('2026-11-01'), wall('2026-11-08')]).toEqual(['08:00', '08:00', '08:00', '08:00']);
  });

  test('hours count from the first to the last day of their validity', () => {
    const window = { from: new Date('2026-11-01T00:00:00Z'), to: new Date('2026-12-06T00:00:00Z') };
    const open = openTimes([hours({ validFrom: '2026-11-08', validTo: '2026-11-22' })], window);
    expect(open.map((time) => at(time.from))).toEqual(['2026-11-08T14:00:00.000Z', '2026-11-15T14:00:00.000Z', '2026-11-22T14:00:00.000Z']);
  });

  test('time off and claims take out every slot they touch, of that examiner only', () => {
    const window = day('2026-11-29');
    const open = openTimes([hours(), hours({ examinerId: 'b' })], window);
    const taken = [{ examinerId: 'a', from: Date.parse('2026-11-29T14:10:00Z'), to: Date.parse('2026-11-29T14:40:00Z') }];
    const slots = slotsIn(open, taken, window);
    expect(slots.filter((slot) => slot.examinerId === 'a')).toHaveLength(10);
    expect(slots.filter((slot) => slot.examinerId === 'b')).toHaveLength(12);
  });

  test('a window that begins inside a slot begins with the next one', () => {
    const window = { from: new Date('2026-11-29T14:01:00Z'), to: new Date('2026-11-29T15:00:00Z') };
    expect(slotsIn(openTimes([hours()], window), [], window).map((slot) => at(slot.from))).toEqual([
      '2026-11-29T14:20:00.000Z',
      '2026-11-29T14:40:00.000Z',
    ]);
  });
});

test('whatever the hours, slots lie in them, do not overlap and are all equally long', () => {
  const wall = fc.integer({ min: 0, max: 95 }).map((quarter) => quarter * 15);
  const text = (minutes: number) => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  const some = fc.record({
    weekday: fc.integer({ min: 1, max: 7 }),
    start: wall,
    length: fc.integer({ min: 1, max: 40 }),
    zone: fc.constantFrom('America/New_York', 'America/Phoenix', 'America/Los_Angeles'),
  });
  fc.assert(
    fc.property(
      some,
      fc.integer({ min: 0, max: 400 }),
      fc.integer({ min: 1, max: 31 }),
      ({ weekday, start, length, zone }, offset, days) => {
        const end = Math.min(start + length * 15, 24 * 60);
        fc.pre(end > start);
        const from = DateTime.fromISO('2026-01-01T00:00', { zone }).plus({ days: offset });
        const window = { from: from.toJSDate(), to: from.plus({ days }).toJSDate() };
        const slots = slotsIn(
          openTimes([hours({ weekday, timeZone: zone, startsAt: text(start), endsAt: end === 1440 ? '24:00' : text(end) })], window),
          [],
          window,
        );
        slots.forEach((slot, index) => {
          expect(slot.to - slot.from).toBe(SLOT_MINUTES * 60_000);
          expect(slot.from).toBeGreaterThanOrEqual(window.from.getTime());
          expect(slot.to).toBeLessThanOrEqual(window.to.getTime());
          const shown = DateTime.fromMillis(slot.from, { zone });
          expect(shown.weekday).toBe(weekday);
          expect(minutesOf(shown.toFormat('HH:mm'))).toBeGreaterThanOrEqual(start);
          expect(minutesOf(shown.toFormat('HH:mm'))).toBeLessThan(end);
          expect(slot.from).toBeGreaterThanOrEqual(slots[index - 1]?.to ?? 0);
        });
      },
    ),
    { numRuns: 300 },
  );
});
