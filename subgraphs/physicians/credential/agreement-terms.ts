/** What terms of a collaborative agreement can be, drafted anew or renewed. */

import { z } from 'zod';
import type { InputIssue } from '#kernel/errors.ts';
import { addMonths } from '#rules/dates.ts';
import type { Tx } from '../builder.ts';
import { dayIn, storedDay } from '../lapse.ts';

/** The shape of terms, for the inputs that carry them. */
export const agreementShape = {
  cadenceDays: z.number().min(1, 'At least one day.').max(365, 'At least once a year.'),
  digest: z.string().regex(/^[0-9a-f]{64}$/, 'A digest is 64 hexadecimal digits in lower case.'),
};

/** Between whom, where and from when to when. */
export interface AgreementTerm {
  readonly supervisorId: string;
  readonly superviseeId: string;
  readonly state: string;
  readonly startsOn: string;
  readonly endsOn: string;
}

/** Everything about the days that cannot be: today or later, a year ahead at most, twelve months at most, and none that another has. */
export async function termIssues(tx: Tx, term: AgreementTerm, now: Date): Promise<InputIssue[]> {
  const { supervisorId, superviseeId, state, startsOn, endsOn } = term;
  // Two drafts of the same two at once would each find the days free.
  await tx.$queryRawUnsafe(
    `select pg_advisory_xact_lock(hashtextextended('agrees:' || $1, 0))::text`,
    [supervisorId, superviseeId, state].join(),
  );
  const today = dayIn(now);
  const latest = addMonths(today, 12);
  if (startsOn < today) return [{ path: 'input.startsOn', message: `It begins today (${today}) or later.` }];
  if (startsOn > latest) return [{ path: 'input.startsOn', message: `At most a year ahead, which is ${latest}.` }];
  if (endsOn < startsOn) return [{ path: 'input.endsOn', message: 'The last day is not before the first.' }];
  if (endsOn > addMonths(startsOn, 12)) {
    return [{ path: 'input.endsOn', message: 'At most twelve months after the first day: it is renewed every year.' }];
  }
  const overlapping = await tx.collaborativeAgreement.count({
    where: {
      ...{ supervisorId, superviseeId, state, status: { not: 'TERMINATED' }, startsOn: { lte: storedDay(endsOn) } },
      OR: [{ endsOn: null }, { endsOn: { gte: storedDay(startsOn) } }],
    },
  });
  if (overlapping === 0) return [];
  return [{ path: 'input.startsOn', message: 'The two have an agreement for that state already that is not over by then.' }];
}
