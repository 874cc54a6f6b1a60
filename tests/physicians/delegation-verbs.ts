import type { Attestation } from '#rules/attestation.ts';
import { toId } from '#kernel/ids.ts';
import { library } from '#rules/packs.ts';
import { digest, id, stored } from './authority.ts';
import type { Answer, RunningPhysicians } from './running-physicians.ts';

const day = (text: string) => new Date(`${text}T00:00:00Z`);
const uuid = (n: number) => `01980000-0000-7000-8000-${String(n).padStart(12, '0')}`;

/** More stored ids: a protocol for an act that is delegated. */
export const acts = {
  protocol: uuid(761),
  version: uuid(771),
  otherVersion: uuid(772),
  assistant: uuid(104),
  assistantLicense: uuid(204),
} as const;

/** Public ids of the same. */
export const actId = {
  version: toId('protocolVersion', acts.version),
  assistant: toId('practitioner', acts.assistant),
} as const;

/** The places of the two who sign: the director of Austin, and the nurse practitioner who works there. */
export const directing = { role: 'MEDICAL_DIRECTOR', at: id.austin } as const;
export const examining = { role: 'EXAMINER', at: id.austin } as const;
export const officer = { role: 'COMPLIANCE_OFFICER', at: toId('entity', stored.entity) } as const;
export const elsewhere = { role: 'COMPLIANCE_OFFICER', at: id.denver } as const;

/** A rule that the clinic's entity has put its name to. */
export function attested(ruleId: string, value: unknown = null): Attestation {
  return {
    ...{ ruleId, jurisdiction: ruleId.split('.')[0] ?? '', value, note: 'Read and found to hold', attestedBy: 'officer' },
    ...{ attestedAt: '2026-11-25T08:00:00Z', expiresOn: '2027-11-24', revokedAt: null, packVersion: library.latest.version },
  };
}

const standing = ['US.delegation.botulinum-toxin.NP', 'TX.md.supervision', 'TX.md.onSite'];

/** What clinics tells of Austin: its state, and what its entity attested. */
export const austinTold = (ruleIds: readonly string[] = standing) => ({
  ...{ id: id.austin, entityName: 'Lone Star Clinicians PLLC', address: { state: 'TX' } },
  attestations: ruleIds.map((ruleId) => attested(ruleId)),
});

/** A nurse practitioner and an assistant who work in Austin, and a protocol for botulinum toxin there. */
export async function writeActs(graph: RunningPhysicians): Promise<void> {
  const { owner } = graph;
  await graph.join(id.nurse, examining);
  await graph.join(actId.assistant, examining);
  graph.tellOfClinics([austinTold()]);
  await owner.practitioner.create({
    data: {
      ...{ id: acts.assistant, npi: '1003000126', credential: 'PA', givenName: 'Jo', familyName: 'Brandt', displayName: 'Jo Brandt, PA' },
    },
  });
  await owner.license.create({
    data: {
      ...{ id: acts.assistantLicense, practitionerId: acts.assistant, state: 'TX', number: 'PA77', type: 'PHYSICIAN_ASSISTANT' },
      ...{ status: 'ACTIVE', verifiedAt: new Date('2026-11-20T10:00:00Z'), issuedOn: day('2018-05-01'), expiresOn: day('2027-05-31') },
    },
  });
  const people = [acts.assistant, stored.nurse, stored.director, stored.stranger];
  await owner.exclusionScreening.createMany({
    data: people.flatMap((practitionerId) =>
      ['OIG_LEIE', 'SAM'].map((source) => ({ practitionerId, source, status: 'NONE', asOf: new Date('2026-11-20T10:00:00Z') })),
    ),
  });
  await owner.protocol.create({ data: { id: acts.protocol, service: 'botulinum-toxin', name: 'Botulinum toxin' } });
  await owner.protocolClinic.create({ data: { protocolId: acts.protocol, clinicId: stored.austin } });
  await owner.protocolVersion.create({
    data: {
      ...{ id: acts.version, protocolId: acts.protocol, version: '1', title: 'Botulinum toxin', status: 'ACTIVE', digest },
      ...{ effectiveFrom: day('2026-06-01'), expiresOn: day('2027-05-31') },
    },
  });
}

/** The director of Austin, signed in as herself with a second factor. */
export const director = (graph: RunningPhysicians) => graph.person(id.director, directing);
/** The nurse practitioner, as herself. */
export const nurse = (graph: RunningPhysicians) => graph.person(id.nurse, examining);

const refusal = `... on Refusal { code } ... on InvalidInput { issues { path } } ... on RuleBlocked { rules { id outcome } }
  ... on IllegalTransition { from to }`;
const circle = '... on CircularSupervision { practitionerIds }';

