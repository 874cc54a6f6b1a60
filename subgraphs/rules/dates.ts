/** Days and instants as text. Days compare as strings; nothing here reads a clock. */

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;
const MS_PER_DAY = 86_400_000;
const LAST_YEAR = 9999;
const LAST_DAY = '9999-12-31';

/** Whether the text is a calendar day that exists (2026-02-30 does not). */
export function isDay(text: unknown): text is string {
  if (typeof text !== 'string' || !DAY.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().slice(0, 10) === text;
}

/** Whether the text is an RFC 3339 instant with an offset. */
export function isInstant(text: unknown): text is string {
  if (typeof text !== 'string') return false;
  const day = INSTANT.exec(text)?.[1];
  return day !== undefined && isDay(day) && !Number.isNaN(Date.parse(text));
}

/** The day of a date or (in UTC) of an instant; null when the text is neither. */
export function dayOf(text: unknown): string | null {
  if (typeof text !== 'string') return null;
  const known = days.get(text);
  if (known !== undefined) return known;
  const day = isDay(text) ? text : isInstant(text) ? new Date(Date.parse(text)).toISOString().slice(0, 10) : null;
  if (days.size >= DAYS_KEPT) days.clear();
  days.set(text, day);
  return day;
}

/** The same few days are read again and again; a text always reads the same. */
const days = new Map<string, string | null>();
const DAYS_KEPT = 5_000;

/** The day so many days later. */
export function addDays(day: string, count: number): string {
  const asked = `${day} ${count}`;
  const known = later.get(asked);
  if (known !== undefined) return known;
  const at = new Date(Date.parse(`${day}T00:00:00Z`) + count * MS_PER_DAY);
  // Days compare as text, and a year of five digits would come before all others.
  const sum = at.getUTCFullYear() > LAST_YEAR ? LAST_DAY : at.toISOString().slice(0, 10);
  if (later.size >= DAYS_KEPT) later.clear();
  later.set(asked, sum);
  return sum;
}

/** A limit of so many days is counted back from the same day for every licence. */
const later = new Map<string, string>();

/** The same day of the month so many months later, or the last day of a month that is shorter. */
export function addMonths(day: string, months: number): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  const first = new Date(Date.UTC(year, month - 1 + months, 1));
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return addDays(first.toISOString().slice(0, 10), Math.min(date, last) - 1);
}

/** Whole days from one day to another; negative when the second is earlier. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / MS_PER_DAY);
}

// Without a zone the day is taken twelve hours west of UTC: no place has an earlier one, so no limit comes out later.
const WESTERNMOST_MS = 12 * 3_600_000;

/** The calendar day of an instant in a zone; the earliest day anywhere when the zone is missing or none. */
export function localDay(instant: string, timeZone: string | null | undefined): string | null {
  if (!isInstant(instant)) return null;
  const at = Date.parse(instant);
  if (timeZone) {
    try {
      // The Swedish locale writes days as YYYY-MM-DD.
      return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(at);
    } catch {
      // Not a zone: read as missing.
    }
  }
  return new Date(at - WESTERNMOST_MS).toISOString().slice(0, 10);
}
