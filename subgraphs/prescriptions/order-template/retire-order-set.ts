import { audit } from '#kernel/audit.ts';
import { IllegalTransition, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { OrderSet } from './order-set.ts';
import { OrderTemplateRetireReason } from './order-template.ts';

const RetireOrderSetInput = builder.inputType('RetireOrderSetInput', {
  description: 'An order set that is to be offered no longer.',
  fields: (t) => ({
    orderSetId: t.id({ required: true, description: 'The order set.' }),
    reason: t.field({ type: OrderTemplateRetireReason, required: true, description: 'Why.' }),
  }),
});

builder.mutationField('retireOrderSet', (t) =>
  t.field({
    type: OrderSet,
    description: 'Takes an order set out of use; its templates stay, each for itself.',
    authScopes: { may: 'order-template:keep' },
    args: { input: t.arg({ type: RetireOrderSetInput, required: true, description: 'The order set and why.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'orderSet' }, async (tx) => {
        const where = { id: fromId('orderSet', args.input.orderSetId), clinicId: { in: [...ctx.actor.places('order-template:keep')] } };
        const set = await tx.orderSet.findFirst({ where });
        if (set === null) throw new NotFound();
        const { id, clinicId: tenantId } = set;
        const retired = await tx.orderSet.updateMany({
          where: { id, retiredAt: null },
          data: { retiredAt: ctx.now(), retiredBy: ctx.actor.sub, retireReason: args.input.reason },
        });
        if (retired.count === 0) throw new IllegalTransition('RETIRED', 'RETIRED');
        await audit(tx, ctx, {
          ...{ action: 'order-set.retired', tenantId, subjectKind: 'orderSet', subjectId: id },
          detail: { reason: args.input.reason },
        });
        return tx.orderSet.findUniqueOrThrow({ where: { id } });
      }),
  }),
);
