import type { Prisma } from '#prisma/generated/prescriptions/client.ts';
import type { Ctx } from '../builder.ts';
import { ordersAtPharmacy } from '../patient/visible-to.ts';

/** The exams of the caller's clinics, and those that orders at the caller's pharmacy stand on. */
export function examVisibleTo(ctx: Pick<Ctx, 'actor'>): Prisma.GoodFaithExamWhereInput {
  const ofClinic = { clinicId: { in: [...ctx.actor.places('exam:read')] } };
  return ctx.actor.may('order:verify') ? { OR: [ofClinic, { orders: { some: ordersAtPharmacy(ctx) } }] } : ofClinic;
}

/** Whether the caller may open the chart at that clinic. Columns of an exam that are chart hang on this; row-level security cannot hide a column. */
export function mayOpenChart(ctx: Pick<Ctx, 'actor'>, row: { readonly clinicId: string }): boolean {
  return ctx.actor.places('chart:read').includes(row.clinicId);
}
