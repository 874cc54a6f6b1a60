import { afterAll, beforeAll, expect, test } from 'vitest';
import { personas } from '#prisma/seed/personas.ts';
import { fromId } from '#kernel/ids.ts';
import { type Asker, testGraph, type TestGraph } from '../support/graph.ts';
import { booked, clinicOf, examinerId, startExam } from './exam-story.ts';

let graph: TestGraph;
let desk: Asker;
let examiner: Asker;
let clinicId: string;
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  examiner = await graph.as('examiner');
  clinicId = await clinicOf(desk);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const start = async (examId: string, asker = examiner, more: Record<string, unknown> = {}) =>
  (await asker.ask(startExam, { input: { examId, patientState: 'TX', identityVerifiedBy: 'GOVERNMENT_ID', ...more } })).data.startExam;

test('begins before its time, once, and keeps both times', async () => {
  const { examId, startsAt } = await booked(desk, graph, clinicId);
  expect(await start(examId)).toMatchObject({
    id: examId,
    status: 'IN_PROGRESS',
    startsAt,
    startedAt: expect.any(String),
    patientState: 'TX',
  });
  expect(await start(examId)).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'IN_PROGRESS', to: 'IN_PROGRESS' });
  const [row] = await graph.sql(`select identity_verified_by from prescriptions.good_faith_exam where id = $1`, [fromId('exam', examId)]);
  expect(row).toEqual({ identity_verified_by: 'GOVERNMENT_ID' });
});

test('two who begin at once: one does', async () => {
  const { examId } = await booked(desk, graph, clinicId);
  const answers = await Promise.all([start(examId), start(examId)]);
  expect(answers.map((one) => one.__typename).sort()).toEqual(['GoodFaithExam', 'IllegalTransition']);
});

test('the patient turns out to be where the examiner has no licence', async () => {
  const { examId } = await booked(desk, graph, clinicId);
  const refused = await start(examId, examiner, { patientState: 'CA' });
  expect(refused.code).toBe('RULE_BLOCKED');
  expect(refused.rules).toContainEqual(expect.objectContaining({ id: 'licence.examiner', outcome: 'FAIL' }));
  expect(await start(examId, examiner, { patientState: 'FL' })).toMatchObject({ status: 'IN_PROGRESS', patientState: 'FL' });
});

test('a licence that was lost since the booking', async () => {
  const { examId } = await booked(desk, graph, clinicId);
  const lost = (status: string) =>
    graph.sql(`update physicians.license set status = $2 where practitioner_id = $1 and state = 'TX'`, [
      fromId('practitioner', examinerId),
      status,
    ]);
  await lost('SUSPENDED');
  expect((await start(examId)).code).toBe('RULE_BLOCKED');
  await lost('ACTIVE');
});

test('another examiner’s exam, a desk, another entity', async () => {
  const { examId } = await booked(desk, graph, clinicId);
  const colleague = personas['examiner-ca'];
  const someone = await graph.asSomeone({
    sub: personas['prescriber']?.sub ?? '',
    name: 'x',
    grants: personas['prescriber']?.grants ?? [],
  });
  expect((await start(examId, someone)).code).toBe('FORBIDDEN');
  expect((await start(examId, desk)).code).toBe('FORBIDDEN');
  expect(colleague && (await start(examId, await graph.as('examiner-ca'))).code).toBe('NOT_FOUND');
  await graph.sql(`update prescriptions.good_faith_exam set examiner_id = $2 where id = $1`, [
    fromId('exam', examId),
    fromId('practitioner', colleague?.sub ?? ''),
  ]);
  expect(await start(examId)).toMatchObject({ code: 'RULE_BLOCKED', rules: [{ id: 'exam.examiner', outcome: 'FAIL' }] });
});
