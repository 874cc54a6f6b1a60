import { z } from 'zod';
import type { Order } from '#prisma/generated/prescriptions/client.ts';
import { audit } from '#kernel/audit.ts';
import { Forbidden, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder, type Ctx, type Tx } from '../builder.ts';
import { endRequests } from '../change-request/end-requests.ts';
import { pharmacyNameOf } from './order-content.ts';
import { type FulfillmentNews, fulfillmentNews, type OrderStatus, statusAfter } from './order-status.ts';
import { isParcelNews, keepParcelNews } from '../parcel/parcel-news.ts';
import { moveOrder } from './timeline.ts';

const HandOffAnswer = builder.objectRef<{ outcome: string; status: string | null }>('HandOffAnswer').implement({
  description: 'What became of a hand-off from one subgraph to another.',
  directives: { shareable: {} },
  authScopes: { may: 'hand-off:receive' },
  fields: (t) => ({
    outcome: t.exposeString('outcome', { description: 'APPLIED, SUPERSEDED, IGNORED, GRANTED or DENIED.' }),
    status: t.exposeString('status', { nullable: true, description: 'Where the receiver’s record stands now; empty when it has none.' }),
  }),
});

const Kind = builder.enumType('FulfillmentHandOffKind', { description: 'What a pharmacy did with an order.', values: fulfillmentNews });

const Input = builder.inputType('ReceiveFulfillmentHandOffInput', {
  description: 'News of an order’s fulfillment.',
  fields: (t) => ({
    orderId: t.id({ required: true, description: 'The order.' }),
    seq: t.int({ required: true, description: 'Counts the hand-offs of this order from `pharmacies`, from 1.' }),
    attempt: t.int({ required: true, description: 'To which sending of the order it belongs.' }),
    kind: t.field({ type: Kind, required: true, description: 'What was done.' }),
    pharmacyId: t.id({ required: true, description: 'By whom.' }),
    fulfillmentId: t.id({ required: true, description: 'The fulfillment.' }),
    at: t.field({ type: 'DateTime', required: true, description: 'When.' }),
    reason: t.string({ description: 'Why, where it came back.' }),
    lotId: t.id({ description: 'The lot, where one was dispensed.' }),
    lotNumber: t.string({ description: 'Its number.' }),
    shipmentId: t.id({ description: 'The parcel, where the news is of one.' }),
  }),
  validate: z
    .object({ seq: z.number().int().min(1, 'A sequence counts from 1.'), attempt: z.number().int().min(1, 'An attempt counts from 1.') })
    .loose(),
});

type News = typeof Input.$inferInput;

builder.mutationField('receiveFulfillmentHandOff', (t) =>
  t.field({
    description: 'For the pharmacies subgraph alone: tells what became of an order. Repeating one changes nothing.',
    type: HandOffAnswer,
    authScopes: { may: 'hand-off:receive' },
    args: { input: t.arg({ type: Input, required: true, description: 'The news.' }) },
    resolve: (_root, args, ctx, info) => {
      // Every subgraph has the right to hand over; what became of an order only this one knows.
      if (ctx.actor.service !== 'pharmacies') throw new Forbidden();
      return ctx.write({ info, args, answer: 'order' }, (tx) => receive(tx, ctx, args.input));
    },
  }),
);

/** Takes one hand-off under the order's lock: a known sequence gets its stored answer, one below the last is SUPERSEDED. */
async function receive(tx: Tx, ctx: Ctx, news: News): Promise<{ id: string; outcome: string; status: string }> {
  const id = fromId('order', news.orderId);
  await tx.$queryRawUnsafe('select 1 from "order" where id = $1::uuid for update', id);
  const order = await tx.order.findUnique({ where: { id } });
  if (order === null) throw new NotFound();
  const known = await tx.orderInbox.findUnique({ where: { orderId_seq: { orderId: id, seq: news.seq } } });
  if (known !== null) return { id, outcome: known.outcome, status: known.status };
  const answer = news.seq <= order.takenSeq ? { outcome: 'SUPERSEDED', status: order.status } : await apply(tx, ctx, order, news);
  await tx.orderInbox.create({ data: { orderId: id, seq: news.seq, attempt: news.attempt, kind: news.kind, ...answer, at: ctx.now() } });
  return { id, ...answer };
}

async function apply(tx: Tx, ctx: Ctx, order: Order, news: News): Promise<{ outcome: string; status: string }> {
  const kind: FulfillmentNews = news.kind;
  // A parcel of an earlier fill is on its way as well as one of the last.
  if (isParcelNews(kind)) await keepParcelNews(tx, ctx, order, news);
  // News of an earlier sending, or of another pharmacy, is kept and changes nothing.
  const isCurrent = news.attempt === order.attempt && fromId('pharmacy', news.pharmacyId) === order.pharmacyId;
  if (!isCurrent) {
    await tx.order.updateMany({ where: { id: order.id }, data: { takenSeq: news.seq } });
    return { outcome: 'IGNORED', status: order.status };
  }
  if (kind !== 'CLAIMED') await endRequests(tx, order.id, ctx.now());
  const moved = await moveOrder(tx, ctx, order, {
    to: statusAfter(order.status as OrderStatus, kind),
    by: pharmacyNameOf(order),
    reason: news.reason ? `${kind}: ${news.reason}` : kind,
    set: { takenSeq: news.seq },
  });
  await audit(tx, ctx, {
    ...{
      action: `order.${kind.toLowerCase()}`,
      tenantId: order.clinicId,
      subjectKind: 'order',
      subjectId: order.id,
      patientId: order.patientId,
    },
    detail: {
      was: order.status,
      status: moved.status,
      seq: news.seq,
      attempt: news.attempt,
      fulfillmentId: news.fulfillmentId,
      lotId: news.lotId ?? null,
      shipmentId: news.shipmentId ?? null,
    },
  });
  return { outcome: 'APPLIED', status: moved.status };
}
