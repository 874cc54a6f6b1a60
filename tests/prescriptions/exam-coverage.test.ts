import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { sentBy } from '../support/statements.ts';
import {
  approval,
  bookExam,
  clinicOf,
  completeExam,
  freeTimes,
  held,
  quietAnswers,
  registered,
  screened,
  startExam,
  started,
} from './exam-story.ts';

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

const examCoverage = `query ($patientId: ID!, $service: String = "weight-loss", $on: Date, $patientState: UsState) {
  examCoverage(patientId: $patientId, service: $service, on: $on, patientState: $patientState) {
    covered on until exam { id } missing { id outcome remedy } rules { id outcome } } }`;

async function coverage(patientId: string, more: Data = {}, who = desk): Promise<Data> {
  return (await who.get(examCoverage, { patientId, ...more })).examCoverage;
}

/** Whether the patient is covered, and otherwise what is missing. */
async function standing(patientId: string, more: Data = {}): Promise<string[]> {
  const { covered, until, missing } = await coverage(patientId, more);
  expect(missing.every((rule: Data) => rule.remedy)).toBe(true);
  expect([covered, until !== null]).toEqual([missing.length === 0, missing.length === 0]);
  return missing.map((rule: Data) => `${rule.outcome} ${rule.id}`);
}

async function decided(more: Data = {}): Promise<{ examId: string; patientId: string; validUntil: string }> {
  const { examId, patientId } = await started(graph, clinicId);
  const { completeExam: exam } = await examiner.get(completeExam, { input: approval(examId, more) });
  return { examId, patientId, validUntil: exam.validUntil };
}

async function heldAgain(patientId: string, more: Data): Promise<string> {
  const intakeId = await screened(desk, patientId);
  const holdId = await held(desk, clinicId, patientId, (await freeTimes(desk, graph, clinicId))[0] ?? '');
  const { bookExam: exam } = await desk.get(bookExam, { input: { holdId, intakeId } });
  await examiner.get(startExam, { input: { examId: exam.id, patientState: 'TX', identityVerifiedBy: 'EXISTING_RECORD' } });
  await examiner.get(completeExam, { input: approval(exam.id, more) });
  return exam.id;
}

const day = (offset: number, from = graph.clock.now()): string => new Date(from.getTime() + offset * 86_400_000).toISOString().slice(0, 10);

test('says which exam covers, until when, and every rule that was asked', async () => {
  const { examId, patientId, validUntil } = await decided();
  const covered = await coverage(patientId);
  expect(covered).toMatchObject({ covered: true, on: day(0), until: validUntil, exam: { id: examId }, missing: [] });
  expect(covered.rules.map(({ id, outcome }: Data) => `${outcome} ${id}`)).toEqual(
    [
      ...['exam.patient', 'exam.approved', 'exam.patientState', 'TX.gfe.validityMonths', 'exam.valid', 'exam.service'],
      ...['TX.gfe.telehealthAllowed', 'TX.gfe.syncAudioVideo', 'TX.gfe.performers', 'exam.examinerLicence'],
      ...['exam.contraindication', 'exam.laterDecision', 'exam.unquestioned'],
    ].map((id) => `PASS ${id}`),
  );
  // To whoever may see the exam, the answer is the same.
  for (const who of [examiner, director]) expect(await coverage(patientId, {}, who)).toEqual(covered);
});

test('says what is missing to who was never examined, or for another service', async () => {
  const nobody = await registered(desk, clinicId);
  expect(await coverage(nobody)).toEqual({
    ...{ covered: false, on: day(0), until: null, exam: null },
    missing: [{ id: 'exam.service', outcome: 'FAIL', remedy: 'Hold a good-faith exam for weight-loss.' }],
    rules: [{ id: 'exam.service', outcome: 'FAIL' }],
  });
  const { patientId } = await decided();
  expect(await standing(patientId, { service: 'microneedling' })).toEqual(['FAIL exam.service']);
});

test('ends with its last day, and does not begin before the exam', async () => {
  const { patientId, validUntil } = await decided();
  expect(await standing(patientId, { on: day(30) })).toEqual([]);
  // By then the attestation of the term has lapsed, if nobody renews it: whether the exam still carries is not known today.
  expect(await standing(patientId, { on: validUntil })).toEqual(['UNKNOWN TX.gfe.validityMonths', 'UNKNOWN exam.valid']);
  expect(await standing(patientId, { on: day(1, new Date(validUntil)) })).toContain('FAIL exam.valid');
  // Of a day before the first release of the rules nothing is known, which covers nobody either.
  expect(await standing(patientId, { on: day(-2) })).toContainEqual(expect.stringMatching(/^(FAIL|UNKNOWN) exam\.valid$/));
});

test('holds only where the patient was, and only for what was approved without conditions', async () => {
  const { patientId } = await decided();
  expect(await standing(patientId, { patientState: 'FL' })).toContain('UNKNOWN exam.patientState');
  const conditional = await decided({ outcome: 'APPROVED_WITH_CONDITIONS', conditions: ['Labs in six weeks'] });
  expect(await standing(conditional.patientId)).toEqual(['FAIL exam.condition.1']);
  const declined = await decided({ outcome: 'DECLINED', services: [] });
  expect(await standing(declined.patientId)).toContain('FAIL exam.approved');
});

test('ends early with a new contraindication, and not with an answer that was a mistake', async () => {
  const { patientId } = await decided();
  const blocking = quietAnswers('weight-loss').map((one) => (one.linkId === 'glp1-weight-loss.gl-mtc' ? { ...one, value: true } : one));
  await screened(desk, patientId, 'weight-loss', blocking);
  expect(await standing(patientId)).toEqual(['FAIL exam.contraindication']);
  await screened(desk, patientId);
  expect(await standing(patientId)).toEqual([]);
});

