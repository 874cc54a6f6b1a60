import { type ClinicPlace, placeText } from './clinic-place.ts';
import type { Appointment } from './invitation.ts';

/** What a message tells of. */
export const messageKinds = ['BOOKED', 'RESCHEDULED', 'CANCELLED', 'REMINDER'] as const;

/** One thing a message tells of. */
export type MessageKind = (typeof messageKinds)[number];

const subjects: Readonly<Record<MessageKind, (clinic: string) => string>> = {
  BOOKED: (clinic) => `Your appointment at ${clinic}`,
  RESCHEDULED: (clinic) => `A new time for your appointment at ${clinic}`,
  CANCELLED: (clinic) => `Your appointment at ${clinic} is cancelled`,
  REMINDER: (clinic) => `Reminder of your appointment at ${clinic}`,
};

const sentences: Readonly<Record<MessageKind, (clinic: string, time: string) => string>> = {
  BOOKED: (clinic, time) => `Your appointment at ${clinic} is booked for ${time}.`,
  RESCHEDULED: (clinic, time) => `Your appointment at ${clinic} has been moved. It is now on ${time}.`,
  CANCELLED: (clinic, time) => `Your appointment at ${clinic} on ${time} has been cancelled.`,
  REMINDER: (clinic, time) => `This is a reminder of your appointment at ${clinic} on ${time}.`,
};

/**
 * Subject and text of a message: which clinic and when, by the clinic's clock, and where if it is there. Whoever else reads it learns nothing
 * of the patient, not even the name, and nothing of what the appointment is for or with whom.
 */
export function messageText(kind: MessageKind, appointment: Appointment, clinic: ClinicPlace): { subject: string; text: string } {
  const time = wallText(appointment.startsAt, clinic.timeZone);
  const where = appointment.inPerson && kind !== 'CANCELLED' ? [`Where: ${placeText(clinic)}`] : [];
  const closing =
    'Nobody reads replies to this message, so please do not answer it. To change or cancel an appointment, or to get no more of these messages, call the clinic.';
  return { subject: subjects[kind](clinic.name), text: [sentences[kind](clinic.name, time), ...where, closing].join('\n\n') };
}

/** A moment as people say it there: Monday, March 9, 2026 at 8:00 AM MST. */
function wallText(moment: Date, timeZone: string): string {
  const day = { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' } as const;
  const format = new Intl.DateTimeFormat('en-US', { ...day, hour: 'numeric', minute: '2-digit', timeZoneName: 'short', timeZone });
  return format.format(moment).replaceAll('\u202f', ' ');
}
