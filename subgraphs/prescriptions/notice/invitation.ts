import ical, {
  type ICalAttendeeData,
  ICalAttendeeRole,
  ICalCalendarMethod,
  ICalEventClass,
  type ICalEventData,
  ICalEventStatus,
} from 'ical-generator';
import { Temporal } from 'temporal-polyfill';
import { tzlib_get_ical_block } from 'timezones-ical-library';
import { type ClinicPlace, placeText } from './clinic-place.ts';

/** The time of an exam as whoever is to come has been told it last. */
export interface Appointment {
  /** Public id of the exam. */
  readonly examId: string;
  /** Of the iCalendar object, from 0: each change of the time is one more. */
  readonly sequence: number;
  readonly cancelled: boolean;
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** When it was agreed, changed or cancelled. */
  readonly at: Date;
  readonly inPerson: boolean;
}

/** Between whom an invitation goes, by their mail addresses. */
export interface Correspondents {
  readonly from: string;
  readonly to: string;
}

/** An address that reaches nobody (RFC 2606): RFC 5546 wants an organiser and somebody invited, and a calendar is seen by others than those. */
const NOBODY = 'goodfaith.invalid';

const product = { company: 'Goodfaith', product: 'Exams', language: 'EN' } as const;

/** The zones of a calendar's events. The calendar has none of its own: the library would then write DTSTAMP by that clock, and it is UTC by RFC 5545. */
const zones = { name: null, generator: timeZoneBlock };

/**
 * An invitation to an appointment, or its cancellation, as iCalendar (RFC 5545, RFC 5546), to the letter the same for everyone who asks. It
 * says which clinic and when, by the clinic's clock, and of the patient, the service and the examiner nothing. Without correspondents,
 * organiser and invited are addresses that reach nobody.
 */
export function invitation(appointment: Appointment, clinic: ClinicPlace, correspondents?: Correspondents): string {
  const calendar = ical({
    method: appointment.cancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.REQUEST,
    prodId: product,
    timezone: zones,
  });
  const { from, to } = correspondents ?? { from: `appointments@${NOBODY}`, to: `${appointment.examId}@${NOBODY}` };
  calendar.createEvent({
    ...eventOf(appointment, clinic),
    organizer: { name: clinic.name, email: from },
    attendees: [{ email: to, role: ICalAttendeeRole.REQ, rsvp: false } satisfies ICalAttendeeData],
  });
  return calendar.toString();
}

/** Several appointments to be looked at (METHOD PUBLISH), with the same identities as their invitations. Those of one clinic come by its clock. */
export function agenda(appointments: readonly { readonly appointment: Appointment; readonly clinic: ClinicPlace }[]): string {
  const calendar = ical({ method: ICalCalendarMethod.PUBLISH, prodId: product, timezone: zones });
  for (const { appointment, clinic } of appointments) calendar.createEvent(eventOf(appointment, clinic));
  return calendar.toString();
}

function eventOf({ examId, sequence, cancelled, startsAt, endsAt, at, inPerson }: Appointment, clinic: ClinicPlace): ICalEventData {
  return {
    id: `${examId}@goodfaith`,
    sequence,
    // The moment of the change and not of the asking: an invitation that is fetched twice is the same invitation.
    stamp: at,
    ...timesOf(startsAt, endsAt, clinic),
    summary: `Appointment at ${clinic.name}`,
    status: cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    class: ICalEventClass.PRIVATE,
    ...(inPerson ? { location: placeText(clinic) } : {}),
  };
}

/**
 * Beginning and end by the clinic's clock, in the zone as its VTIMEZONE names it. A wall time that comes twice in autumn is the first one
 * by RFC 5545 (3.3.5), but not every calendar reads it so: what begins or ends at such a time is said in UTC.
 */
function timesOf(startsAt: Date, endsAt: Date, { timeZone }: ClinicPlace): Pick<ICalEventData, 'start' | 'end' | 'timezone'> {
  const [start, end] = [startsAt, endsAt].map((moment) => Temporal.Instant.fromEpochMilliseconds(moment.getTime()));
  if (start === undefined || end === undefined || comesTwice(start, timeZone) || comesTwice(end, timeZone))
    return { start: startsAt, end: endsAt };
  const timezone = /^TZID:(.+?)\r?$/m.exec(timeZoneBlock(timeZone))?.[1] ?? timeZone;
  return { start: start.toZonedDateTimeISO(timeZone), end: end.toZonedDateTimeISO(timeZone), timezone };
}

function comesTwice(moment: Temporal.Instant, timeZone: string): boolean {
  const wall = moment.toZonedDateTimeISO(timeZone).toPlainDateTime();
  const [first, second] = (['earlier', 'later'] as const).map((disambiguation) => wall.toZonedDateTime(timeZone, { disambiguation }));
  return first?.epochMilliseconds !== second?.epochMilliseconds;
}

/** The VTIMEZONE of an IANA zone. A zone that has none could be shown an hour off, so there is no invitation then. */
function timeZoneBlock(timeZone: string): string {
  const block = tzlib_get_ical_block(timeZone);
  if (!Array.isArray(block) || block[0] === undefined) throw new Error(`There is no VTIMEZONE for ${timeZone}.`);
  return block[0];
}
