import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Asker, Data } from '../support/graph.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';
import { clinicOf } from './exam-story.ts';
import { outsideExams, reportOf, signed, type Vendor, vendorAt, vendorWith } from './outside-story.ts';

let graph: TestGraph;
let desk: Asker;
let clinicId: string;
let vendor: Vendor;
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  clinicId = await clinicOf(desk);
  vendor = await vendorAt(graph, clinicId);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const secondsFromNow = (seconds: number) => String(Math.floor(Date.now() / 1000) + seconds);
const received = async (externalId: string) =>
  (await outsideExams(desk, clinicId)).filter((row) => row.externalId === externalId).map(({ status }) => status);

test('a signed report is taken once and waits for a person', async () => {
  expect(await vendor.send(await reportOf(graph, 'W-1'))).toEqual({
    status: 202,
    body: { externalId: 'W-1', receivedAt: expect.any(String) },
  });
  const [row] = await outsideExams(desk, clinicId, 'PROPOSED');
  expect(row).toMatchObject({
    ...{ status: 'PROPOSED', source: 'WEBHOOK', provenance: 'EXTERNAL_VERIFIED', externalId: 'W-1', service: 'weight-loss' },
    ...{ givenName: 'Ana', familyName: 'Whitfield', birthDate: '1988-04-17', outcome: 'APPROVED', patient: null, exam: null },
    vendor: { id: vendor.id, name: 'Clear Path Exams' },
  });
});

test('a report that comes again word for word is answered with its first receipt; one that says something else is refused', async () => {
  const report = await reportOf(graph, 'W-2');
  const first = { messageId: 'msg_once' };
  const taken = await vendor.send(report, first);
  expect(taken.status).toBe(202);
  graph.clock.set(new Date(graph.clock.now().getTime() + 60_000));
  expect(await vendor.send(report, first)).toEqual({ status: 200, body: taken.body });
  expect(await vendor.send(report)).toEqual({ status: 200, body: taken.body });
  const otherwise = { ...report, vitals: { bmi: 40 } };
  expect(await vendor.send(otherwise, first)).toEqual({
    status: 409,
    body: { code: 'REPLAYED', message: 'A message with this id came in before, and said something else.' },
  });
  expect(await vendor.send(otherwise)).toEqual({
    status: 409,
    body: { code: 'CONFLICT', message: expect.stringContaining('under an id of its own') },
  });
  expect(await received('W-2')).toEqual(['PROPOSED']);
});

test('of one message sent many times at once, one is taken', async () => {
  const report = await reportOf(graph, 'W-3');
  const send = () => vendor.send(report, { messageId: 'msg_rush' });
  const answers = await Promise.all(Array.from({ length: 6 }, send));
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 202)).toEqual([202]);
  expect([200, 202, 409]).toEqual(expect.arrayContaining(statuses));
  expect((await send()).status).toBe(200);
  expect(await received('W-3')).toEqual(['PROPOSED']);
});

const wrongly = { status: 401, body: { code: 'SIGNATURE_WRONG', message: 'The signature is not one of a vendor registered here.' } };
const late = { status: 401, body: { code: 'NOT_RECENT', message: expect.any(String) } };

test('who signs wrongly is answered alike, whoever they say they are', async () => {
  const report = await reportOf(graph, 'W-4');
  const other = await vendorAt(graph, clinicId, { name: 'Other Exams' });
  const message = { messageId: 'm', timestamp: secondsFromNow(0), body: JSON.stringify(report) };
  const good = signed(vendor.secret, message);
  expect(await vendor.send(report, { signature: 'v1,AAAA' })).toEqual(wrongly);
  expect(await vendor.send(report, { signature: good.replace('v1,', 'v2,') })).toEqual(wrongly);
  expect(await vendor.send(report, { ...message, signature: signed(other.secret, message) })).toEqual(wrongly);
  expect(await vendor.send(report, { ...message, body: `${message.body} `, signature: good })).toEqual(wrongly);
  expect(await vendor.send(report, { ...message, messageId: 'n', signature: good })).toEqual(wrongly);
  for (const id of ['exv_01h455vb4pex5vsknk084sn02q', 'nobody', '']) expect(await vendor.send(report, { vendorId: id })).toEqual(wrongly);
  expect(await received('W-4')).toEqual([]);
  // A sender that is changing its secret signs with both.
  expect((await vendor.send(report, { ...message, signature: `v1,AAAA ${good}` })).status).toBe(202);
});

