import { afterAll, beforeAll, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { uuidOf } from '#prisma/seed/invent.ts';
import { personas, placeTypeId } from '#prisma/seed/personas.ts';
import { booked, freeTimes, startExam } from '../prescriptions/exam-story.ts';
import { orderDesk, sendOrder } from '../prescriptions/order-desk.ts';
import { type Asker, type Data, type TestGraph, testGraph } from '../support/graph.ts';

/**
 * A director resigns. The services that would close are named before anything happens; until the last day all goes on; the day after, what
 * stood on the director stops. A successor is proposed, accepts, signs the same protocols and the agreement, and the clinic works as before.
 */
let graph: TestGraph;
let desk: Asker;
const austin = placeTypeId('austin');
const engagementId = toId('engagement', uuidOf('engagement:director:austin'));
const made = { exam: '', order: '', startsAt: '', successor: '' };
const before = { here: [] as Data[], elsewhere: [] as Data[] };
const person = (key: string): string => personas[key]?.sub ?? '';
const DAY_MS = 86_400_000;
const dayIn = (days: number) => new Date(graph.clock.now().getTime() + days * DAY_MS).toISOString().slice(0, 10);
const dates = { lastDay: '', closed: '' };

const readiness = `query ($id: ID!) { clinic(id: $id) { readiness { services { code status causes { ruleId } next { on status } } } } }`;
const servicesOf = async (clinicId: string): Promise<Data[]> =>
  (await (await graph.as('director')).get(readiness, { id: clinicId })).clinic.readiness.services;
const statuses = (services: Data[]): string[] => services.map(({ code, status }) => `${code} ${status}`);
/** What closes each service that is closed. */
const closedBy = async (): Promise<Record<string, string[]>> =>
  Object.fromEntries(
    (await servicesOf(austin)).flatMap(({ code, status, causes }) =>
      status === 'OPEN' ? [] : [[code, causes.map(({ ruleId }: Data) => ruleId)]],
    ),
  );

const atRisk = `query ($clinicId: ID) { atRisk(clinicId: $clinicId, first: 50) { nodes { subjectId since toDo blockers { id outcome } mustAct { role on practitioner { id } } } } }`;
const listed = async (): Promise<Data[]> => (await desk.get(atRisk, { clinicId: austin })).atRisk.nodes;

const refused =
  '... on Refusal { code message } ... on InvalidInput { issues { path message } } ... on RuleBlocked { rules { id outcome message } }';
const verbs = {
  giveNotice: '... on Engagement { id status endsOn } ... on ClosesServices { services closesOn }',
  proposeEngagement: '... on Engagement { id status role startsOn }',
  acceptEngagement: '... on Engagement { id status }',
  cosignProtocol: '... on ProtocolVersion { id status digest }',
  draftAgreement: '... on CollaborativeAgreement { id status }',
  signAgreement: '... on CollaborativeAgreement { id status }',
  terminateAgreement: '... on CollaborativeAgreement { id status }',
};

/** What somebody's verb answers, signed with a second factor. */
async function does(persona: string, verb: keyof typeof verbs, input: object): Promise<Data> {
  const type = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}Input`;
  const document = `mutation ($input: ${type}!) { ${verb}(input: $input) { __typename ${verbs[verb]} ${refused} } }`;
  const { data, errors } = await (await graph.as(persona, { stepUp: true })).ask(document, { input });
  expect(errors).toEqual([]);
  return data[verb];
}

beforeAll(async () => {
  graph = await testGraph();
  graph.clock.set(new Date(`${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)}T17:00:00Z`));
  desk = await graph.as('front-desk');
  dates.lastDay = dayIn(14);
  dates.closed = dayIn(15);
  before.here = await servicesOf(austin);
  before.elsewhere = await Promise.all(['san-diego', 'miami'].map((key) => servicesOf(placeTypeId(key))));
  const [startsAt] = await freeTimes(desk, graph, austin, 17);
  made.startsAt = startsAt ?? '';
  made.exam = (await booked(desk, graph, austin, startsAt)).examId;
  made.order = await (await orderDesk(graph)).signed();
}, 180_000);
afterAll(async () => graph?.[Symbol.asyncDispose]());

test('the director gives notice: nothing happens until they have read which services close, and confirmed it', async () => {
  const notice = { engagementId, lastDay: dates.lastDay, reason: 'I retire from practice at the end of the term.' };
  const open = before.here.filter(({ status }) => status === 'OPEN').map(({ code }) => code);
  const warned = await does('director', 'giveNotice', notice);
  expect(warned).toMatchObject({ __typename: 'ClosesServices', code: 'CLOSES_SERVICES', closesOn: dates.closed });
  expect(warned.services).toEqual(expect.arrayContaining(open));
  expect(statuses(await servicesOf(austin))).toEqual(statuses(before.here));

  expect(await does('director', 'giveNotice', { ...notice, confirmClosing: true })).toMatchObject({
    status: 'ENDING',
    endsOn: dates.lastDay,
  });
});

test('until the last day all goes on, and readiness says when it ends', async () => {
  graph.clock.set(new Date(graph.clock.now().getTime() + 14 * DAY_MS));
  const services = await servicesOf(austin);
  expect(statuses(services)).toEqual(statuses(before.here));
  for (const { status, next } of services) if (status === 'OPEN') expect(next).toEqual({ on: dates.closed, status: 'CLOSED' });
  expect(await listed()).toEqual([]);
});

test('the day after, the services of that clinic are closed and no other’s; its exam waits and its order is held', async () => {
  graph.clock.set(new Date(graph.clock.now().getTime() + DAY_MS));
  const closed = await closedBy();
  expect(Object.keys(closed)).toEqual(before.here.map(({ code }) => code));
  for (const causes of Object.values(closed)) expect(causes).toEqual(['director.engaged', 'protocol.inForce']);
  const elsewhere = await Promise.all(['san-diego', 'miami'].map((key) => servicesOf(placeTypeId(key))));
  expect(elsewhere.map(statuses)).toEqual(before.elsewhere.map(statuses));

  const [order, exam, ...others] = await listed();
  expect(others).toEqual([]);
  expect(order).toMatchObject({ subjectId: made.order, toDo: 'HOLD', blockers: [{ id: 'protocol.standing', outcome: 'FAIL' }] });
  expect(exam).toMatchObject({ subjectId: made.exam, toDo: 'WAIT', since: dates.closed });
  expect(exam.blockers.map(({ id }: Data) => id)).toEqual(['director.engaged', 'protocol.inForce']);
  expect(exam.mustAct[0]).toMatchObject({ role: 'COMPLIANCE_OFFICER', on: 'CAUSE' });
});

test('a successor is proposed and accepts: now only the protocols stand in the way', async () => {
  const sha256 = 'c'.repeat(64);
  const terms = {
    ...{ clinicId: austin, practitionerId: person('prescriber'), role: 'MEDICAL_DIRECTOR', model: 'FRACTIONAL', states: ['TX'] },
    ...{ feeBasis: 'FIXED_MONTHLY', startsOn: dayIn(0), documents: [{ kind: 'AGREEMENT', sha256, signedOn: dayIn(0) }] },
  };
  const proposed = await does('compliance', 'proposeEngagement', terms);
  expect(proposed).toMatchObject({ status: 'DRAFT', role: 'MEDICAL_DIRECTOR', startsOn: dayIn(0) });
  expect(Object.values(await closedBy())[0]).toContain('director.engaged');
  const accepted = await does('prescriber', 'acceptEngagement', { engagementId: proposed.id, documentDigests: [sha256] });
  expect(accepted).toMatchObject({ status: 'ACTIVE' });
  for (const causes of Object.values(await closedBy())) expect(causes).toEqual(['protocol.inForce']);
});

test('signed by the successor, to the letter as it stands, each protocol opens its own service and no other', async () => {
  const { protocolVersions } = await (await graph.as('prescriber')).get(
    `query ($id: ID!) { protocolVersions(clinicId: $id, first: 50) { nodes { id service digest status signatures { practitioner { id } } } } }`,
    { id: austin },
  );
  const versions: Data[] = protocolVersions.nodes.filter(({ signatures }: Data) => signatures.length > 0);
  const waiting = new Set(Object.keys(await closedBy()));
  expect(new Set(versions.map(({ service }) => service))).toEqual(waiting);
  for (const { id, service, digest } of versions) {
    expect(await does('prescriber', 'cosignProtocol', { versionId: id, digest })).toMatchObject({ id, digest, status: 'ACTIVE' });
    waiting.delete(service);
    expect(new Set(Object.keys(await closedBy()))).toEqual(waiting);
  }
  expect(statuses(await servicesOf(austin))).toEqual(statuses(before.here));
});

test('the nurse practitioner’s agreement with the director ends too: she needs one with the successor before she examines', async () => {
  expect(await listed()).toEqual([]);
  const former = toId('collaborativeAgreement', uuidOf('collaboration:examiner:TX'));
  expect(await does('director', 'terminateAgreement', { agreementId: former, reason: 'Retired from practice.' })).toMatchObject({
    status: 'TERMINATED',
  });
  const [exam, ...others] = await listed();
  expect(others).toEqual([]);
  expect(exam).toMatchObject({
    subjectId: made.exam,
    toDo: 'REBOOK',
    since: null,
    blockers: [{ id: 'agreement.examiner', outcome: 'FAIL' }],
  });

  const digest = 'd'.repeat(64);
  const { id: agreementId } = await does('compliance', 'draftAgreement', {
    ...{ clinicId: austin, supervisorId: person('prescriber'), superviseeId: person('examiner'), state: 'TX' },
    ...{ startsOn: dayIn(0), endsOn: dayIn(300), cadenceDays: 30, digest },
  });
  expect(await does('prescriber', 'signAgreement', { agreementId, digest })).toMatchObject({ status: 'DRAFT' });
  expect(await listed()).toHaveLength(1);
  expect(await does('examiner', 'signAgreement', { agreementId, digest })).toMatchObject({ status: 'ACTIVE' });
  expect(await listed()).toEqual([]);
});

test('the clinic works as before: the order is sent, and the exam is held under the same version of the protocol', async () => {
  const prescriber = await graph.as('prescriber');
  await prescriber.get(sendOrder, { input: { orderId: made.order } });
  const { verifyOrder } = await (await graph.as('pharmacist')).get('query ($id: ID!) { verifyOrder(orderId: $id) { verdict } }', {
    id: made.order,
  });
  expect(verifyOrder.verdict).toBe('VERIFIED');

  graph.clock.set(new Date(made.startsAt));
  const examiner = await graph.as('examiner');
  await examiner.get(startExam, { input: { examId: made.exam, patientState: 'TX', identityVerifiedBy: 'GOVERNMENT_ID' } });
  const { exam, order } = await examiner.get(
    'query ($exam: ID!, $order: ID!) { exam(id: $exam) { status protocol { id } } order(id: $order) { protocol { id } } }',
    { exam: made.exam, order: made.order },
  );
  expect([exam.status, exam.protocol]).toEqual(['IN_PROGRESS', order.protocol]);
});
