import type { Tx } from '../builder.ts';

const DAY_MS = 86_400_000;

/**
 * The database's own clock, to the millisecond that is stored. Who may come in is a matter of real time: a sandbox's clock that was
 * set ahead must not keep anybody in, nor let anybody in early.
 */
export async function realNow(tx: Pick<Tx, '$queryRawUnsafe'>): Promise<Date> {
  const [row] = await tx.$queryRawUnsafe<{ now: Date }[]>(`select date_trunc('milliseconds', now()) as now`);
  if (!row) throw new Error('The database has no time.');
  return row.now;
}

/** The first moment of a day (UTC). */
export const startOf = (day: string | Date): Date => new Date(`${dayIn(day)}T00:00:00Z`);

/** The moment after a last day. */
export const endOf = (day: string | Date): Date => new Date(startOf(day).getTime() + DAY_MS);

/** A stored date, or one as typed, as YYYY-MM-DD. */
export const dayIn = (day: string | Date): string => (typeof day === 'string' ? day : day.toISOString().slice(0, 10));

const MOST_YEARS = 10;

/** As far ahead as a membership is planned. */
export const latestDay = (now: Date): string =>
  dayIn(new Date(Date.UTC(now.getUTCFullYear() + MOST_YEARS, now.getUTCMonth(), now.getUTCDate())));
