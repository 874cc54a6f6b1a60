import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import {
  approval,
  bookExam,
  booked,
  clinicOf,
  completeExam,
  consented,
  freeTimes,
  held,
  quietAnswers,
  readyPatient,
  registered,
  requestExamNow,
  screened,
  startExam,
  submitIntake,
} from './exam-story.ts';
import { questionnaireVersion } from '#rules/questionnaire.ts';

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

const later = () => graph.clock.set(new Date(graph.clock.now().getTime() + 1_000));
const saying = (linkId: string, value: unknown) =>
  quietAnswers('weight-loss').map((one) => (one.linkId === linkId ? { ...one, value } : one));
const blocking = ({ rules = [] }: Data): string[] =>
  rules.filter(({ outcome }: Data) => outcome !== 'PASS').map(({ id, outcome }: Data) => `${outcome} ${id}`);
const begin = async (examId: string): Promise<Data> =>
  (await examiner.ask(startExam, { input: { examId, patientState: 'TX', identityVerifiedBy: 'GOVERNMENT_ID' } })).data.startExam;
const complete = async (input: Data): Promise<Data> => (await examiner.ask(completeExam, { input })).data.completeExam;

/** Answers that come in later than all before. */
async function anew(patientId: string, answers = quietAnswers('weight-loss')): Promise<string> {
  later();
  return screened(desk, patientId, 'weight-loss', answers);
}

test('an intake that a later one replaced is neither booked on nor asked for, and the refusal names the newest', async () => {
  const { patientId, intakeId } = await readyPatient(desk, clinicId);
  const newest = await anew(patientId);
  const refused = {
    ...{ code: 'RULE_BLOCKED' },
    rules: [
      {
        ...{ id: 'intake.newest', outcome: 'FAIL', citation: null },
        message: 'Later answers of the patient for the service have replaced this intake',
        remedy: `Name the newest intake instead: ${newest}.`,
      },
    ],
  };
  const holdId = await held(desk, clinicId, patientId, (await freeTimes(desk, graph, clinicId))[0] ?? '');
  expect((await desk.ask(bookExam, { input: { holdId, intakeId } })).data.bookExam).toMatchObject(refused);
  const walkIn = { clinicId, patientId, intakeId, service: 'weight-loss', patientState: 'TX', modality: 'SYNC_VIDEO' };
  expect((await desk.ask(requestExamNow, { input: walkIn })).data.requestExamNow).toMatchObject(refused);
  expect((await desk.ask(bookExam, { input: { holdId, intakeId: newest } })).data.bookExam.status).toBe('BOOKED');
});

test('an exam that was booked before begins on the newest answers, and not where they block', async () => {
  const { examId, patientId } = await booked(desk, graph, clinicId);
  await anew(patientId, saying('glp1-weight-loss.gl-mtc', true));
  expect(blocking(await begin(examId))).toEqual(['FAIL screening.glp1-weight-loss.gl-mtc']);
  const newest = await anew(patientId);
  expect((await begin(examId)).status).toBe('IN_PROGRESS');
  const { record } = await complete(approval(examId));
  expect(JSON.parse(record).intake.id).toBe(newest);
});

test('answers that come in once it has begun stand in the way of its approval alone', async () => {
  const { examId, patientId } = await booked(desk, graph, clinicId);
  await begin(examId);
  await anew(patientId);
  expect(blocking(await complete(approval(examId)))).toEqual(['FAIL intake.newest']);
  expect((await complete(approval(examId, { outcome: 'DEFERRED', services: [] }))).outcome).toBe('DEFERRED');
});

test('a director approves no exam on answers that were replaced since', async () => {
  const { examId, patientId } = await booked(desk, graph, clinicId);
  await begin(examId);
  const { digest } = await complete(approval(examId, { outcome: 'DEFERRED', services: [] }));
  await anew(patientId);
  const decide = `mutation ($input: DecideDeferredInput!) { decideDeferred(input: $input) { __typename ... on GoodFaithExam { id }
    ... on Refusal { code message } ... on RuleBlocked { rules { id outcome } } } }`;
  const input = { examId, digest, reason: 'Looked at all of it.' };
  const approved = (await director.ask(decide, { input: { ...input, outcome: 'APPROVED' } })).data.decideDeferred;
  expect(blocking(approved)).toEqual(['FAIL intake.newest']);
  expect((await director.ask(decide, { input: { ...input, outcome: 'DECLINED' } })).data.decideDeferred.id).toBe(examId);
});

test('a birth date that is not the record’s and a place that is no state wait for review before an approval', async () => {
  const patientId = await registered(desk, clinicId);
  await consented(desk, patientId);
  const answers = saying('core.dob', '2015-01-01').map((one) => (one.linkId === 'core.location' ? { ...one, value: 'Narnia' } : one));
  const version = questionnaireVersion('weight-loss');
  const { submitIntake: intake } = await desk.get(submitIntake, {
    input: { patientId, service: 'weight-loss', questionnaireVersion: version, answers },
  });
  expect([intake.status, intake.flags.map(({ linkId, severity }: Data) => `${severity} ${linkId}`)]).toEqual([
    'NEEDS_REVIEW',
    ['physician-review core.dob', 'physician-review core.location'],
  ]);
  const holdId = await held(desk, clinicId, patientId, (await freeTimes(desk, graph, clinicId))[0] ?? '');
  const { bookExam: exam } = await desk.get(bookExam, { input: { holdId, intakeId: intake.id } });
  await begin(exam.id);
  expect(blocking(await complete(approval(exam.id)))).toEqual(['UNKNOWN screening.core.dob', 'UNKNOWN screening.core.location']);
  const resolve = `mutation ($input: ResolveFlagInput!) { resolveFlag(input: $input) { __typename ... on ScreeningResolution { id } ... on Refusal { code message } } }`;
  for (const linkId of ['core.dob', 'core.location']) {
    const input = { intakeId: intake.id, linkId, patientState: 'TX', resolution: 'Checked against the licence shown: a slip of the pen.' };
    expect((await examiner.ask(resolve, { input })).data.resolveFlag.__typename).toBe('ScreeningResolution');
  }
  expect((await complete(approval(exam.id))).outcome).toBe('APPROVED');
});
