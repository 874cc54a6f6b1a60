import { toId } from '#kernel/ids.ts';
import type { Grant } from '#kernel/token.ts';
import { clinics, id, NOW, writeAuthority } from './authority.ts';
import { clinicFacts, digests, officer } from './engagement-verbs.ts';
import { type Answer, type RunningPhysicians, startPhysicians } from './running-physicians.ts';

type Data = Record<string, unknown>;
type Asker = ReturnType<RunningPhysicians['as']>;

const uuid = (n: number) => `01980000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const day = (text: string) => new Date(`${text}T00:00:00Z`);

/** Two physicians of Texas whom nobody engages, and one without insurance. */
export const people = { ann: uuid(121), ben: uuid(122), cal: uuid(123) } as const;

/** A physician, by name. */
export type Name = keyof typeof people;

const npis: Record<Name, string> = { ann: '1500000017', ben: '1500000025', cal: '1500000033' };

/** Physicians subgraph with those three beside everybody else. */
export async function startPlacing(): Promise<RunningPhysicians> {
  const graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
  graph.tellOfClinics(clinicFacts);
  for (const [index, name] of (Object.keys(people) as Name[]).entries()) {
    const practitionerId = people[name];
    await graph.owner.practitioner.create({
      data: {
        ...{
          id: practitionerId,
          npi: npis[name],
          credential: 'MD',
          givenName: name,
          familyName: 'Reyes',
          displayName: `${name} Reyes, MD`,
        },
        specialties: name === 'ben' ? ['Dermatology', 'Internal medicine'] : ['Internal medicine'],
      },
    });
    const checked = { verifiedAt: new Date('2026-11-20T10:00:00Z'), issuedOn: day('2015-05-01'), expiresOn: day('2028-05-31') };
    await graph.owner.license.create({
      data: {
        ...{ id: uuid(221 + index), practitionerId, state: 'TX', number: `R100${index}`, type: 'PHYSICIAN', status: 'ACTIVE' },
        ...checked,
      },
    });
    const screening = { practitionerId, status: 'NONE', since: null, asOf: new Date('2026-11-28T00:00:00Z') };
    await graph.owner.exclusionScreening.createMany({ data: ['OIG_LEIE', 'SAM'].map((source) => ({ ...screening, source })) });
    if (name === 'cal') continue;
    await graph.owner.insurancePolicy.create({
      data: {
        ...{ id: uuid(421 + index), practitionerId, kind: 'PROFESSIONAL', carrier: 'Lone Star Mutual', policyNumber: `R-${index}` },
        ...{ status: 'ACTIVE', perClaimLimit: 1, aggregateLimit: 1, coversCompounding: true },
        ...{ effectiveFrom: day('2026-01-01'), expiresOn: day('2027-12-31') },
      },
    });
  }
  return graph;
}

/** What they publish: work in Texas, on its premises too. */
export const availability = {
  ...{ status: 'OPEN', roles: ['MEDICAL_DIRECTOR'], states: ['TX'], onSiteStates: ['TX'], mostClinics: 2, hoursPerMonth: 20 },
  availableFrom: '2026-12-01',
};

/** What a clinic asks for that they fit. */
export const wanted = {
  ...{ clinicId: id.austin, role: 'MEDICAL_DIRECTOR', states: ['TX'], services: ['weight-loss'], monthlyVolume: 120, onSite: 'NONE' },
  ...{ prescribingModel: 'NURSE_PRACTITIONERS', model: 'RETAINER', feeBasis: 'FIXED_MONTHLY', startsOn: '2026-12-10', promisedHours: 24 },
};

const paper = { kind: 'AGREEMENT', sha256: digests[0], signedOn: '2026-11-30' };

/** Who arranges, with a second factor. */
export const desk = (graph: RunningPhysicians) => graph.steppedUp(officer);

/** A physician, signed in as themselves with a second factor. They work at a clinic of their own elsewhere. */
export const physicianOf = (graph: RunningPhysicians, name: Name) =>
  graph.person(toId('practitioner', people[name]), { role: 'MEDICAL_DIRECTOR', at: id.denver } satisfies Grant);

const refused = `__typename
  ... on Refusal { code message }
  ... on InvalidInput { issues { path message } }
  ... on RuleBlocked { rules { id outcome message } }
  ... on IllegalTransition { from to }`;
const offer = `... on PlacementOffer {
    id status declineReason documents { kind sha256 signedOn } practitioner { id } terms { role states services startsOn riskClass } engagement { id }
  }`;
const shown = {
  publishAvailability: '... on DirectorAvailability { status roles states services mostClinics conflicts { entityId reason } }',
  requestPlacement:
    '... on PlacementRequest { id status promisedBy isLate matching terms { role states services riskClass } counts { matched offered declined } }',
  withdrawPlacement: '... on PlacementRequest { id status closedAt }',
  offerPlacement: offer,
  declineOffer: offer,
  acceptOffer: `... on Engagement {
    id role model status startsOn endsOn services states feeBasis noticeDays acceptedAt practitioner { id } clinic { id }
    documents { kind sha256 signedOn } events { kind side at byName }
  }`,
};

/** A verb of placements. */
export type Verb = keyof typeof shown;

/** What a verb answers, refusal or record. */
export async function told(who: Asker, verb: Verb, input: object, idempotencyKey?: string): Promise<Data> {
  const document = `mutation ($input: ${verb.charAt(0).toUpperCase()}${verb.slice(1)}Input!) { ${verb}(input: $input) { ${refused} ${shown[verb]} } }`;
  const { data, errors }: Answer = await who.ask(document, { input }, idempotencyKey === undefined ? {} : { idempotencyKey });
  const answer = data?.[verb] as Data | undefined;
  if (!answer) throw new Error(JSON.stringify(errors));
  return answer;
}

/** A verb's short answer: the code of a refusal, or the status. */
export async function outcome(who: Asker, verb: Verb, input: object): Promise<unknown> {
  const answer = await told(who, verb, input);
  return answer['code'] ?? answer['status'];
}

/** Publishes for somebody. */
export async function publish(graph: RunningPhysicians, name: Name, change: object = {}): Promise<void> {
  const answer = await told(physicianOf(graph, name), 'publishAvailability', { ...availability, ...change });
  if (answer['code']) throw new Error(JSON.stringify(answer));
}

/** A request that was taken, by its public id. */
export async function requested(graph: RunningPhysicians, change: object = {}): Promise<string> {
  const answer = await told(desk(graph), 'requestPlacement', { ...wanted, ...change });
  if (answer['code']) throw new Error(JSON.stringify(answer));
  return answer['id'] as string;
}

/** An offer's input. */
export const offering = (requestId: string, name: Name) => ({
  ...{ requestId, practitionerId: toId('practitioner', people[name]), documents: [paper] },
});

/** An offer that was made, by its public id. */
export async function offered(graph: RunningPhysicians, requestId: string, name: Name): Promise<string> {
  const answer = await told(desk(graph), 'offerPlacement', offering(requestId, name));
  if (answer['code']) throw new Error(JSON.stringify(answer));
  return answer['id'] as string;
}

/** What accepts an offer. */
export const accepting = (offerId: string) => ({ offerId, documentDigests: digests });

/** The candidates of a clinic's requests as its officer sees them: who is in, and what keeps the others out. */
export async function candidates(graph: RunningPhysicians): Promise<Data[][]> {
  const { data, errors } = await desk(graph).ask(`query {
    placementRequests { nodes { candidates { practitioner { id } in preferences reasons { id outcome message } } } }
  }`);
  if (errors) throw new Error(JSON.stringify(errors));
  const answer = data?.['placementRequests'] as { nodes: { candidates: { reasons: { id: string; outcome: string }[] }[] }[] } | undefined;
  return (answer?.nodes ?? []).map((node) =>
    node.candidates.map(({ reasons, ...candidate }) => ({
      ...candidate,
      against: reasons.filter((one) => one.outcome !== 'PASS').map((one) => `${one.id} ${one.outcome}`),
    })),
  );
}

/** Kinds and numbers of everything that happened to a request, in order. */
export async function happened(graph: RunningPhysicians): Promise<string[]> {
  const events = await graph.owner.placementEvent.findMany({ orderBy: { number: 'asc' } });
  return events.map(({ kind, mark, matched }) => [kind, mark, matched].filter((part) => part !== null).join(' '));
}
