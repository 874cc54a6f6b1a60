import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tryId } from '#kernel/ids.ts';
import { personas, placeTypeId } from '#prisma/seed/personas.ts';
import { placeId } from '#prisma/seed/places.ts';
import { type Asker, type Data, type TestGraph, testGraph } from '../support/graph.ts';

/**
 * A director is placed. An entity opens a clinic that may do nothing yet; it looks for a director within twelve hours, two physicians take
 * work and one of them fits; what she still has to do stands in the stages of her engagement, and when nothing is missing the clinic is open.
 */
let graph: TestGraph;
let officer: Asker;
/** The physician who is placed: first as she is known, then as the clinic's director. */
let physician: Asker;
let clinicId: string;
let engagementId: string;

const HOUR_MS = 3_600_000;
const inDays = (days: number) => new Date(graph.clock.now().getTime() + days * 24 * HOUR_MS).toISOString().slice(0, 10);
const later = (hours: number) => graph.clock.set(new Date(graph.clock.now().getTime() + hours * HOUR_MS));
const sub = (persona: string) => personas[persona]?.sub ?? '';
const services = ['botulinum-toxin', 'weight-loss'];
const paper = 'c'.repeat(64);
/** At which level a nurse practitioner does each is the product’s own proposal, until an officer has read it. */
const levels = services.map((service) => `US.delegation.${service}.NP → COMPLIANCE_OFFICER`);

/** What each verb answers besides the refusals. */
const answers = {
  openClinic: 'Clinic { id }',
  offerService: 'ServiceOffering { code }',
  recordFacilityLicense: 'FacilityLicense { id }',
  publishAvailability: 'DirectorAvailability { status }',
  requestPlacement: 'PlacementRequest { id status promisedBy terms { riskClass } }',
  offerPlacement: 'PlacementOffer { id status }',
  acceptOffer: 'Engagement { id status }',
  inviteMember: 'NewInvitation { code }',
  acceptInvitation: 'Membership { standing }',
  draftProtocolVersion: 'ProtocolVersion { id digest }',
  submitProtocol: 'ProtocolVersion { id digest status }',
  signProtocol: 'ProtocolVersion { id status }',
  recordCompetency: 'Competency { id }',
  delegate: 'Delegation { id status }',
  scheduleAudit: 'ChartAudit { id dueOn }',
  recordAudit: 'ChartAudit { id status }',
  attestRule: 'Attestation { standing }',
} as const;

/** Runs a verb that must work, and answers its record. */
async function does(who: Asker, verb: keyof typeof answers, input: object): Promise<Data> {
  const type = `${verb[0]?.toUpperCase()}${verb.slice(1)}Input`;
  const document = `mutation ($input: ${type}!) { ${verb}(input: $input) { __typename ... on ${answers[verb]}
    ... on Refusal { code message } ... on InvalidInput { issues { path message } } ... on RuleBlocked { rules { id outcome message } } } }`;
  return (await who.get(document, { input }))[verb];
}

async function readiness(): Promise<Record<string, string[]>> {
  const document = `query ($id: ID!) { clinic(id: $id) { readiness { services { code status blockers { ruleId } } } } }`;
  const { clinic } = await officer.get(document, { id: clinicId });
  return Object.fromEntries(
    clinic.readiness.services.map(({ code, status, blockers }: Data) => [code, [status, ...blockers.map(({ ruleId }: Data) => ruleId)]]),
  );
}

/** The stages by name: how far each is, and what it lacks as `rule or words → whose`. */
async function stages(who: Asker): Promise<Record<string, string[]>> {
  const document = `query ($id: ID!) { engagements(clinicId: $id, first: 5) { nodes { id onboarding { name status missing { what ruleId owner } } } } }`;
  const { engagements } = await who.get(document, { id: clinicId });
  const { onboarding } = engagements.nodes.find(({ id }: Data) => id === engagementId);
  return Object.fromEntries(
    onboarding.map(({ name, status, missing }: Data) => [
      name,
      [status, ...new Set(missing.map(({ what, ruleId, owner }: Data) => `${ruleId ?? what} → ${owner}`))],
    ]),
  );
}

