import type { SupervisedFact } from '#rules/clinic-facts.ts';
import type { Tx } from '../builder.ts';
import { hasLapsed } from '../lapse.ts';

/**
 * How many a physician supervises in a state besides one of them, by credential: everybody with an agreement that the physician has
 * signed, or that was in force before signatures were kept here. One who waits for the other signature takes a place already.
 */
export async function supervisedBy(
  tx: Tx,
  supervisorId: string,
  { state, besides, now }: { readonly state: string; readonly besides: string; readonly now: Date },
): Promise<NonNullable<SupervisedFact>> {
  const agreements = await tx.collaborativeAgreement.findMany({
    where: {
      ...{ supervisorId, state, superviseeId: { not: besides }, status: { not: 'TERMINATED' } },
      OR: [{ supervisorSignedAt: { not: null } }, { status: { in: ['ACTIVE', 'SUSPENDED'] } }],
    },
    include: { supervisee: { select: { credential: true } } },
  });
  const living = agreements.filter(({ endsOn }) => !hasLapsed(endsOn, now));
  const heads = new Map(living.map(({ superviseeId, supervisee }) => [superviseeId, supervisee.credential]));
  const count = (credential: string) => [...heads.values()].filter((one) => one === credential).length;
  return { NP: count('NP'), PA: count('PA') };
}
