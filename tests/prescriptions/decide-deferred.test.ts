import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { draftOrder, orderDesk, signOrder } from './order-desk.ts';
import { runJob } from './queue-story.ts';
import { approval, clinicOf, completeExam, quietAnswers, screened, started } from './exam-story.ts';

let graph: TestGraph;
let desk: Asker;
let examiner: Asker;
let director: Asker;
let clinicId: string;
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  examiner = await graph.as('examiner', { stepUp: true });
  director = await graph.as('director', { stepUp: true });
  clinicId = await clinicOf(desk);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const decideDeferred = `mutation ($input: DecideDeferredInput!) { decideDeferred(input: $input) { __typename
  ... on GoodFaithExam { id outcome validUntil digest record directorDecision { outcome reason services validUntil decidedAt director { id } signature { jws documentDigest } } decisions { gate replay { same } } }
  ... on Refusal { code message } ... on InvalidInput { issues { path message } } ... on IllegalTransition { from to } ... on RuleBlocked { rules { id outcome remedy } } } }`;
const decide = async (input: Data, who = director): Promise<Data> => (await who.ask(decideDeferred, { input })).data.decideDeferred;
const coverage = async (patientId: string): Promise<Data> =>
  (
    await desk.get(
      'query ($id: ID!) { examCoverage(patientId: $id, service: "weight-loss") { covered until exam { id } missing { id outcome } } }',
      { id: patientId },
    )
  ).examCoverage;
const blocking = (refused: Data) =>
  refused.rules.filter((rule: Data) => rule.outcome !== 'PASS').map((rule: Data) => `${rule.outcome} ${rule.id}`);

async function deferred(more: Data = {}): Promise<{ examId: string; patientId: string; digest: string; findingId: string }> {
  const { examId, patientId } = await started(graph, clinicId);
  const { completeExam: exam } = await examiner.get(completeExam, {
    input: approval(examId, { outcome: 'DEFERRED', services: [], ...more }),
  });
  return { examId, patientId, digest: exam.digest, findingId: exam.findings[0].id };
}

const reason = 'Read with the examiner; nothing stands against treatment.';

test('an exam deferred to the director and approved counts from then on, and carries an order', async () => {
  const { examId, patientId, digest, findingId } = await deferred();
  expect((await coverage(patientId)).missing[0]).toEqual({ id: 'exam.approved', outcome: 'FAIL' });
  const decided = await decide({ examId, digest, outcome: 'APPROVED', reason });
  const { directorDecision: decision, ...exam } = decided;
  // What the examiner signed is what it was.
  expect(exam).toMatchObject({ outcome: 'DEFERRED', validUntil: null, digest });
  expect(createHash('sha256').update(exam.record).digest('hex')).toBe(digest);
  expect(decision).toMatchObject({ outcome: 'APPROVED', reason, services: ['weight-loss'], validUntil: expect.any(String) });
  expect(decided.decisions.at(-1)).toEqual({ gate: 'DECIDE', replay: { same: true } });
  const { payload, signatures } = JSON.parse(decision.signature.jws);
  expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
    ...{ schema: 'goodfaith.director-decision/2', exam: { id: examId, digest }, outcome: 'APPROVED', reason },
    settled: [],
    director: { id: decision.director.id, credential: expect.stringMatching(/^(MD|DO)$/) },
  });
  expect(signatures).toHaveLength(2);
  expect(await coverage(patientId)).toEqual({ covered: true, until: decision.validUntil, exam: { id: examId }, missing: [] });

  const orders = await orderDesk(graph);
  const clinicalDifference = { ...orders.input.clinicalDifference, findingId };
  const input = { ...orders.input, examId, clinicalDifference };
  const { draftOrder: order } = await orders.prescriber.get(draftOrder, { input });
  const { signOrder: signed } = await orders.prescriber.get(signOrder, { input: { orderId: order.id } });
  const document = JSON.parse(Buffer.from(JSON.parse(signed.signature.jws).payload, 'base64url').toString());
  expect(document.exam).toMatchObject({
    id: examId,
    digest,
    outcome: 'APPROVED',
    services: ['weight-loss'],
    validUntil: decision.validUntil,
  });
  expect(await decide({ examId, digest, outcome: 'DECLINED', reason })).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'APPROVED' });
});

test('a call in which the two did not meet is approved by no director either', async () => {
  const { examId } = await started(graph, clinicId);
  await examiner.get('mutation ($input: JoinCallInput!) { joinCall(input: $input) { __typename ... on CallPass { id } } }', {
    input: { examId, as: 'EXAMINER' },
  });
  const { completeExam: exam } = await examiner.get(completeExam, {
    input: approval(examId, { outcome: 'DEFERRED', services: [] }),
  });
  expect(blocking(await decide({ examId, digest: exam.digest, outcome: 'APPROVED', reason }))).toEqual(['FAIL exam.liveContact']);
  expect(await decide({ examId, digest: exam.digest, outcome: 'DECLINED', reason })).toMatchObject({
    directorDecision: { outcome: 'DECLINED' },
  });
});

test('one that is declined clears nothing', async () => {
  const { examId, patientId, digest } = await deferred();
  const { directorDecision: decision } = await decide({ examId, digest, outcome: 'DECLINED', reason });
  expect(decision).toMatchObject({ outcome: 'DECLINED', services: [], validUntil: null });
  expect((await coverage(patientId)).covered).toBe(false);
});

