import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { personas } from '#prisma/seed/personas.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { approval, clinicOf, completeExam, started } from './exam-story.ts';
import { draftOrder, orderDesk, sendOrder, signOrder } from './order-desk.ts';

let graph: TestGraph;
let desk: Asker;
let examiner: Asker;
let director: Asker;
let prescriber: Asker;
let clinicId: string;
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  examiner = await graph.as('examiner', { stepUp: true });
  director = await graph.as('director', { stepUp: true });
  prescriber = await graph.as('prescriber', { stepUp: true });
  clinicId = await clinicOf(desk);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const conditions =
  'approvalConditions { position kind text metAt metBy { id } statement evidenceDigest signature { jws documentDigest signedBy } }';
const meetCondition = `mutation ($input: MeetConditionInput!) { meetCondition(input: $input) { __typename ... on GoodFaithExam { id outcome record ${conditions} }
  ... on Refusal { code message } ... on InvalidInput { issues { path message } } ... on IllegalTransition { from to } } }`;
const coverage = `query ($id: ID!) { examCoverage(patientId: $id, service: "weight-loss") { covered until exam { id outcome } missing { id outcome message remedy } } }`;

const ask = async (who: Asker, document: string, input: Data): Promise<Data> => Object.values((await who.ask(document, { input })).data)[0];
const covered = async (id: string): Promise<Data> => (await desk.get(coverage, { id })).examCoverage;

const lab = { kind: 'LAB_RESULT', text: 'HbA1c of this month below 6.5 %' };
const resultDigest = 'a'.repeat(64);

/** An approval that depends on something in words and on a result. */
async function conditional(more: Data = {}): Promise<{ examId: string; patientId: string; exam: Data }> {
  const { examId, patientId } = await started(graph, clinicId);
  const input = approval(examId, {
    ...{ outcome: 'APPROVED_WITH_CONDITIONS', conditions: ['Brings her list of medicines'], codedConditions: [lab] },
    ...more,
  });
  const { completeExam: exam } = await examiner.get(completeExam, { input });
  return { examId, patientId, exam };
}

test('an approval with conditions names each, counts once every one is met, and then carries an order', async () => {
  const { examId, patientId, exam } = await conditional();
  expect(exam).toMatchObject({ outcome: 'APPROVED_WITH_CONDITIONS', conditions: ['Brings her list of medicines', lab.text] });
  expect(JSON.parse(exam.record).decision).toMatchObject({ conditionKinds: ['OTHER', 'LAB_RESULT'] });
  const remedy = 'Read the condition at the exam, and have a clinician of the clinic record how it was met.';
  const open = (position: number, kind: string) => ({
    ...{ id: `exam.condition.${position}`, outcome: 'FAIL', message: `Condition ${position} of the exam (${kind}) is not met`, remedy },
  });
  const shown = { id: examId, outcome: 'APPROVED_WITH_CONDITIONS' };
  expect(await covered(patientId)).toEqual({
    ...{ covered: false, until: null, exam: shown },
    missing: [open(1, 'OTHER'), open(2, 'LAB_RESULT')],
  });

  const orders = await orderDesk(graph);
  const clinicalDifference = { ...orders.input.clinicalDifference, findingId: exam.findings[0].id };
  const { draftOrder: order } = await prescriber.get(draftOrder, { input: { ...orders.input, examId, clinicalDifference } });
  const refused = await ask(prescriber, signOrder, { orderId: order.id });
  expect(refused.rules.flatMap(({ id, outcome }: Data) => (outcome === 'PASS' ? [] : [id]))).toEqual([
    ...['exam.condition.1', 'exam.condition.2'],
  ]);

  await ask(prescriber, meetCondition, { examId, position: 1, statement: 'She brought it today.' });
  expect((await covered(patientId)).missing).toEqual([open(2, 'LAB_RESULT')]);
  const met = await ask(director, meetCondition, {
    examId,
    position: 2,
    statement: ' 5.9 % on 20 November. ',
    evidenceDigest: resultDigest,
  });
  expect(met).toMatchObject({ ...shown, record: exam.record });
  const [words, result] = met.approvalConditions;
  expect(words).toMatchObject({ position: 1, kind: 'OTHER', metBy: { id: personas['prescriber']?.sub }, evidenceDigest: null });
  expect(result).toEqual({
    ...{ position: 2, ...lab, metAt: expect.any(String), metBy: { id: personas['director']?.sub } },
    ...{ statement: '5.9 % on 20 November.', evidenceDigest: resultDigest },
    signature: { jws: expect.any(String), documentDigest: expect.any(String), signedBy: personas['director']?.name },
  });
  expect(JSON.parse(Buffer.from(JSON.parse(result.signature.jws).payload, 'base64url').toString())).toEqual({
    ...{ schema: 'goodfaith.condition-met/1', exam: { id: examId, digest: exam.digest }, condition: { position: 2, ...lab } },
    ...{ statement: result.statement, evidenceDigest: resultDigest, metAt: result.metAt },
    clinician: { id: personas['director']?.sub, name: personas['director']?.name },
  });
  expect(await covered(patientId)).toEqual({ covered: true, until: exam.validUntil, exam: shown, missing: [] });

  const { signOrder: signed } = await prescriber.get(signOrder, { input: { orderId: order.id } });
  const document = JSON.parse(Buffer.from(JSON.parse(signed.signature.jws).payload, 'base64url').toString());
  expect(document.exam).toMatchObject({ id: examId, digest: exam.digest, outcome: 'APPROVED' });
  expect(document.rules.flatMap(({ id, outcome }: Data) => (id.startsWith('exam.condition.') ? [`${outcome} ${id}`] : []))).toEqual([
    ...['PASS exam.condition.1', 'PASS exam.condition.2'],
  ]);
  expect((await prescriber.get(sendOrder, { input: { orderId: order.id } })).sendOrder.status).toBe('SENT');
  const verified = await (await graph.as('pharmacist')).get('query ($id: ID!) { verifyOrder(orderId: $id) { verdict } }', { id: order.id });
  expect(verified.verifyOrder.verdict).toBe('VERIFIED');
});

