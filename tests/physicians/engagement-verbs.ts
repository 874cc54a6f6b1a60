import { toId } from '#kernel/ids.ts';
import { id, stored } from './authority.ts';
import type { Answer, RunningPhysicians } from './running-physicians.ts';

/** Who arranges: a compliance officer of the entity whose clinic is in Austin. */
export const officer = { role: 'COMPLIANCE_OFFICER', at: toId('entity', stored.entity) } as const;

/** The like of another MSO's clinic. */
export const officerElsewhere = { role: 'COMPLIANCE_OFFICER', at: id.denver } as const;

const services = ['weight-loss', 'iv-therapy'].map((code) => ({ code }));

/** What `clinics` tells of the three clinics. */
export const clinicFacts = [
  { id: id.austin, entityName: 'Austin PLLC', address: { state: 'TX' }, services, attestations: [] },
  { id: id.miami, entityName: 'Miami PLLC', address: { state: 'FL' }, services, attestations: [] },
  { id: id.denver, entityName: 'Denver PC', address: { state: 'CO' }, services, attestations: [] },
];

const paper = 'a'.repeat(64);

/** That the director, or somebody else, is on no list of excluded persons. */
export async function screen({ owner }: Pick<RunningPhysicians, 'owner'>, status = 'NONE', who: string = stored.director): Promise<void> {
  const asOf = new Date('2026-11-28T00:00:00Z');
  const data = ['OIG_LEIE', 'SAM'].map((source) => ({ practitionerId: who, source, status, since: null, asOf }));
  await owner.exclusionScreening.deleteMany({ where: { practitionerId: who } });
  await owner.exclusionScreening.createMany({ data });
}

/** Terms that are taken: the director as collaborating physician besides, in Austin. */
export const terms = {
  clinicId: id.austin,
  practitionerId: id.director,
  role: 'COLLABORATING_PHYSICIAN',
  model: 'RETAINER',
  services: ['weight-loss'],
  states: ['TX'],
  feeBasis: 'FIXED_MONTHLY',
  startsOn: '2026-12-10',
  documents: [{ kind: 'AGREEMENT', sha256: paper, signedOn: '2026-11-30' }],
};

const refused = `__typename
  ... on Refusal { code message }
  ... on InvalidInput { issues { path message } }
  ... on RuleBlocked { rules { id outcome citation } }
  ... on IllegalTransition { from to }`;
const known = `... on Engagement {
    id role model status startsOn endsOn services states feeBasis noticeDays acceptedAt primaryPractice follows { id } practitioner { id } clinic { id }
    documents { kind sha256 signedOn } events { kind side at byName reason lastDay closes }
  }`;

const mutationOf = (name: string, more: string) =>
  `mutation ($input: ${name.charAt(0).toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${refused} ${known} ${more} } }`;

const documents = {
  proposeEngagement: mutationOf('proposeEngagement', '... on OverlappingEngagement { engagementId }'),
  acceptEngagement: mutationOf('acceptEngagement', '... on OverlappingEngagement { engagementId }'),
  suspendEngagement: mutationOf('suspendEngagement', ''),
  resumeEngagement: mutationOf('resumeEngagement', ''),
  giveNotice: mutationOf(
    'giveNotice',
    '... on ClosesServices { services closesOn } ... on StopsAgreements { agreementIds practitionerIds stopsOn }',
  ),
  declineProposal: mutationOf('declineProposal', ''),
  withdrawProposal: mutationOf('withdrawProposal', ''),
  amendEngagement: mutationOf(
    'amendEngagement',
    '... on OverlappingEngagement { engagementId } ... on ClosesServices { services closesOn }',
  ),
};

/** A verb of engagements. */
export type Verb = keyof typeof documents;

type Data = Record<string, unknown>;
type Asker = ReturnType<RunningPhysicians['as']>;

/** What a verb answers, refusal or engagement; a field that was refused comes as its error. */
export async function told(who: Asker, verb: Verb, input: object, idempotencyKey?: string): Promise<Data> {
  const { data, errors }: Answer = await who.ask(documents[verb], { input }, idempotencyKey === undefined ? {} : { idempotencyKey });
  const answer = data?.[verb] as Data | undefined;
  if (!answer) throw new Error(JSON.stringify(errors));
  return answer;
}

/** A verb's short answer: the code of a refusal, or the status. */
export async function outcome(who: Asker, verb: Verb, input: object): Promise<unknown> {
  const answer = await told(who, verb, input);
  return answer['code'] ?? answer['status'];
}

/** The director, signed in as themselves with a second factor. */
export const directorOf = (graph: RunningPhysicians) => graph.person(id.director, { role: 'MEDICAL_DIRECTOR', at: id.austin });

/** A proposal that was accepted. */
export async function engaged(graph: RunningPhysicians, change: object = {}): Promise<string> {
  const proposed = await told(graph.as(officer), 'proposeEngagement', { ...terms, ...change });
  if (proposed['code']) throw new Error(JSON.stringify(proposed));
  const accepted = await told(directorOf(graph), 'acceptEngagement', { engagementId: proposed['id'], documentDigests: [paper] });
  if (accepted['code']) throw new Error(JSON.stringify(accepted));
  return proposed['id'] as string;
}

/** The digest of the paper in `terms`. */
export const digests = [paper];
