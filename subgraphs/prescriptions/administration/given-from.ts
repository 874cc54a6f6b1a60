/** What may be given from: a lot in the clinic's stock, or a parcel that came for one patient. */

import { question } from '#kernel/context.ts';
import { InvalidInput, NotFound } from '#kernel/errors.ts';
import { lotNumber } from '#kernel/identifiers-product.ts';
import { fromId, toId, tryId } from '#kernel/ids.ts';
import type { Administration } from '#prisma/generated/prescriptions/client.ts';
import type { AdministeringFacts } from '#rules/administering.ts';
import { everControlled } from '#rules/controlled-schedule.ts';
import type { Amount } from '#rules/dose-units.ts';
import type { Ctx, Tx } from '../builder.ts';
import { dayText } from '../calendar-day.ts';
import type { DrugSnapshot } from '../document/order-document.ts';
import { clinicPlace } from '../notice/clinic-place.ts';
import { lotQuestion } from '../office-stock/stock-lots.ts';
import { parcelsOf } from '../parcel/order-parcels.ts';
import { holdsOn } from '../safety/safety-hold.ts';

/** How the input names what something was given from. */
export interface NamedSource {
  /** Whom it is given to; left out where nobody is given anything. */
  readonly patientId?: string;
  readonly receiptId?: string | null | undefined;
  readonly parcelId?: string | null | undefined;
  readonly lotNumber?: string | null | undefined;
}

interface ParcelContent {
  readonly lotNumber: string;
  readonly beyondUseDate: string;
  readonly beyondUseAt: string | null;
  readonly lotStatus: string;
  readonly quantity: Amount;
}

/** What is in a parcel, by the right of whoever gives from it: it is one patient's. */
export const parcelQuestion = question<{ parcelContents: readonly ParcelContent[] | null }, { shipmentId: string }>(
  'user',
  `query ParcelContents($shipmentId: ID!) {
    parcelContents(shipmentId: $shipmentId) { lotNumber beyondUseDate beyondUseAt lotStatus quantity { value unit } }
  }`,
);

/** What neighbours tell of a source. Null is not known. */
export interface ToldOfSource {
  readonly timeZone: string | null;
  readonly lot: AdministeringFacts['lot'];
  readonly contents: readonly ParcelContent[] | null;
}

/** A source as it stands, ready to be asked about. */
export interface Source {
  readonly clinicId: string;
  /** Of a parcel: whose it is. Empty of the clinic's stock. */
  readonly ownerId: string | null;
  /** Names of what is in it that any release has in a schedule. Office stock has none: it is refused when it is placed. */
  readonly controlled: readonly string[];
  /** Whoever gives of the same thing takes this lock. */
  readonly lockId: string;
  /** What it is in the record. */
  readonly columns: Pick<Administration, 'receiptId' | 'orderId' | 'parcelId' | 'parcelLot'>;
  /** In capitals without blanks. */
  readonly lotNumber: string;
  /** Who made it, where that is recorded here: of a parcel its pharmacy knows. */
  readonly maker: string | null;
  readonly supplied: Amount | null;
  readonly facts: Pick<AdministeringFacts, 'lot' | 'beyondUseOn' | 'beyondUseAt' | 'parcel' | 'received' | 'holds'>;
  /** What one container holds as the pharmacy presents it, where that is on record. */
  readonly pack: Amount | null;
  readonly trail: Readonly<Record<string, string>>;
}

const mayRecord = (ctx: Ctx) => ({ in: [...ctx.actor.places('administration:record')] });

function ownReceipt(db: Tx, ctx: Ctx, id: string) {
  return db.officeStockReceipt.findFirst({ where: { id, clinicId: mayRecord(ctx) } });
}

function newsOf(db: Tx, ctx: Ctx, shipmentId: string) {
  return db.parcelNews.findMany({ where: { shipmentId, clinicId: mayRecord(ctx) }, orderBy: { seq: 'asc' } });
}

/** The lot as its facility has it on record now, what is in the parcel, and the clinic's clock. Never inside a transaction. */
export async function askSource(ctx: Ctx, { receiptId, parcelId }: NamedSource): Promise<ToldOfSource> {
  const [receiptUuid, parcelUuid] = [tryId('officeStockReceipt', receiptId ?? ''), tryId('shipment', parcelId ?? '')];
  const receipt = receiptUuid === null ? null : await ownReceipt(ctx.db, ctx, receiptUuid);
  const news = parcelUuid === null ? [] : await newsOf(ctx.db, ctx, parcelUuid);
  const clinicId = receipt?.clinicId ?? news[0]?.clinicId;
  if (clinicId === undefined) return { timeZone: null, lot: null, contents: null };
  const [place, lot, contents] = await Promise.all([
    clinicPlace(ctx, clinicId),
    receipt === null ? null : askLot(ctx, toId('pharmacy', receipt.pharmacyId), receipt.lotNumber),
    parcelUuid === null ? null : ctx.graph.ask(parcelQuestion, { shipmentId: toId('shipment', parcelUuid) }),
  ]);
  return { timeZone: place?.timeZone ?? null, lot, contents: contents?.parcelContents ?? null };
}

async function askLot(ctx: Ctx, pharmacyId: string, number: string): Promise<AdministeringFacts['lot']> {
  const told = await ctx.graph.ask(lotQuestion, { pharmacyId, numbers: [number] });
  if (told === null) return null;
  return told.officeStockLotFacts.find((one) => one.number === number) ?? 'not-on-record';
}

