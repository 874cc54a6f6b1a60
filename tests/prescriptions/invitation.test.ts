import fc from 'fast-check';
import { sync } from 'node-ical';
import { expect, test } from 'vitest';
import { agenda, type Appointment, invitation } from '../../subgraphs/prescriptions/notice/invitation.ts';

/** One zone of each kind of clock in the fifty states, the territories, and names that are links to others. */
const zones = [
  'America/New_York',
  'America/Detroit',
  'America/Indiana/Indianapolis',
  'America/Indiana/Knox',
  'America/Indiana/Vincennes',
  'America/Fort_Wayne',
  'America/Kentucky/Louisville',
  'America/Chicago',
  'America/Menominee',
  'America/North_Dakota/Beulah',
  'America/Denver',
  'America/Boise',
  'America/Shiprock',
  'America/Phoenix',
  'America/Los_Angeles',
  'America/Anchorage',
  'America/Metlakatla',
  'America/Adak',
  'Pacific/Honolulu',
  'America/Puerto_Rico',
  'Pacific/Guam',
];

const clinic = (timeZone: string, name = 'Lakeside Clinic') => ({
  ...{ id: 'cli_1', name, timeZone },
  address: { line1: '1200 Barton Springs Rd', line2: null, city: 'Austin', state: 'TX', postalCode: '78704' },
});

const appointment = (startsAt: string, minutes: number, more: Partial<Appointment> = {}): Appointment => ({
  ...{ examId: 'gfe_1', sequence: 0, cancelled: false, inPerson: false },
  ...{ startsAt: new Date(startsAt), endsAt: new Date(Date.parse(startsAt) + minutes * 60_000), at: new Date('2026-01-05T10:00:00Z') },
  ...more,
});

/** The only event of a calendar, as another implementation reads it. */
function read(text: string) {
  const events = Object.values(sync.parseICS(text)).flatMap((part) => (part?.type === 'VEVENT' ? [part] : []));
  expect(events).toHaveLength(1);
  return events[0];
}

test.each(zones)('in %s an invitation names the very moments, around both changes of the clock and at any other time', (zone) => {
  // Around the Sundays on which clocks change in 2026, 2027 and the leap year 2028, to the quarter of an hour; and anywhere.
  const changes = ['2026-03-08', '2026-11-01', '2027-03-14', '2027-11-07', '2028-02-29', '2028-03-12', '2028-11-05'];
  const near = fc
    .tuple(fc.constantFrom(...changes), fc.integer({ min: -40, max: 160 }))
    .map(([day, quarters]) => Date.parse(day) + quarters * 900_000);
  const anywhere = fc
    .integer({ min: Date.parse('2026-01-01') / 300_000, max: Date.parse('2032-01-01') / 300_000 })
    .map((five) => five * 300_000);
  fc.assert(
    fc.property(fc.oneof(near, anywhere), fc.integer({ min: 1, max: 24 }), (from, fives) => {
      const booked = appointment(new Date(from).toISOString(), fives * 5);
      const event = read(invitation(booked, clinic(zone)));
      expect([event?.start, event?.end].map((moment) => new Date(Number(moment)))).toEqual([booked.startsAt, booked.endsAt]);
    }),
    { numRuns: 100 },
  );
});

test('a time is said by the clinic’s clock, in a zone that the calendar brings along under the same name', () => {
  for (const zone of zones) {
    const text = invitation(appointment('2026-06-10T20:00:00Z', 20), clinic(zone));
    const named = /^DTSTART;TZID=(.+):/m.exec(text)?.[1];
    expect(text.split('\r\n')).toContain(`TZID:${named}`);
    expect(text.match(/^BEGIN:VTIMEZONE/gm)).toHaveLength(1);
  }
});

test('in the hour that comes twice, times are said in UTC, since not every calendar takes a wall time for the first one', () => {
  const times = (startsAt: string) => {
    const text = invitation(appointment(startsAt, 20), clinic('America/Chicago'));
    return text.slice(text.indexOf('BEGIN:VEVENT')).match(/^DT(START|END).*$/gm);
  };
  expect(times('2026-11-01T05:30:00Z')).toEqual([
    'DTSTART;TZID=America/Chicago:20261101T003000',
    'DTEND;TZID=America/Chicago:20261101T005000',
  ]);
  expect(times('2026-11-01T05:50:00Z')).toEqual(['DTSTART:20261101T055000Z', 'DTEND:20261101T061000Z']);
  expect(times('2026-11-01T07:30:00Z')).toEqual(['DTSTART:20261101T073000Z', 'DTEND:20261101T075000Z']);
  expect(times('2026-11-01T08:00:00Z')).toEqual([
    'DTSTART;TZID=America/Chicago:20261101T020000',
    'DTEND;TZID=America/Chicago:20261101T022000',
  ]);
});

test('an invitation is to the letter what its appointment and its clinic say', () => {
  const text = invitation(
    appointment('2026-03-09T15:00:00Z', 20, { sequence: 2, inPerson: true }),
    clinic('America/Phoenix', 'Desert "Bloom"; Care'),
  );
  expect(text.replaceAll('\r\n ', '').split('\r\n')).toEqual([
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Goodfaith//Exams//EN',
    'METHOD:REQUEST',
    'BEGIN:VTIMEZONE',
    'TZID:America/Phoenix',
    'X-LIC-LOCATION:America/Phoenix',
    expect.stringMatching(/^LAST-MODIFIED:/),
    'BEGIN:STANDARD',
    'TZNAME:MST',
    'TZOFFSETFROM:-0700',
    'TZOFFSETTO:-0700',
    'DTSTART:19700101T000000',
    'END:STANDARD',
    'END:VTIMEZONE',
    'BEGIN:VEVENT',
    'UID:gfe_1@goodfaith',
    'SEQUENCE:2',
    'DTSTAMP:20260105T100000Z',
    'DTSTART;TZID=America/Phoenix:20260309T080000',
    'DTEND;TZID=America/Phoenix:20260309T082000',
    'SUMMARY:Appointment at Desert "Bloom"\\; Care',
    'LOCATION:1200 Barton Springs Rd\\, Austin\\, TX 78704',
    `ORGANIZER;CN="Desert ^'Bloom^'; Care":mailto:appointments@goodfaith.invalid`,
    'ATTENDEE;ROLE=REQ-PARTICIPANT;RSVP=FALSE:MAILTO:gfe_1@goodfaith.invalid',
    'STATUS:CONFIRMED',
    'CLASS:PRIVATE',
    'END:VEVENT',
    'END:VCALENDAR',
  ]);
});

test('several appointments are published together, each by its own clinic’s clock', () => {
  const text = agenda([
    { appointment: appointment('2026-03-09T15:00:00Z', 20), clinic: clinic('America/Phoenix') },
    { appointment: appointment('2026-03-09T16:00:00Z', 20, { examId: 'gfe_2' }), clinic: clinic('America/Chicago') },
  ]);
  expect(text.match(/^(METHOD|UID|DTSTART;|TZID|ORGANIZER|ATTENDEE).*$/gm)).toEqual([
    'METHOD:PUBLISH',
    'TZID:America/Phoenix',
    'TZID:America/Chicago',
    'UID:gfe_1@goodfaith',
    'DTSTART;TZID=America/Phoenix:20260309T080000',
    'UID:gfe_2@goodfaith',
    'DTSTART;TZID=America/Chicago:20260309T110000',
  ]);
});
