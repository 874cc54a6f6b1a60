import type { Order as OrderRow } from '#prisma/generated/prescriptions/client.ts';
import { NotFound } from '#kernel/errors.ts';
import { tryId } from '#kernel/ids.ts';
import { builder, type Ctx } from '../../builder.ts';
import { DocumentTampered } from '../../document/document-tampered.ts';
import { Order } from '../order.ts';
import { orderVisibleTo } from '../visible-to.ts';
import { amend, renew } from './amend.ts';
import { askChanges, needChanges, OrderChangesInput } from './order-changes-input.ts';

const AmendOrderInput = builder.inputType('AmendOrderInput', {
  description: 'A signed order, and what is to be otherwise.',
  fields: (t) => ({
    orderId: t.id({ required: true, description: 'The order: signed, or sent and not yet worked on.' }),
    changes: t.field({ type: OrderChangesInput, required: true, description: 'What is to be otherwise: at least one thing.' }),
  }),
});

const RenewOrderInput = builder.inputType('RenewOrderInput', {
  description: 'An order that has run its course, and what is to be otherwise this time.',
  fields: (t) => ({
    orderId: t.id({ required: true, description: 'The order: completed, or past its last day.' }),
    examId: t.id({ description: 'Another exam of the patient, where the one before does not cover it any more.' }),
    changes: t.field({ type: OrderChangesInput, description: 'What is to be otherwise. Left out, it is drafted as it was.' }),
  }),
});

builder.mutationField('amendOrder', (t) =>
  t.field({
    description:
      'Drafts an amendment of a signed order: a new order that supersedes it once it is signed. Every gate is asked again then. One that a pharmacy works on is amended only where that pharmacy asked; what was dispensed never.',
    type: Order,
    authScopes: { may: 'order:draft' },
    args: { input: t.arg({ type: AmendOrderInput, required: true, description: 'The order and its changes.' }) },
    errors: { types: [DocumentTampered] },
    resolve: async (_root, args, ctx, info) => {
      needChanges(args.input.changes);
      const seen = await draftable(ctx, args.input.orderId);
      const changes = await askChanges(ctx, seen, args.input.changes);
      return ctx.write({ info, args, answer: 'order' }, (tx) => amend(tx, ctx, seen, changes));
    },
  }),
);

builder.mutationField('renewOrder', (t) =>
  t.field({
    description:
      'Drafts an order again that is completed or past its last day. Every gate is asked anew when it is signed: the exam must still cover it, or another be named. Signing it ends the fills that are left of the one before.',
    type: Order,
    authScopes: { may: 'order:draft' },
    args: { input: t.arg({ type: RenewOrderInput, required: true, description: 'The order.' }) },
    errors: { types: [DocumentTampered] },
    resolve: async (_root, args, ctx, info) => {
      const seen = await draftable(ctx, args.input.orderId);
      const changes = await askChanges(ctx, seen, args.input.changes);
      return ctx.write({ info, args, answer: 'order' }, (tx) => renew(tx, ctx, seen, changes, args.input.examId));
    },
  }),
);

async function draftable(ctx: Ctx, orderId: string): Promise<OrderRow> {
  const id = tryId('order', orderId);
  const where = { AND: [orderVisibleTo(ctx), { clinicId: { in: [...ctx.actor.places('order:draft')] } }] };
  const order = id === null ? null : await ctx.load<OrderRow>('order', id, where);
  if (order === null) throw new NotFound();
  return order;
}
