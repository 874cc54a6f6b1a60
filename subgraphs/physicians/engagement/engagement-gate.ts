/** What the rules are told of an engagement, and what is kept of their answer. */

import { RuleBlocked } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import type { Engagement, Prisma } from '#prisma/generated/physicians/client.ts';
import { decide, type Decision, recordOf } from '#rules/decision.ts';
import type { BoardCertificationFact, EngagementStanding, FeeBasis } from '#rules/engagement.ts';
import type { Credential, Fact } from '#rules/facts.ts';
import { isBlocked } from '#rules/results.ts';
import type { Context, Tx } from '../builder.ts';
import { exclusionFact, practisingLicences } from '../delegation/person-fact.ts';
import { dayIn } from '../lapse.ts';
import type { ClinicTold } from './clinic-told.ts';
import { lastInsuredDay } from './insured-until.ts';

/** The terms that the rules look at. */
export type Terms = Pick<Engagement, 'role' | 'model' | 'states'> & {
  readonly feeBasis: string | null;
  readonly primaryPractice?: boolean;
};

/** Whoever is engaged, with what decides. */
export const withLicenses = { licenses: { include: { standings: true } }, screenings: true } satisfies Prisma.PractitionerInclude;

type Engaged = Prisma.PractitionerGetPayload<{ include: typeof withLicenses }>;

/** Asks the rules as of now. Of a clinic that nobody told of nothing is known, which blocks. */
export function engagementDecision(
  ctx: Context,
  terms: Terms,
  practitioner: Engaged,
  clinic: ClinicTold | undefined,
  standing: EngagementStanding | 'not-yet',
  speaksForClinic: boolean | null,
): Decision {
  const now = ctx.now();
  return decide(
    {
      gate: 'engagement',
      attestations: clinic?.attestations ?? null,
      entityName: clinic?.entityName ?? null,
      clinicState: clinic?.address.state ?? null,
      clinicServices: clinic?.services.map(({ code }) => code) ?? null,
      states: terms.states,
      role: terms.role,
      model: terms.model,
      feeBasis: terms.feeBasis as Fact<FeeBasis>,
      ...(terms.primaryPractice === true ? { primaryPractice: true } : {}),
      practitioner: {
        id: toId('practitioner', practitioner.id),
        credential: practitioner.credential as Credential,
        // A clinic reads the lists of those engaged with it, which somebody it proposes to is not yet.
        ...(standing === 'not-yet' ? {} : exclusionFact(practitioner, now)),
        licences: practisingLicences(practitioner, now),
      },
      speaksForClinic,
      standing,
    },
    now,
  );
}

/** The last day somebody is insured for professional liability, as far as the caller sees their policies. */
export async function insuredUntil(tx: Tx, practitionerId: string, now: Date): Promise<string | null> {
  return lastInsuredDay(await tx.insurancePolicy.findMany({ where: { practitionerId } }), now);
}

/** What boards have certified somebody in and confirmed, as the rules are told: neither one’s own word nor what a board acted against is a certification. */
export async function certifications(tx: Tx, practitionerId: string): Promise<BoardCertificationFact[]> {
  const held = await tx.boardCertification.findMany({ where: { practitionerId, status: 'ACTIVE' }, orderBy: { id: 'asc' } });
  return held.map(({ specialty, expiresOn }) => ({ specialty, expiresOn: expiresOn && dayIn(expiresOn), noEnd: expiresOn === null }));
}

/** Throws RuleBlocked with everything that was asked, passes included, when anything stands in the way. */
export function requirePass({ results }: Decision): void {
  if (isBlocked(results)) throw new RuleBlocked(results);
}

/** Keeps a decision that let an engagement pass. Without reading it back: who accepts need not be one who reads decisions. */
export async function keepDecision(
  tx: Tx,
  ctx: Context,
  engagementId: string,
  gate: 'PROPOSE' | 'ACCEPT' | 'RESUME',
  decision: Decision,
): Promise<void> {
  const at = ctx.now();
  await tx.engagementDecision.createMany({ data: { id: ctx.newId(), engagementId, gate, at, ...recordOf(decision, at) } });
}