/** What is given from, of the caller's own clinic and for this patient; refuses what is not. */
export async function sourceOf(tx: Tx, ctx: Ctx, named: NamedSource, told: ToldOfSource): Promise<Source> {
  if (named.receiptId != null && named.parcelId != null)
    throw new InvalidInput([{ path: 'input.parcelId', message: 'It was given from one thing: leave out this or `receiptId`.' }]);
  if (named.receiptId == null && named.parcelId == null)
    throw new InvalidInput([
      { path: 'input.receiptId', message: 'Say what it was given from: a lot of the stock (`receiptId`) or a parcel (`parcelId`).' },
    ]);
  return named.receiptId == null ? fromParcel(tx, ctx, named, told) : fromStock(tx, ctx, named, told);
}

async function patientAt(tx: Tx, clinicId: string, patientId: string | undefined) {
  if (patientId === undefined) return null;
  const patient = await tx.patient.findFirst({ where: { id: fromId('patient', patientId), clinicId } });
  if (patient === null) throw new NotFound();
  return patient;
}

async function fromStock(tx: Tx, ctx: Ctx, named: NamedSource, told: ToldOfSource): Promise<Source> {
  const receipt = await ownReceipt(tx, ctx, fromId('officeStockReceipt', named.receiptId ?? ''));
  if (receipt === null) throw new NotFound();
  // The patient is one of the clinic that has the stock: it is not lent to another.
  const patient = await patientAt(tx, receipt.clinicId, named.patientId);
  if (named.lotNumber != null && lotNumber(named.lotNumber) !== receipt.lotNumber)
    throw new InvalidInput([{ path: 'input.lotNumber', message: `What came is lot ${receipt.lotNumber}.` }]);
  const holds = patient === null ? [] : await tx.safetyHold.findMany({ where: { patientId: patient.id, orderId: null, liftedAt: null } });
  return {
    ...{ clinicId: receipt.clinicId, ownerId: null, controlled: [], lockId: receipt.id, supplied: null, pack: null },
    ...{ lotNumber: receipt.lotNumber, maker: receipt.pharmacyId },
    columns: { receiptId: receipt.id, orderId: null, parcelId: null, parcelLot: null },
    facts: {
      ...{ lot: told.lot, beyondUseOn: dayText(receipt.beyondUseOn), holds: holds.map(({ reason }) => reason) },
      received: { value: receipt.quantityValue.toFixed(), unit: receipt.quantityUnit },
    },
    trail: { receiptId: toId('officeStockReceipt', receipt.id) },
  };
}

async function fromParcel(tx: Tx, ctx: Ctx, named: NamedSource, told: ToldOfSource): Promise<Source> {
  const parcelId = fromId('shipment', named.parcelId ?? '');
  const news = await newsOf(tx, ctx, parcelId);
  const order = await tx.order.findFirst({ where: { id: { in: news.map(({ orderId }) => orderId) }, clinicId: mayRecord(ctx) } });
  if (order === null) throw new NotFound();
  const patient = await patientAt(tx, order.clinicId, named.patientId);
  if (patient !== null && patient.id !== order.patientId)
    throw new InvalidInput([{ path: 'input.patientId', message: 'The parcel came for another patient: it is given to nobody else.' }]);
  const content = contentOf(named, told.contents);
  const parcelLot = content?.lotNumber ?? lotNumber(named.lotNumber ?? '') ?? '';
  const { presentation, ingredients } = order.drug as unknown as DrugSnapshot & {
    readonly presentation?: { readonly pack?: Amount | null } | null;
  };
  return {
    ...{
      clinicId: order.clinicId,
      ownerId: order.patientId,
      controlled: ingredients.filter((one) => everControlled([one])).map(({ name }) => name),
      lockId: parcelId,
      supplied: content?.quantity ?? null,
      pack: presentation?.pack ?? null,
      ...{ lotNumber: parcelLot, maker: null },
    },
    columns: { receiptId: null, orderId: order.id, parcelId, parcelLot },
    facts: {
      lot: content === null ? null : { number: content.lotNumber, status: content.lotStatus },
      ...{ beyondUseOn: content?.beyondUseDate ?? null, beyondUseAt: content?.beyondUseAt ?? null },
      ...{ parcel: parcelsOf(news)[0] ?? null, received: content?.quantity ?? null },
      holds: (await holdsOn(tx, order)).map(({ reason }) => reason),
    },
    trail: { orderId: toId('order', order.id), parcelId: toId('shipment', parcelId) },
  };
}

/** The lot that is given from, of those in the parcel; null when it is not known what is in it. */
function contentOf({ lotNumber: text }: NamedSource, contents: readonly ParcelContent[] | null): ParcelContent | null {
  if (contents === null) return null;
  if (text == null && contents.length > 1)
    throw new InvalidInput([
      { path: 'input.lotNumber', message: `Name the lot: the parcel has ${contents.map((one) => one.lotNumber).join(', ')}.` },
    ]);
  const content = text == null ? contents[0] : contents.find((one) => one.lotNumber === lotNumber(text));
  if (content === undefined) throw new InvalidInput([{ path: 'input.lotNumber', message: 'The parcel has no such lot.' }]);
  return content;
}
