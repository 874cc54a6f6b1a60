import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { InvalidInput } from '#kernel/errors.ts';
import { openTimes } from '../../subgraphs/prescriptions/schedule/open-times.ts';
import { requireShown } from '../../subgraphs/prescriptions/schedule/shown-time.ts';
import { slotsIn, usualRule } from '../../subgraphs/prescriptions/schedule/slots.ts';
import { momentsOfDay } from '../../subgraphs/prescriptions/schedule/wall-time.ts';

/** The clocks of every state, district and territory; the last of several is kept in a part of it. */
const clocks: Readonly<Record<string, readonly string[]>> = {
  ...{ AL: ['America/Chicago'], AK: ['America/Anchorage', 'America/Juneau', 'America/Nome', 'America/Adak'] },
  ...{ AZ: ['America/Phoenix', 'America/Shiprock'], AR: ['America/Chicago'], CA: ['America/Los_Angeles'], CO: ['America/Denver'] },
  ...{ CT: ['America/New_York'], DE: ['America/New_York'], DC: ['America/New_York'], FL: ['America/New_York', 'America/Chicago'] },
  ...{ GA: ['America/New_York'], GU: ['Pacific/Guam'], HI: ['Pacific/Honolulu'], ID: ['America/Boise', 'America/Los_Angeles'] },
  ...{ IL: ['America/Chicago'], IN: ['America/Indiana/Indianapolis', 'America/Indiana/Knox', 'America/Indiana/Tell_City'] },
  ...{ IA: ['America/Chicago'], KS: ['America/Chicago', 'America/Denver'], KY: ['America/Kentucky/Louisville', 'America/Chicago'] },
  ...{ LA: ['America/Chicago'], ME: ['America/New_York'], MD: ['America/New_York'], MA: ['America/New_York'] },
  ...{ MI: ['America/Detroit', 'America/Menominee'], MN: ['America/Chicago'], MS: ['America/Chicago'], MO: ['America/Chicago'] },
  ...{ MT: ['America/Denver'], NE: ['America/Chicago', 'America/Denver'], NV: ['America/Los_Angeles', 'America/Denver'] },
  ...{ NH: ['America/New_York'], NJ: ['America/New_York'], NM: ['America/Denver'], NY: ['America/New_York'], NC: ['America/New_York'] },
  ...{ ND: ['America/Chicago', 'America/North_Dakota/Beulah', 'America/Denver'], OH: ['America/New_York'], OK: ['America/Chicago'] },
  ...{ OR: ['America/Los_Angeles', 'America/Boise'], PA: ['America/New_York'], PR: ['America/Puerto_Rico'], RI: ['America/New_York'] },
  ...{ SC: ['America/New_York'], SD: ['America/Chicago', 'America/Denver'], TN: ['America/New_York', 'America/Chicago'] },
  ...{ TX: ['America/Chicago', 'America/Denver'], UT: ['America/Denver', 'America/Shiprock'], VT: ['America/New_York'] },
  ...{ VA: ['America/New_York'], WA: ['America/Los_Angeles'], WV: ['America/New_York'], WI: ['America/Chicago'], WY: ['America/Denver'] },
};
const zones = [...new Set(Object.values(clocks).flat())];
const keepTheirClock = ['America/Phoenix', 'Pacific/Honolulu', 'America/Puerto_Rico', 'Pacific/Guam'];
const minute = 60_000;

/** The Sundays of a year on which clocks change, by the law of 2005: the second of March, the first of November. */
function changes(year: number): { readonly spring: string; readonly autumn: string } {
  const sunday = (month: number, nth: number) => {
    const first = DateTime.utc(year, month, 1);
    return first.plus({ days: ((7 - first.weekday) % 7) + 7 * (nth - 1) }).toISODate() ?? '';
  };
  return { spring: sunday(3, 2), autumn: sunday(11, 1) };
}

const hours = (timeZone: string, startsAt: string, endsAt: string, weekday = 7) => ({
  ...{ examinerId: 'a', timeZone, weekday, startsAt, endsAt, modality: 'SYNC_VIDEO', validFrom: '2020-01-01', validTo: null },
});

/** Slots of hours on one day, as a clock there shows their beginnings. */
function shown(timeZone: string, day: string, startsAt: string, endsAt: string): string[] {
  const window = momentsOfDay(day, timeZone);
  const { weekday } = DateTime.fromISO(day, { zone: 'utc' });
  const slots = slotsIn(openTimes([hours(timeZone, startsAt, endsAt, weekday)], [], window), { off: [], taken: [] }, window, usualRule);
  expect(slots.slice(1).map(({ from }) => from)).toEqual(slots.slice(0, -1).map(({ to }) => to));
  return slots.map(({ from }) => DateTime.fromMillis(from, { zone: timeZone }).toFormat('HH:mm'));
}

