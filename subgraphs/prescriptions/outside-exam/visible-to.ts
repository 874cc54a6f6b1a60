import type { Prisma } from '#prisma/generated/prescriptions/client.ts';
import type { Ctx } from '../builder.ts';

/** What was reported of people to the caller's clinics. They may be anybody: only who sees patients there sees them. */
export function outsideExamVisibleTo(ctx: Pick<Ctx, 'actor'>): Prisma.OutsideExamWhereInput {
  return { clinicId: { in: [...ctx.actor.places('patient:read')] } };
}
