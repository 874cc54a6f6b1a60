import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, InvalidInput } from '#kernel/errors.ts';
import { tryId } from '#kernel/ids.ts';
import { requireMove } from '#kernel/states.ts';
import { decide, type Decision } from '#rules/decision.ts';
import { builder, type Ctx, graph, type Tx } from '../builder.ts';
import { ClaimRequired } from '../claim/claim-refusals.ts';
import { findOwn, lockOwn, type OpenFulfillment, requireSecret } from '../claim/held-order.ts';
import { keepDecision, requirePass } from '../fulfillment/decision.ts';
import { fulfillmentMoves } from '../fulfillment/fulfillment-status.ts';
import { heldToo } from '../hand-off/head.ts';
import { handBack } from '../hand-off/hand-back.ts';
import { askAttestations, askStanding } from '../verification/evidence.ts';
import type { ClinicAnswer, OrderStandingAnswer } from '../verification/neighbour-facts.ts';
import { askPostalCode, requireSameAddress } from './label-address.ts';
import { routingFacts } from './routing-facts.ts';
import { Shipment } from './shipment.ts';

/** What a parcel is known by. */
export const parcelShape = {
  carrier: z.string().trim().min(1, 'Name the carrier.').max(60, 'A carrier’s name has at most 60 characters.'),
  trackingNumber: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9][A-Za-z0-9 -]{3,59}$/, 'A tracking number is 4 to 60 letters and digits.'),
  shipToPostalCode: z
    .string()
    .regex(/^\d{5}(-\d{4})?$/, 'A ZIP code is five digits, or nine as 78704-1234.')
    .nullish(),
};

const Input = builder.inputType('RecordShipmentInput', {
  description: 'A parcel that leaves.',
  fields: (t) => ({
    orderId: t.id({ required: true, description: 'Id of the order.' }),
    secret: t.string({ required: true, description: 'The secret of the claim.' }),
    carrier: t.string({ required: true, description: 'Who carries it.' }),
    trackingNumber: t.string({ required: true, description: 'The carrier’s number for it.' }),
    coldChain: t.boolean({ required: true, description: 'Whether it travels cold. What is kept cold must.' }),
    shipToState: t.field({ type: graph.UsState, description: 'The state on the label. Refused when the order goes to another.' }),
    shipToPostalCode: t.string({
      description: 'The ZIP code on the label. Refused when the order goes to another: the first five digits count.',
    }),
  }),
  validate: z.object(parcelShape).loose(),
});

/** What the neighbours say before anything leaves. */
export interface Told {
  readonly clinic: ClinicAnswer | null;
  readonly order: OrderStandingAnswer | null;
}

/** Asked before anything is locked. */
export async function toldOf(ctx: Ctx, orderId: string): Promise<Told> {
  const uuid = tryId('order', orderId);
  const row = uuid === null ? null : await findOwn(ctx.db, ctx, uuid, 'order:ship');
  if (row === null) return { clinic: null, order: null };
  const [clinic, order] = await Promise.all([askAttestations(ctx, row.clinicId), askStanding(ctx, row.orderId)]);
  return { clinic, order };
}

/** Throws InvalidInput when what is kept cold would travel warm. */
export function requireColdChain({ item }: OpenFulfillment, coldChain: boolean): void {
  if (item.storage === 'CONTROLLED_ROOM_TEMPERATURE' || coldChain) return;
  throw new InvalidInput([{ path: 'input.coldChain', message: `The preparation is kept ${item.storage}: it has to travel cold.` }]);
}

// A licence may have lapsed and a lot been recalled since the order was claimed.
async function gate(tx: Tx, row: OpenFulfillment, { clinic, order }: Told, at: Date): Promise<Decision> {
  // A fill in parts may be of several lots: one that is not released holds all of it back.
  const parts = await tx.dispense.findMany({ where: { fulfillmentId: row.id }, select: { lotId: true }, distinct: ['lotId'] });
  const ids = parts.map(({ lotId }) => lotId).toSorted();
  await tx.$queryRawUnsafe('select 1 from lot where id = any ($1::uuid[]) order by id for share', ids);
  const lots = await tx.lot.findMany({ where: { id: { in: ids } }, orderBy: { id: 'asc' } });
  const found = lots.find((lot) => lot.status !== 'RELEASED') ?? lots[0];
  if (found === undefined) throw new Conflict();
  const { number, status } = found;
  const decision = decide({ gate: 'order-shipping', ...routingFacts(row, clinic), lot: { number, status }, order }, at);
  requirePass(decision);
  return decision;
}

builder.mutationField('recordShipment', (t) =>
  t.field({
    description: 'Records that the order left for the patient. Asks again whether this pharmacy may ship there.',
    type: Shipment,
    authScopes: { may: 'order:ship' },
    args: { input: t.arg({ type: Input, required: true, description: 'The parcel.' }) },
    errors: { types: [ClaimRequired] },
    resolve: async (_root, args, ctx, info) => {
      const { orderId, secret, carrier, trackingNumber, coldChain } = args.input;
      const [told, postalCode] = await Promise.all([toldOf(ctx, orderId), askPostalCode(ctx, orderId, args.input)]);
      return ctx.write({ info, args, answer: 'shipment' }, async (tx) => {
        const { row, head } = await lockOwn(tx, ctx, orderId, 'order:ship');
        requireSecret(ctx, row, secret);
        requireMove(fulfillmentMoves, row.status, 'SHIPPED');
        requireSameAddress(row, args.input, postalCode);
        requireColdChain(row, coldChain);
        const shippedAt = ctx.now();
        const decision = await gate(tx, row, { ...told, order: heldToo(told.order, head) }, shippedAt);
        const moved = await tx.fulfillment.updateMany({
          where: { id: row.id, status: 'DISPENSED' },
          data: { status: 'SHIPPED', shippedAt },
        });
        if (moved.count === 0) throw new Conflict();
        const { pharmacyId, clinicId, patientId, shipToState } = row;
        const shipment = await tx.shipment.create({
          data: {
            ...{ id: ctx.newId(), fulfillmentId: row.id, orderId: row.orderId, pharmacyId, clinicId, patientId, shipToState, coldChain },
            ...{ carrier: carrier.trim(), trackingNumber: trackingNumber.trim(), shippedBy: ctx.actor.sub, shippedAt },
          },
        });
        await keepDecision(tx, ctx, row, 'SHIP', decision, shippedAt);
        await audit(tx, ctx, {
          action: 'order.shipped',
          tenantId: pharmacyId,
          subjectKind: 'shipment',
          subjectId: shipment.id,
          patientId,
          detail: { orderId: row.orderId },
        });
        await handBack(tx, ctx, head, row, { kind: 'SHIPPED', shipmentId: shipment.id });
        return shipment;
      });
    },
  }),
);
