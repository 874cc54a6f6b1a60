/** What is on record of a named person's act at a clinic, as the gate `may-perform` is told. The answer is the same whoever asks. */

import { toId } from '#kernel/ids.ts';
import type { DelegationRecordFact } from '#rules/clinic-facts.ts';
import type { GateFacts } from '#rules/facts.ts';
import type { Context } from '../builder.ts';
import { shownEngagementStatus } from '../engagement/engagement.ts';
import { type KnownPractitioner, readPractitioners } from '../facts/read-practitioners.ts';
import { dayIn, storedDay } from '../lapse.ts';
import { worksAt } from '../license/shared-place.ts';
import { protocolOf } from './protocol-of.ts';
import { supervisedBy } from '../supervision/supervised.ts';
import type { ClinicTold } from './clinic-told.ts';
import { lastDayOf } from './competency-term.ts';
import { hasOwnPolicy, insuredUntilOn } from './insured.ts';
import { personFact } from './person-fact.ts';

/** Who would do what where. Stored ids. */
export interface PlannedAct {
  readonly clinicId: string;
  readonly practitionerId: string;
  readonly service: string;
  /** Code of the device it would be done with, where one is named. */
  readonly device?: string | null;
  /** The day; today when left out. */
  readonly on?: string;
}

/** A delegation as far as the gate reads it: one on record, or one that is about to be. */
export interface DelegationTerms {
  readonly id: string;
  readonly delegatorId: string;
  readonly level: number;
  readonly states: readonly string[];
  readonly protocolVersionId: string;
  readonly device: string | null;
  readonly startsOn: Date;
  readonly endsOn: Date;
  readonly revokedAt: Date | null;
}

/** Facts over everything that was delegated, or over one proposal alone. */
export async function performingFacts(ctx: Context, act: PlannedAct, clinic: ClinicTold, proposed?: DelegationTerms): Promise<GateFacts> {
  const { clinicId, practitionerId, service } = act;
  const now = ctx.now();
  const on = act.on ?? dayIn(now);
  const terms: readonly DelegationTerms[] = proposed
    ? [proposed]
    : await ctx.db.delegation.findMany({ where: { clinicId, service, delegateId: practitionerId }, orderBy: { id: 'asc' } });
  const people = await readPractitioners(ctx, [practitionerId, ...terms.map(({ delegatorId }) => delegatorId)]);
  const performer = people.get(practitionerId);
  const competencies = await ctx.db.competency.findMany({
    ...{ where: { practitionerId, service }, include: { withdrawal: true }, orderBy: { id: 'asc' } },
  });
  const delegations: DelegationRecordFact[] = [];
  for (const each of terms) {
    const delegator = people.get(each.delegatorId);
    delegations.push({
      ...{ id: toId('delegation', each.id), service, device: each.device, level: each.level, states: each.states },
      ...{ startsOn: dayIn(each.startsOn), endsOn: dayIn(each.endsOn) },
      revokedOn: each.revokedAt === null ? 'none' : dayIn(each.revokedAt),
      delegator: delegator
        ? {
            ...personFact(delegator, now, on),
            insuredUntil: insuredUntilOn(delegator.policies, on),
            ...(await engagementOf(ctx, delegator, { ...act, on })),
          }
        : null,
      protocol: await protocolOf(ctx, each, clinicId),
      supervised: clinic.state ? await supervisedBy(ctx.db, each.delegatorId, { state: clinic.state, besides: practitionerId, now }) : null,
    });
  }
  return {
    ...{ gate: 'may-perform', ...clinic, service, performer: performer ? personFact(performer, now, on) : null, delegations },
    worksThere: await worksAt(ctx.db, ctx, practitionerId, clinicId),
    ...(performer && hasOwnPolicy(performer.policies) ? { insuredUntil: insuredUntilOn(performer.policies, on) } : {}),
    ...(act.device == null ? {} : { device: act.device }),
    competencies: competencies.map((competency) => ({
      ...{ service, device: competency.device },
      ...{ assessedOn: dayIn(competency.assessedOn), expiresOn: lastDayOf(competency) },
    })),
  };
}

type EngagementFact = Pick<
  NonNullable<DelegationRecordFact['delegator']>,
  'engagementStatus' | 'engagementStartsOn' | 'engagementEndsOn' | 'engagementServices'
>;

/** The physician's engagement with the clinic: one that carries the service that day before all others; `NONE` when there is none at all. */
async function engagementOf(
  ctx: Context,
  { id: practitionerId }: KnownPractitioner,
  { clinicId, service, on }: PlannedAct & { readonly on: string },
): Promise<EngagementFact> {
  const all = await ctx.db.engagement.findMany({ where: { practitionerId, clinicId }, orderBy: { id: 'desc' } });
  const runs = ({ status, startsOn, endsOn }: (typeof all)[number]) =>
    ['ACTIVE', 'ENDING'].includes(status) && dayIn(startsOn) <= on && (endsOn === null || dayIn(endsOn) >= on);
  const carries = ({ services }: (typeof all)[number]) => services.length === 0 || services.includes(service);
  const best = all.find((one) => runs(one) && carries(one)) ?? all.find(runs) ?? all[0];
  if (best === undefined) return { engagementStatus: 'NONE', engagementStartsOn: null, engagementEndsOn: null };
  return {
    engagementStatus: shownEngagementStatus(best, storedDay(on)),
    engagementStartsOn: dayIn(best.startsOn),
    engagementEndsOn: best.endsOn && dayIn(best.endsOn),
    ...(best.endsOn === null ? { engagementNoEnd: true } : {}),
    engagementServices: best.services,
  };
}