test('ends early with a later decision against, and a still later approval covers again', async () => {
  const { patientId, examId } = await decided();
  await heldAgain(patientId, { outcome: 'NEEDS_IN_PERSON', services: [] });
  expect(await coverage(patientId)).toMatchObject({ covered: false, exam: { id: examId }, missing: [{ id: 'exam.laterDecision' }] });
  const approved = await heldAgain(patientId, {});
  expect(await coverage(patientId)).toMatchObject({ covered: true, exam: { id: approved } });
});

const revokeExam =
  'mutation ($input: RevokeExamInput!) { revokeExam(input: $input) { __typename ... on GoodFaithExam { id } ... on Refusal { code message } } }';

test.each([
  ['CONTRAINDICATION_FOUND', ['FAIL exam.approved']],
  ['HEALTH_CHANGED', ['FAIL exam.approved']],
  ['INFORMATION_WRONG', ['FAIL exam.approved']],
  ['PATIENT_REQUEST', ['FAIL exam.approved']],
  ['OTHER', ['FAIL exam.approved']],
  ['AUTHORITY_LACKING', []],
  ['BELOW_STANDARD', []],
])('an approval taken back as %s leaves the one before standing only where that speaks of the exam alone', async (reason, missing) => {
  const { patientId, examId } = await decided();
  const later = await heldAgain(patientId, {});
  await director.get(revokeExam, { input: { examId: later, reason, note: 'Read again.' } });
  expect(await standing(patientId)).toEqual(missing);
  const { exam, endedEarly } = (await desk.get(ended, { patientId })).examCoverage;
  expect([exam.id, endedEarly]).toEqual(missing.length === 0 ? [examId, []] : [later, [{ on: day(0), ruleId: 'exam.approved' }]]);
});

const ended =
  'query ($patientId: ID!) { examCoverage(patientId: $patientId, service: "weight-loss") { exam { id } endedEarly { on ruleId } } }';

test('while a condition of a later approval is open, the approval before it covers nothing', async () => {
  const { patientId } = await decided();
  const later = await heldAgain(patientId, { outcome: 'APPROVED_WITH_CONDITIONS', conditions: ['Labs in six weeks'] });
  const { covered, exam } = await coverage(patientId);
  expect([covered, exam.id]).toEqual([false, later]);
  expect(await standing(patientId)).toEqual(['FAIL exam.condition.1']);
  await examiner.get(
    'mutation ($input: MeetConditionInput!) { meetCondition(input: $input) { __typename ... on GoodFaithExam { id } ... on Refusal { code message } } }',
    { input: { examId: later, position: 1, statement: 'Labs of today are normal.' } },
  );
  expect(await standing(patientId)).toEqual([]);
});

test('is in doubt while the exam is marked as entered in error, and over once that is confirmed', async () => {
  const { patientId, examId } = await decided();
  const marked = await director.get(
    'mutation ($input: MarkEnteredInErrorInput!) { markEnteredInError(input: $input) { __typename ... on ExamErrorReport { id } ... on Refusal { code message } } }',
    { input: { examId, reason: 'DUPLICATE', note: 'Entered twice.' } },
  );
  expect(await standing(patientId)).toEqual(['UNKNOWN exam.unquestioned']);
  const prescriber = await graph.as('prescriber', { stepUp: true });
  await prescriber.get(
    'mutation ($input: ConfirmEnteredInErrorInput!) { confirmEnteredInError(input: $input) { __typename ... on ExamErrorReport { id } ... on Refusal { code message } } }',
    { input: { reportId: marked.markEnteredInError.id, note: 'So it is.' } },
  );
  expect(await standing(patientId)).toEqual(['FAIL exam.approved']);
});

test('is answered to the clinic’s own people alone, and for services there are', async () => {
  const patientId = await registered(desk, clinicId);
  const code = async (who: Asker, variables: Data) => (await who.ask(examCoverage, variables)).errors.map((error) => error.code);
  expect(await code(await graph.as('other-desk'), { patientId })).toEqual(['NOT_FOUND']);
  expect(await code(await graph.as('mso-manager'), { patientId })).toEqual(['FORBIDDEN']);
  expect(await code(desk, { patientId, service: 'shoe-shine' })).toEqual(['INVALID_INPUT']);
});

test('takes not one statement more of a patient who was examined many times', async () => {
  const { patientId, examId } = await decided();
  const asked = async () => {
    const rounds: number[] = [];
    for (let round = 0; round < 3; round += 1) rounds.push((await sentBy(() => coverage(patientId))).length);
    return Math.min(...rounds);
  };
  const few = await asked();
  // Eight exams before it, every other of which was deferred, and as many answers.
  await graph.sql(
    `insert into prescriptions.intake
     select (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid(), 'submitted_at', i.submitted_at - n * interval '1 day'))).*
     from prescriptions.intake i, generate_series(1, 8) n where patient_id = $1`,
    [fromId('patient', patientId)],
  );
  await graph.sql(
    `insert into prescriptions.good_faith_exam
     select (jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(), 'completed_at', e.completed_at - n * interval '1 day', 'hold_id', null)
       || case when n % 2 = 0 then '{}' else '{"outcome": "DEFERRED", "services": [], "valid_until": null}'::jsonb end)).*
     from prescriptions.good_faith_exam e, generate_series(1, 8) n where id = $1`,
    [fromId('exam', examId)],
  );
  expect(await coverage(patientId)).toMatchObject({ covered: true, exam: { id: examId } });
  expect(await asked()).toBe(few);
});