test('an approval asks what completing one asks, and the director can answer what was left open', async () => {
  const { examId, digest } = await deferred({ answers: [] });
  const open = await decide({ examId, digest, outcome: 'APPROVED', reason });
  expect(blocking(open)).toEqual(['gl-bmi', 'gl-comorbid', 'gl-approved'].map((item) => `UNKNOWN screening.glp1-weight-loss.${item}`));
  const { answers } = approval(examId) as { answers: Data };
  expect((await decide({ examId, digest, outcome: 'APPROVED', reason, answers })).directorDecision.outcome).toBe('APPROVED');
});

test('the examiner’s answer that they defer is their outcome, which the director’s decision replaces', async () => {
  const { answers } = approval('') as { answers: Data[] };
  const { examId, patientId, digest } = await deferred({ answers: [...answers, { linkId: 'close.decision', value: 'deferred' }] });
  const input = { examId, digest, outcome: 'APPROVED', reason };
  const answered = async (linkId: string, value: string) => (await decide({ ...input, answers: [{ linkId, value }] })).issues;
  expect(await answered('close.decision', 'deferred')).toEqual([
    { path: 'input.answers.close.decision', message: 'contradicts the outcome APPROVED: answer approved, or leave it out' },
  ]);
  expect(await answered('close.valid-until', '2027-05-01')).toEqual([
    { path: 'input.answers.close.valid-until', message: expect.stringContaining('contradicts validUntil') },
  ]);
  const { directorDecision: decision } = await decide({ ...input, answers: [{ linkId: 'close.decision', value: 'approved' }] });
  expect(decision.outcome).toBe('APPROVED');
  expect(await coverage(patientId)).toMatchObject({ covered: true, exam: { id: examId } });
});

test('answers that came in since and block stand in the way', async () => {
  const { examId, patientId, digest } = await deferred();
  const answers = quietAnswers('weight-loss').map((one) => (one.linkId === 'glp1-weight-loss.gl-mtc' ? { ...one, value: true } : one));
  await screened(desk, patientId, 'weight-loss', answers);
  expect(blocking(await decide({ examId, digest, outcome: 'APPROVED', reason }))).toEqual(['FAIL intake.newest']);
});

test('is refused to others, of another record, of an exam that was not deferred, and without a second factor or a reason', async () => {
  const { examId, digest } = await deferred();
  const input = { examId, digest, outcome: 'APPROVED', reason };
  expect((await decide(input, examiner)).code).toBe('FORBIDDEN');
  expect((await decide(input, await graph.as('prescriber', { stepUp: true }))).code).toBe('FORBIDDEN');
  expect((await decide(input, await graph.as('director'))).code).toBe('STEP_UP_REQUIRED');
  expect((await decide({ ...input, digest: '0'.repeat(64) })).code).toBe('CONFLICT');
  expect((await decide({ ...input, reason: ' ' })).code).toBe('INVALID_INPUT');
  const approved = await started(graph, clinicId);
  const { completeExam: exam } = await examiner.get(completeExam, { input: approval(approved.examId) });
  expect(await decide({ ...input, examId: approved.examId, digest: exam.digest })).toMatchObject({
    code: 'ILLEGAL_TRANSITION',
    from: 'APPROVED',
  });
  expect(await graph.sql('select 1 from prescriptions.exam_director_decision where exam_id = $1', [fromId('exam', examId)])).toEqual([]);
});

test('what a director decided later covers until the day of their decision, to the day: it waits for somebody before, and ends once', async () => {
  const { examId, patientId, digest, findingId } = await deferred();
  const { directorDecision } = await decide({ examId, digest, outcome: 'APPROVED', reason });
  const { validUntil } = directorDecision;
  const orders = await orderDesk(graph);
  const clinicalDifference = { ...orders.input.clinicalDifference, findingId };
  const { draftOrder: order } = await orders.prescriber.get(draftOrder, { input: { ...orders.input, examId, clinicalDifference } });
  const told = async () =>
    (await graph.sql<{ payload: Data }>(`select payload from prescriptions.outbox_event where topic = 'exam-cover-ended'`))
      .map(({ payload }) => payload)
      .filter((one) => one['examId'] === examId);
  const waits = async () => {
    const asked = `query ($clinicId: ID!) { attention(clinicId: $clinicId, first: 100) { nodes { kind orderId until } } }`;
    const { attention } = await (await graph.as('prescriber')).get(asked, { clinicId });
    return attention.nodes
      .filter((one: Data) => one['orderId'] === order.id && one['kind'] === 'EXAM_ENDING')
      .map((one: Data) => one['until']);
  };
  const expired = async () =>
    (await coverage(patientId)).missing.filter(({ id, outcome }: Data) => id === 'exam.valid' && outcome === 'FAIL').length;
  const at = (days: number) => graph.clock.set(new Date(Date.parse(`${validUntil}T12:00:00Z`) + days * 86_400_000));
  const before = graph.clock.now();
  try {
    at(-15);
    expect(await waits()).toEqual([]);
    at(-14);
    expect(await waits()).toEqual([validUntil]);
    at(0);
    await runJob(graph, 'note-expired');
    expect([await waits(), await told(), await expired()]).toEqual([[validUntil], [], 0]);
    at(1);
    await runJob(graph, 'note-expired', 2);
    expect([await waits(), await expired()]).toEqual([[], 1]);
    expect(await told()).toEqual([{ examId, clinicId, endedOn: validUntil, orderIds: [order.id] }]);
    const { signOrder: refused } = (await (await graph.as('prescriber', { stepUp: true })).ask(signOrder, { input: { orderId: order.id } }))
      .data;
    expect(blocking(refused)).toContain('FAIL exam.valid');
  } finally {
    graph.clock.set(before);
  }
});
