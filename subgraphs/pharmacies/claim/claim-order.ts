import { audit } from '#kernel/audit.ts';
import { Conflict } from '#kernel/errors.ts';
import { tryId } from '#kernel/ids.ts';
import { requireMove } from '#kernel/states.ts';
import { decide, type Decision } from '#rules/decision.ts';
import { builder, type Ctx, type Tx } from '../builder.ts';
import { keepDecision, requirePass } from '../fulfillment/decision.ts';
import { fulfillmentMoves, isLive } from '../fulfillment/fulfillment-status.ts';
import type { Head } from '../hand-off/head.ts';
import { handBack } from '../hand-off/hand-back.ts';
import { routingFacts } from '../shipment/routing-facts.ts';
import { type Evidence, gatherEvidence } from '../verification/evidence.ts';
import { allChecks } from '../verification/verify-order.ts';
import { AlreadyClaimed } from './claim-refusals.ts';
import { endOfClaim } from './claim-term.ts';
import { Claim } from './claim.ts';
import { findOwn, lockOwn, type OpenFulfillment } from './held-order.ts';

const Input = builder.inputType('ClaimOrderInput', {
  description: 'An order to take on.',
  fields: (t) => ({ orderId: t.id({ required: true, description: 'Id of the order.' }) }),
});

/** Facts first: nothing may be asked once the transaction is open. Null when there is no such order here, which is refused inside it. */
async function evidenceFor(ctx: Ctx, orderId: string): Promise<Evidence | null> {
  const uuid = tryId('order', orderId);
  const row = uuid === null ? null : await findOwn(ctx.db, ctx, uuid, 'order:claim');
  return row === null || row.status !== 'RECEIVED' ? null : gatherEvidence(ctx, row);
}

// The routing rules one by one, as they carry their law, then what verification found; an open question blocks like a failure.
async function gate(row: OpenFulfillment, evidence: Evidence, head: Head, at: Date): Promise<Decision> {
  const checks = await allChecks({ ...evidence, fulfillment: row, heldSince: head.holds }, at);
  const decision = decide({ gate: 'order-claiming', ...routingFacts(row, evidence.clinic), account: row.account ?? 'none', checks }, at);
  requirePass(decision);
  return decision;
}

async function takenElsewhere(tx: Tx, row: OpenFulfillment): Promise<boolean> {
  const [answer] = await tx.$queryRawUnsafe<{ held: boolean }[]>(
    'select held_elsewhere($1::uuid, $2::uuid) as held',
    row.orderId,
    row.pharmacyId,
  );
  return answer?.held ?? true;
}

builder.mutationField('claimOrder', (t) =>
  t.field({
    description: 'Takes an order on, if it verifies and this pharmacy may ship there. The holder that claims again gets the same claim.',
    type: Claim,
    authScopes: { may: 'order:claim' },
    args: { input: t.arg({ type: Input, required: true, description: 'The order.' }) },
    errors: { types: [AlreadyClaimed] },
    resolve: async (_root, args, ctx, info) => {
      const evidence = await evidenceFor(ctx, args.input.orderId);
      return ctx.write({ info, args, answer: 'claim' }, async (tx) => {
        const { row, head } = await lockOwn(tx, ctx, args.input.orderId, 'order:claim');
        const open = await tx.claim.findFirst({ where: { fulfillmentId: row.id, endedAt: null } });
        if (open) return open;
        if (!isLive(row.status) && (await takenElsewhere(tx, row))) throw new AlreadyClaimed();
        requireMove(fulfillmentMoves, row.status, 'CLAIMED');
        // It arrived between the question and the lock: asked anew, it will be there.
        if (evidence === null || evidence.fulfillment.id !== row.id) throw new Conflict();
        const claimedAt = ctx.now();
        const decision = await gate(row, evidence, head, claimedAt);

        const { id: fulfillmentId, orderId, pharmacyId, clinicId, patientId } = row;
        const generation = row.claimGeneration + 1;
        const moved = await tx.fulfillment.updateMany({
          where: { id: row.id, status: 'RECEIVED' },
          data: { status: 'CLAIMED', claimedAt, claimGeneration: generation },
        });
        if (moved.count === 0) throw new Conflict();
        const claim = await tx.claim.create({
          data: {
            ...{ id: ctx.newId(), fulfillmentId, orderId, pharmacyId, clinicId, patientId, generation },
            ...{ claimedBy: ctx.actor.sub, claimedAt, endsAt: await endOfClaim(tx, pharmacyId, claimedAt) },
          },
        });
        await keepDecision(tx, ctx, row, 'CLAIM', decision, claimedAt);
        await audit(tx, ctx, {
          action: 'order.claimed',
          tenantId: pharmacyId,
          subjectKind: 'order',
          subjectId: orderId,
          patientId,
          detail: { claim: claim.id, generation },
        });
        await handBack(tx, ctx, head, row, { kind: 'CLAIMED' });
        return claim;
      });
    },
  }),
);
