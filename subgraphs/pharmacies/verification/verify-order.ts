import { NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { findOwn } from '../claim/held-order.ts';
import type { Check } from './check.ts';
import { documentChecks } from './document-checks.ts';
import { type Evidence, gatherEvidence } from './evidence.ts';
import { inTurn } from './in-turn.ts';
import { keepVerification } from './keep-verification.ts';
import { standingChecks } from './standing-checks.ts';
import { Verification } from './verification.ts';

/** Every check, in one order. */
export async function allChecks(evidence: Evidence, now: Date): Promise<Check[]> {
  return [...(await documentChecks(evidence)), ...standingChecks(evidence, now.toISOString())];
}

builder.queryField('verifyOrder', (t) =>
  t.field({
    description:
      'Whether this pharmacy should fill an order it was sent: the signed document, both signatures, and everything that must stand then and now. Asking is recorded.',
    type: Verification,
    nullable: true,
    authScopes: { may: 'order:verify' },
    args: { orderId: t.arg.id({ required: true, description: 'Id of the order.' }) },
    resolve: (_root, args, ctx, info) =>
      inTurn(ctx, async () => {
        const row = await findOwn(ctx.db, ctx, fromId('order', args.orderId), 'order:verify');
        if (!row) throw new NotFound();
        const evidence = await gatherEvidence(ctx, row);
        const checks = await allChecks(evidence, ctx.now());
        return keepVerification(ctx, row, evidence, checks, { info, args, answer: 'verification' });
      }),
  }),
);
