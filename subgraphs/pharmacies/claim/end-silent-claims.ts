/** What becomes of claims whose pharmacy has fallen silent: it is told a day before, and then the order goes back to its clinic. */

import { audit } from '#kernel/audit.ts';
import type { ServiceContext } from '#kernel/context.ts';
import { toId } from '#kernel/ids.ts';
import type { Delivery } from '#kernel/subgraph.ts';
import type { Claim } from '#prisma/generated/pharmacies/client.ts';
import type { Tx } from '../builder.ts';
import { handBack } from '../hand-off/hand-back.ts';
import { lockHead } from '../hand-off/head.ts';

/** Under which the outbox keeps that a claim is about to run out. */
export const CLAIM_ENDING_TOPIC = 'claim-ending';

/** Under which it keeps that one has run out. */
export const CLAIM_ENDED_TOPIC = 'claim-timed-out';

/** Why the order came back, as its clinic reads it. */
export const TIMED_OUT = 'TIMED_OUT';

const WARNED_BEFORE_MS = 86_400_000;
const AT_ONCE = 100;

/** What anybody who listens is told: ids and times, nothing of a patient. */
function told(claim: Claim) {
  return {
    ...{ claimId: toId('claim', claim.id), orderId: toId('order', claim.orderId), pharmacyId: toId('pharmacy', claim.pharmacyId) },
    endsAt: claim.endsAt?.toISOString() ?? null,
  };
}

/** Tells each pharmacy once of a claim that runs out within a day. A claim that is good for a day only is told of at once. */
export async function noteEndingClaims(service: ServiceContext<Tx>): Promise<void> {
  const soon = new Date(service.now().getTime() + WARNED_BEFORE_MS);
  for (let more = true; more; ) {
    more = await service.write(async (tx) => {
      const claims = await tx.claim.findMany({
        where: { endedAt: null, warnedAt: null, endsAt: { gt: service.now(), lte: soon }, fulfillment: { status: 'CLAIMED' } },
        orderBy: { endsAt: 'asc' },
        take: AT_ONCE,
      });
      for (const claim of claims) {
        // Of two that run at once the second finds it told.
        const noted = await tx.claim.updateMany({
          where: { id: claim.id, warnedAt: null, endedAt: null },
          data: { warnedAt: service.now() },
        });
        if (noted.count === 0) continue;
        await service.handOff(tx, { topic: CLAIM_ENDING_TOPIC, key: claim.id, seq: 1, attempt: 1, payload: told(claim) });
      }
      return claims.length === AT_ONCE;
    });
  }
}

/** Gives back every order whose claim has run out undispensed. What is changed at this moment is left for the next run. */
export async function endSilentClaims(service: ServiceContext<Tx>): Promise<void> {
  const seen = new Set<string>();
  for (let more = true; more; ) {
    const due = await service.write((tx) =>
      tx.claim.findMany({
        where: { endedAt: null, endsAt: { lte: service.now() }, fulfillment: { status: 'CLAIMED' }, id: { notIn: [...seen] } },
        orderBy: { endsAt: 'asc' },
        take: AT_ONCE,
      }),
    );
    for (const claim of due) {
      seen.add(claim.id);
      await service
        .write((tx) => endOne(tx, service, claim))
        .catch((error: unknown) => {
          const name = error instanceof Error ? error.name : 'unknown';
          service.log.warn({ code: 'CLAIM_NOT_ENDED', requestId: service.requestId, claim: claim.id, error: name });
        });
    }
    more = due.length === AT_ONCE;
  }
}

async function endOne(tx: Tx, service: ServiceContext<Tx>, claim: Claim): Promise<void> {
  const head = await lockHead(tx, claim.orderId);
  const row = await tx.fulfillment.findUniqueOrThrow({ where: { id: claim.fulfillmentId } });
  if (row.status !== 'CLAIMED') return;
  // What was dispensed in part is not silent: it is finished or returned by hand.
  if ((await tx.dispense.count({ where: { fulfillmentId: row.id } })) > 0) return;
  const ended = await tx.claim.updateMany({ where: { id: claim.id, endedAt: null }, data: { endedAt: service.now() } });
  // It was given back or withdrawn while this run looked for it.
  if (ended.count === 0) return;
  const reason = TIMED_OUT;
  await tx.fulfillment.updateMany({
    where: { id: row.id, status: 'CLAIMED' },
    data: { status: 'RETURNED', reason, closedAt: service.now() },
  });
  await audit(tx, service, {
    ...{ action: 'order.returned', tenantId: row.pharmacyId, subjectKind: 'order', subjectId: row.orderId, patientId: row.patientId },
    detail: { reason, fulfillment: row.id, claim: claim.id },
  });
  await handBack(tx, service, head, row, { kind: 'RETURNED', reason });
  await service.handOff(tx, { topic: CLAIM_ENDED_TOPIC, key: claim.id, seq: 1, attempt: 1, payload: told(claim) });
}

/** Tells whoever listens. There is no receiver elsewhere that could refuse it. */
export const deliverClaimNotice: Delivery<Tx> =
  async (service, { topic, key }) =>
  async (tx) => {
    await service.notify(tx, topic, key);
    return null;
  };