test('five minutes either way are near enough, and not a second more', async () => {
  const send = async (seconds: number, id: string) => vendor.send(await reportOf(graph, id), { timestamp: secondsFromNow(seconds) });
  expect(await send(-302, 'W-5')).toEqual(late);
  expect(await send(302, 'W-5')).toEqual(late);
  expect((await send(-298, 'W-5')).status).toBe(202);
  expect((await send(298, 'W-6')).status).toBe(202);
  expect(await vendor.send(await reportOf(graph, 'W-7'), { timestamp: '1e9' })).toEqual(late);
});

test('whether a message is recent is a matter of the real time, wherever a sandbox has moved its clock', async () => {
  const [now, report] = [graph.clock.now(), await reportOf(graph, 'W-12')];
  const old = secondsFromNow(-40 * 86_400);
  graph.clock.set(new Date(now.getTime() - 40 * 86_400_000));
  expect(await vendor.send(report, { timestamp: old })).toEqual(late);
  graph.clock.set(new Date(now.getTime() + 40 * 86_400_000));
  expect((await vendor.send(report)).status).toBe(202);
  graph.clock.set(now);
});

test('a body that says nothing we know is refused by path, and never as our own failure', async () => {
  expect(await vendor.send({}, { body: 'not json' })).toEqual({
    status: 400,
    body: { code: 'NOT_JSON', message: 'The body is not JSON.' },
  });
  for (const body of ['null', '[]', '"x"', '7', '{}'])
    expect(await vendor.send({}, { body })).toMatchObject({ status: 422, body: { code: 'INVALID_INPUT' } });
  const paths = async (changes: Parameters<typeof reportOf>[2]) => {
    const answer = await vendor.send(await reportOf(graph, 'W-8', changes));
    expect(answer.status).toBe(422);
    return (answer.body as Data).issues.map(({ path }: Data) => path);
  };
  expect(await paths({ person: { first: ' ', last: 7 } })).toEqual(['givenName']);
  expect(await paths({ person: { first: 'A\u0000' } })).toEqual(['givenName']);
  expect(await paths({ person: { born: '1988-02-30' } })).toEqual(['birthDate']);
  expect(await paths({ encounter: { state: 'ZZ', result: 'maybe' } })).toEqual(['patientState', 'outcome']);
  expect(await paths({ encounter: { treatment: 'Botox' } })).toEqual(['service']);
  expect(await paths({ encounter: { treatment: 'microneedling' } })).toEqual(['service']);
  expect(await paths({ encounter: { signedAt: '2999-01-01T00:00:00Z' } })).toEqual(['completedAt']);
  expect(await paths({ encounter: { goodUntil: '2020-01-01' } })).toEqual(['validUntil']);
  expect(await paths({ clinician: { npi: '1234567890' } })).toEqual(['examinerNpi']);
  expect(await paths({ vitals: { bmi: 'heavy' } })).toEqual(['answers.glp1-weight-loss.gl-bmi']);
  expect(await paths({ encounter: { findings: ['x'.repeat(2_001)] } })).toEqual(['findings.0']);
  expect(await received('W-8')).toEqual([]);
});

const verb = (name: string) =>
  `mutation ($input: MoveExamVendorInput!) { ${name}(input: $input) { __typename ... on ExamVendor { id status } ... on Refusal { code } ... on IllegalTransition { from to } } }`;
const rotate = `mutation ($input: RotateExamVendorSecretInput!) { rotateExamVendorSecret(input: $input) {
  __typename ... on ExamVendorSecret { secret vendor { id } } ... on Refusal { code message } } }`;

