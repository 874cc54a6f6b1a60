import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { approval, clinicOf, completeExam, started } from '../prescriptions/exam-story.ts';
import { draftOrder, orderDesk, sendOrder, signOrder } from '../prescriptions/order-desk.ts';

/**
 * An exam is deferred. The examiner finds nothing against treatment and leaves the decision to the medical director. Until the director has
 * decided, nothing covers the patient and no order is signed; then the order goes its way, and when the director hears of what nobody had told,
 * the approval is taken back and the pharmacy sees it.
 */
let graph: TestGraph;
let desk: Asker;
let examiner: Asker;
let director: Asker;
let prescriber: Asker;
let pharmacist: Asker;
let exam: { id: string; patientId: string; digest: string; findingId: string };
let orderId: string;

beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  examiner = await graph.as('examiner', { stepUp: true });
  director = await graph.as('director', { stepUp: true });
  prescriber = await graph.as('prescriber', { stepUp: true });
  pharmacist = await graph.as('pharmacist');
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const refused = '... on Refusal { code message } ... on RuleBlocked { rules { id outcome } } ... on IllegalTransition { from to }';
const decideDeferred = `mutation ($input: DecideDeferredInput!) { decideDeferred(input: $input) { __typename
  ... on GoodFaithExam { id outcome digest directorDecision { outcome services validUntil } } ${refused} } }`;
const revokeExam = `mutation ($input: RevokeExamInput!) { revokeExam(input: $input) { __typename
  ... on GoodFaithExam { id revokedReason revocation { part ordersHeld { id } } } ${refused} } }`;
const verify = 'query ($id: ID!) { verifyOrder(orderId: $id) { verdict checks { code outcome } } }';

const ask = async (who: Asker, document: string, input: Data): Promise<Data> => Object.values((await who.ask(document, { input })).data)[0];
const stops = (answer: Data): string[] => answer.rules.flatMap(({ id, outcome }: Data) => (outcome === 'PASS' ? [] : [`${outcome} ${id}`]));
async function coverage(): Promise<Data> {
  const document = `query ($id: ID!) { examCoverage(patientId: $id, service: "weight-loss") { covered until exam { id } endedEarly { ruleId } missing { id } } }`;
  return (await desk.get(document, { id: exam.patientId })).examCoverage;
}

test('the examiner defers, and nothing covers the patient yet', async () => {
  const { examId, patientId } = await started(graph, await clinicOf(desk));
  const { completeExam: done } = await examiner.get(completeExam, { input: approval(examId, { outcome: 'DEFERRED', services: [] }) });
  exam = { id: examId, patientId, digest: done.digest, findingId: done.findings[0].id };
  expect(done).toMatchObject({ outcome: 'DEFERRED', services: [], validUntil: null });
  const { covered, missing } = await coverage();
  expect([covered, missing.map(({ id }: Data) => id)]).toEqual([false, expect.arrayContaining(['exam.approved'])]);
});

test('an order can be drafted on it and not be signed', async () => {
  const orders = await orderDesk(graph);
  const clinicalDifference = { ...orders.input.clinicalDifference, findingId: exam.findingId };
  const { draftOrder: order } = await prescriber.get(draftOrder, { input: { ...orders.input, examId: exam.id, clinicalDifference } });
  orderId = order.id;
  expect(stops(await ask(prescriber, signOrder, { orderId }))).toContain('FAIL exam.approved');
});

test('neither examiner nor prescriber decides it, nor the director without having read this very record', async () => {
  const decision = { examId: exam.id, digest: exam.digest, outcome: 'APPROVED', reason: 'Read; nothing stands against treatment.' };
  for (const who of [examiner, prescriber]) expect((await ask(who, decideDeferred, decision)).code).toBe('FORBIDDEN');
  expect((await ask(await graph.as('director'), decideDeferred, decision)).code).toBe('STEP_UP_REQUIRED');
  expect((await ask(director, decideDeferred, { ...decision, digest: '0'.repeat(64) })).code).toBe('CONFLICT');
});

test('the director reads the record, approves, and the patient is covered for as long as the exam would have', async () => {
  const { exam: read } = await director.get('query ($id: ID!) { exam(id: $id) { digest record rationale } }', { id: exam.id });
  expect(JSON.parse(read.record).decision.rationale).toBe(read.rationale);
  const decided = await ask(director, decideDeferred, {
    ...{ examId: exam.id, digest: read.digest, outcome: 'APPROVED', reason: 'Read with the examiner; nothing stands against treatment.' },
  });
  // What the examiner signed stays what it was.
  expect(decided).toEqual({
    ...{ __typename: 'GoodFaithExam', id: exam.id, outcome: 'DEFERRED', digest: exam.digest },
    directorDecision: { outcome: 'APPROVED', services: ['weight-loss'], validUntil: expect.any(String) },
  });
  expect(await coverage()).toEqual({
    ...{ covered: true, until: decided.directorDecision.validUntil, exam: { id: exam.id }, endedEarly: [], missing: [] },
  });
});

test('the order is signed and sent, and its pharmacy finds nothing wrong', async () => {
  expect((await prescriber.get(signOrder, { input: { orderId } })).signOrder.status).toBe('SIGNED');
  expect((await prescriber.get(sendOrder, { input: { orderId } })).sendOrder.status).toBe('SENT');
  expect((await pharmacist.get(verify, { id: orderId })).verifyOrder.verdict).toBe('VERIFIED');
});

test('the clinic’s figures count it as an order with an exam', async () => {
  const today = graph.clock.now().toISOString().slice(0, 10);
  const figures = 'query ($id: ID!, $on: Date!) { clinic(id: $id) { metrics(from: $on, to: $on) { ordersSigned ordersWithoutExam } } }';
  const { clinic } = await desk.get(figures, { id: await clinicOf(desk), on: today });
  expect(clinic.metrics).toEqual({ ordersSigned: 1, ordersWithoutExam: 0 });
});

test('the director hears what nobody had told and takes the approval back: nothing covers, and the pharmacy sees the hold', async () => {
  const taken = await ask(director, revokeExam, {
    examId: exam.id,
    reason: 'INFORMATION_WRONG',
    note: 'Pancreatitis in 2021 was left out.',
  });
  expect(taken).toEqual({
    ...{ __typename: 'GoodFaithExam', id: exam.id, revokedReason: 'INFORMATION_WRONG' },
    revocation: { part: 'MEDICAL_DIRECTOR', ordersHeld: [{ id: orderId }] },
  });
  expect(await coverage()).toMatchObject({ covered: false, endedEarly: [{ ruleId: 'exam.approved' }], missing: [{ id: 'exam.approved' }] });
  const { verifyOrder: report } = await pharmacist.get(verify, { id: orderId });
  expect(report.verdict).not.toBe('VERIFIED');
  expect(report.checks.filter(({ outcome }: Data) => outcome === 'FAIL')).toEqual([
    { code: expect.stringMatching(/HOLD/), outcome: 'FAIL' },
  ]);
});