/** Lets the clock of placements look, as it does each minute. */
async function clockLooks(): Promise<void> {
  const id = randomUUID();
  await graph.sql(`select physicians.enqueue('watch-placements', $1)`, [id]);
  await expect
    .poll(async () => (await graph.sql(`select 1 from physicians_jobs._private_jobs where key = $1`, [`watch-placements:${id}`])).length, {
      timeout: 60_000,
    })
    .toBe(0);
}

beforeAll(async () => {
  graph = await testGraph();
  officer = await graph.as('compliance', { stepUp: true });
  physician = await graph.as('prescriber', { stepUp: true });
}, 180_000);
afterAll(async () => graph?.[Symbol.asyncDispose]());

test('a clinic that has just opened offers two services and may do neither: it has no director and no protocol', async () => {
  const address = { line1: '12 Elm Court', city: 'Dallas', state: 'TX', postalCode: '75201' };
  const place = { name: 'Bluebonnet Dallas', address, timeZone: 'America/Chicago', phone: '+12145550142' };
  clinicId = (await does(officer, 'openClinic', { entityId: placeTypeId('entity-a1'), ...place })).id;
  for (const code of services) {
    await does(officer, 'offerService', { clinicId, code, name: code, modalities: ['IN_PERSON', 'SYNC_VIDEO'] });
  }
  await does(officer, 'recordFacilityLicense', { clinicId, kind: 'CLIA_WAIVER', number: '45D9999999', expiresOn: inDays(700) });
  const closed = ['CLOSED', 'director.engaged', 'protocol.inForce'];
  expect(await readiness()).toEqual({ 'botulinum-toxin': closed, 'weight-loss': closed });
});

test('of two physicians who take work the one with room for another clinic is in, and the other is told out for that alone', async () => {
  const takes = { status: 'OPEN', roles: ['MEDICAL_DIRECTOR'], states: ['TX'], hoursPerMonth: 20, availableFrom: inDays(0) };
  await does(physician, 'publishAvailability', { ...takes, mostClinics: 40 });
  await does(await graph.as('director', { stepUp: true }), 'publishAvailability', { ...takes, mostClinics: 1 });
  const wanted = { clinicId, role: 'MEDICAL_DIRECTOR', states: ['TX'], monthlyVolume: 60, onSite: 'NONE', promisedHours: 12 };
  const terms = { prescribingModel: 'NURSE_PRACTITIONERS', model: 'RETAINER', feeBasis: 'FIXED_MONTHLY', startsOn: inDays(0) };
  const request = await does(officer, 'requestPlacement', { ...wanted, ...terms });
  expect(request).toMatchObject({ status: 'OPEN', terms: { riskClass: 'MODERATE' } });

  const document = `query ($id: ID!) { placementRequests(clinicId: $id) { nodes { id status matching isLate
    candidates { in practitioner { id } reasons { id outcome } } } } }`;
  const [asked] = (await officer.get(document, { id: clinicId })).placementRequests.nodes;
  const judged = asked.candidates.map(({ in: isIn, practitioner, reasons }: Data) => [
    ...[practitioner.id, isIn],
    ...reasons.filter(({ outcome }: Data) => outcome !== 'PASS').map(({ id }: Data) => id),
  ]);
  expect(judged).toEqual([
    [sub('prescriber'), true],
    [sub('director'), false, 'placement.capacity'],
  ]);

  later(3);
  await clockLooks();
  const documents = [{ kind: 'AGREEMENT', sha256: paper, signedOn: inDays(0) }];
  const offer = await does(officer, 'offerPlacement', { requestId: request.id, practitionerId: sub('prescriber'), documents });
  const accepted = await does(physician, 'acceptOffer', { offerId: offer.id, documentDigests: [paper] });
  expect(accepted.status).toBe('ACTIVE');
  engagementId = accepted.id;
  const [filled] = (await officer.get(document, { id: clinicId })).placementRequests.nodes;
  expect(filled).toMatchObject({ status: 'FILLED', matching: 'MATCHED', isLate: false });
});

