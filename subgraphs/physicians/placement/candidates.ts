/** Who fits a request: what the facts say of everybody who is available, judged by the rules and put in an order that stays. */

import { question } from '#kernel/context.ts';
import { toId } from '#kernel/ids.ts';
import type { PlacementRequest } from '#prisma/generated/physicians/client.ts';
import { decide, type Decision } from '#rules/decision.ts';
import type { FeeBasis } from '#rules/engagement.ts';
import type { OnSiteNeed } from '#rules/placement-facts.ts';
import { isBlocked } from '#rules/results.ts';
import type { Context } from '../builder.ts';
import { directedElsewhere } from '../engagement/begin-engagement.ts';
import { type ClinicTold, clinicsTold } from '../engagement/clinic-told.ts';
import { dayIn, storedDay, todayOf } from '../lapse.ts';
import type { CandidateTold } from './candidate-facts.ts';
import type { Candidate } from './placement-candidate.ts';
import { prescribersOf, type PrescribingModel } from './risk-class.ts';

/** Somebody judged, with what decided. */
export interface JudgedCandidate extends Candidate {
  readonly decision: Decision;
}

/** What a clinic may not read of strangers is read by the service's right. */
export const candidateFacts = question<{ placementCandidateFacts: readonly CandidateTold[] | null }, { requestId: string }>(
  'service',
  'query PlacementCandidateFacts($requestId: ID!) { placementCandidateFacts(requestId: $requestId) }',
);

/** Everybody who is available, judged for a request and ranked; null when the facts could not be read. Asked before a transaction. */
export async function candidatesFor(ctx: Context, request: PlacementRequest): Promise<JudgedCandidate[] | null> {
  const answer = await ctx.graph.ask(candidateFacts, { requestId: toId('placementRequest', request.id) });
  const told = answer?.placementCandidateFacts;
  return told == null ? null : judgeCandidates(request, told, await clinicsOfCandidates(ctx, request, told), ctx.now());
}

/** What is told of the clinic that asks, and of those that its candidates direct. */
export function clinicsOfCandidates(
  ctx: Pick<Context, 'graph'>,
  request: Pick<PlacementRequest, 'clinicId'>,
  told: readonly CandidateTold[],
): Promise<ReadonlyMap<string, ClinicTold>> {
  return clinicsTold(ctx, [request.clinicId, ...told.flatMap(({ directorships }) => directorships.map(({ clinicId }) => clinicId))]);
}

/** Those who fit first, then by preferences met, then who directs the fewest clinics; of equals the one with the smaller id. */
export function judgeCandidates(
  request: PlacementRequest,
  told: readonly CandidateTold[],
  clinics: ReadonlyMap<string, ClinicTold>,
  now: Date,
): JudgedCandidate[] {
  return told
    .map((one): JudgedCandidate => {
      const decision = judge(request, one, clinics, now);
      const has = new Set(one.candidate.specialties?.map(folded));
      return {
        ...{ practitionerId: one.practitionerId, decision, reasons: decision.results, isIn: !isBlocked(decision.results) },
        preferences: request.preferredSpecialties.filter((specialty) => has.has(folded(specialty))),
        load: one.candidate.directs ?? 0,
      };
    })
    .toSorted(
      (a, b) =>
        Number(b.isIn) - Number(a.isIn) ||
        b.preferences.length - a.preferences.length ||
        a.load - b.load ||
        (a.practitionerId < b.practitionerId ? -1 : 1),
    );
}

const folded = (specialty: string) => specialty.trim().toLowerCase();

function judge(request: PlacementRequest, told: CandidateTold, clinics: ReadonlyMap<string, ClinicTold>, now: Date): Decision {
  const clinic = clinics.get(request.clinicId);
  // Whoever accepts after the first day begins on that day.
  const startsOn = request.startsOn < todayOf(now) ? todayOf(now) : request.startsOn;
  const elsewhere = told.directorships.map((one) => ({
    ...{ clinicId: one.clinicId, startsOn: storedDay(one.startsOn), endsOn: one.endsOn === null ? null : storedDay(one.endsOn) },
    primaryPractice: one.primaryPractice,
  }));
  return decide(
    {
      gate: 'placement',
      attestations: clinic?.attestations ?? null,
      entityName: clinic?.entityName ?? null,
      clinicState: clinic?.address.state ?? null,
      clinicServices: clinic?.services.map(({ code }) => code) ?? null,
      ...{ states: request.states, role: request.role, model: request.model, feeBasis: request.feeBasis as FeeBasis },
      practitioner: told.practitioner,
      standing: {
        insuredUntil: told.insuredUntil,
        ...directedElsewhere({ states: request.states, startsOn, endsOn: null }, elsewhere, clinics),
        boardCertifications: told.boardCertifications,
      },
      ...{ startsOn: dayIn(startsOn), services: request.services, onSite: request.onSite as OnSiteNeed },
      prescribers: prescribersOf[request.prescribingModel as PrescribingModel],
      specialties: request.requiredSpecialties,
      candidate: told.candidate,
    },
    now,
  );
}
