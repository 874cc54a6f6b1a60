import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { approval, clinicOf, completeExam, quietAnswers, screened, started } from './exam-story.ts';
import { draftOrder, orderDesk, sendOrder, signOrder } from './order-desk.ts';

let graph: TestGraph;
let desk: Asker;
let examiner: Asker;
let director: Asker;
let prescriber: Asker;
let clinicId: string;
beforeAll(async () => {
  graph = await testGraph();
  graph.clock.set(new Date());
  desk = await graph.as('front-desk');
  examiner = await graph.as('examiner', { stepUp: true });
  director = await graph.as('director', { stepUp: true });
  prescriber = await graph.as('prescriber', { stepUp: true });
  clinicId = await clinicOf(desk);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const atRisk = `query ($clinicId: ID) { atRisk(clinicId: $clinicId, first: 50) { nodes { subjectId since toDo blockers { id outcome } mustAct { role on ruleIds } } } }`;
const listed = async (who: Asker): Promise<Data[]> => (await who.get(atRisk, { clinicId })).atRisk.nodes;
const blocking = async (orderId: string): Promise<string[]> =>
  (await prescriber.ask(sendOrder, { input: { orderId } })).data.sendOrder.rules.flatMap(({ id, outcome }: Data) =>
    outcome === 'PASS' ? [] : [`${outcome} ${id}`],
  );
const today = () => graph.clock.now().toISOString().slice(0, 10);

/** An order that was signed on an exam held here, of that exam's patient. */
async function signed(): Promise<{ examId: string; patientId: string; orderId: string }> {
  const { examId, patientId } = await started(graph, clinicId);
  const { completeExam: exam } = await examiner.get(completeExam, { input: approval(examId) });
  const orders = await orderDesk(graph);
  const clinicalDifference = { ...orders.input.clinicalDifference, findingId: exam.findings[0].id };
  const { draftOrder: order } = await prescriber.get(draftOrder, { input: { ...orders.input, examId, clinicalDifference } });
  await prescriber.get(signOrder, { input: { orderId: order.id } });
  return { examId, patientId, orderId: order.id };
}

test('answers that block, given since the signature, keep an order from being sent, and the list of what is at risk says so and since when', async () => {
  const { patientId, orderId } = await signed();
  expect(await listed(desk)).toEqual([]);
  const answers = quietAnswers('weight-loss').map((one) => (one.linkId === 'glp1-weight-loss.gl-mtc' ? { ...one, value: true } : one));
  await screened(desk, patientId, 'weight-loss', answers);
  expect(await blocking(orderId)).toEqual(['FAIL exam.contraindication']);
  const blockers = [{ id: 'exam.contraindication', outcome: 'FAIL' }];
  expect(await listed(desk)).toEqual([
    {
      ...{ subjectId: orderId, since: today(), toDo: 'EXAMINE_AGAIN', blockers },
      mustAct: [
        { role: 'FRONT_DESK', on: 'RECORD', ruleIds: ['exam.contraindication'] },
        { role: 'COMPLIANCE_OFFICER', on: 'CAUSE', ruleIds: ['exam.contraindication'] },
      ],
    },
  ]);
  // Of the patient's own record nothing is asked for who may not read it.
  expect(await listed(await graph.as('compliance'))).toEqual([]);
  await screened(desk, patientId);
  expect(await listed(desk)).toEqual([]);
  expect((await prescriber.get(sendOrder, { input: { orderId } })).sendOrder.status).toBe('SENT');
});

test('a mark that its exam was entered in error keeps it, and its rejection lets it go', async () => {
  const { examId, orderId } = await signed();
  const { markEnteredInError: report } = await director.get(
    'mutation ($input: MarkEnteredInErrorInput!) { markEnteredInError(input: $input) { __typename ... on ExamErrorReport { id } ... on Refusal { code message } } }',
    { input: { examId, reason: 'OTHER', note: 'Unclear.' } },
  );
  expect(await blocking(orderId)).toEqual(['UNKNOWN exam.unquestioned']);
  expect(await listed(desk)).toMatchObject([{ subjectId: orderId, since: today(), toDo: 'HOLD', mustAct: [{ role: 'MEDICAL_DIRECTOR' }] }]);
  await prescriber.get(
    'mutation ($input: RejectEnteredInErrorInput!) { rejectEnteredInError(input: $input) { __typename ... on ExamErrorReport { id } ... on Refusal { code message } } }',
    { input: { reportId: report.id, note: 'It is theirs.' } },
  );
  expect(await listed(desk)).toEqual([]);
});

test('a later exam that decided against keeps it', async () => {
  const { examId, orderId } = await signed();
  await graph.sql(
    `insert into prescriptions.good_faith_exam
     select (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(), 'outcome', 'DECLINED', 'services', '[]'::jsonb, 'valid_until', null,
       'completed_at', e.completed_at + interval '1 minute', 'hold_id', null))).* from prescriptions.good_faith_exam e where e.id = $1`,
    [fromId('exam', examId)],
  );
  expect(await blocking(orderId)).toEqual(['FAIL exam.laterDecision']);
  expect(await listed(desk)).toMatchObject([{ subjectId: orderId, since: today(), blockers: [{ id: 'exam.laterDecision' }] }]);
});

/** A later exam of the same patient, a minute after, that differs in this. */
async function later(examId: string, more: Data): Promise<void> {
  await graph.sql(
    `insert into prescriptions.good_faith_exam
     select (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(), 'hold_id', null, 'completed_at', e.completed_at + interval '1 minute') || $2::jsonb)).*
     from prescriptions.good_faith_exam e where e.id = $1`,
    [fromId('exam', examId), JSON.stringify(more)],
  );
}

test.each([
  ['taken back for what concerns the patient', { revoked_at: new Date().toISOString(), revoked_reason: 'CONTRAINDICATION_FOUND' }],
  ['given on a condition that is open', { outcome: 'APPROVED_WITH_CONDITIONS', conditions: ['Labs'], condition_kinds: ['LAB_RESULT'] }],
])('a later approval that was %s keeps it', async (_how, more) => {
  const { examId, orderId } = await signed();
  await later(examId, more);
  expect(await blocking(orderId)).toEqual(['FAIL exam.laterDecision']);
  const of = (await listed(desk)).filter((one) => one.subjectId === orderId);
  expect(of).toMatchObject([{ subjectId: orderId, since: today(), toDo: 'EXAMINE_AGAIN', blockers: [{ id: 'exam.laterDecision' }] }]);
});

test('a later approval that was taken back for its examiner’s want of authority does not', async () => {
  const { examId, orderId } = await signed();
  await later(examId, { revoked_at: new Date().toISOString(), revoked_reason: 'AUTHORITY_LACKING' });
  expect((await listed(desk)).filter((one) => one.subjectId === orderId)).toEqual([]);
  expect((await prescriber.get(sendOrder, { input: { orderId } })).sendOrder.status).toBe('SENT');
});
