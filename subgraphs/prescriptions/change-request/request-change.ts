import { z } from 'zod';
import { question } from '#kernel/context.ts';
import { Conflict, IllegalTransition, InvalidInput, NotFound, Unavailable } from '#kernel/errors.ts';
import { tryId } from '#kernel/ids.ts';
import type { Order as OrderRow } from '#prisma/generated/prescriptions/client.ts';
import { builder, type Ctx } from '../builder.ts';
import { orderVisibleTo } from '../order/visible-to.ts';
import { scriptCodes, usualCode } from './change-kinds.ts';
import { ChangeKind, ChangeRequest, ChangeRequestType } from './change-request.ts';
import { ClaimRequired } from './claim-required.ts';
import { tellOf } from './told.ts';

const LONGEST_NOTE = 1_000;

const RequestChangeInput = builder.inputType('RequestChangeInput', {
  description: 'What a pharmacy asks to have changed.',
  fields: (t) => ({
    orderId: t.id({ required: true, description: 'The order.' }),
    secret: t.string({ required: true, description: 'The claim’s secret.' }),
    kind: t.field({ type: ChangeKind, required: true, description: 'What it is about.' }),
    type: t.field({
      type: ChangeRequestType,
      description: 'Its type as the field codes it; left out, the usual one of the kind: THERAPEUTIC for STRENGTH, else CLARIFICATION.',
    }),
    note: t.string({ description: 'In the pharmacist’s words, at most 1,000 characters. A CLARIFICATION needs one.' }),
  }),
  validate: z.looseObject({ note: z.string().trim().max(LONGEST_NOTE, `A note has at most ${LONGEST_NOTE} characters.`).nullish() }),
});

/** Whether the caller's pharmacy works on an order now: asked by its own right, so that nobody else learns whether a secret fits. */
const claimHeld = question<{ claimHeld: { attempt: number; status: string } | null }, { orderId: string; secret: string }>(
  'user',
  'query ClaimHeld($orderId: ID!, $secret: String!) { claimHeld(orderId: $orderId, secret: $secret) { attempt status } }',
);

builder.mutationField('requestChange', (t) =>
  t.field({
    type: ChangeRequest,
    description:
      'Asks the prescriber of a claimed order for a change. One question of a kind is open at a time. It ends when the order is dispensed or leaves the pharmacy.',
    authScopes: { may: 'order:query' },
    args: { input: t.arg({ type: RequestChangeInput, required: true, description: 'What is asked.' }) },
    errors: { types: [ClaimRequired] },
    resolve: async (_root, args, ctx, info) => {
      const { orderId, secret } = args.input;
      const seen = await askable(ctx, orderId);
      const told = seen && (await ctx.graph.ask(claimHeld, { orderId, secret }));
      return ctx.write({ info, args, answer: 'changeRequest' }, async (tx) => {
        const order = seen && (await tx.order.findFirst({ where: { AND: [{ id: seen.id }, asking(ctx)] } }));
        if (order === null) throw new NotFound();
        if (told === null) throw new Unavailable();
        const held = told.claimHeld;
        if (held === null || held.attempt !== order.attempt) throw new ClaimRequired();
        if (held.status !== 'CLAIMED' || order.status !== 'SENT') throw new IllegalTransition(held.status, 'CHANGE_REQUESTED');
        const { kind } = args.input;
        const note = args.input.note?.trim() || null;
        if (kind === 'CLARIFICATION' && note === null)
          throw new InvalidInput([{ path: 'input.note', message: 'A clarification says what is not clear.' }]);
        const { attempt, clinicId, patientId, pharmacyId, prescriberId } = order;
        if ((await tx.changeRequest.count({ where: { orderId: order.id, attempt, kind, status: 'OPEN' } })) > 0)
          throw new Conflict(OPEN_ALREADY);
        const at = ctx.now();
        const { count } = await tx.changeRequest.createMany({
          data: [
            {
              ...{ id: ctx.newId(), clinicId, patientId, orderId: order.id, attempt, pharmacyId, prescriberId, kind },
              ...{ code: scriptCodes[args.input.type ?? usualCode[kind]], note, askedBy: ctx.actor.sub, askedByName: ctx.actor.name },
              ...{ askedAt: at, status: 'OPEN', statusSince: at },
            },
          ],
          skipDuplicates: true,
        });
        // Of two that ask at once the second waited here for the first.
        if (count === 0) throw new Conflict(OPEN_ALREADY);
        const request = await tx.changeRequest.findFirstOrThrow({ where: { orderId: order.id, attempt, kind, status: 'OPEN' } });
        await tellOf(tx, ctx, request);
        return request;
      });
    },
  }),
);

const OPEN_ALREADY = 'A question of this kind is open already: wait for its answer, or withdraw it.';

function asking(ctx: Pick<Ctx, 'actor'>) {
  return { AND: [orderVisibleTo(ctx), { pharmacyId: { in: [...ctx.actor.places('order:query')] } }] };
}

async function askable(ctx: Ctx, orderId: string): Promise<OrderRow | null> {
  const id = tryId('order', orderId);
  return id === null ? null : ctx.load<OrderRow>('order', id, asking(ctx));
}
