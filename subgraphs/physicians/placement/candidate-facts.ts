/** What is on record of every available physician, as the gate `placement` is told. Read by the service's right, since a clinic may not read it. */

import { fromId, toId } from '#kernel/ids.ts';
import type { PlacementRequest } from '#prisma/generated/physicians/client.ts';
import type { BoardCertificationFact } from '#rules/engagement.ts';
import type { Fact, PractitionerFact } from '#rules/facts.ts';
import type { CandidateFact } from '#rules/placement-facts.ts';
import { builder, type Context, type Tx } from '../builder.ts';
import { exclusionFact, practisingLicences } from '../delegation/person-fact.ts';
import { lastInsuredDay } from '../engagement/insured-until.ts';
import { living } from '../engagement/engagement-moves.ts';
import { speakersFor } from '../engagement/speakers-for.ts';
import { readPractitioners } from '../facts/read-practitioners.ts';
import { dayIn, hasLapsed, todayOf } from '../lapse.ts';
import { supervisedByEach } from '../supervision/supervised.ts';

/** As many are looked at for one request: those who have been on record longest. */
const MOST_CANDIDATES = 200;

/** A clinic of which somebody is director, and the days: how many count in a state is known only to who knows where clinics are. */
export interface Directorship {
  /** Stored id. */
  readonly clinicId: string;
  readonly startsOn: string;
  readonly endsOn: string | null;
  readonly primaryPractice: boolean;
}

/** A physician as the facts have one: plain JSON. No number of a registration or policy is in it. */
export interface CandidateTold {
  /** Stored id. */
  readonly practitionerId: string;
  readonly practitioner: PractitionerFact;
  readonly insuredUntil: Fact<string>;
  readonly boardCertifications: readonly BoardCertificationFact[];
  /** Of other clinics, not ended. */
  readonly directorships: readonly Directorship[];
  readonly candidate: CandidateFact;
}

/** Everybody who is available as of now, by their stored ids. However many, it takes fifteen statements. */
export async function readCandidates(db: Tx, request: PlacementRequest, now: Date): Promise<CandidateTold[]> {
  const available = await db.directorAvailability.findMany({
    where: { status: 'OPEN', OR: [{ availableUntil: null }, { availableUntil: { gte: todayOf(now) } }] },
    include: { conflicts: { select: { entityId: true } } },
    orderBy: { practitionerId: 'asc' },
    take: MOST_CANDIDATES,
  });
  const ids = available.map(({ practitionerId }) => practitionerId);
  const people = await readPractitioners({ db, now: () => now }, ids);
  const engagements = await db.engagement.findMany({
    where: { practitionerId: { in: ids }, status: { in: living } },
    orderBy: { id: 'asc' },
  });
  const lasting = engagements.filter(({ endsOn }) => !hasLapsed(endsOn, now));
  const certifications = await db.boardCertification.findMany({
    where: { practitionerId: { in: ids }, status: 'ACTIVE' },
    orderBy: { id: 'asc' },
  });
  const supervised = await supervisedByEach(db, ids, { states: request.states, now });
  const clinic = await db.tenancyClinic.findUnique({ where: { clinicId: request.clinicId } });
  const speakers = clinic === null ? new Set<string>() : await speakersFor(db, clinic, ids);

  return available.flatMap((one): CandidateTold[] => {
    const { practitionerId, roles, states, services, onSiteStates, mostClinics, availableFrom, availableUntil } = one;
    const person = people.get(practitionerId);
    if (person === undefined) return [];
    const own = lasting.filter((each) => each.practitionerId === practitionerId);
    const directs = own.filter(({ role }) => role === 'MEDICAL_DIRECTOR');
    const declared = clinic === null ? null : one.conflicts.some(({ entityId }) => entityId === clinic.entityId);
    return [
      {
        practitionerId,
        practitioner: {
          id: toId('practitioner', practitionerId),
          credential: person.credential as PractitionerFact['credential'],
          ...exclusionFact(person, now),
          licences: practisingLicences(person, now),
        },
        insuredUntil: lastInsuredDay(person.policies, now),
        boardCertifications: certifications
          .filter((each) => each.practitionerId === practitionerId)
          .map(({ specialty, expiresOn }) => ({ specialty, expiresOn: expiresOn && dayIn(expiresOn), noEnd: expiresOn === null })),
        directorships: directs
          .filter(({ clinicId }) => clinicId !== request.clinicId)
          .map(({ clinicId, startsOn, endsOn, primaryPractice }) => ({
            ...{ clinicId, startsOn: dayIn(startsOn), endsOn: endsOn && dayIn(endsOn), primaryPractice },
          })),
        candidate: {
          ...{ open: true, roles, states, services, onSiteStates, mostClinics, availableFrom: dayIn(availableFrom) },
          ...{ availableUntil: availableUntil && dayIn(availableUntil), noEnd: availableUntil === null },
          directs: new Set(directs.map(({ clinicId }) => clinicId)).size,
          specialties: person.specialties,
          supervised: supervised.get(practitionerId) ?? {},
          conflict: speakers.has(practitionerId) ? 'own' : declared === null ? null : declared ? 'declared' : 'none',
          // A placement has no last day, so whatever has not ended before it begins is in its way.
          engagedThere: own.some(
            ({ clinicId, role, endsOn }) => clinicId === request.clinicId && role === request.role && !hasLapsed(endsOn, request.startsOn),
          ),
        },
      },
    ];
  });
}

builder.queryField('placementCandidateFacts', (t) =>
  t.field({
    type: ['JSON'],
    nullable: true,
    description:
      'For this subgraph itself: what is on record of everybody who is available, as the rules are told for a request for a placement.',
    authScopes: { may: 'authority-facts:read' },
    args: { requestId: t.arg.id({ required: true, description: 'The request.' }) },
    resolve: async (_root, { requestId }, ctx: Context) => {
      const request = await ctx.db.placementRequest.findUnique({ where: { id: fromId('placementRequest', requestId) } });
      return request === null ? null : readCandidates(ctx.db, request, ctx.now());
    },
  }),
);
