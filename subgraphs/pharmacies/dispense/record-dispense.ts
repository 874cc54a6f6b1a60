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
import { heldToo } from '../hand-off/head.ts';
import { handBack } from '../hand-off/hand-back.ts';
import { licensingFacts } from '../shipment/routing-facts.ts';
import { askStanding } from '../verification/evidence.ts';
import type { OrderStandingAnswer } from '../verification/neighbour-facts.ts';
import type { SignedDocument } from '../verification/signed-document.ts';
import { askChangeAwaited } from './change-awaited.ts';
import { Dispense } from './dispense.ts';
import { keepIncident, type LateDispense } from './late-dispense.ts';
import { askDocument } from './ordered.ts';
import { lotLeft, type PartsSoFar, partsOf, preparer } from './parts.ts';
import { endOf, type LotEntry, lockLot, requireSameLot } from './released-lot.ts';

const Input = builder.inputType('RecordDispenseInput', {
  description: 'What is handed out on an order.',
  fields: (t) => ({
    orderId: t.id({ required: true, description: 'Id of the order.' }),
    secret: t.string({ required: true, description: 'The secret of the claim.' }),
    lotNumber: t.string({ required: true, description: 'The number of the lot. Case and blanks do not matter.' }),
    compoundedAt: t.field({ type: 'DateTime', required: true, description: 'When the lot was compounded.' }),
    beyondUseDate: t.field({ type: 'Date', required: true, description: 'The last day on which it may be used.' }),
    storage: t.field({ type: graph.Storage, required: true, description: 'How it was kept.' }),
    quantity: t.field({
      type: graph.QuantityInput,
      required: true,
      description: 'How much: with the parts before, not more than was ordered.',
    }),
    partial: t.boolean({ description: 'Whether more of this fill follows. Left out, this is the last of it.' }),
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
  readonly order: OrderStandingAnswer | null;
  readonly document: SignedDocument | null;
}

/** What is known under the locks: parts of the fill before, who put this one together, the lot. */
interface Known {
  readonly parts: PartsSoFar;
  /** The moment the lot ends, where it was recorded with its hour. */
  readonly endsAt: Date | null;
  readonly lot: DispensingFacts['lot'];
  readonly lotLeft?: DispensingFacts['lotLeft'];
}

function gate(ctx: Ctx, row: OpenFulfillment, input: Entry, told: Told, known: Known, at: Date): Decision {
  const { item, pharmacy, claimedAt } = row;
  const { changeAwaited, order, document } = told;
  const { parts, endsAt, ...lot } = known;
  const facts: DispensingFacts = {
    preparationKind: item.formula.preparationType,
    storage: input.storage as DispensingFacts['storage'],
    compoundedAt: input.compoundedAt.toISOString(),
    beyondUseDate: endsAt?.toISOString() ?? input.beyondUseDate,
    formulaDays: item.beyondUseDays,
    formulaStorage: item.storage as DispensingFacts['formulaStorage'],
    timeZone: pharmacy.timeZone,
    facilityClass: pharmacy.facilityClass as DispensingFacts['facilityClass'],
    sterile: item.formula.sterile,
    facility: facilityFact(pharmacy, item.formula.ingredients),
    licensing: licensingFacts(row),
    quantity: { value: input.quantity.value, unit: input.quantity.unit },
    ordered: document && { value: document.content.drug.quantity.value, unit: document.content.drug.quantity.unit },
    handedOut: parts.handedOut,
    ...preparer(ctx, parts),
    ...lot,
    begunAt: claimedAt?.toISOString() ?? null,
    ...{ changeAwaited, order },
  };
  const decision = decide({ gate: 'order-dispensing', ...facts }, at);
  requirePass(decision);
  return decision;
}

// Facts first: what was ordered, what the clinic holds, or has asked back, is asked at each step.
async function toldOf(ctx: Ctx, orderId: string): Promise<Told> {
  const uuid = tryId('order', orderId);
  const row = uuid === null ? null : await findOwn(ctx.db, ctx, uuid, 'order:dispense');
  const [changeAwaited, order, document] = await Promise.all([
    askChangeAwaited(ctx, orderId),
    row && askStanding(ctx, row.orderId),
    row && askDocument(ctx, row),
  ]);
  return { changeAwaited, order, document };
}

/** The first part moves the fulfillment; a later one finds it where the first put it, and open. */
async function move(tx: Tx, row: OpenFulfillment, parts: PartsSoFar, lotId: string, dispensedAt: Date): Promise<void> {
  if (parts.next > 1) return;
  const moved = await tx.fulfillment.updateMany({
    where: { id: row.id, status: 'CLAIMED' },
    data: { status: 'DISPENSED', dispensedAt, lotId },
  });
  if (moved.count === 0) throw new Conflict();
}

function requireOpen({ status }: OpenFulfillment, parts: PartsSoFar): void {
  if (parts.next > 1 && !parts.closed && (status === 'DISPENSED' || status === 'SHIPPED')) return;
  requireMove(fulfillmentMoves, status, 'DISPENSED');
}

function requirePrepared({ prepared }: PartsSoFar, lotId: string): void {
  if (prepared === null || prepared.lotId === lotId) return;
  const message = `The fill was put together from lot ${prepared.lotNumber}.`;
  throw new InvalidInput([{ path: 'input.lotNumber', message }]);
}

/** `late` is told of a dispense on an order that was taken back: it is refused, but not forgotten. */
async function dispense(tx: Tx, ctx: Ctx, input: Entry, asked: Told, late: (found: LateDispense) => void) {
  const { row, head } = await lockOwn(tx, ctx, input.orderId, 'order:dispense');
  const told = { ...asked, order: heldToo(asked.order, head) };
  const closed = await findClosed(tx, ctx, row, input.secret);
  if (closed) late({ row: closed, lot: lotEntry(closed, input) });
  requireSecret(ctx, row, input.secret);
  if (!isLive(row.status)) late({ row, lot: lotEntry(row, input) });
  const parts = await partsOf(tx, row);
  requireOpen(row, parts);
  const dispensedAt = ctx.now();
  const entry = lotEntry(row, input);
  const endsAt = await endOf(tx, entry);
  // Before the lot is locked: an entry that blocks by itself should not hold it.
  gate(ctx, row, input, told, { parts, endsAt, lot: 'not-yet' }, dispensedAt);
  const lot = await lockLot(tx, ctx, entry);
  requireSameLot(lot, entry);
  requirePrepared(parts, lot.id);
  const known = { parts, endsAt, lot: { number: lot.number, status: lot.status }, lotLeft: await lotLeft(tx, lot.id) };
  const decision = gate(ctx, row, input, told, known, dispensedAt);

  await move(tx, row, parts, lot.id, dispensedAt);
  const { id: fulfillmentId, orderId, pharmacyId, clinicId, patientId } = row;
  const made = await tx.dispense.create({
    data: {
      ...{ id: ctx.newId(), fulfillmentId, orderId, pharmacyId, clinicId, patientId, lotId: lot.id },
      ...{ part: parts.next, complete: !input.partial },
      ...{ quantityValue: input.quantity.value, quantityUnit: input.quantity.unit, beyondUseDate: storedDay(input.beyondUseDate) },
      ...{ dispensedBy: ctx.actor.sub, dispensedAt },
    },
  });
  await keepDecision(tx, ctx, row, 'DISPENSE', decision, dispensedAt);
  await audit(tx, ctx, {
    ...{ action: 'order.dispensed', tenantId: pharmacyId, subjectKind: 'dispense', subjectId: made.id, patientId },
    detail: { orderId, lotId: lot.id, part: parts.next },
  });
  // The clinic's order is dispensed with its first part; later ones are seen at the fulfillment.
  if (parts.next === 1) await handBack(tx, ctx, head, row, { kind: 'DISPENSED', lot });
  return made;
}

builder.mutationField('recordDispense', (t) =>
  t.field({
    description:
      'Records what is handed out, from which lot, until when it may be used. A fill may go out in parts (`partial`), together not more than was ordered. Too long a beyond-use date is refused with the limit it passes.',
    type: Dispense,
    authScopes: { may: 'order:dispense' },
    args: { input: t.arg({ type: Input, required: true, description: 'What is handed out.' }) },
    errors: { types: [ClaimRequired] },
    resolve: async (_root, args, ctx, info) => {
      const write = { info, args, answer: 'dispense' };
      const told = await toldOf(ctx, args.input.orderId);
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
