import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, InvalidInput } from '#kernel/errors.ts';
import { lotNumber } from '#kernel/identifiers-product.ts';
import { tryId } from '#kernel/ids.ts';
import { requireMove } from '#kernel/states.ts';
import { decide, type Decision } from '#rules/decision.ts';
import type { DispensingFacts } from '#rules/facts.ts';
import { builder, type Ctx, graph, type Tx } from '../builder.ts';
import { storedDay } from '../calendar-day.ts';
import { ClaimRequired } from '../claim/claim-refusals.ts';
import { findClosed, findOwn, lockOwn, type OpenFulfillment, requireSecret } from '../claim/held-order.ts';
import { facilityFact } from '../facility/facility-facts.ts';
import { keepDecision, requirePass } from '../fulfillment/decision.ts';
import { fulfillmentMoves, isLive } from '../fulfillment/fulfillment-status.ts';
import { handBack } from '../hand-off/hand-back.ts';
import { askStanding } from '../verification/evidence.ts';
import { askChangeAwaited } from './change-awaited.ts';
import { Dispense } from './dispense.ts';
import { keepIncident, type LateDispense } from './late-dispense.ts';
import { type LotEntry, lockLot, requireSameLot } from './released-lot.ts';

const Input = builder.inputType('RecordDispenseInput', {
  description: 'What is handed out on an order.',
  fields: (t) => ({
    orderId: t.id({ required: true, description: 'Id of the order.' }),
    secret: t.string({ required: true, description: 'The secret of the claim.' }),
    lotNumber: t.string({ required: true, description: 'The number of the lot. Case and blanks do not matter.' }),
    compoundedAt: t.field({ type: 'DateTime', required: true, description: 'When the lot was compounded.' }),
    beyondUseDate: t.field({ type: 'Date', required: true, description: 'The last day on which it may be used.' }),
    storage: t.field({ type: graph.Storage, required: true, description: 'How it was kept.' }),
    quantity: t.field({ type: graph.QuantityInput, required: true, description: 'How much.' }),
  }),
  validate: z
    .object({
      lotNumber: z
        .string()
        .refine((text) => lotNumber(text) !== null, 'A lot number is up to 40 letters, digits and . / _ - between them.'),
    })
    .loose(),
});

type Entry = typeof Input.$inferInput;

function lotEntry(row: OpenFulfillment, input: Entry): LotEntry {
  const normalizedNumber = lotNumber(input.lotNumber);
  if (normalizedNumber === null) throw new InvalidInput([{ path: 'input.lotNumber', message: 'This is not a lot number.' }]);
  const { pharmacyId, formularyItemId } = row;
  const { compoundedAt, beyondUseDate, storage } = input;
  return { pharmacyId, formularyItemId, number: input.lotNumber.trim(), normalizedNumber, compoundedAt, beyondUseDate, storage };
}

/** What the graph tells of an order before it is handed out; null where it does not. */
interface Told {
  readonly changeAwaited: boolean | null;
  readonly order: DispensingFacts['order'];
}

function gate({ item, pharmacy }: OpenFulfillment, input: Entry, told: Told, lot: DispensingFacts['lot'], at: Date): Decision {
  const facts: DispensingFacts = {
    preparationKind: item.formula.preparationType,
    storage: input.storage as DispensingFacts['storage'],
    compoundedAt: input.compoundedAt.toISOString(),
    beyondUseDate: input.beyondUseDate,
    formulaDays: item.beyondUseDays,
    formulaStorage: item.storage as DispensingFacts['formulaStorage'],
    timeZone: pharmacy.timeZone,
    facilityClass: pharmacy.facilityClass as DispensingFacts['facilityClass'],
    sterile: item.formula.sterile,
    facility: facilityFact(pharmacy, item.formula.ingredients),
    lot,
    ...told,
  };
  const decision = decide({ gate: 'order-dispensing', ...facts }, at);
  requirePass(decision);
  return decision;
}

// Facts first: what the clinic holds, or has asked back, is asked at each step.
async function standingOf(ctx: Ctx, orderId: string): Promise<DispensingFacts['order']> {
  const uuid = tryId('order', orderId);
  const row = uuid === null ? null : await findOwn(ctx.db, ctx, uuid, 'order:dispense');
  return row === null ? null : askStanding(ctx, row.orderId);
}

/** `late` is told of a dispense on an order that was taken back: it is refused, but not forgotten. */
async function dispense(tx: Tx, ctx: Ctx, input: Entry, told: Told, late: (found: LateDispense) => void) {
  const { row, head } = await lockOwn(tx, ctx, input.orderId, 'order:dispense');
  const closed = await findClosed(tx, ctx, row, input.secret);
  if (closed) late({ row: closed, lot: lotEntry(closed, input) });
  requireSecret(ctx, row, input.secret);
  if (!isLive(row.status)) late({ row, lot: lotEntry(row, input) });
  requireMove(fulfillmentMoves, row.status, 'DISPENSED');
  const dispensedAt = ctx.now();
  // Before the lot is locked: an entry that blocks by itself should not hold it.
  gate(row, input, told, 'not-yet', dispensedAt);
  const entry = lotEntry(row, input);
  const lot = await lockLot(tx, ctx, entry);
  requireSameLot(lot, entry);
  const decision = gate(row, input, told, { number: lot.number, status: lot.status }, dispensedAt);

  const moved = await tx.fulfillment.updateMany({
    where: { id: row.id, status: 'CLAIMED' },
    data: { status: 'DISPENSED', dispensedAt, lotId: lot.id },
  });
  if (moved.count === 0) throw new Conflict();
  const { id: fulfillmentId, orderId, pharmacyId, clinicId, patientId } = row;
  const made = await tx.dispense.create({
    data: {
      ...{ id: ctx.newId(), fulfillmentId, orderId, pharmacyId, clinicId, patientId, lotId: lot.id },
      ...{ quantityValue: input.quantity.value, quantityUnit: input.quantity.unit, beyondUseDate: storedDay(input.beyondUseDate) },
      ...{ dispensedBy: ctx.actor.sub, dispensedAt },
    },
  });
  await keepDecision(tx, ctx, row, 'DISPENSE', decision, dispensedAt);
  await audit(tx, ctx, {
    ...{ action: 'order.dispensed', tenantId: pharmacyId, subjectKind: 'dispense', subjectId: made.id, patientId },
    detail: { orderId, lotId: lot.id },
  });
  await handBack(tx, ctx, head, row, { kind: 'DISPENSED', lot });
  return made;
}

builder.mutationField('recordDispense', (t) =>
  t.field({
    description:
      'Records what is handed out, from which lot, until when it may be used. Too long a beyond-use date is refused with the limit it passes.',
    type: Dispense,
    authScopes: { may: 'order:dispense' },
    args: { input: t.arg({ type: Input, required: true, description: 'What is handed out.' }) },
    errors: { types: [ClaimRequired] },
    resolve: async (_root, args, ctx, info) => {
      const write = { info, args, answer: 'dispense' };
      const [changeAwaited, order] = await Promise.all([askChangeAwaited(ctx, args.input.orderId), standingOf(ctx, args.input.orderId)]);
      const told = { changeAwaited, order };
      let late: LateDispense | null = null;
      try {
        return await ctx.write(write, (tx) => dispense(tx, ctx, args.input, told, (found) => (late = found)));
      } catch (refusal) {
        if (late !== null) await keepIncident(ctx, write, late);
        throw refusal;
      }
    },
  }),
);
