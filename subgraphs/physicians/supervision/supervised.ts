import type { Prisma } from '#prisma/generated/physicians/client.ts';
import type { SupervisedFact } from '#rules/clinic-facts.ts';
import type { Tx } from '../builder.ts';
import { hasLapsed } from '../lapse.ts';

type Heads = NonNullable<SupervisedFact>;

/**
 * Whoever a physician supervises: everybody with an agreement that the physician has signed, or that was in force before signatures were
 * kept here. One who waits for the other signature takes a place already.
 */
const takingAPlace = {
  status: { not: 'TERMINATED' },
  OR: [{ supervisorSignedAt: { not: null } }, { status: { in: ['ACTIVE', 'SUSPENDED'] } }],
} satisfies Prisma.CollaborativeAgreementWhereInput;
const withCredential = { supervisee: { select: { credential: true } } } satisfies Prisma.CollaborativeAgreementInclude;

type Counted = Prisma.CollaborativeAgreementGetPayload<{ include: typeof withCredential }>;

function headsIn(agreements: readonly Counted[], now: Date): Heads {
  const living = agreements.filter(({ endsOn }) => !hasLapsed(endsOn, now));
  const heads = new Map(living.map(({ superviseeId, supervisee }) => [superviseeId, supervisee.credential]));
  const count = (credential: string) => [...heads.values()].filter((one) => one === credential).length;
  return { NP: count('NP'), PA: count('PA') };
}

/** How many a physician supervises in a state besides one of them, by credential. */
export async function supervisedBy(
  tx: Tx,
  supervisorId: string,
  { state, besides, now }: { readonly state: string; readonly besides: string; readonly now: Date },
): Promise<Heads> {
  const where = { supervisorId, state, superviseeId: { not: besides }, ...takingAPlace };
  return headsIn(await tx.collaborativeAgreement.findMany({ where, include: withCredential }), now);
}

/** How many each of these physicians supervises, by state and credential, in one look. */
export async function supervisedByEach(
  tx: Tx,
  supervisorIds: readonly string[],
  { states, now }: { readonly states: readonly string[]; readonly now: Date },
): Promise<ReadonlyMap<string, Readonly<Record<string, Heads>>>> {
  const where = { supervisorId: { in: [...supervisorIds] }, state: { in: [...states] }, ...takingAPlace };
  const agreements = await tx.collaborativeAgreement.findMany({ where, include: withCredential });
  const of = (supervisorId: string, state: string) =>
    agreements.filter((agreement) => agreement.supervisorId === supervisorId && agreement.state === state);
  return new Map(supervisorIds.map((id) => [id, Object.fromEntries(states.map((state) => [state, headsIn(of(id, state), now)]))]));
}