test('what is still to be done stands in the seven stages, each with whose it is, and nobody has ticked anything', async () => {
  expect(await stages(officer)).toEqual({
    ASSESSMENT: ['DONE'],
    MATCHING: ['DONE'],
    FRAMEWORK: ['OPEN', 'protocol.inForce → MEDICAL_DIRECTOR', ...levels],
    PHARMACY: ['OPEN', 'No pharmacy with anything to fill has approved the clinic → COMPLIANCE_OFFICER'],
    AGREEMENTS: ['DONE'],
    TRAINING: ['UNKNOWN', ...levels],
    LAUNCH: [
      ...['OPEN', 'No review of charts is scheduled → COMPLIANCE_OFFICER', 'No examiner has published hours → EXAMINER'],
      'protocol.inForce → MEDICAL_DIRECTOR',
    ],
  });
  const manager = await graph.as('mso-manager');
  const document = `query ($id: ID!) { engagements(clinicId: $id, first: 5) { nodes { onboarding { name } } } }`;
  expect((await manager.ask(document, { id: clinicId })).data?.engagements.nodes).toEqual([{ onboarding: null }]);
});

test('the director comes in, writes and signs how each service is done, and what stood on it is no longer missing', async () => {
  const role = 'MEDICAL_DIRECTOR';
  const { code } = await does(officer, 'inviteMember', { at: clinicId, role, name: 'Marisol Quintero, MD', subject: sub('prescriber') });
  await does(physician, 'acceptInvitation', { code });
  const known = personas['prescriber'];
  const grants = [...(known?.grants ?? []), { role, at: clinicId }];
  physician = await graph.asSomeone({ sub: sub('prescriber'), name: known?.name ?? '', grants }, { stepUp: true });
  const findings: Record<string, string> = { 'botulinum-toxin': 'botulinum-toxin.toxin-allergy', 'weight-loss': 'glp1-weight-loss.gl-mtc' };
  for (const service of services) {
    const content = {
      ...{ indications: ['As examined'], doseLimits: [], monitoring: ['At each visit'], escalation: ['The director'] },
      ...{
        emergencyPlan: 'Emergency services first.',
        aftercare: ['Written instructions'],
        education: ['What to expect'],
        consents: ['Consent'],
      },
      contraindications: [{ linkId: findings[service], finding: 'Yes', consequence: 'BLOCKS' }],
    };
    const term = { version: '2027.1', title: service, effectiveFrom: inDays(0), expiresOn: inDays(300) };
    const { id, digest } = await does(physician, 'draftProtocolVersion', { service, clinicIds: [clinicId], ...term, content });
    await does(physician, 'submitProtocol', { versionId: id, digest, for: 'REVIEW' });
    await does(physician, 'submitProtocol', { versionId: id, digest, for: 'SIGNATURES', supervisingPhysicianIds: [] });
    expect((await does(physician, 'signProtocol', { versionId: id, digest })).status).toBe('ACTIVE');
  }
  expect((await stages(physician))['FRAMEWORK']).toEqual(['UNKNOWN', ...levels]);
  expect(await readiness()).toEqual({ 'botulinum-toxin': ['OPEN'], 'weight-loss': ['OPEN'] });
});

