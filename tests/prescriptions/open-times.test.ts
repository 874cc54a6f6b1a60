import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { type Exception, type Hours, openTimes, type Stretch } from '../../subgraphs/prescriptions/schedule/open-times.ts';
import { slotsIn as laid, slotsByDay, type SlotRule, usualRule } from '../../subgraphs/prescriptions/schedule/slots.ts';
import { exists, isZone, momentOf, momentsOfDay } from '../../subgraphs/prescriptions/schedule/wall-time.ts';

const at = (moment: number) => new Date(moment).toISOString();

function minutesOf(wallTime: string): number {
  const [hour = 0, minute = 0] = wallTime.split(':').map(Number);
  return hour * 60 + minute;
}

/** Slots beside time off and exams that keep nothing clear, as long as usual unless said otherwise. */
function slotsIn(open: Parameters<typeof laid>[0], off: Stretch[], window: Parameters<typeof laid>[2], rule: Partial<SlotRule> = {}) {
  return laid(open, { off, taken: [] }, window, { ...usualRule, ...rule });
}

/** Every rule of clocks that holds in a place of the United States, by a zone that keeps it. */
const zonesOfTheStates = [
  'America/New_York',
  'America/Detroit',
  'America/Kentucky/Monticello',
  'America/Indiana/Indianapolis',
  'America/Indiana/Knox',
  'America/Chicago',
  'America/Menominee',
  'America/North_Dakota/New_Salem',
  'America/Denver',
  'America/Boise',
  'America/Shiprock',
  'America/Phoenix',
  'America/Los_Angeles',
  'America/Anchorage',
  'America/Adak',
  'Pacific/Honolulu',
  'America/Puerto_Rico',
  'Pacific/Guam',
];

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
    fc.assert(
      fc.property(
        fc.constantFrom(...zonesOfTheStates),
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

test('a time exists on a day exactly when the clock shows it then', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...zonesOfTheStates),
      fc.constantFrom('2026-03-08', '2027-03-14', '2026-11-01', '2027-11-07', '2028-02-29', '2026-07-04'),
      fc.integer({ min: 0, max: 24 * 60 - 1 }),
      (zone, date, minutes) => {
        const [hour, minute] = [Math.floor(minutes / 60), minutes % 60];
        const wall = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
        const changes = !['America/Phoenix', 'Pacific/Honolulu', 'America/Puerto_Rico', 'Pacific/Guam'].includes(zone);
        expect(exists(date, wall, zone)).toBe(!(changes && date.includes('-03-') && hour === 2));
      },
    ),
    { numRuns: 1_000 },
  );
});

test('a day is as long as the clocks make it', () => {
  const length = (date: string, zone: string) => {
    const { from, to } = momentsOfDay(date, zone);
    return (to.getTime() - from.getTime()) / 3_600_000;
  };
  expect(['2026-03-08', '2026-11-01', '2028-02-29'].map((date) => length(date, 'America/Shiprock'))).toEqual([23, 25, 24]);
  expect(['2026-03-08', '2026-11-01', '2028-02-29'].map((date) => length(date, 'America/Phoenix'))).toEqual([24, 24, 24]);
});

test('only what knows when clocks change is a zone', () => {
  expect(zonesOfTheStates.filter((zone) => !isZone(zone))).toEqual([]);
  expect(['UTC', '+05:00', 'CST', 'america/chicago', 'America/Nowhere', ''].filter(isZone)).toEqual([]);
});

