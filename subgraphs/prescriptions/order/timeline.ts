import type { Order } from '#prisma/generated/prescriptions/client.ts';
import { Conflict } from '#kernel/errors.ts';
import { requireMove } from '#kernel/states.ts';
import { builder, type Tx } from '../builder.ts';
import { orderMoves, type OrderStatus } from './order-status.ts';
import { OrderStatusEnum } from './order-types.ts';

interface Mover {
  now(): Date;
  newId(): string;
}

/** A change of an order: the status it comes to (null leaves it), who did it and why, and the columns that change with it. */
export interface OrderMove {
  readonly to: OrderStatus | null;
  readonly by: string;
  readonly reason?: string | null;
  /** Since when, where that is not now. */
  readonly since?: Date;
  readonly set?: Partial<
    Pick<Order, 'signedAt' | 'document' | 'jws' | 'digest' | 'sentAt' | 'attempt' | 'sentSeq' | 'takenSeq' | 'fill' | 'lastFillOn'>
  >;
}

/**
 * Moves an order and writes its timeline: the only way an order changes. The move must be in the table, and the row must
 * still be the one that was read.
 */
export async function moveOrder(tx: Tx, ctx: Mover, order: Order, move: OrderMove): Promise<Order> {
  if (move.to !== null) requireMove(orderMoves, order.status, move.to);
  const at = ctx.now();
  const status = move.to ?? order.status;
  const version = order.version + 1;
  const [moved] = await tx.order.updateManyAndReturn({
    where: { id: order.id, status: order.status, version: order.version },
    data: { ...move.set, version, ...(move.to === null ? {} : { status, statusSince: move.since ?? at }) },
  });
  if (moved === undefined) throw new Conflict();
  await noteEvent(tx, ctx, { ...order, status, version }, { at, by: move.by, reason: move.reason ?? null });
  return moved;
}

/** Writes one line of the timeline, for the version the order now has. */
export async function noteEvent(tx: Tx, ctx: Mover, order: Order, event: { at: Date; by: string; reason: string | null }): Promise<void> {
  await tx.$executeRawUnsafe(
    `insert into order_event (id, clinic_id, patient_id, order_id, position, at, status, actor_name, reason)
     values ($1::uuid, $2::uuid, $3::uuid, $4::uuid, $5, $6::timestamptz, $7, $8, $9)`,
    ctx.newId(),
    order.clinicId,
    order.patientId,
    order.id,
    order.version,
    event.at.toISOString(),
    order.status,
    event.by,
    event.reason,
  );
}

/** Who did something, as far as the timeline tells. */
const Actor = builder.objectRef<{ displayName: string }>('Actor').implement({
  description: 'Who did something: a person, or the pharmacy that answered.',
  fields: (t) => ({ displayName: t.exposeString('displayName', { description: 'The name they were signed in under.' }) }),
});

/** One thing that happened to an order. */
export const OrderEvent = builder.prismaObject('OrderEvent', {
  description: 'One thing that happened to an order.',
  authScopes: { may: ['order:read', 'order:verify'] },
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'When.' }),
    status: t.field({
      type: OrderStatusEnum,
      resolve: (event) => event.status as OrderStatus,
      description: 'The order’s status from then on.',
    }),
    actor: t.field({ type: Actor, resolve: (event) => ({ displayName: event.actorName }), description: 'Who did it.' }),
    reason: t.exposeString('reason', { nullable: true, description: 'Why, or what the pharmacy told.' }),
  }),
});