const documents = {
  recordCompetency: `mutation ($input: RecordCompetencyInput!) { recordCompetency(input: $input) {
    __typename ... on Competency { id service device handsOnCount assessedOn expiresOn current assessor { id } practitioner { id } } ${refusal} } }`,
  delegate: `mutation ($input: DelegateInput!) { delegate(input: $input) {
    __typename ... on Delegation { id service device level states startsOn endsOn limits status delegate { id } delegator { id } protocolVersion { id } clinic { id } }
    ${refusal} ${circle} ... on NotDelegable { credential service } } }`,
  withdrawCompetency: `mutation ($input: WithdrawCompetencyInput!) { withdrawCompetency(input: $input) {
    __typename ... on Competency { id current withdrawnAt withdrawalReason } ${refusal} } }`,
  revokeDelegation: `mutation ($input: RevokeDelegationInput!) { revokeDelegation(input: $input) {
    __typename ... on Delegation { id status revokedAt revocationReason } ${refusal} } }`,
  draftAgreement: `mutation ($input: DraftAgreementInput!) { draftAgreement(input: $input) {
    __typename ... on CollaborativeAgreement { id status state startsOn endsOn cadenceDays digest supervisor { id } supervisee { id } } ${refusal} ${circle} } }`,
  renewAgreement: `mutation ($input: RenewAgreementInput!) { renewAgreement(input: $input) {
    __typename ... on CollaborativeAgreement { id status state startsOn endsOn cadenceDays digest follows { id } } ${refusal} } }`,
  signAgreement: `mutation ($input: SignAgreementInput!) { signAgreement(input: $input) {
    __typename ... on CollaborativeAgreement { id status supervisorSignedAt superviseeSignedAt } ${refusal} } }`,
  fileAgreement: `mutation ($input: FileAgreementInput!) { fileAgreement(input: $input) {
    __typename ... on CollaborativeAgreement { id filingNumber filedOn } ${refusal} } }`,
  terminateAgreement: `mutation ($input: TerminateAgreementInput!) { terminateAgreement(input: $input) {
    __typename ... on CollaborativeAgreement { id status terminatedAt terminationReason } ${refusal} } }`,
  recordSupervision: `mutation ($input: RecordSupervisionInput!) { recordSupervision(input: $input) {
    __typename ... on SupervisionEvent { kind heldOn minutes agreement { supervisionDueOn supervisionOverdue } } ${refusal} } }`,
} as const;

type Asker = ReturnType<RunningPhysicians['as']>;

/** What a verb answers, its union unwrapped. */
export async function tell(
  who: Asker,
  verb: keyof typeof documents,
  input: object,
  idempotencyKey?: string,
): Promise<Record<string, unknown>> {
  const answer: Answer = await who.ask(documents[verb], { input }, idempotencyKey === undefined ? {} : { idempotencyKey });
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data?.[verb] as Record<string, unknown>;
}

/** A competency as the director sees it today. */
export const competent = {
  ...{ clinicId: id.austin, practitionerId: id.nurse, service: 'botulinum-toxin', course: 'Injector course', handsOnCount: 20 },
  ...{ assessedOn: '2026-11-20', expiresOn: '2027-11-19' },
};

/** A delegation that everything speaks for. */
export const given = {
  ...{ clinicId: id.austin, delegateId: id.nurse, service: 'botulinum-toxin', level: 3, protocolVersionId: actId.version },
  ...{ states: ['TX'], startsOn: '2026-12-01', endsOn: '2027-05-31', limits: 'Upper face only' },
};

/** An agreement between the director and the assistant. */
export const agreed = {
  ...{ clinicId: id.austin, supervisorId: id.director, superviseeId: actId.assistant, state: 'TX', cadenceDays: 30, digest },
  ...{ startsOn: '2026-12-01', endsOn: '2027-11-30' },
};

/** What the rules say of the nurse practitioner's act: allowed, and the rules that stand in the way. */
export async function may(
  who: Asker,
  asked: string | { readonly on?: string; readonly device?: string } = {},
  practitionerId: string = id.nurse,
) {
  const { on, device } = typeof asked === 'string' ? { on: asked } : asked;
  const { data, errors } = await who.ask(
    `query ($p: ID!, $c: ID!, $on: Date, $device: String) { mayPerform(practitionerId: $p, service: "botulinum-toxin", clinicId: $c, on: $on, device: $device) {
      allowed results { id outcome } } }`,
    { p: practitionerId, c: id.austin, on, device },
  );
  if (errors) throw new Error(JSON.stringify(errors));
  const answer = data?.['mayPerform'] as { allowed: boolean | null; results: { id: string; outcome: string }[] } | undefined;
  return {
    allowed: answer?.allowed,
    stops: answer?.results.filter(({ outcome }) => outcome !== 'PASS').map((rule) => `${rule.id} ${rule.outcome}`),
  };
}
