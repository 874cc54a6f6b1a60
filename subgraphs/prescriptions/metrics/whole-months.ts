/** A clinic's figures as the graph answers them; null is suppressed or not to be had. */
export interface Figures {
  readonly examsRequested: number | null;
  readonly examsCompleted: number | null;
  readonly medianMinutesToExam: number | null;
  readonly ordersSigned: number | null;
  readonly ordersWithoutExam: number | null;
}

/** One published cell. A cell of which nothing was ever counted has no row. */
export interface Cell {
  /** First day of its month. */
  readonly month: string;
  readonly metric: string;
  readonly value: number | null;
}

/** No whole month lies in the range, so nothing can be shown. */
export const noFigures: Figures = {
  examsRequested: null,
  examsCompleted: null,
  medianMinutesToExam: null,
  ordersSigned: null,
  ordersWithoutExam: null,
};

/** A range nobody reads at once: fifty years of months. */
const MOST_MONTHS = 600;

/** First days of the months that lie wholly between two days, both included. Part of a month is left out: the difference of two ranges would show a few days. */
export function wholeMonths(from: string, to: string): string[] {
  const months: string[] = [];
  let [year, month] = from.split('-').map(Number) as [number, number];
  if (!from.endsWith('-01')) [year, month] = next(year, month);
  while (months.length < MOST_MONTHS) {
    const [followingYear, followingMonth] = next(year, month);
    // The last day of a month is the one before the first of the next: `to` must reach it.
    const last = new Date(Date.UTC(followingYear, followingMonth - 1, 0)).toISOString().slice(0, 10);
    if (last > to) break;
    months.push(`${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-01`);
    [year, month] = [followingYear, followingMonth];
  }
  return months;
}

/**
 * Sums of published cells. One suppressed cell suppresses the sum, or it could be found by subtraction; medians can't be
 * summed, so only a single month has one. From `openFrom` on months have not ended, and one without a row is suppressed as
 * well: a zero that turned into nothing would tell of the first patient.
 */
export function inWholeMonths(cells: readonly Cell[], months: readonly string[], openFrom: string): Figures {
  const shownIn = (month: string, metric: keyof Figures): number | null => {
    const cell = cells.find((one) => one.month === month && one.metric === metric);
    if (cell !== undefined) return cell.value;
    return month < openFrom || metric === 'ordersWithoutExam' ? 0 : null;
  };
  const sum = (metric: keyof Figures): number | null =>
    months.reduce((total: number | null, month) => {
      const value = shownIn(month, metric);
      return total === null || value === null ? null : total + value;
    }, 0);
  return {
    examsRequested: sum('examsRequested'),
    examsCompleted: sum('examsCompleted'),
    medianMinutesToExam: months.length === 1 ? (cells.find((cell) => cell.metric === 'medianMinutesToExam')?.value ?? null) : null,
    ordersSigned: sum('ordersSigned'),
    ordersWithoutExam: sum('ordersWithoutExam'),
  };
}

function next(year: number, month: number): [number, number] {
  return month === 12 ? [year + 1, 1] : [year, month + 1];
}
