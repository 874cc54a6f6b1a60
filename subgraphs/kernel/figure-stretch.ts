import { InvalidInput } from './errors.ts';

/** The days that figures are asked of, both included, by UTC. */
export interface FigureStretch {
  /** As 2026-01-31. */
  readonly from: string;
  readonly to: string;
}

/** More is nobody's dashboard; cut off silently, it would look as if nothing had happened in what is left out. */
const MOST_MONTHS = 120;

/** For the description of the argument it is about. */
export const lastDaySaid = `Last day, at most ${MOST_MONTHS} months with that of the first.`;

/** Refuses a stretch that ends before it begins, or that touches more than 120 months. */
export function refuseStretch({ from, to }: FigureStretch): void {
  if (to < from) throw new InvalidInput([{ path: 'to', message: 'must not be before from' }]);
  if (monthNumber(to) - monthNumber(from) >= MOST_MONTHS)
    throw new InvalidInput([{ path: 'to', message: `must lie within ${MOST_MONTHS} months, the one of from among them` }]);
}

/** First days of the months that lie wholly in a stretch. Part of a month is left out: the difference of two stretches would show a few days. */
export function wholeMonths({ from, to }: FigureStretch): string[] {
  const first = monthNumber(from) + (from.endsWith('-01') ? 0 : 1);
  const dayAfter = new Date(Date.parse(`${to}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
  const end = monthNumber(dayAfter);
  return Array.from({ length: Math.max(0, end - first) }, (_, nth) => firstDayOf(first + nth));
}

function monthNumber(day: string): number {
  const [year = 0, month = 0] = day.split('-').map(Number);
  return year * 12 + month - 1;
}

const firstDayOf = (number: number): string =>
  `${String(Math.floor(number / 12)).padStart(4, '0')}-${String((number % 12) + 1).padStart(2, '0')}-01`;
