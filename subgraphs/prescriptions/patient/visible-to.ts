import type { Prisma } from '#prisma/generated/prescriptions/client.ts';
import type { Ctx } from '../builder.ts';

/** The states of an order in which its pharmacy sees whom it is for. */
const withPharmacy = ['SENT', 'CANCEL_REQUESTED', 'COMPLETED'];

/** The orders by which a pharmacist may see a patient's name or an exam's outcome: those sent to their pharmacy. */
export function ordersAtPharmacy(ctx: Pick<Ctx, 'actor'>): Prisma.OrderWhereInput {
  return { pharmacyId: { in: [...ctx.actor.places('order:verify')] }, status: { in: withPharmacy } };
}

/** The patients of the caller's clinics, and those on orders at the caller's pharmacy. */
export function patientVisibleTo(ctx: Pick<Ctx, 'actor'>): Prisma.PatientWhereInput {
  const ofClinic = { clinicId: { in: [...ctx.actor.places('patient:read')] } };
  return ctx.actor.may('order:verify') ? { OR: [ofClinic, { orders: { some: ordersAtPharmacy(ctx) } }] } : ofClinic;
}
