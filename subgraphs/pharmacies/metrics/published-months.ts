/** What anyone above a clinic sees of its numbers: whole months, each published once for every question. */

/** One published cell. A null value is suppressed: 1 to 10 events. */
export interface Cell {
  readonly month: string;
  readonly metric: string;
  readonly value: number | null;
}

/** The figures of a clinic; null is suppressed or cannot be told. */
export interface Figures {
  readonly ordersDispensed: number | null;
  readonly ordersRejected: number | null;
  readonly medianHoursSignToShip: number | null;
}

/** Nothing can be told. */
export const noFigures: Figures = { ordersDispensed: null, ordersRejected: null, medianHoursSignToShip: null };

/**
 * The figures over some months. A month without a cell had no event if it is over, which it is through
 * `closedThrough`; while it is open it tells nothing, or a zero that turned into nothing would tell of the first patient.
 * One suppressed month suppresses the sum. Medians of months cannot be added up, so there is one for a single month only.
 */
export function figuresOver(months: readonly string[], cells: readonly Cell[], closedThrough: string): Figures {
  if (months.length === 0) return noFigures;
  const inside = cells.filter((cell) => months.includes(cell.month));
  const shownIn = (month: string, metric: string): number | null => {
    const cell = inside.find((one) => one.month === month && one.metric === metric);
    return cell === undefined ? (month <= closedThrough ? 0 : null) : cell.value;
  };
  const sum = (metric: string) =>
    months.reduce<number | null>((total, month) => {
      const value = shownIn(month, metric);
      return total === null || value === null ? null : total + value;
    }, 0);
  const median = inside.find((cell) => cell.metric === 'medianHoursSignToShip');
  return {
    ordersDispensed: sum('ordersDispensed'),
    ordersRejected: sum('ordersRejected'),
    medianHoursSignToShip: months.length === 1 ? (median?.value ?? null) : null,
  };
}
