/** The way into an order for every step of a pharmacy: whose it is, the locks in their order, the secret. */

import { NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import type { Permission } from '#kernel/permissions.ts';
import type { Prisma } from '#prisma/generated/pharmacies/client.ts';
import type { Ctx, Tx } from '../builder.ts';
import { facilityPapers } from '../facility/facility-facts.ts';
import { inRecordedOrder, statusToday } from '../facility/license-history.ts';
import { shareStanding } from '../facility/standing-lock.ts';
import type { IngredientSourceFact } from '#rules/substance-conditions.ts';
import { type MadeOf, sourcesOf } from '../ingredient-source/standing-sources.ts';
import { type Head, lockHead } from '../hand-off/head.ts';
import { ClaimRequired } from './claim-refusals.ts';
import { isClaimSecret } from './claim-secret.ts';

const whole = {
  item: {
    include: {
      formula: { include: { ingredients: { orderBy: { position: 'asc' } }, excipients: { orderBy: { position: 'asc' } } } },
    },
  },
  pharmacy: { include: { licenses: { include: { standings: inRecordedOrder } }, ...facilityPapers } },
} as const;

type Row = Prisma.FulfillmentGetPayload<{ include: typeof whole }>;

/** A fulfillment with all its gates ask: the item with its formula, the pharmacy with its licences and papers, the clinic's account with it. */
export interface OpenFulfillment extends Row {
  /** Null when there is none. */
  readonly account: { readonly status: string; readonly reasonCode: string | null } | null;
  /** The materials the pharmacy stands by today; null where no rule asks for them. */
  readonly sources: readonly IngredientSourceFact[] | null;
}

/** The last fulfillment of an order, or the one that is named, at a pharmacy where the caller has this right; an order that went elsewhere is none. */
export async function findOwn(
  db: Tx,
  ctx: Ctx,
  orderId: string,
  permission: Permission,
  fulfillmentId?: string,
): Promise<OpenFulfillment | null> {
  const row = await db.fulfillment.findFirst({
    where: {
      ...{ orderId, pharmacyId: { in: [...ctx.actor.places(permission)] } },
      ...(fulfillmentId === undefined ? {} : { id: fulfillmentId }),
    },
    include: whole,
    orderBy: { attempt: 'desc' },
  });
  return row && asItStands(db, ctx, row);
}

/** The same for several orders, in as many statements as for one; in the order asked for, and those that are not there left out. */
export async function findOwnOf(db: Tx, ctx: Ctx, orderIds: readonly string[], permission: Permission): Promise<OpenFulfillment[]> {
  const rows = await db.fulfillment.findMany({
    where: { orderId: { in: [...orderIds] }, pharmacyId: { in: [...ctx.actor.places(permission)] } },
    include: whole,
    orderBy: { attempt: 'asc' },
  });
  const last = new Map(rows.map((row) => [row.orderId, row]));
  const accounts = await db.clinicPharmacyAccount.findMany({
    where: { OR: [...last.values()].map(({ pharmacyId, clinicId }) => ({ pharmacyId, clinicId })) },
    select: { pharmacyId: true, clinicId: true, status: true, reasonCode: true },
  });
  const sources = await sourcesOf(db, [...last.values()].map(madeOf), ctx.now());
  const sourcesBy = new Map([...last.keys()].map((orderId, index) => [orderId, sources[index] ?? null]));
  return orderIds.flatMap((orderId) => {
    const row = last.get(orderId);
    if (row === undefined) return [];
    const account = accounts.find(({ pharmacyId, clinicId }) => pharmacyId === row.pharmacyId && clinicId === row.clinicId);
    const told = account === undefined ? null : { status: account.status, reasonCode: account.reasonCode };
    return [withAccount(ctx, row, told, sourcesBy.get(orderId) ?? null)];
  });
}

// A licence is what is recorded of today, also where a board's word was recorded ahead.
async function asItStands(db: Tx, ctx: Ctx, row: Row): Promise<OpenFulfillment> {
  const { pharmacyId, clinicId } = row;
  const account = await db.clinicPharmacyAccount.findUnique({
    where: { pharmacyId_clinicId: { pharmacyId, clinicId } },
    select: { status: true, reasonCode: true },
  });
  const [sources = null] = await sourcesOf(db, [madeOf(row)], ctx.now());
  return withAccount(ctx, row, account, sources);
}

function madeOf({ pharmacyId, pharmacy: { facilityClass }, item: { formula } }: Row): MadeOf {
  return { pharmacyId, facilityClass, ingredients: formula.ingredients };
}

function withAccount(ctx: Ctx, row: Row, account: OpenFulfillment['account'], sources: OpenFulfillment['sources']): OpenFulfillment {
  const licenses = row.pharmacy.licenses.map((license) => ({ ...license, status: statusToday(license, license.standings, ctx.now()) }));
  return { ...row, pharmacy: { ...row.pharmacy, licenses }, account, sources };
}

/** As `findOwn`, with the head of the order and the fulfillment locked until the transaction ends. */
export async function lockOwn(
  tx: Tx,
  ctx: Ctx,
  id: string,
  permission: Permission,
  fulfillmentId?: string,
): Promise<{ row: OpenFulfillment; head: Head }> {
  const orderId = fromId('order', id);
  // Looked for before the lock as well: who may not see the order must not be able to hold it up.
  const seen = await findOwn(tx, ctx, orderId, permission, fulfillmentId);
  if (!seen) throw new NotFound();
  const head = await lockHead(tx, orderId);
  await shareStanding(tx, seen.pharmacyId);
  const row = await findOwn(tx, ctx, orderId, permission, fulfillmentId);
  if (!row) throw new NotFound();
  await tx.$queryRawUnsafe('select 1 from fulfillment where id = $1::uuid for update', row.id);
  return { row, head };
}

/**
 * The earlier fulfillment of this order, closed since, whose claim the secret is of: an order that came back may have been
 * sent to the same pharmacy again.
 */
export async function findClosed(tx: Tx, ctx: Ctx, row: OpenFulfillment, secret: string): Promise<OpenFulfillment | null> {
  const { orderId, pharmacyId, attempt } = row;
  const before = await tx.fulfillment.findMany({
    where: { orderId, pharmacyId, attempt: { lt: attempt } },
    include: whole,
    orderBy: { attempt: 'desc' },
  });
  const fitting = before.find((earlier) => fits(ctx, earlier, secret));
  return fitting === undefined ? null : asItStands(tx, ctx, fitting);
}

/** Throws ClaimRequired unless the secret is that of the fulfillment's claim. */
export function requireSecret(ctx: Ctx, row: OpenFulfillment, secret: string): void {
  if (!fits(ctx, row, secret)) throw new ClaimRequired();
}

function fits(ctx: Ctx, row: Row, secret: string): boolean {
  return isClaimSecret(ctx, { fulfillmentId: row.id, pharmacyId: row.pharmacyId, generation: row.claimGeneration }, secret);
}
