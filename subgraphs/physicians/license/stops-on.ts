import { notActiveFrom } from '#rules/licence-history.ts';
import { dayIn } from '../lapse.ts';
import type { StoredLicense } from './license-status.ts';

/** Worked out once for each row that was read: one physician directs many clinics, and each of them asks. */
const known = new WeakMap<StoredLicense, string | null>();

/** The first day after today on which, as recorded now, a licence is not active although its term goes on; null where none is recorded. */
export function stopsOn(license: StoredLicense, now: Date): string | null {
  const before = known.get(license);
  if (before !== undefined) return before;
  const standings = license.standings.map(({ status, effectiveFrom, effectiveTo, recordedAt }) => ({
    ...{ status, effectiveFrom: dayIn(effectiveFrom), effectiveTo: effectiveTo && dayIn(effectiveTo) },
    recordedAt: recordedAt.toISOString(),
  }));
  const day = notActiveFrom({ expiresOn: dayIn(license.expiresOn), standings }, dayIn(now), now);
  known.set(license, day);
  return day;
}
