import { audit } from '#kernel/audit.ts';
import { IllegalTransition } from '#kernel/errors.ts';
import { builder } from '../builder.ts';
import { OrderTemplate, OrderTemplateRetireReason, templateOf } from './order-template.ts';

const RetireOrderTemplateInput = builder.inputType('RetireOrderTemplateInput', {
  description: 'A template that is to be offered no longer.',
  fields: (t) => ({
    templateId: t.id({ required: true, description: 'The template.' }),
    reason: t.field({ type: OrderTemplateRetireReason, required: true, description: 'Why.' }),
  }),
});

builder.mutationField('retireOrderTemplate', (t) =>
  t.field({
    type: OrderTemplate,
    description:
      'Takes a template out of use: no order is drafted from it any more, and it is not brought back. Orders drafted before keep naming it.',
    authScopes: { may: 'order-template:keep' },
    args: { input: t.arg({ type: RetireOrderTemplateInput, required: true, description: 'The template and why.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'orderTemplate' }, async (tx) => {
        const { id, clinicId } = await templateOf(tx, ctx, args.input.templateId, 'order-template:keep');
        const retired = await tx.orderTemplate.updateMany({
          where: { id, retiredAt: null },
          data: { retiredAt: ctx.now(), retiredBy: ctx.actor.sub, retireReason: args.input.reason },
        });
        if (retired.count === 0) throw new IllegalTransition('RETIRED', 'RETIRED');
        await audit(tx, ctx, {
          ...{ action: 'order-template.retired', tenantId: clinicId, subjectKind: 'orderTemplate', subjectId: id },
          detail: { reason: args.input.reason },
        });
        return tx.orderTemplate.findUniqueOrThrow({ where: { id } });
      }),
  }),
);
