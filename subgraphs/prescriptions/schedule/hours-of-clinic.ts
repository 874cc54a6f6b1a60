import type { Tx } from '../builder.ts';
import { dayText } from '../calendar-day.ts';
import type { Hours, Stretch } from './open-times.ts';

/** Which hours are asked for: one clinic and service, of one examiner or of all. */
export interface HoursWanted {
  readonly clinicId: string;
  readonly service: string;
  readonly examinerId?: string;
  readonly from: Date;
  readonly to: Date;
}

/** The examiners who take this service at this clinic. */
export async function examinersOf(tx: Tx, clinicId: string, service: string): Promise<string[]> {
  const rows = await tx.examinerClinic.findMany({
    where: { clinicId, OR: [{ services: { isEmpty: true } }, { services: { has: service } }] },
    orderBy: { examinerId: 'asc' },
  });
  return rows.map((row) => row.examinerId);
}

/** Working hours of those who take the service at the clinic, and the time they have off in the window. */
export async function hoursOfClinic(tx: Tx, wanted: HoursWanted): Promise<{ hours: Hours[]; off: Stretch[] }> {
  const examiners = await examinersOf(tx, wanted.clinicId, wanted.service);
  const asked = wanted.examinerId === undefined ? examiners : examiners.filter((id) => id === wanted.examinerId);
  if (asked.length === 0) return { hours: [], off: [] };
  const hours = await tx.workingHours.findMany({
    where: { examinerId: { in: asked }, OR: [{ clinicId: null }, { clinicId: wanted.clinicId }] },
  });
  const off = await tx.timeOff.findMany({ where: { examinerId: { in: asked }, startsAt: { lt: wanted.to }, endsAt: { gt: wanted.from } } });
  return {
    hours: hours.map((row) => ({ ...row, validFrom: dayText(row.validFrom), validTo: row.validTo === null ? null : dayText(row.validTo) })),
    off: off.map((row) => ({ examinerId: row.examinerId, from: row.startsAt.getTime(), to: row.endsAt.getTime() })),
  };
}
