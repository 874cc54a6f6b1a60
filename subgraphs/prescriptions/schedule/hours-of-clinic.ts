import type { Tx } from '../builder.ts';
import { dateOf, dayText } from '../calendar-day.ts';
import type { DayHours, Exception, Hours, Stretch, Window } from './open-times.ts';
import { dayAt } from './wall-time.ts';

/** Which hours are asked for: one clinic and service, of one examiner or of all. */
export interface HoursWanted extends Window {
  readonly clinicId: string;
  readonly service: string;
  /** Where the patient will be. */
  readonly patientState: string;
  readonly examinerId?: string;
}

/** What is kept of examiners' time. */
export interface Kept {
  readonly hours: readonly Hours[];
  readonly exceptions: readonly Exception[];
  readonly off: readonly Stretch[];
}

/** Hours and exceptions for one clinic: its own and those for every clinic. */
export function forClinic<T extends { readonly clinicId?: string | null }>(kept: readonly T[], clinicId: string): T[] {
  return kept.filter((one) => one.clinicId == null || one.clinicId === clinicId);
}

/** The examiners whom this clinic asks to take this service, for patients in this state or, left out, in any. */
export async function examinersOf(tx: Tx, clinicId: string, service: string, patientState?: string): Promise<string[]> {
  const inState = patientState === undefined ? {} : { OR: [{ states: { isEmpty: true } }, { states: { has: patientState } }] };
  const rows = await tx.examinerClinic.findMany({
    where: { clinicId, AND: [{ OR: [{ services: { isEmpty: true } }, { services: { has: service } }] }, inState] },
    orderBy: { examinerId: 'asc' },
  });
  return rows.map((row) => row.examinerId);
}

/** Working hours of those who take the service at the clinic, the days on which others hold, and the time they have off in the window. */
export async function hoursOfClinic(tx: Tx, wanted: HoursWanted): Promise<Kept> {
  return hoursAt(tx, wanted, await examinersAsked(tx, wanted));
}

/** Who takes the service at the clinic: all of them, or the one who is asked for. */
export async function examinersAsked(
  tx: Tx,
  { clinicId, service, patientState, examinerId }: Omit<HoursWanted, keyof Window>,
): Promise<string[]> {
  const examiners = await examinersOf(tx, clinicId, service, patientState);
  return examinerId === undefined ? examiners : examiners.filter((id) => id === examinerId);
}

/** What is kept of these examiners' time for one clinic. */
export async function hoursAt(tx: Tx, wanted: Window & Pick<HoursWanted, 'clinicId'>, examinerIds: readonly string[]): Promise<Kept> {
  const { hours, exceptions, off } = await keptBy(tx, examinerIds, wanted);
  return { hours: forClinic(hours, wanted.clinicId), exceptions: forClinic(exceptions, wanted.clinicId), off };
}

/** All that is kept of these examiners' time in the window, for whichever clinic. */
export async function keptBy(tx: Tx, examinerIds: readonly string[], window: Window): Promise<Kept> {
  if (examinerIds.length === 0) return { hours: [], exceptions: [], off: [] };
  const examinerId = { in: [...examinerIds] };
  // The day before and after: which day it is depends on the zone.
  const [first, last] = [dayAt(window.from, 'UTC').subtract({ days: 1 }), dayAt(window.to, 'UTC').add({ days: 1 })].map((day) =>
    dateOf(day.toString()),
  ) as [Date, Date];
  const hours = await tx.workingHours.findMany({
    where: { examinerId, validFrom: { lte: last }, OR: [{ validTo: null }, { validTo: { gte: first } }] },
  });
  const exceptions = await tx.scheduleException.findMany({ where: { examinerId, day: { gte: first, lte: last } } });
  const off = await tx.timeOff.findMany({ where: { examinerId, startsAt: { lt: window.to }, endsAt: { gt: window.from } } });
  return {
    hours: hours.map((row) => ({ ...row, validFrom: dayText(row.validFrom), validTo: row.validTo === null ? null : dayText(row.validTo) })),
    exceptions: exceptions.map((row) => ({ ...row, day: dayText(row.day), hours: row.hours as unknown as DayHours[] })),
    off: off.map((row) => ({ examinerId: row.examinerId, from: row.startsAt.getTime(), to: row.endsAt.getTime() })),
  };
}
