import type { Order, Prisma } from '#prisma/generated/prescriptions/client.ts';
import type { Ctx } from '../builder.ts';

/** The orders of the caller's clinics, and those that were sent to the caller's pharmacy. Every read and write starts here. */
export function orderVisibleTo(ctx: Pick<Ctx, 'actor'>): Prisma.OrderWhereInput {
  const ofClinic = { clinicId: { in: [...ctx.actor.places('order:read')] } };
  if (!ctx.actor.may('order:verify')) return ofClinic;
  return { OR: [ofClinic, { sentAt: { not: null }, pharmacyId: { in: [...ctx.actor.places('order:verify')] } }] };
}

/** Who reads why an order was written, not only what is ordered: those who open the chart at that clinic, and the pharmacy that has it. */
export function mayReadContent(ctx: Pick<Ctx, 'actor'>, order: Pick<Order, 'clinicId' | 'pharmacyId'>): boolean {
  return ctx.actor.places('chart:read').includes(order.clinicId) || ctx.actor.places('order:verify').includes(order.pharmacyId);
}