test('a front desk is told that and what kind of condition is open, not what it says', async () => {
  const { examId } = await conditional();
  const { data, errors } = await desk.ask(`query ($id: ID!) { exam(id: $id) { approvalConditions { position kind metAt text } } }`, {
    id: examId,
  });
  expect(data.exam.approvalConditions).toEqual([
    { position: 1, kind: 'OTHER', metAt: null, text: null },
    { position: 2, kind: 'LAB_RESULT', metAt: null, text: null },
  ]);
  expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['FORBIDDEN']));
});

test('is refused to others, twice, of no condition, without what proves it, and once the exam was revoked', async () => {
  const { examId } = await conditional();
  const input = { examId, position: 1, statement: 'So it is.' };
  expect((await ask(desk, meetCondition, input)).code).toBe('FORBIDDEN');
  expect((await ask(await graph.as('examiner-b', { stepUp: true }), meetCondition, input)).code).toBe('NOT_FOUND');
  expect((await ask(await graph.as('examiner'), meetCondition, input)).code).toBe('STEP_UP_REQUIRED');
  const issues = async (more: Data) => (await ask(examiner, meetCondition, { ...input, ...more })).issues;
  expect(await issues({ statement: ' ' })).toEqual([{ path: 'input.statement', message: 'The statement is missing.' }]);
  for (const position of [0, 3])
    expect(await issues({ position })).toEqual([{ path: 'input.position', message: 'is not that of a condition of this exam' }]);
  expect(await issues({ position: 2 })).toEqual([
    { path: 'input.evidenceDigest', message: 'is missing: a LAB_RESULT is met with what proves it' },
  ]);
  expect(await issues({ position: 2, evidenceDigest: 'A'.repeat(64) })).toEqual([
    { path: 'input.evidenceDigest', message: 'A digest is a SHA-256 as 64 lower-case hexadecimal digits.' },
  ]);
  const both = await Promise.all([examiner, director].map((who) => ask(who, meetCondition, input)));
  expect(both.map((answer) => answer.code ?? 'HEARD').sort()).toEqual(['HEARD', 'ILLEGAL_TRANSITION']);
  await director.get('mutation ($input: RevokeExamInput!) { revokeExam(input: $input) { __typename ... on Refusal { code message } } }', {
    input: { examId, reason: 'OTHER', note: 'Held for another plan.' },
  });
  const late = await ask(examiner, meetCondition, { ...input, position: 2, evidenceDigest: resultDigest });
  expect(late).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'REVOKED', to: 'MET' });
  const { examId: plain } = await started(graph, clinicId);
  expect(await ask(examiner, meetCondition, { ...input, examId: plain })).toMatchObject({
    code: 'ILLEGAL_TRANSITION',
    from: 'IN_PROGRESS',
  });
});

test.each([
  ['conditions by kind beside a plain approval', { outcome: 'APPROVED', conditions: [] }, 'input.codedConditions'],
  ['a condition without words', { codedConditions: [{ ...lab, text: ' ' }] }, 'input.codedConditions.0.text'],
  ['more conditions than anybody keeps', { codedConditions: Array.from({ length: 20 }, () => lab) }, 'input.codedConditions'],
])('is refused and named by its path: %s', async (_what, more, path) => {
  const { examId } = await started(graph, clinicId);
  const input = approval(examId, { outcome: 'APPROVED_WITH_CONDITIONS', conditions: ['x'], codedConditions: [lab], ...more });
  const refused = await ask(examiner, completeExam, input);
  expect([refused.code, refused.issues?.map((issue: Data) => issue.path)]).toEqual(['INVALID_INPUT', [path]]);
});

test('the database signs no order on an open condition, and takes no result without what proves it', async () => {
  const { examId } = await conditional();
  const id = fromId('exam', examId);
  await expect(
    graph.sql(
      `insert into prescriptions.exam_condition_met (id, clinic_id, patient_id, exam_id, document_id, position, statement, met_by, at)
       select gen_random_uuid(), clinic_id, patient_id, exam_id, id, 2, 'x', gen_random_uuid(), now() from prescriptions.exam_document where exam_id = $1`,
      [id],
    ),
  ).rejects.toThrow(/met otherwise/);
  const { orderId } = { orderId: await (await orderDesk(graph)).draft({ examId, clinicalDifference: undefined }) };
  await expect(
    graph.sql(
      `update prescriptions."order" set status = 'SIGNED', signed_at = now(), document = '{}', jws = '{}', digest = encode(sha256('{}'), 'hex') where id = $1`,
      [fromId('order', orderId)],
    ),
  ).rejects.toThrow(/open condition/);
});
