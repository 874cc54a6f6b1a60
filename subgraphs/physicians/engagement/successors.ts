/** Who else directs a clinic, read by the service's right: whoever leaves need not be one who reads the clinic's engagements. */

import { question } from '#kernel/context.ts';
import { toId } from '#kernel/ids.ts';
import type { Engagement as EngagementRow } from '#prisma/generated/physicians/client.ts';
import { oversightFacts, type ToldOversight } from '#rules/oversight-facts.ts';
import { couldSucceed } from '#rules/succession.ts';
import type { Context, Tx } from '../builder.ts';
import type { Directing } from './closing-services.ts';
import { shownEngagementStatus } from './engagement.ts';

/** The oversight of one clinic as everybody's gates are told of it; no patient is in it. */
export const successorsQuestion = question<{ oversight: readonly ToldOversight[] }, { clinicIds: readonly string[] }>(
  'service',
  `query SuccessorsAtClinic($clinicIds: [ID!]!) { oversight(clinicIds: $clinicIds) {
    engagements { id role status startsOn endsOn services practitioner {
      id credential exclusion { status since } licenses { id state type number status expiresOn verifiedAt notActiveFrom }
      policies { kind status effectiveFrom expiresOn }
    } }
    protocols { id service status effectiveFrom expiresOn }
  } }`,
);

/** The engagements whose directors would be good on that day, by public id. Asked before the transaction; empty when nobody answers. */
export async function goodSuccessors(
  ctx: Context,
  { clinicId, state, firstDay }: { readonly clinicId: string; readonly state: string; readonly firstDay: string },
): Promise<ReadonlySet<string>> {
  const answer = await ctx.graph.ask(successorsQuestion, { clinicIds: [toId('clinic', clinicId)] });
  const { directors } = oversightFacts(answer?.oversight[0]);
  const good = (directors ?? []).filter((one) => one !== null && couldSucceed(one, state, ctx.now().toISOString(), firstDay));
  return new Set(good.flatMap(({ engagementId }) => engagementId ?? []));
}

/** Everybody who directs the clinic, held still: whoever else would leave it waits until this transaction is over. */
export async function directorsThere(tx: Tx, clinicId: string, good: ReadonlySet<string>, now: Date): Promise<Directing[]> {
  await tx.$queryRawUnsafe(`select pg_advisory_xact_lock(hashtextextended('directs:' || $1, 0))::text`, clinicId);
  const rows = await tx.$queryRawUnsafe<Directors[]>(
    `select id, status, starts_on as "startsOn", ends_on as "endsOn", services, audit_due_on as "auditDueOn" from directing_there($1::uuid) order by id`,
    clinicId,
  );
  // One whose review of charts was missed is out of force, whatever the row says.
  return rows.map((row) => ({ ...row, status: shownEngagementStatus(row, now), isGood: good.has(toId('engagement', row.id)) }));
}

type Directors = Pick<EngagementRow, 'id' | 'status' | 'startsOn' | 'endsOn' | 'services' | 'auditDueOn'>;
