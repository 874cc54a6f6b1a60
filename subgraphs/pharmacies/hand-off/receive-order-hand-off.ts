import { z } from 'zod';
import { Forbidden } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder, type Ctx, graph, type Tx } from '../builder.ts';
import { applyHandOff, type OrderHandOff } from './apply-hand-off.ts';
import { HandOffAnswer } from './hand-off-answer.ts';
import { lockHead } from './head.ts';

const Kind = builder.enumType('OrderHandOffKind', {
  description:
    'What a pharmacy is told of an order: here it is, it is taken back, it has changed, it is taken back for another that amends it, its last day is over.',
  values: ['SEND', 'WITHDRAW', 'AMEND', 'REPLACE', 'EXPIRE'] as const,
});

const Input = builder.inputType('ReceiveOrderHandOffInput', {
  description: 'A hand-off of an order.',
  fields: (t) => ({
    orderId: t.id({ required: true, description: 'The order.' }),
    seq: t.int({ required: true, description: 'Counts the hand-offs of this order, from 1.' }),
    attempt: t.int({ required: true, description: 'Counts the sendings of this order, from 1.' }),
    kind: t.field({ type: Kind, required: true, description: 'What it says.' }),
    pharmacyId: t.id({ required: true, description: 'The pharmacy it is sent to.' }),
    clinicId: t.id({ required: true, description: 'The clinic it comes from.' }),
    patientId: t.id({ required: true, description: 'The patient, by id.' }),
    prescriberId: t.id({ required: true, description: 'Who signed it.' }),
    formularyItemId: t.id({ required: true, description: 'What is to be compounded.' }),
    shipToState: t.field({ type: graph.UsState, required: true, description: 'Where it goes.' }),
    signedAt: t.field({ type: 'DateTime', required: true, description: 'When it was signed.' }),
    documentDigest: t.string({ required: true, description: 'SHA-256 of the signed document, lower-case hex.' }),
    fill: t.int({ description: 'Which fill of the order it is about, from 1. Left out, the first.' }),
    supersededBy: t.id({ description: 'Of a replacement: the order that amends this one.' }),
    changeAsked: t.boolean({
      description: 'Of a replacement: whether the pharmacy asked for the change. Only then is a claimed order given back.',
    }),
    begunToo: t.boolean({
      description: 'Of an order past its last day: whether a fill that was begun by then is over too. Otherwise a claimed order stays.',
    }),
  }),
  validate: z
    .object({
      seq: z.number().int().min(1, 'A sequence counts from 1.'),
      attempt: z.number().int().min(1, 'An attempt counts from 1.'),
      fill: z.number().int().min(1, 'A fill counts from 1.').nullish(),
      documentDigest: z.string().regex(/^[0-9a-f]{64}$/, 'A digest is 64 hex digits.'),
    })
    .loose(),
});

function stored(input: typeof Input.$inferInput): OrderHandOff {
  return {
    ...{ seq: input.seq, attempt: input.attempt, kind: input.kind, shipToState: input.shipToState },
    ...{
      signedAt: input.signedAt,
      documentDigest: input.documentDigest,
      changeAsked: input.changeAsked ?? false,
      begunToo: input.begunToo ?? false,
      fill: input.fill ?? 1,
    },
    orderId: fromId('order', input.orderId),
    pharmacyId: fromId('pharmacy', input.pharmacyId),
    clinicId: fromId('clinic', input.clinicId),
    patientId: fromId('patient', input.patientId),
    prescriberId: fromId('practitioner', input.prescriberId),
    formularyItemId: fromId('formularyItem', input.formularyItemId),
  };
}

/**
 * Takes one hand-off under the lock of the order's head. A sequence that is known gets its stored answer again; one below
 * the last is kept and answered SUPERSEDED.
 */
export async function receiveHandOff(tx: Tx, ctx: Pick<Ctx, 'actor' | 'requestId' | 'now' | 'newId'>, handOff: OrderHandOff) {
  const { orderId, seq, attempt, kind } = handOff;
  const head = await lockHead(tx, orderId);
  const known = await tx.handOffInbox.findUnique({ where: { orderId_seq: { orderId, seq } } });
  if (known) return known;
  const superseded = seq <= head.lastSeq;
  const answer = superseded ? { outcome: 'SUPERSEDED', status: null } : await applyHandOff(tx, ctx, handOff, head.lastAttempt);
  if (!superseded) {
    await tx.handOffHead.update({ where: { orderId }, data: { lastSeq: seq, lastAttempt: Math.max(attempt, head.lastAttempt) } });
  }
  return tx.handOffInbox.create({ data: { id: ctx.newId(), orderId, seq, attempt, kind, ...answer, at: ctx.now() } });
}

builder.mutationField('receiveOrderHandOff', (t) =>
  t.field({
    description: 'For the prescriptions subgraph alone: hands an order over, or takes it back. Repeating one changes nothing.',
    type: HandOffAnswer,
    authScopes: { may: 'hand-off:receive' },
    args: { input: t.arg({ type: Input, required: true, description: 'The hand-off.' }) },
    resolve: (_root, args, ctx, info) => {
      // Every subgraph has the right to hand over; orders come from one of them.
      if (ctx.actor.service !== 'prescriptions') throw new Forbidden();
      return ctx.write({ info, args, answer: 'handOffInbox' }, (tx) => receiveHandOff(tx, ctx, stored(args.input)));
    },
  }),
);
