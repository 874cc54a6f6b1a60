import { Conflict, NotFound } from '#kernel/errors.ts';
import { fromId, toId, tryId } from '#kernel/ids.ts';
import { type Moves, requireMove } from '#kernel/states.ts';
import type { RuleResult } from '#rules/results.ts';
import type { OfficeStockOrder as StockRow, Prisma } from '#prisma/generated/prescriptions/client.ts';
import { builder, type Ctx, graph, type Tx } from '../builder.ts';
import type { StockWithLines } from './stock-gate.ts';
import { Clinic, clinicOf, Pharmacy, Practitioner, practitionerOf } from '../references.ts';

/** Every state of an office stock order. */
export const stockStatuses = ['PLACED', 'ACCEPTED', 'DECLINED', 'PARTLY_RECEIVED', 'RECEIVED', 'CLOSED', 'CANCELLED'] as const;

type StockStatus = (typeof stockStatuses)[number];

const moves: Moves<StockStatus> = {
  PLACED: ['ACCEPTED', 'DECLINED', 'CANCELLED'],
  ACCEPTED: ['PARTLY_RECEIVED', 'RECEIVED', 'CANCELLED'],
  DECLINED: [],
  PARTLY_RECEIVED: ['RECEIVED', 'CLOSED'],
  RECEIVED: [],
  CLOSED: [],
  CANCELLED: [],
};

const OfficeStockStatus = builder.enumType('OfficeStockStatus', {
  description: 'Where an office stock order stands.',
  values: {
    PLACED: { description: 'It waits for the facility.' },
    ACCEPTED: { description: 'The facility will supply; nothing has come.' },
    DECLINED: { description: 'The facility will not.' },
    PARTLY_RECEIVED: { description: 'Some of it has come.' },
    RECEIVED: { description: 'All of it has come.' },
    CLOSED: { description: 'Some of it has come, and the rest is not awaited any more: `reason` says why.' },
    CANCELLED: { description: 'The clinic took it back before anything came.' },
  } as const satisfies Record<StockStatus, object>,
});

const may = { may: ['office-stock:read', 'office-stock:supply'] } as const;

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
    due: t.field({
      type: graph.Quantity,
      select: { receipts: { select: { quantityValue: true, quantityUnit: true } } },
      resolve: (row) => ({ value: dueOf(row).toFixed(), unit: row.quantityUnit }),
      description: 'How much of it has not come; what came in another unit than was ordered is not counted.',
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
      description: 'Every rule that was asked when it was placed. They are asked again when it is accepted and when something comes.',
    }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'Why it was declined or cancelled, or why what was still due is not awaited any more.',
    }),
  }),
});

/** How much of a line has not come. */
export function dueOf({
  quantityValue,
  quantityUnit,
  receipts,
}: {
  readonly quantityValue: Prisma.Decimal;
  readonly quantityUnit: string;
  readonly receipts: readonly { readonly quantityValue: Prisma.Decimal; readonly quantityUnit: string }[];
}): Prisma.Decimal {
  return receipts.filter((one) => one.quantityUnit === quantityUnit).reduce((due, one) => due.minus(one.quantityValue), quantityValue);
}

/** The orders of the caller's clinics, and those that name the caller's facility. */
export function stockVisibleTo(ctx: Pick<Ctx, 'actor'>): Prisma.OfficeStockOrderWhereInput {
  return {
    OR: [
      { clinicId: { in: [...ctx.actor.places('office-stock:read')] } },
      { pharmacyId: { in: [...ctx.actor.places('office-stock:supply')] } },
    ],
  };
}

/** An order on the caller's side with its lines, not locked; null of any other. */
export function seenStock(ctx: Ctx, id: string, side: Prisma.OfficeStockOrderWhereInput): Promise<StockWithLines | null> {
  const stored = tryId('officeStockOrder', id);
  if (stored === null) return Promise.resolve(null);
  return ctx.db.officeStockOrder.findFirst({
    where: { AND: [stockVisibleTo(ctx), side, { id: stored }] },
    include: { lines: { orderBy: { position: 'asc' } } },
  });
}

/** Locks an order that the caller may move until the transaction ends, and throws NotFound of any other. */
export async function lockStock(tx: Tx, ctx: Ctx, id: string, side: Prisma.OfficeStockOrderWhereInput): Promise<StockRow> {
  const stored = fromId('officeStockOrder', id);
  await tx.$queryRawUnsafe('select 1 from office_stock_order where id = $1::uuid for update', stored);
  const order = await tx.officeStockOrder.findFirst({ where: { AND: [stockVisibleTo(ctx), side, { id: stored }] } });
  if (order === null) throw new NotFound();
  return order;
}

/** Throws where the table has no such move. */
export function requireStockMove(order: Pick<StockRow, 'status'>, to: StockStatus): void {
  requireMove(moves, order.status, to);
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
