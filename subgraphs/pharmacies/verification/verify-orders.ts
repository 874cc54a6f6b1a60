import { InvalidInput } from '#kernel/errors.ts';
import { fromIds } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { findOwnOf } from '../claim/held-order.ts';
import { gatherEvidenceOf } from './evidence-of-many.ts';
import { inTurn } from './in-turn.ts';
import { keepVerifications } from './keep-verification.ts';
import { Verification } from './verification.ts';
import { allChecks } from './verify-order.ts';

/** The most orders that are verified at once. */
const MOST = 100;

builder.queryField('verifyOrders', (t) =>
  t.field({
    description:
      'What `verifyOrder` answers, for 1 to 100 orders at once and in the order asked for; empty where this pharmacy was not sent such an order. Each one is recorded.',
    type: [Verification],
    nullable: { list: true, items: true },
    authScopes: { may: 'order:verify' },
    args: { orderIds: t.arg.idList({ required: true, description: 'Ids of the orders, each once.' }) },
    resolve: (_root, args, ctx, info) =>
      inTurn(ctx, async () => {
        const { orderIds } = args;
        if (orderIds.length === 0 || orderIds.length > MOST) {
          throw new InvalidInput([{ path: 'orderIds', message: `names 1 to ${MOST} orders` }]);
        }
        if (new Set(orderIds).size < orderIds.length) throw new InvalidInput([{ path: 'orderIds', message: 'names each order once' }]);
        const uuids = fromIds('order', orderIds, 'orderIds');
        const rows = await findOwnOf(ctx.db, ctx, uuids, 'order:verify');
        const gathered = rows.length === 0 ? [] : await gatherEvidenceOf(ctx, rows);
        const now = ctx.now();
        const found = await Promise.all(gathered.map(async (evidence) => ({ evidence, checks: await allChecks(evidence, now) })));
        const kept = await keepVerifications(ctx, found, { info, args, answer: 'verification' });
        return uuids.map((uuid) => kept.find(({ orderId }) => orderId === uuid) ?? null);
      }),
  }),
);
