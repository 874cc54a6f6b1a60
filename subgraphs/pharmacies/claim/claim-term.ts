import { builder, type Tx } from '../builder.ts';
import { Pharmacy } from '../pharmacy/pharmacy.ts';

/** For how many days a claim is good where the pharmacy has set nothing. No law says how many; sterility tests take up to fourteen. */
export const USUAL_DAYS = 14;

const MS_PER_DAY = 86_400_000;

async function daysOf(db: Tx, pharmacyId: string): Promise<number> {
  const last = await db.claimTerm.findFirst({
    where: { pharmacyId },
    orderBy: [{ setAt: 'desc' }, { id: 'desc' }],
    select: { days: true },
  });
  return last?.days ?? USUAL_DAYS;
}

/** When a claim made now runs out. A term that is set later changes no claim that stands. */
export async function endOfClaim(tx: Tx, pharmacyId: string, claimedAt: Date): Promise<Date> {
  return new Date(claimedAt.getTime() + (await daysOf(tx, pharmacyId)) * MS_PER_DAY);
}

builder.prismaObjectFields(Pharmacy, (t) => ({
  claimDays: t.int({
    nullable: true,
    authScopes: { may: 'fulfillment:read' },
    resolve: ({ id }, _args, ctx) => (ctx.actor.places('fulfillment:read').includes(id) ? daysOf(ctx.db, id) : null),
    description: 'For how many days its claims are good: then an order that was not dispensed goes back to its clinic. Null to others.',
  }),
}));
