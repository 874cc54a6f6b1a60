import { RuleBlocked, InvalidInput } from '#kernel/errors.ts';
import { question } from '#kernel/context.ts';
import { toId, tryId } from '#kernel/ids.ts';
import type { Prisma } from '#prisma/generated/physicians/client.ts';
import type { Tx } from '../builder.ts';
import { directs, inForce } from './signer-authority.ts';

/** In which state each clinic is: where its signers have to be licensed. */
export const clinicStates = question<{ clinicFacts: { id: string; address: { state: string } }[] }, { ids: readonly string[] }>(
  'service',
  'query ClinicStates($ids: [ID!]!) { clinicFacts(ids: $ids) { id address { state } } }',
);

/** The states by stored clinic id. */
export function statesOf(answer: { readonly clinicFacts: readonly { id: string; address: { state: string } }[] }): Map<string, string> {
  return new Map(
    answer.clinicFacts.flatMap(({ id, address }): [string, string][] => {
      const uuid = tryId('clinic', id);
      return uuid === null ? [] : [[uuid, address.state]];
    }),
  );
}

interface Asked {
  /** Code of the service: a director engaged for others answers for none of it. */
  readonly service: string;
  readonly clinicIds: readonly string[];
  readonly states: ReadonlyMap<string, string>;
  /** Stored ids of the supervising physicians that were named. */
  readonly supervising: readonly string[];
}

type Signer = Omit<Prisma.ProtocolSignerCreateManyInput, 'versionId'>;

/**
 * Who must sign for which clinic: its medical directors whose engagement for the service is in force, and every supervising physician named, for the clinics
 * where they are engaged. Blocked where a clinic has no director: nobody would answer for the protocol there.
 */
export async function requiredSigners(tx: Tx, { service, clinicIds, states, supervising }: Asked, now: Date): Promise<Signer[]> {
  const engagements = (await tx.engagement.findMany({ where: { clinicId: { in: [...clinicIds] } }, orderBy: { id: 'asc' } })).filter(
    (one) => inForce(one, now),
  );
  const directors = engagements.filter((one) => directs(one, service, now));
  const without = clinicIds.filter((clinicId) => !directors.some((one) => one.clinicId === clinicId));
  if (without.length > 0) {
    throw new RuleBlocked(
      without.map((clinicId) => ({
        ...{ id: 'protocol.director', outcome: 'FAIL', citation: null, remedy: 'Engage a medical director there first.' },
        message: `No medical director is engaged at ${toId('clinic', clinicId)}, so nobody can sign for it`,
      })),
    );
  }
  await requirePhysicians(tx, supervising, engagements);
  const signers = [
    ...directors.map((one) => ({ ...one, capacity: 'MEDICAL_DIRECTOR' })),
    ...engagements
      .filter(({ practitionerId }) => supervising.includes(practitionerId))
      .map((one) => ({ ...one, capacity: 'SUPERVISING_PHYSICIAN' })),
  ];
  // A director who supervises too signs once, as director.
  const each = new Map(signers.toReversed().map((one) => [`${one.practitionerId} ${one.clinicId}`, one]));
  return [...each.values()].toReversed().map(({ practitionerId, clinicId, capacity }) => {
    const state = states.get(clinicId);
    if (state === undefined) throw new Error('The state of a clinic was not asked for.');
    return { practitionerId, clinicId, capacity, state };
  });
}

async function requirePhysicians(
  tx: Tx,
  supervising: readonly string[],
  engagements: readonly { practitionerId: string }[],
): Promise<void> {
  const physicians = await tx.practitioner.findMany({
    where: { id: { in: [...supervising] }, credential: { in: ['MD', 'DO'] } },
    select: { id: true },
  });
  const issues = supervising.flatMap((id, index) => {
    const path = `input.supervisingPhysicianIds.${index}`;
    if (!physicians.some((one) => one.id === id)) return [{ path, message: 'This is no physician.' }];
    const engaged = engagements.some(({ practitionerId }) => practitionerId === id);
    return engaged ? [] : [{ path, message: 'This physician is engaged at none of the clinics of this protocol.' }];
  });
  if (issues.length > 0) throw new InvalidInput(issues);
}
