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
