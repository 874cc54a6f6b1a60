import Big from 'big.js';
import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, IllegalTransition, InvalidInput } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { lotNumber } from '#kernel/identifiers-product.ts';
import { decide, type Decision } from '#rules/decision.ts';
import type { DispensingFacts } from '#rules/facts.ts';
import type { Lot } from '#prisma/generated/pharmacies/client.ts';
import { builder, type Ctx, graph, type Tx } from '../builder.ts';
import { dayOf } from '../calendar-day.ts';
import { ClaimRequired } from '../claim/claim-refusals.ts';
import { lockOwn, type OpenFulfillment, requireSecret } from '../claim/held-order.ts';
import { askChangeAwaited } from '../dispense/change-awaited.ts';
import { facilityFact } from '../facility/facility-facts.ts';
import { handBack } from '../hand-off/hand-back.ts';
import { heldToo } from '../hand-off/head.ts';
import { keepDecision, requirePass } from '../fulfillment/decision.ts';
import { askPostalCode, requireSameAddress } from './label-address.ts';
import { parcelShape, requireColdChain, type Told, toldOf } from './record-shipment.ts';
import { routingFacts } from './routing-facts.ts';
import { Shipment } from './shipment.ts';

const Input = builder.inputType('ReshipOrderInput', {
  description: 'Another parcel for what was lost or spoiled.',
  fields: (t) => ({
    orderId: t.id({ required: true, description: 'Id of the order.' }),
    secret: t.string({ required: true, description: 'The secret of the claim of that fill.' }),
    shipmentId: t.id({ description: 'The parcel that is replaced, of any fill. Left out: the last one of the last fill.' }),
    lotNumber: t.string({
      required: true,
      description: 'The lot it is filled from: one on record, the same as before or another of the same item.',
    }),
    quantity: t.field({ type: graph.QuantityInput, required: true, description: 'How much.' }),
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

type Entry = typeof Input.$inferInput;

async function lockedLot(tx: Tx, { pharmacyId, formularyItemId }: OpenFulfillment, number: string): Promise<Lot> {
  const normalizedNumber = lotNumber(number) ?? '';
  await tx.$queryRawUnsafe(
    'select 1 from lot where pharmacy_id = $1::uuid and normalized_number = $2 for share',
    pharmacyId,
    normalizedNumber,
  );
  const lot = await tx.lot.findUnique({ where: { pharmacyId_normalizedNumber: { pharmacyId, normalizedNumber } } });
  if (lot === null) throw new InvalidInput([{ path: 'input.lotNumber', message: `No lot ${number} is on record.` }]);
  if (lot.formularyItemId !== formularyItemId)
    throw new InvalidInput([{ path: 'input.lotNumber', message: `Lot ${lot.number} was recorded for another item.` }]);
  return lot;
}

/** All that is asked of a dispense and of a shipment: something new leaves. */
function gates(row: OpenFulfillment, lot: Lot, told: Told, changeAwaited: boolean | null, at: Date): [Decision, Decision] {
  const { item, pharmacy } = row;
  const known = { number: lot.number, status: lot.status };
  const facts: DispensingFacts = {
    preparationKind: item.formula.preparationType,
    ...{ storage: lot.storage as DispensingFacts['storage'], formulaStorage: item.storage as DispensingFacts['formulaStorage'] },
    ...{ compoundedAt: lot.compoundedAt.toISOString(), beyondUseDate: lot.beyondUseAt?.toISOString() ?? dayOf(lot.beyondUseDate) },
    ...{ formulaDays: item.beyondUseDays, timeZone: pharmacy.timeZone, lot: known, changeAwaited, order: told.order },
    ...{ facilityClass: pharmacy.facilityClass as DispensingFacts['facilityClass'], sterile: item.formula.sterile },
    facility: facilityFact(pharmacy, item.formula.ingredients),
  };
  const dispensing = decide({ gate: 'order-dispensing', ...facts }, at);
  requirePass(dispensing);
  const shipping = decide({ gate: 'order-shipping', ...routingFacts(row, told.clinic), lot: known, order: told.order }, at);
  requirePass(shipping);
  return [dispensing, shipping];
}

/** The fill whose parcel is named; undefined is the last one. */
async function fillOf(tx: Tx, ctx: Ctx, { orderId, shipmentId }: Entry): Promise<string | undefined> {
  if (shipmentId == null) return undefined;
  const pharmacyId = { in: [...ctx.actor.places('order:dispense')] };
  const named = await tx.shipment.findFirst({
    where: { id: fromId('shipment', shipmentId), orderId: fromId('order', orderId), pharmacyId },
    select: { fulfillmentId: true },
  });
  if (named === null) throw new InvalidInput([{ path: 'input.shipmentId', message: 'No such parcel of this order is on record.' }]);
  return named.fulfillmentId;
}

/** The parcel that is to be replaced: the last one of its fill, lost or spoiled. */
async function lastParcel(tx: Tx, fulfillmentId: string, { quantity, shipmentId }: Entry) {
  const last = await tx.shipment.findFirst({ where: { fulfillmentId }, orderBy: { parcel: 'desc' } });
  if (last === null) throw new IllegalTransition('DISPENSED', 'RESHIPPED');
  if (shipmentId != null && last.id !== fromId('shipment', shipmentId))
    throw new InvalidInput([{ path: 'input.shipmentId', message: 'This parcel was replaced already: name the one that replaced it.' }]);
  if (last.status !== 'LOST' && last.status !== 'SPOILED') throw new IllegalTransition(last.status, 'RESHIPPED');
  const parts = await tx.dispense.findMany({ where: { fulfillmentId }, select: { quantityValue: true, quantityUnit: true } });
  const unit = parts[0]?.quantityUnit ?? quantity.unit;
  const most = parts.reduce((sum, part) => sum.plus(part.quantityValue.toString()), new Big(0));
  if (quantity.unit !== unit) throw new InvalidInput([{ path: 'input.quantity.unit', message: `It was dispensed in ${unit}.` }]);
  if (most.lt(quantity.value))
    throw new InvalidInput([
      { path: 'input.quantity.value', message: `Only ${most.toFixed()} ${unit} were dispensed: no more is sent again.` },
    ]);
  return last;
}

/** With what else is asked before anything is locked. */
interface ToldOfParcel extends Told {
  readonly changeAwaited: boolean | null;
  readonly postalCode: string | null;
}

async function replace(tx: Tx, ctx: Ctx, input: Entry, { changeAwaited, postalCode, ...told }: ToldOfParcel) {
  const { row, head } = await lockOwn(tx, ctx, input.orderId, 'order:dispense', await fillOf(tx, ctx, input));
  requireSecret(ctx, row, input.secret);
  const last = await lastParcel(tx, row.id, input);
  requireSameAddress(row, input, postalCode);
  requireColdChain(row, input.coldChain);
  const lot = await lockedLot(tx, row, input.lotNumber);
  const shippedAt = ctx.now();
  const [dispensing, shipping] = gates(row, lot, { ...told, order: heldToo(told.order, head) }, changeAwaited, shippedAt);
  const { id: fulfillmentId, orderId, pharmacyId, clinicId, patientId, shipToState } = row;
  const data = {
    ...{ id: ctx.newId(), fulfillmentId, orderId, pharmacyId, clinicId, patientId, shipToState, parcel: last.parcel + 1, lotId: lot.id },
    ...{ quantityValue: input.quantity.value, quantityUnit: input.quantity.unit, coldChain: input.coldChain },
    ...{ carrier: input.carrier.trim(), trackingNumber: input.trackingNumber.trim(), shippedBy: ctx.actor.sub, shippedAt },
  };
  // Of two at once the second waits at the order's head, and finds this parcel on its way.
  const made = await tx.shipment.createMany({ data: [data], skipDuplicates: true });
  if (made.count === 0) throw new Conflict();
  await keepDecision(tx, ctx, row, 'DISPENSE', dispensing, shippedAt);
  await keepDecision(tx, ctx, row, 'SHIP', shipping, shippedAt);
  await audit(tx, ctx, {
    ...{ action: 'order.reshipped', tenantId: pharmacyId, subjectKind: 'shipment', subjectId: data.id, patientId },
    detail: { orderId, lotId: lot.id, replaces: last.id },
  });
  await handBack(tx, ctx, head, row, { kind: 'RESHIPPED', shipmentId: data.id, lot });
  return tx.shipment.findUniqueOrThrow({ where: { id: data.id } });
}

builder.mutationField('reshipOrder', (t) =>
  t.field({
    description:
      'Sends again what was lost or spoiled, of any fill, from a lot on record: a recall of that lot finds it. Asks all that a dispense and a shipment ask. One parcel at a time, and no more than was dispensed.',
    type: Shipment,
    authScopes: { may: 'order:dispense' },
    args: { input: t.arg({ type: Input, required: true, description: 'The parcel.' }) },
    errors: { types: [ClaimRequired] },
    resolve: async (_root, args, ctx, info) => {
      const { orderId } = args.input;
      const [changeAwaited, told, postalCode] = await Promise.all([
        askChangeAwaited(ctx, orderId),
        toldOf(ctx, orderId),
        askPostalCode(ctx, orderId, args.input),
      ]);
      return ctx.write({ info, args, answer: 'shipment' }, (tx) => replace(tx, ctx, args.input, { ...told, changeAwaited, postalCode }));
    },
  }),
);