test('the levels of the acts are attested, a nurse practitioner is seen doing hers and has it delegated: framework and training are done', async () => {
  for (const service of services) {
    const attested = { entityId: placeTypeId('entity-a1'), ruleId: `US.delegation.${service}.NP`, expiresOn: inDays(300) };
    await does(officer, 'attestRule', { ...attested, note: 'Read with the director; our nurse practitioners work so.' });
  }
  expect((await stages(physician))['FRAMEWORK']).toEqual(['OPEN', 'delegation.record → MEDICAL_DIRECTOR']);
  expect((await stages(physician))['TRAINING']).toEqual(['OPEN', 'competency.performer → MEDICAL_DIRECTOR']);
  const whom = { clinicId, service: 'botulinum-toxin' };
  const seen = { course: 'Injector course, 2026', handsOnCount: 25, assessedOn: inDays(0), expiresOn: inDays(300) };
  await does(physician, 'recordCompetency', { ...whom, practitionerId: sub('examiner'), ...seen });
  expect((await stages(physician))['TRAINING']).toEqual(['DONE']);
  const document = `query ($id: ID!) { activeProtocols(clinicId: $id, service: "botulinum-toxin") { nodes { id } } }`;
  const [protocol] = (await physician.get(document, { id: clinicId })).activeProtocols.nodes;
  const term = { level: 3, states: ['TX'], startsOn: inDays(0), endsOn: inDays(300) };
  await does(physician, 'delegate', { ...whom, delegateId: sub('examiner'), protocolVersionId: protocol.id, ...term });
  expect((await stages(physician))['FRAMEWORK']).toEqual(['DONE']);
});

test('with a pharmacy, published hours and the first review of charts nothing is missing, and the clinic is open', async () => {
  // Accounts at pharmacies and hours of examiners have no verbs yet.
  const uuid = tryId('clinic', clinicId);
  await graph.sql(
    `insert into pharmacies.clinic_pharmacy_account (id, pharmacy_id, clinic_id, status, decided_at) values ($1, $2, $3, 'APPROVED', now())`,
    [randomUUID(), placeId('pharmacy-a'), uuid],
  );
  expect((await stages(officer))['PHARMACY']).toEqual(['DONE']);
  await graph.sql(`insert into prescriptions.examiner_clinic (id, examiner_id, clinic_id, services) values ($1, $2, $3, '{}')`, [
    ...[randomUUID(), tryId('practitioner', sub('examiner')), uuid],
  ]);
  await does(officer, 'scheduleAudit', { engagementId, dueOn: inDays(31) });
  expect(await stages(officer)).toEqual({
    ...{ ASSESSMENT: ['DONE'], MATCHING: ['DONE'], FRAMEWORK: ['DONE'], PHARMACY: ['DONE'] },
    ...{ AGREEMENTS: ['DONE'], TRAINING: ['DONE'], LAUNCH: ['DONE'] },
  });
  const { clinic } = await officer.get(`query ($id: ID!) { clinic(id: $id) { readiness { status } } }`, { id: clinicId });
  expect(clinic.readiness.status).toBe('OPEN');
});

test('a review of charts that is missed takes the director out of force at this clinic alone, until it is recorded', async () => {
  graph.clock.set(new Date(graph.clock.now().getTime() + 46 * 24 * HOUR_MS));
  expect((await readiness())['weight-loss']).toContain('director.engaged');
  const document = `query ($id: ID!) { engagements(clinicId: $id, first: 5) { nodes { id status audits(first: 1) { nodes { id status } } } } }`;
  const engaged = async () => (await officer.get(document, { id: clinicId })).engagements.nodes.find(({ id }: Data) => id === engagementId);
  const missed = await engaged();
  expect([missed.status, missed.audits.nodes[0].status]).toEqual(['SUSPENDED', 'MISSED']);
  const period = { periodFrom: inDays(-46), periodTo: inDays(0), encounters: 120, reviewed: 20, result: 'PASS' };
  await does(physician, 'recordAudit', { auditId: missed.audits.nodes[0].id, ...period });
  expect(await engaged()).toMatchObject({ status: 'ACTIVE', audits: { nodes: [{ status: 'SCHEDULED' }] } });
  expect((await readiness())['weight-loss']).not.toContain('director.engaged');
});
