import type { Prisma } from '#prisma/generated/prescriptions/client.ts';
import type { Ctx } from '../builder.ts';

/** The orders by which a pharmacist may see a patient's name, an exam's outcome and a finding: those that were ever sent to their pharmacy, since a cancelled one must still be understood. */
export function ordersAtPharmacy(ctx: Pick<Ctx, 'actor'>): Prisma.OrderWhereInput {
  return { pharmacyId: { in: [...ctx.actor.places('order:verify')] }, sentAt: { not: null } };
}

/** The patients of the caller's clinics, and those on orders at the caller's pharmacy. */
export function patientVisibleTo(ctx: Pick<Ctx, 'actor'>): Prisma.PatientWhereInput {
  const ofClinic = { clinicId: { in: [...ctx.actor.places('patient:read')] } };
  return ctx.actor.may('order:verify') ? { OR: [ofClinic, { orders: { some: ordersAtPharmacy(ctx) } }] } : ofClinic;
}
