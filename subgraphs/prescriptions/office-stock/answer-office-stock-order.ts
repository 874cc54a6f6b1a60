import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { NotFound } from '#kernel/errors.ts';
import { builder } from '../builder.ts';
import { lockStock, moveStock, OfficeStockOrder, requireStockMove, seenStock, stockEntry } from './office-stock-order.ts';
import { askAgain, requireStands } from './stock-gate.ts';

const OfficeStockAnswer = builder.enumType('OfficeStockAnswer', {
  description: 'What the facility says.',
  values: { ACCEPTED: { description: 'It will supply.' }, DECLINED: { description: 'It will not.' } } as const,
});

const AnswerOfficeStockOrderInput = builder.inputType('AnswerOfficeStockOrderInput', {
  description: 'The facility’s answer.',
  fields: (t) => ({
    officeStockOrderId: t.id({ required: true, description: 'The order.' }),
    answer: t.field({ type: OfficeStockAnswer, required: true, description: 'Whether it will supply.' }),
    reason: t.string({ description: 'Why not; needed where it declines.' }),
  }),
  validate: z
    .object({ answer: z.string(), reason: z.string().trim().max(300, 'A reason has at most 300 characters.').nullish() })
    .loose()
    .refine(({ answer, reason }) => answer === 'ACCEPTED' || (reason ?? '') !== '', {
      path: ['reason'],
      message: 'The reason is missing.',
    }),
});

builder.mutationField('answerOfficeStockOrder', (t) =>
  t.field({
    type: OfficeStockOrder,
    description:
      'The facility that an office stock order names takes it or declines it. Before it is taken, everything that was asked when it was placed is asked again.',
    authScopes: { may: 'office-stock:supply' },
    args: { input: t.arg({ type: AnswerOfficeStockOrderInput, required: true, description: 'The answer.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const { officeStockOrderId, answer, reason } = args.input;
      const own = { pharmacyId: { in: [...ctx.actor.places('office-stock:supply')] } };
      const seen = await seenStock(ctx, officeStockOrderId, own);
      const told = seen !== null && answer === 'ACCEPTED' ? await askAgain(ctx, seen) : null;
      return ctx.write({ info, args, answer: 'officeStockOrder' }, async (tx) => {
        if (seen === null) throw new NotFound();
        const order = await lockStock(tx, ctx, officeStockOrderId, own);
        requireStockMove(order, answer);
        if (answer === 'ACCEPTED') requireStands(seen, told, ctx.now());
        const moved = await moveStock(tx, ctx, order, answer, answer === 'DECLINED' ? (reason?.trim() ?? null) : null);
        await audit(tx, ctx, { ...stockEntry(order, answer.toLowerCase()), detail: { was: order.status } });
        return moved;
      });
    },
  }),
);
