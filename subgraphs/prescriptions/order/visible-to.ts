import type { Prisma } from '#prisma/generated/prescriptions/client.ts';
import type { Ctx } from '../builder.ts';

/** The orders of the caller's clinics, and those that were sent to the caller's pharmacy. Every read and write starts here. */
export function orderVisibleTo(ctx: Pick<Ctx, 'actor'>): Prisma.OrderWhereInput {
  const ofClinic = { clinicId: { in: [...ctx.actor.places('order:read')] } };
  if (!ctx.actor.may('order:verify')) return ofClinic;
  return { OR: [ofClinic, { sentAt: { not: null }, pharmacyId: { in: [...ctx.actor.places('order:verify')] } }] };
}