describe('slots of a day', () => {
  const slotsOn = (date: string, more: Partial<Hours>) => slotsIn(openTimes([hours(more)], [], day(date)), [], day(date));

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

  test('hours that begin in the hour shown twice begin the first time, those that end in it end the first time', () => {
    const from = (startsAt: string, endsAt: string) =>
      slotsOn('2026-11-01', { startsAt, endsAt }).map((slot) => at(slot.from).slice(11, 16));
    expect(from('01:30', '02:00')).toEqual(['06:30', '06:50', '07:10', '07:30']);
    expect(from('00:30', '01:30')).toEqual(['05:30', '05:50', '06:10']);
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
    const open = openTimes([hours({ validFrom: '2026-11-08', validTo: '2026-11-22' })], [], window);
    expect(open.map((time) => at(time.from))).toEqual(['2026-11-08T14:00:00.000Z', '2026-11-15T14:00:00.000Z', '2026-11-22T14:00:00.000Z']);
  });

  test('time off and claims take out every slot they touch, of that examiner only', () => {
    const window = day('2026-11-29');
    const open = openTimes([hours(), hours({ examinerId: 'b' })], [], window);
    const taken = [{ examinerId: 'a', from: Date.parse('2026-11-29T14:10:00Z'), to: Date.parse('2026-11-29T14:40:00Z') }];
    const slots = slotsIn(open, taken, window);
    expect(slots.filter((slot) => slot.examinerId === 'a')).toHaveLength(10);
    expect(slots.filter((slot) => slot.examinerId === 'b')).toHaveLength(12);
  });

  test('a window that begins inside a slot begins with the next one', () => {
    const window = { from: new Date('2026-11-29T14:01:00Z'), to: new Date('2026-11-29T15:00:00Z') };
    expect(slotsIn(openTimes([hours()], [], window), [], window).map((slot) => at(slot.from))).toEqual([
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
    zone: fc.constantFrom(...zonesOfTheStates),
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
          openTimes([hours({ weekday, timeZone: zone, startsAt: text(start), endsAt: end === 1440 ? '24:00' : text(end) })], [], window),
          [],
          window,
        );
        slots.forEach((slot, index) => {
          expect(slot.to - slot.from).toBe(usualRule.minutes * 60_000);
          expect(slot.from).toBeGreaterThanOrEqual(window.from.getTime());
          expect(slot.to).toBeLessThanOrEqual(window.to.getTime());
          const shown = DateTime.fromMillis(slot.from, { zone });
          expect(shown.weekday).toBe(weekday);
          // The hour that is shown twice comes again after hours have begun in it.
          const again = DateTime.fromMillis(slot.from - 3_600_000, { zone }).toFormat('HH:mm') === shown.toFormat('HH:mm');
          if (!again) expect(minutesOf(shown.toFormat('HH:mm'))).toBeGreaterThanOrEqual(start);
          expect(minutesOf(shown.toFormat('HH:mm'))).toBeLessThan(end);
          expect(slot.from).toBeGreaterThanOrEqual(slots[index - 1]?.to ?? 0);
        });
      },
    ),
    { numRuns: 300 },
  );
});

test('laid a day at a time, from wherever on, slots are those of the whole window from there on, in the same order', () => {
  const window = { from: new Date('2026-10-28T07:13:00Z'), to: new Date('2026-11-06T11:00:00Z') };
  const stretch = fc
    .record({
      ...{ examinerId: fc.constantFrom('a', 'b', 'c'), modality: fc.constantFrom('SYNC_VIDEO', 'SYNC_AUDIO') },
      ...{ start: fc.integer({ min: -600, max: 13_000 }), minutes: fc.integer({ min: 1, max: 3_000 }) },
    })
    .map(({ start, minutes, ...one }) => ({
      ...one,
      from: window.from.getTime() + start * 60_000,
      to: window.from.getTime() + (start + minutes) * 60_000,
    }));
  fc.assert(
    fc.property(
      fc.array(stretch, { maxLength: 8 }),
      fc.array(stretch, { maxLength: 3 }),
      fc.integer({ min: -600, max: 13_500 }),
      fc.constantFrom(5, 20, 45),
      (open, off, minutes, stepMinutes) => {
        const since = window.from.getTime() + minutes * 60_000;
        const rule = { ...usualRule, stepMinutes };
        const whole = laid(open, { off, taken: [] }, window, rule);
        expect([...slotsByDay(open, { off, taken: [] }, window, rule, since)].flat()).toEqual(whole.filter((slot) => slot.from >= since));
      },
    ),
    { numRuns: 300 },
  );
});

describe('a day on which other hours hold', () => {
  const sunday = '2026-11-29';
  const other = (more: Partial<Exception> = {}): Exception => ({
    ...{ examinerId: 'a', clinicId: null, day: sunday, timeZone: 'America/Chicago' },
    hours: [{ startsAt: '15:00', endsAt: '16:00', modality: 'SYNC_VIDEO' }],
    ...more,
  });
  const open = (...exceptions: Exception[]) =>
    openTimes([hours(), hours({ examinerId: 'b' })], exceptions, day(sunday)).map(
      (time) => `${time.examinerId} ${at(time.from).slice(11, 16)}`,
    );

  test('those hold, of that examiner only', () => {
    expect(open(other())).toEqual(['b 14:00', 'a 21:00']);
  });

  test('none are a day off', () => {
    expect(open(other({ hours: [] }))).toEqual(['b 14:00']);
  });

  test('a clinic’s own goes before one for every clinic, whichever was said first', () => {
    const own = other({ clinicId: 'c', hours: [{ startsAt: '18:00', endsAt: '19:00', modality: 'SYNC_VIDEO' }] });
    expect(open(other(), own)).toEqual(['b 14:00', 'a 00:00']);
    expect(open(own, other())).toEqual(open(other(), own));
  });

  test('one in another zone is held by that zone’s clock', () => {
    expect(open(other({ timeZone: 'Pacific/Honolulu', hours: [{ startsAt: '05:00', endsAt: '06:00', modality: 'SYNC_VIDEO' }] }))).toEqual([
      'b 14:00',
      'a 15:00',
    ]);
  });
});

