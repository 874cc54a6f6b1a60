import { toId } from '#kernel/ids.ts';
import { id, stored } from './authority.ts';
import type { Answer, RunningPhysicians } from './running-physicians.ts';

/** Who acts: an officer of the entity of one clinic, its director under her own name, and a physician who works there. */
export const officer = { role: 'COMPLIANCE_OFFICER', at: toId('entity', stored.entity) } as const;
export const directing = { role: 'MEDICAL_DIRECTOR', at: id.austin } as const;
export const prescribing = { role: 'PRESCRIBER', at: id.austin } as const;

/** What `clinics` tells of two clinics. */
export const facts = [
  { id: id.austin, address: { state: 'TX' } },
  { id: id.miami, address: { state: 'FL' } },
];

/** What a good protocol says. */
export const content = {
  indications: ['Obesity'],
  contraindications: [
    { linkId: 'glp1-weight-loss.gl-mtc', finding: 'Yes', consequence: 'BLOCKS' },
    { linkId: 'glp1-weight-loss.gl-pancreas', finding: 'Yes', consequence: 'REVIEW' },
  ],
  doseLimits: [{ drug: 'semaglutide', maximum: '2.4', unit: 'mg', per: 'week' }],
  monitoring: ['Weight at each refill'],
  escalation: ['The medical director'],
  emergencyPlan: 'Emergency services first.',
  aftercare: ['Written instructions'],
  education: ['How to inject'],
  consents: ['Consent to compounded medication'],
} as const;

/** A draft that is taken. */
export const drafted = {
  ...{ service: 'weight-loss', clinicIds: [id.austin], version: '2027.1', title: 'Weight loss 2027' },
  ...{ effectiveFrom: '2026-12-10', expiresOn: '2027-12-09', content },
} as const;

const fields = `id kind service version title status effectiveFrom expiresOn supersededOn digest note
  signaturesDue { practitioner { displayName } clinic { id } state }
  signers { practitioner { displayName } capacity state } signatures { practitioner { displayName } signedAt } lapses { signer { state clinic { id } } reason }`;

/** A version as a verb answers it, or the refusal. */
// biome-ignore lint/suspicious/noExplicitAny: a test names the fields it asked for
export type Said = any;

/** Runs a verb of this name on its input. */
export async function verb(
  who: { ask: RunningPhysicians['service']['ask'] },
  name: string,
  input: object,
  idempotencyKey?: string,
): Promise<Said> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const document = `mutation ($input: ${/^(suspend|retire)/.test(name) ? 'WithdrawProtocolInput' : type}!) { ${name}(input: $input) { __typename
    ... on ProtocolVersion { ${fields} }
    ... on Refusal { code message } ... on InvalidInput { issues { path } } ... on RuleBlocked { rules { id outcome } } ... on IllegalTransition { from to } } }`;
  // The clinics of these tests have a protocol already; what is asked of a second one has tests of its own.
  const given = name === 'draftProtocolVersion' && !('follows' in input) ? { beside: true, ...input } : input;
  const answer: Answer = await who.ask(document, { input: given }, idempotencyKey === undefined ? {} : { idempotencyKey });
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data?.[name];
}

/** The versions that are in force at a clinic today, and one version as it shows. */
export async function seen(graph: RunningPhysicians, versionId: string, clinicId: string = id.austin): Promise<Said> {
  const document = `query ($clinicId: ID!) {
    activeProtocols(clinicId: $clinicId, service: "weight-loss") { nodes { id } }
    protocolVersions(clinicId: $clinicId, service: "weight-loss") { nodes { id status lapses { reason } } }
  }`;
  const { data } = (await graph.as({ role: 'EXAMINER', at: clinicId }).ask(document, { clinicId })) as { data: Said };
  const facts = (await graph.service.ask(
    `query ($id: ID!, $ids: [ID!]!) { protocolFacts(id: $id) { status clinicIds } oversight(clinicIds: $ids) { protocols { id status } } }`,
    { id: versionId, ids: [clinicId] },
  )) as { data: Said };
  const own = data.protocolVersions.nodes.find((one: Said) => one.id === versionId);
  return {
    active: data.activeProtocols.nodes.some((one: Said) => one.id === versionId),
    status: own?.status,
    lapses: own?.lapses.map(({ reason }: Said) => reason),
    facts: facts.data.protocolFacts,
    atClinic: facts.data.oversight[0].protocols.find((one: Said) => one.id === versionId)?.status,
  };
}

/** A draft taken as far as signatures. */
export async function submitted(
  graph: RunningPhysicians,
  input: object = {},
  supervisingPhysicianIds: readonly string[] = [],
): Promise<Said> {
  const by = graph.as(officer, { role: 'COMPLIANCE_OFFICER', at: id.miami });
  const draft = await verb(by, 'draftProtocolVersion', { ...drafted, ...input });
  const { id: versionId, digest } = draft;
  await verb(by, 'submitProtocol', { versionId, digest, for: 'REVIEW' });
  return verb(by, 'submitProtocol', { versionId, digest, for: 'SIGNATURES', supervisingPhysicianIds });
}

/** The other physician comes to work in Austin too, with a licence of that state. */
export async function engageStranger({ owner }: RunningPhysicians, role = 'COLLABORATING_PHYSICIAN'): Promise<void> {
  const [engagement, license, standing] = await Promise.all([
    owner.engagement.findUniqueOrThrow({ where: { id: stored.engagement } }),
    owner.license.findUniqueOrThrow({ where: { id: stored.license } }),
    owner.licenseStanding.findUniqueOrThrow({ where: { id: stored.standing } }),
  ]);
  const fresh = (n: number) => `01980000-0000-7000-8000-0000000009${n}`;
  await owner.engagement.create({ data: { ...engagement, id: fresh(10), practitionerId: stored.stranger, role } });
  await owner.license.create({ data: { ...license, id: fresh(11), practitionerId: stored.stranger, number: 'Q99' } });
  await owner.licenseStanding.create({ data: { ...standing, id: fresh(12), licenseId: fresh(11), practitionerId: stored.stranger } });
}
