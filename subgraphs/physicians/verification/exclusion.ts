/** Whether somebody is on a list of excluded persons, as far as is known now. */

import type { ExclusionScreening } from '#prisma/generated/physicians/client.ts';
import { addDays } from '#rules/dates.ts';
import { builder } from '../builder.ts';
import { dayIn } from '../lapse.ts';
import { exclusionLists } from './source.ts';

/** Both lists come out monthly: a list older than a month and a few days has been followed by another. */
export const SCREENING_STALE_AFTER_DAYS = 35;

/** What is known, the worst first. */
export const exclusionStatuses = ['EXCLUDED', 'POSSIBLE', 'UNKNOWN', 'NONE'] as const;

/** What the lists say together. */
export interface Exclusion {
  readonly status: (typeof exclusionStatuses)[number];
  /** The first day of the exclusion. */
  readonly since: Date | null;
  /** Of when the older of the two lists is; null when one was never looked through. */
  readonly asOf: Date | null;
}

type Screening = Pick<ExclusionScreening, 'source' | 'status' | 'since' | 'asOf'>;

/**
 * What the lists say of somebody. One hit is enough, and does not fade because nobody looked again; only both lists together, and fresh,
 * say that there is none.
 */
export function exclusionOf(screenings: readonly Screening[], now: Date): Exclusion {
  const lists = exclusionLists.map((list) => screenings.find(({ source }) => source === list));
  const moments = lists.flatMap((list) => (list === undefined ? [] : [list.asOf])).toSorted((a, b) => a.getTime() - b.getTime());
  const asOf = moments.length < exclusionLists.length ? null : (moments[0] ?? null);
  const excluded = screenings.filter(({ status }) => status === 'EXCLUDED');
  const since = excluded.map((one) => one.since).toSorted((a, b) => (a?.getTime() ?? 0) - (b?.getTime() ?? 0))[0] ?? null;
  if (excluded.length > 0) return { status: 'EXCLUDED', since, asOf };
  if (screenings.some(({ status }) => status === 'POSSIBLE')) return { status: 'POSSIBLE', since: null, asOf };
  const isNone = screenings.every(({ status }) => status === 'NONE');
  const isFresh = asOf !== null && asOf <= now && dayIn(asOf) >= addDays(dayIn(now), -SCREENING_STALE_AFTER_DAYS);
  return { status: isNone && isFresh ? 'NONE' : 'UNKNOWN', since: null, asOf };
}

/** What is known of an exclusion. */
export const ExclusionStatus = builder.enumType('ExclusionStatus', {
  description: 'What is known of somebody on the lists of excluded persons (OIG LEIE, SAM). All but NONE block.',
  values: {
    EXCLUDED: { description: 'On a list, by NPI.' },
    POSSIBLE: { description: 'Somebody of the same name is on a list, and nobody has told them apart.' },
    UNKNOWN: { description: 'Never looked through, or not lately, or only in part.' },
    NONE: { description: 'On neither list.' },
  },
});

/** What both lists say of a practitioner. */
export const ExclusionType = builder.objectRef<Exclusion>('Exclusion').implement({
  description: 'What the lists of excluded persons say of somebody (42 USC 1320a-7). Whoever is excluded may do nothing here.',
  authScopes: { may: ['credential:read', 'authority-facts:read'] },
  fields: (t) => ({
    status: t.field({ type: ExclusionStatus, resolve: ({ status }) => status, description: 'What is known today.' }),
    since: t.expose('since', { type: 'Date', nullable: true, description: 'The first day of the exclusion, when there is one.' }),
    asOf: t.expose('asOf', {
      type: 'DateTime',
      nullable: true,
      description: 'Of when the older of the two lists is; empty when one of them was never looked through.',
    }),
  }),
});