describe('exams of other lengths', () => {
  const sunday = day('2026-11-29');
  const open = openTimes([hours({ startsAt: '08:00', endsAt: '10:00' })], [], sunday);
  const starts = (rule: Partial<SlotRule>, taken: Parameters<typeof laid>[1]['taken'] = []) =>
    laid(open, { off: [], taken }, sunday, { ...usualRule, ...rule }).map((slot) => at(slot.from).slice(11, 16));
  const exam = (from: string, to: string, before = 0, after = 0) => {
    const [start, end] = [Date.parse(`2026-11-29T${from}:00Z`), Date.parse(`2026-11-29T${to}:00Z`)];
    return { examinerId: 'a', from: start, to: end, keptFrom: start - before * 60_000, keptTo: end + after * 60_000 };
  };

  test('the whole exam lies in the hours, and begins at a step from their beginning', () => {
    expect(starts({ minutes: 45, stepMinutes: 30 })).toEqual(['14:00', '14:30', '15:00']);
    expect(starts({ minutes: 121, stepMinutes: 5 })).toEqual([]);
  });

  test('what is kept clear after an exam may reach over the end of the hours', () => {
    expect(starts({ minutes: 60, stepMinutes: 60, minutesAfter: 30 })).toEqual(['14:00', '15:00']);
  });

  test('of two exams the longer time that either keeps clear lies between them', () => {
    const beside = { minutes: 20, stepMinutes: 10 };
    expect(starts(beside, [exam('14:40', '15:00')])).toEqual(['14:00', '14:10', '14:20', '15:00', '15:10', '15:20', '15:30', '15:40']);
    expect(starts({ ...beside, minutesBefore: 10 }, [exam('14:40', '15:00')])).toEqual([
      ...['14:00', '14:10', '14:20', '15:10', '15:20', '15:30', '15:40'],
    ]);
    expect(starts({ ...beside, minutesBefore: 10 }, [exam('14:40', '15:00', 20, 20)])).toEqual(['14:00', '15:20', '15:30', '15:40']);
  });
});

test('a clinic, an examiner and a patient in three zones mean the same moment', () => {
  // The examiner works on Saturday from 08:00 in Honolulu; the clinic is in New York, the patient in the Navajo Nation.
  const saturday = { weekday: 6, timeZone: 'Pacific/Honolulu', startsAt: '08:00', endsAt: '09:00' };
  const shown = (date: string) => {
    const [slot] = slotsIn(openTimes([hours(saturday)], [], day(date, 'America/New_York')), [], day(date, 'America/New_York'));
    return ['Pacific/Honolulu', 'America/New_York', 'America/Shiprock', 'America/Phoenix'].map((zone) =>
      DateTime.fromMillis(slot?.from ?? 0, { zone }).toFormat('EEE HH:mm'),
    );
  };
  expect(shown('2026-03-07')).toEqual(['Sat 08:00', 'Sat 13:00', 'Sat 11:00', 'Sat 11:00']);
  // From the next Sunday on, clocks differ by one more hour where they change, and by the same where they do not.
  expect(shown('2026-03-14')).toEqual(['Sat 08:00', 'Sat 14:00', 'Sat 12:00', 'Sat 11:00']);
  expect(shown('2026-11-07')).toEqual(['Sat 08:00', 'Sat 13:00', 'Sat 11:00', 'Sat 11:00']);
});

test('hours on a leap day are hours of that weekday', () => {
  const leap = day('2028-02-29', 'America/Phoenix');
  const open = openTimes(
    [hours({ weekday: 2, timeZone: 'America/Phoenix' }), hours({ weekday: 3, timeZone: 'America/Phoenix' })],
    [],
    leap,
  );
  expect(open.map(({ from, to }) => [at(from), at(to)])).toEqual([['2028-02-29T15:00:00.000Z', '2028-02-29T19:00:00.000Z']]);
});
