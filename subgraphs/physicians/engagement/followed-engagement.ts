/** How accepted terms follow those of an engagement in force: it ends the day before they begin, with no day between and none twice. */

import { audit } from '#kernel/audit.ts';
import { IllegalTransition, type InputIssue, InvalidInput } from '#kernel/errors.ts';
import type { Engagement as EngagementRow } from '#prisma/generated/physicians/client.ts';
import { addDays } from '#rules/dates.ts';
import type { Context, Tx } from '../builder.ts';
import { dayIn, storedDay } from '../lapse.ts';
import { shownEngagementStatus } from './engagement.ts';
import { recordEvent } from './engagement-record.ts';

/** Throws unless an engagement is simply in force: terms of one that is suspended or ending would put in force again what was not. */
export function requireAmendable(followed: EngagementRow, now: Date): void {
  const shown = shownEngagementStatus(followed, now);
  if (shown !== 'ACTIVE') throw new IllegalTransition(shown, 'AMENDED');
}

/** Why terms that begin on that day cannot follow an engagement. */
export function amendmentIssues({ startsOn, endsOn }: EngagementRow, first: string): InputIssue[] {
  const path = 'input.startsOn';
  const earliest = addDays(dayIn(startsOn), 1);
  if (first < earliest) return [{ path, message: `The engagement has its first day before: from ${earliest} on its terms can change.` }];
  const latest = endsOn && addDays(dayIn(endsOn), 1);
  return latest !== null && first > latest
    ? [{ path, message: `The engagement ends before: its terms follow by ${latest}, without a day between.` }]
    : [];
}

/** Ends the engagement that accepted terms follow, on the day before their first. Held until the transaction ends. */
export async function endFollowed(tx: Tx, ctx: Context, followsId: string, startsOn: Date): Promise<void> {
  await tx.$queryRawUnsafe('select 1 from engagement where id = $1::uuid for update', followsId);
  const followed = await tx.engagement.findUniqueOrThrow({ where: { id: followsId } });
  requireAmendable(followed, ctx.now());
  const first = dayIn(startsOn);
  const issues = amendmentIssues(followed, first);
  if (issues.length > 0) throw new InvalidInput(issues.map(({ message }) => ({ path: 'input.engagementId', message })));
  const lastDay = storedDay(addDays(first, -1));
  await tx.engagement.update({ where: { id: followsId }, data: { status: 'ENDING', endsOn: lastDay } });
  await recordEvent(tx, ctx, followsId, { kind: 'AMENDED', side: 'PRACTITIONER', lastDay });
  await audit(tx, ctx, {
    ...{ action: 'engagement.amended', tenantId: followed.clinicId, subjectKind: 'engagement', subjectId: followsId },
    detail: { was: followed.status, lastDay: dayIn(lastDay) },
  });
}
