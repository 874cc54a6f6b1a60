import { Temporal } from 'temporal-polyfill';

/** From which day to which something holds; both belong to it, and no last day is no end. */
export interface Validity {
  readonly validFrom: string;
  readonly validTo: string | null;
}

/** What is left of older hours when others hold instead on these days: what lies before, and what comes back after. */
export function leftOf<H extends Validity>(older: H, instead: Validity): H[] {
  if (!overlap(older, instead)) return [older];
  const before = older.validFrom < instead.validFrom ? [{ ...older, validTo: moved(instead.validFrom, -1) }] : [];
  const comesBack = instead.validTo !== null && (older.validTo === null || older.validTo > instead.validTo);
  return comesBack ? [...before, { ...older, validFrom: moved(instead.validTo ?? '', 1) }] : before;
}

/** Whether two validities share a day. */
export function overlap(a: Validity, b: Validity): boolean {
  return (b.validTo === null || a.validFrom <= b.validTo) && (a.validTo === null || b.validFrom <= a.validTo);
}

function moved(day: string, days: number): string {
  return Temporal.PlainDate.from(day).add({ days }).toString();
}
