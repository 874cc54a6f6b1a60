import type { GraphQLResolveInfo } from 'graphql';
import type { Order as OrderRow } from '#prisma/generated/prescriptions/client.ts';
import { audit } from '#kernel/audit.ts';
import { Conflict, Forbidden, NotFound, RuleBlocked } from '#kernel/errors.ts';
import { toId, tryId } from '#kernel/ids.ts';
import { requireMove } from '#kernel/states.ts';
import { lastDayAtSigning } from '#rules/order-last-day.ts';
import { failed, isBlocked } from '#rules/results.ts';
import { builder, type Ctx, type Tx } from '../builder.ts';
import { dateOf } from '../calendar-day.ts';
import type { Decided } from '../decided.ts';
import { freezeOrder } from '../document/freeze-order.ts';
import type { OrderDocument } from '../document/order-document.ts';
import { signDocument } from '../document/sign-document.ts';
import { askAbout } from './ask-about.ts';
import { supersede } from './change/supersede.ts';
import { type Chart, lockChart } from './chart.ts';
import { keepDecision } from './decision.ts';
import { frozenFacts, frozenRows } from './frozen-facts.ts';
import { draftDigestOf } from './order-content.ts';
import { orderMoves } from './order-status.ts';
import { Order } from './order.ts';
import { type Neighbours, noNeighbours, signingFacts } from './signing-facts.ts';
import { signingGate } from './signing-gate.ts';
import { moveOrder } from './timeline.ts';
import { orderVisibleTo } from './visible-to.ts';

const SignOrderInput = builder.inputType('SignOrderInput', {
  description: 'What is signed.',
  fields: (t) => ({
    orderId: t.id({ required: true, description: 'The draft.' }),
    digest: t.string({ description: 'The `draftDigest` of what the signer saw: if the draft has changed since, nothing is signed.' }),
  }),
});

builder.mutationField('signOrder', (t) =>
  t.field({
    description:
      'The prescriber takes responsibility for the order: every rule is asked again, the order is frozen into a document, and the document signed with the prescriber’s key and the platform’s. It never changes from then on.',
    type: Order,
    authScopes: { may: 'order:sign' },
    args: { input: t.arg({ type: SignOrderInput, required: true, description: 'What is signed.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) => signDraft(ctx, { info, args }, args.input, plainly),
  }),
);

/** The draft that is signed, and the digest of what its signer saw. */
interface Asked {
  readonly orderId: string;
  readonly digest?: string | null | undefined;
}

/** What a way of signing still asks once the gate has passed, under the locks of the chart, before anything is signed. It throws what stands in the way, and answers what the document says of it. */
export type SigningWay = (
  tx: Tx,
  ctx: Ctx,
  about: { readonly chart: Chart; readonly told: Neighbours; readonly evaluation: Decided },
) => Promise<OrderDocument['controlled']>;

// A controlled prescription has a command of its own, whatever else lets it pass.
const plainly: SigningWay = (_tx, _ctx, { evaluation: { results } }) => {
  if (results.some(({ id }) => id === 'controlled.schedule')) throw new RuleBlocked([...results, ownCommand]);
  return Promise.resolve(null);
};

const ownCommand = failed(
  'controlled.ownCommand',
  'A prescription for a controlled substance is signed by itself, with two factors for it alone',
  'Sign it with `signControlledOrder`.',
  '21 CFR part 1311',
);

/** Signs a draft. Every command that signs an order does it here. */
export async function signDraft(
  ctx: Ctx,
  { info, args }: { readonly info: GraphQLResolveInfo; readonly args: unknown },
  { orderId, digest }: Asked,
  way: SigningWay,
): Promise<OrderRow> {
  const seen = await seenBy(ctx, orderId);
  const told = seen === null ? noNeighbours : await askAbout(ctx, seen);
  return ctx.write({ info, args, answer: 'order' }, async (tx) => {
    if (seen === null) throw new NotFound();
    ctx.requireStepUp();
    const chart = await lockChart(tx, seen);
    if (chart === null) throw new NotFound();
    const { order } = chart;
    if (toId('practitioner', order.prescriberId) !== ctx.actor.sub) throw new Forbidden();
    requireMove(orderMoves, order.status, 'SIGNED');
    if (order.version !== seen.version || (digest != null && digest !== draftDigestOf(order))) throw new Conflict();

    const at = ctx.now();
    const evaluation = signingGate(chart, told, at);
    const rows = frozenRows(chart, told, at);
    const facts = frozenFacts(told, order, at);
    const lastDay = lastDayAtSigning(signingFacts(chart, told, at), at.toISOString());
    if (isBlocked(evaluation.results) || rows === null || facts === null || lastDay === null) throw new RuleBlocked(evaluation.results);
    const controlled = await way(tx, ctx, { chart, told, evaluation });

    const signed = await signDocument(tx, ctx, order, freezeOrder(rows, { ...facts, controlled }, evaluation.results, at));
    await keepDecision(tx, ctx, order, 'SIGN', evaluation);
    await audit(tx, ctx, {
      ...{ action: 'order.signed', tenantId: order.clinicId, subjectKind: 'order', subjectId: order.id, patientId: order.patientId },
      detail: { was: order.status, documentDigest: signed.digest, lastFillOn: lastDay },
    });
    const moved = await moveOrder(tx, ctx, order, {
      to: 'SIGNED',
      by: ctx.actor.name,
      set: { signedAt: at, document: signed.text, jws: signed.jws, digest: signed.digest, lastFillOn: dateOf(lastDay) },
    });
    await supersede(tx, ctx, chart.prior, moved);
    return moved;
  });
}

async function seenBy(ctx: Ctx, orderId: string): Promise<OrderRow | null> {
  const id = tryId('order', orderId);
  if (id === null) return null;
  return ctx.load<OrderRow>('order', id, { AND: [orderVisibleTo(ctx), { clinicId: { in: [...ctx.actor.places('order:sign')] } }] });
}
