import { fromId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { isLive } from '../fulfillment/fulfillment-status.ts';
import { findOwn, type OpenFulfillment } from './held-order.ts';
import { isClaimSecret } from './claim-secret.ts';

const HeldClaim = builder.objectRef<OpenFulfillment>('HeldClaim').implement({
  description: 'That the caller’s pharmacy has claimed an order, told to `prescriptions` on the caller’s behalf.',
  authScopes: { may: 'order:claim' },
  fields: (t) => ({
    attempt: t.exposeInt('attempt', { description: 'To which sending of the order the claim belongs, from 1.' }),
    status: t.exposeString('status', { description: 'Where the fulfillment stands: CLAIMED until it is dispensed.' }),
  }),
});

builder.queryField('claimHeld', (t) =>
  t.field({
    type: HeldClaim,
    nullable: true,
    description:
      'Whether the caller’s pharmacy works on an order and the secret is that of its claim. Empty when not, whatever the reason; an id that is no order’s is not found.',
    authScopes: { may: 'order:claim' },
    args: {
      orderId: t.arg.id({ required: true, description: 'The order.' }),
      secret: t.arg.string({ required: true, description: 'The claim’s secret.' }),
    },
    resolve: async (_root, args, ctx) => {
      const row = await findOwn(ctx.db, ctx, fromId('order', args.orderId), 'order:claim');
      if (row === null || !isLive(row.status)) return null;
      const key = { fulfillmentId: row.id, pharmacyId: row.pharmacyId, generation: row.claimGeneration };
      return isClaimSecret(ctx, key, args.secret) ? row : null;
    },
  }),
);
