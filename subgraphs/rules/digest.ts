/** What a release says, as one text: two releases with the same text are the same release. */

import type { PackEntry, PackFile } from './rule.ts';

/** JSON with the keys of every object in order, so that the order in a file does not matter. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const parts = Object.entries(value)
    .filter(([, part]) => part !== undefined && part !== null)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`);
  return `{${parts.join(',')}}`;
}

/** Whether an entry stands in the release at that place of the order. */
export function standsIn(entry: Pick<PackEntry, 'since' | 'until'>, place: number, order: ReadonlyMap<string, number>): boolean {
  const since = order.get(entry.since) ?? Number.POSITIVE_INFINITY;
  const until = entry.until ? (order.get(entry.until) ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
  return since <= place && until > place;
}

/**
 * Every entry that stands in a release, one a line. Without `until`: closing an entry in a later release leaves the earlier one as it was.
 * What is null may be left out of a file, so it is left out here.
 */
export function releaseText(files: readonly PackFile[], version: string, order: ReadonlyMap<string, number>): string {
  const place = order.get(version) ?? -1;
  const lines = files.flatMap((file) =>
    file.rules
      .filter((entry) => standsIn(entry, place, order))
      .map(({ until: _, ...entry }) => canonical({ ...entry, subject: file.subject })),
  );
  return lines.sort().join('\n');
}