test('a suspended vendor is turned away until it is resumed, an ended one for good', async () => {
  const officer = await graph.as('compliance', { stepUp: true });
  const one = await vendorAt(graph, clinicId, { name: 'On and off' });
  const input = { vendorId: one.id, reason: 'Their licence check is late.' };
  await officer.get(verb('suspendExamVendor'), { input });
  expect(await one.send(await reportOf(graph, 'W-9'))).toMatchObject({ status: 403, body: { code: 'VENDOR_SUSPENDED' } });
  await officer.get(verb('resumeExamVendor'), { input });
  expect((await one.send(await reportOf(graph, 'W-9'))).status).toBe(202);
  await officer.get(verb('endExamVendor'), { input });
  expect(await one.send(await reportOf(graph, 'W-10'))).toEqual(wrongly);
  expect((await officer.ask(verb('resumeExamVendor'), { input })).data.resumeExamVendor).toEqual({
    ...{ __typename: 'IllegalTransition', code: 'ILLEGAL_TRANSITION', from: 'ENDED', to: 'ACTIVE' },
  });
});

test('a new secret ends the one before, and is shown to who asked for it alone', async () => {
  const officer = await graph.as('compliance', { stepUp: true });
  const one = await vendorAt(graph, clinicId, { name: 'Rotating' });
  const { rotateExamVendorSecret: made } = await officer.get(rotate, { input: { vendorId: one.id } });
  expect(made.secret).toMatch(/^whsec_[\w+/]{43}=$/);
  expect(await one.send(await reportOf(graph, 'W-11'))).toEqual(wrongly);
  expect((await vendorWith(graph, one.id, made.secret).send(await reportOf(graph, 'W-11'), { messageId: 'fresh' })).status).toBe(202);
  const plain = await graph.as('compliance');
  expect((await plain.ask(rotate, { input: { vendorId: one.id } })).data.rotateExamVendorSecret.code).toBe('STEP_UP_REQUIRED');
  const stored = JSON.stringify(await graph.sql('select * from prescriptions.exam_vendor'));
  expect(stored).not.toContain(made.secret.slice(6));
});

test('vendors are arranged for a clinic by its own officer, and nobody else', async () => {
  const vendors = 'query ($clinicId: ID!) { examVendors(clinicId: $clinicId) { nodes { id name mapping } } }';
  const officer = await graph.as('compliance');
  const { nodes } = (await officer.get(vendors, { clinicId })).examVendors;
  expect(nodes.at(-1)).toMatchObject({ id: vendor.id, mapping: { constants: { modality: 'SYNC_VIDEO' } } });
  const [byDesk] = (await desk.ask(vendors, { clinicId })).errors;
  expect(byDesk).toMatchObject({ code: 'FORBIDDEN', path: expect.stringContaining('mapping') });
  for (const [who, code] of [
    ['mso-manager', 'FORBIDDEN'],
    ['other-desk', 'NOT_FOUND'],
    ['compliance-b', 'NOT_FOUND'],
  ] as const) {
    const { errors } = await (await graph.as(who)).ask(vendors, { clinicId });
    expect([who, errors[0]?.code]).toEqual([who, code]);
  }
  const foreign = await graph.as('compliance-b', { stepUp: true });
  expect((await foreign.ask(verb('endExamVendor'), { input: { vendorId: vendor.id, reason: 'Mine.' } })).data.endExamVendor.code).toBe(
    'NOT_FOUND',
  );
});

test('nothing that a report says is in the trail, and what came in is kept by its digest', async () => {
  const trail = JSON.stringify(
    await graph.sql(
      `select * from prescriptions.audit_event where action like 'outside-exam%' or action like 'exam-vendor%' or kind = 'REFUSAL'`,
    ),
  );
  expect(trail).toContain('outside-exam.received');
  for (const secret of ['Whitfield', '1988-04-17', 'GLP', 'Hives', 'counselled', 'whsec_']) expect(trail).not.toContain(secret);
});
