import { Conflict, NotFound } from '#kernel/errors.ts';
import { fromId, toId } from '#kernel/ids.ts';
import { type Moves, requireMove } from '#kernel/states.ts';
import type { RuleResult } from '#rules/results.ts';
import type { OfficeStockOrder as StockRow, Prisma } from '#prisma/generated/prescriptions/client.ts';
import { builder, type Ctx, graph, type Tx } from '../builder.ts';
import { Clinic, clinicOf, Pharmacy, Practitioner, practitionerOf } from '../references.ts';

/** Every state of an office stock order. */
export const stockStatuses = ['PLACED', 'ACCEPTED', 'DECLINED', 'RECEIVED', 'CANCELLED'] as const;

type StockStatus = (typeof stockStatuses)[number];

const moves: Moves<StockStatus> = {
  PLACED: ['ACCEPTED', 'DECLINED', 'CANCELLED'],
  ACCEPTED: ['RECEIVED', 'CANCELLED'],
  DECLINED: [],
  RECEIVED: [],
  CANCELLED: [],
};

const OfficeStockStatus = builder.enumType('OfficeStockStatus', {
  description: 'Where an office stock order stands.',
  values: stockStatuses,
});

const may = { may: ['office-stock:read', 'office-stock:supply'] } as const;

builder.prismaObject('OfficeStockReceipt', {
  description: 'A lot that came for a line of office stock.',
  authScopes: { may: [...may.may] },
  fields: (t) => ({
    lotNumber: t.exposeString('lotNumber', { description: 'The facility’s number, in capitals.' }),
    beyondUseDate: t.expose('beyondUseOn', { type: 'Date', description: 'The last day on which it may be used.' }),
    quantity: t.field({
      type: graph.Quantity,
      resolve: (row) => ({ value: row.quantityValue.toFixed(), unit: row.quantityUnit }),
      description: 'How much came.',
    }),
    receivedAt: t.expose('receivedAt', { type: 'DateTime', description: 'When it was recorded.' }),
  }),
});

builder.prismaObject('OfficeStockLine', {
  description: 'One preparation of an office stock order.',
  authScopes: { may: [...may.may] },
  fields: (t) => ({
    position: t.exposeInt('position', { description: 'Its place in the order, from 1.' }),
    formularyItemId: t.id({
      resolve: (row) => toId('formularyItem', row.formularyItemId),
      description: 'The preparation, as in `formulary`.',
    }),
    name: t.exposeString('name', { description: 'What it was called when it was ordered.' }),
    quantity: t.field({
      type: graph.Quantity,
      resolve: (row) => ({ value: row.quantityValue.toFixed(), unit: row.quantityUnit }),
      description: 'How much was ordered.',
    }),
    receipts: t.relation('receipts', { query: { orderBy: { id: 'asc' } }, description: 'The lots that came.' }),
  }),
});

/** Stock for a clinic: no patient is in it, and it is never an Order. */
export const OfficeStockOrder = builder.prismaObject('OfficeStockOrder', {
  description:
    'Stock that a clinic orders from a 503B outsourcing facility. It names no patient, no exam and no prescription, and none of them can name it.',
  authScopes: { may: [...may.may] },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('officeStockOrder', row.id), description: 'Its id.' }),
    status: t.field({ type: OfficeStockStatus, resolve: (row) => row.status as StockStatus, description: 'Where it stands.' }),
    statusSince: t.expose('statusSince', { type: 'DateTime', description: 'Since when.' }),
    clinic: t.field({ type: Clinic, nullable: true, resolve: (row) => clinicOf(row.clinicId), description: 'Who ordered.' }),
    facility: t.field({
      type: Pharmacy,
      nullable: true,
      resolve: (row) => ({ id: toId('pharmacy', row.pharmacyId) }),
      description: 'The outsourcing facility.',
    }),
    purchaser: t.field({
      type: Practitioner,
      nullable: true,
      resolve: (row) => practitionerOf(row.purchaserId),
      description: 'The practitioner who answers for the purchase.',
    }),
    placedAt: t.expose('placedAt', { type: 'DateTime', description: 'When it was ordered.' }),
    lines: t.relation('lines', { query: { orderBy: { position: 'asc' } }, description: 'What was ordered.' }),
    rules: t.field({
      type: [graph.RuleResult],
      resolve: (row) => row.rules as unknown as RuleResult[],
      description: 'Every rule that was asked when it was placed.',
    }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why it was declined or cancelled.' }),
  }),
});

/** The orders of the caller's clinics, and those that name the caller's facility. */
export function stockVisibleTo(ctx: Pick<Ctx, 'actor'>): Prisma.OfficeStockOrderWhereInput {
  return {
    OR: [
      { clinicId: { in: [...ctx.actor.places('office-stock:read')] } },
      { pharmacyId: { in: [...ctx.actor.places('office-stock:supply')] } },
    ],
  };
}

/** Locks an order that the caller may move, and throws NotFound of any other. */
export async function lockStock(tx: Tx, ctx: Ctx, id: string, side: Prisma.OfficeStockOrderWhereInput): Promise<StockRow> {
  const order = await tx.officeStockOrder.findFirst({
    where: { AND: [stockVisibleTo(ctx), side, { id: fromId('officeStockOrder', id) }] },
  });
  if (order === null) throw new NotFound();
  return order;
}

/** Moves it by the table, if it is still as it was read; whoever came first wins and the other is told so. */
export async function moveStock(tx: Tx, ctx: Ctx, order: StockRow, to: StockStatus, reason: string | null): Promise<StockRow> {
  requireMove(moves, order.status, to);
  const moved = await tx.officeStockOrder.updateMany({
    where: { id: order.id, status: order.status },
    data: { status: to, statusSince: ctx.now(), reason, changedBy: ctx.actor.sub },
  });
  if (moved.count === 0) throw new Conflict();
  return { ...order, status: to, statusSince: ctx.now(), reason, changedBy: ctx.actor.sub };
}

/** The audit entry of a change; of what was bought only ids are in it. */
export function stockEntry(order: Pick<StockRow, 'id' | 'clinicId'>, what: string) {
  return { action: `office-stock.${what}`, tenantId: order.clinicId, subjectKind: 'officeStockOrder', subjectId: order.id } as const;
}