describe.each(zones)('by the clock of %s', (zone) => {
  test.each([2026, 2027, 2028, 2032])('both changes of %i', (year) => {
    const { spring, autumn } = changes(year);
    const three = (hour: string) => [`${hour}:00`, `${hour}:20`, `${hour}:40`];
    const still = [...three('01'), ...three('02'), ...three('03')];
    const kept = keepTheirClock.includes(zone);
    expect(shown(zone, spring, '01:00', '04:00')).toEqual(kept ? still : [...three('01'), ...three('03')]);
    expect(shown(zone, autumn, '01:00', '04:00')).toEqual(kept ? still : [...three('01'), ...three('01'), ...three('02'), ...three('03')]);
    // The rest of the day, and the day before and after, are as ever.
    for (const day of [spring, autumn].flatMap((one) =>
      [-1, 0, 1].map((days) => DateTime.fromISO(one, { zone: 'utc' }).plus({ days }).toISODate() ?? ''),
    ))
      expect(shown(zone, day, '09:00', '10:00')).toEqual(three('09'));
    const length = (day: string) => Number(momentsOfDay(day, zone).to) - Number(momentsOfDay(day, zone).from);
    expect([length(spring), length(autumn)].map((ms) => ms / 3_600_000)).toEqual(kept ? [24, 24] : [23, 25]);
  });
});

test('every state has a clock, and a leap day is a day like another on each of them', () => {
  expect(Object.keys(clocks)).toHaveLength(53);
  for (const zone of zones) expect(shown(zone, '2028-02-29', '23:00', '24:00'), zone).toEqual(['23:00', '23:20', '23:40']);
});

const moments = fc
  .record({
    year: fc.integer({ min: 2026, max: 2036 }),
    which: fc.constantFrom('spring', 'autumn'),
    minutes: fc.integer({ min: -1_500, max: 3_000 }),
  })
  .map(({ year, which, minutes }) => Date.parse(`${changes(year)[which as 'spring']}T00:00:00Z`) + minutes * minute);
const issueOf = (moment: number, day: string, time: string, timeZone: string): string | null => {
  try {
    requireShown(new Date(moment), { day, time, timeZone });
    return null;
  } catch (error) {
    return error instanceof InvalidInput ? (error.issues[0]?.path ?? '') : String(error);
  }
};

test('what a clock shows at a moment is taken, whichever clock it is, and what it does not show is refused', () => {
  fc.assert(
    fc.property(moments, fc.constantFrom(...zones), fc.integer({ min: 1, max: 24 * 60 - 1 }), (moment, zone, off) => {
      const there = DateTime.fromMillis(moment, { zone });
      expect(issueOf(moment, there.toFormat('yyyy-MM-dd'), there.toFormat('HH:mm'), zone)).toBe(null);
      const wrong = DateTime.fromFormat(there.toFormat('yyyy-MM-dd HH:mm'), 'yyyy-MM-dd HH:mm', { zone: 'utc' }).plus({ minutes: off });
      expect(issueOf(moment, wrong.toFormat('yyyy-MM-dd'), wrong.toFormat('HH:mm'), zone)).toBe('input.shownAs.time');
    }),
    { numRuns: 1_000 },
  );
});

test('a clinic, an examiner and a patient in three zones mean one moment, on every side of every change', () => {
  const three = fc.tuple(fc.constantFrom(...zones), fc.constantFrom(...zones), fc.constantFrom(...zones));
  fc.assert(
    fc.property(moments, three, (moment, [clinic, examiner, patient]) => {
      const day = DateTime.fromMillis(moment, { zone: clinic }).toISODate() ?? '';
      const window = momentsOfDay(day, clinic);
      const every = [1, 2, 3, 4, 5, 6, 7].map((weekday) => hours(examiner, '00:00', '24:00', weekday));
      const slots = slotsIn(openTimes(every, [], window), { off: [], taken: [] }, window, usualRule);
      // Somebody who works around the clock has as many slots on a day of the clinic as it is long, wherever they are.
      expect(slots).toHaveLength((window.to.getTime() - window.from.getTime()) / (usualRule.minutes * minute));
      for (const { from } of [slots[0], slots.at(-1)].flatMap((slot) => slot ?? [])) {
        const shownTo = [clinic, examiner, patient].map((zone) => DateTime.fromMillis(from, { zone }));
        for (const there of shownTo)
          expect(issueOf(from, there.toFormat('yyyy-MM-dd'), there.toFormat('HH:mm'), there.zoneName ?? '')).toBe(null);
      }
    }),
    { numRuns: 150 },
  );
});
