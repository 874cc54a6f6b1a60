import { createHash } from 'node:crypto';
import { flattenedVerify, importJWK } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { personas } from '#prisma/seed/personas.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { breakOffExam, later, requestExamAgain, talked } from './call-story.ts';
import { approval, booked, claimNextExam, clinicOf, completeExam, readyPatient, requestExamNow, startExam, started } from './exam-story.ts';

let graph: TestGraph;
let desk: Asker;
let examiner: Asker;
let clinicId: string;
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  examiner = await graph.as('examiner', { stepUp: true });
  clinicId = await clinicOf(desk);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const breakOff = async (examId: string, reason: string, more: Record<string, unknown> = {}, who = examiner): Promise<Data> =>
  (await who.ask(breakOffExam, { input: { examId, reason, ...more } })).data.breakOffExam;
const again = async (examId: string, who = desk): Promise<Data> =>
  (await who.ask(requestExamAgain, { input: { examId } })).data.requestExamAgain;

async function walkIn(): Promise<string> {
  const { patientId, intakeId } = await readyPatient(desk, clinicId);
  const input = { clinicId, patientId, intakeId, service: 'weight-loss', patientState: 'TX', modality: 'SYNC_VIDEO' };
  const { requestExamNow: exam } = await desk.get(requestExamNow, { input });
  later(graph, 1);
  return exam.id;
}

const begin = (examId: string) => examiner.get(startExam, { input: { examId, patientState: 'TX', identityVerifiedBy: 'GOVERNMENT_ID' } });

test('a call that broke ends the exam with a reason, and is never an approval', async () => {
  const { examId } = await started(graph, clinicId);
  const { patient } = await talked(graph, desk, examiner, examId);
  await patient.tells('DROPPED');
  const exam = await breakOff(
    examId,
    'TECHNICAL_FAILURE',
    { note: 'Picture and sound were gone after two minutes.' },
    await graph.as('examiner'),
  );
  expect(exam).toEqual({
    ...{ __typename: 'GoodFaithExam', id: examId, status: 'COMPLETED', outcome: 'NOT_COMPLETED', brokenOffReason: 'TECHNICAL_FAILURE' },
    ...{ rationale: 'Picture and sound were gone after two minutes.', services: [], validUntil: null },
    ...{ digest: expect.stringMatching(/^[0-9a-f]{64}$/), record: expect.any(String) },
  });
  expect(createHash('sha256').update(exam.record).digest('hex')).toBe(exam.digest);
  expect(JSON.parse(exam.record).decision).toMatchObject({ outcome: 'NOT_COMPLETED', brokenOffReason: 'TECHNICAL_FAILURE' });
  expect((await examiner.ask(completeExam, { input: approval(examId) })).data.completeExam).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  expect(await breakOff(examId, 'PATIENT_LEFT')).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'COMPLETED', to: 'COMPLETED' });
  const id = fromId('exam', examId);
  await expect(
    graph.sql(`update prescriptions.good_faith_exam set broken_off_reason = 'PATIENT_LEFT' where id = $1`, [id]),
  ).rejects.toThrow(/never/);
  const audited = await graph.sql<{ detail: Data }>(
    `select detail from prescriptions.audit_event where action = 'exam.broken-off' and subject_id = $1`,
    [id],
  );
  expect(audited).toEqual([{ detail: { reason: 'TECHNICAL_FAILURE', digest: exam.digest } }]);
});

test('its record is signed: by the platform alone, or by the examiner too where they have used a second factor', async () => {
  const signatures = async (examId: string): Promise<Data[]> => {
    const { exam } = await examiner.get(
      'query ($id: ID!) { exam(id: $id) { digest record signature { jws keyIds documentDigest signedBy } } }',
      {
        id: examId,
      },
    );
    const { documentKeys } = await desk.get('{ documentKeys { kid sub publicJwk } }');
    const { payload, signatures: all } = JSON.parse(exam.signature.jws);
    expect(Buffer.from(payload, 'base64url').toString()).toBe(exam.record);
    expect(exam.signature.documentDigest).toBe(exam.digest);
    const by: Data[] = [];
    for (const [index, one] of all.entries()) {
      const key = documentKeys.find(({ kid }: Data) => kid === exam.signature.keyIds[index]);
      await flattenedVerify({ payload, ...one }, await importJWK(key.publicJwk, 'ES256'));
      by.push([key.sub, JSON.parse(Buffer.from(one.protected, 'base64url').toString()).role, exam.signature.signedBy]);
    }
    expect(all).toHaveLength(exam.signature.keyIds.length);
    return by;
  };
  const { examId: alone } = await started(graph, clinicId);
  await breakOff(alone, 'PATIENT_LEFT', {}, await graph.as('examiner'));
  expect(await signatures(alone)).toEqual([['goodfaith', 'platform', 'Goodfaith']]);
  const { examId: both } = await started(graph, clinicId);
  await breakOff(both, 'PATIENT_LEFT');
  const name = personas['examiner']?.name;
  expect(await signatures(both)).toEqual([
    [personas['examiner']?.sub, 'examiner', name],
    ['goodfaith', 'platform', name],
  ]);
  const { examId: held } = await started(graph, clinicId);
  await examiner.get(completeExam, { input: approval(held, { outcome: 'DECLINED', services: [] }) });
  await expect(
    graph.sql(
      `insert into prescriptions.exam_document (id, clinic_id, patient_id, exam_id, kind, digest, jws, signed_by, signed_by_name, at)
       select gen_random_uuid(), clinic_id, patient_id, id, 'RECORD', digest, '{}', 'goodfaith', 'x', now() from prescriptions.good_faith_exam where id = $1`,
      [fromId('exam', held)],
    ),
  ).rejects.toThrow(/platform alone signs no record/);
});

test('only its own examiner breaks off an exam, and only one that is under way', async () => {
  const { examId } = await booked(desk, graph, clinicId);
  expect(await breakOff(examId, 'PATIENT_LEFT')).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'BOOKED' });
  await begin(examId);
  expect((await breakOff(examId, 'PATIENT_LEFT', {}, desk)).code).toBe('FORBIDDEN');
  expect((await breakOff(examId, 'PATIENT_LEFT', {}, await graph.as('examiner-b'))).code).toBe('NOT_FOUND');
  expect((await breakOff(examId, 'PATIENT_LEFT', { note: ' ' })).issues).toEqual([{ path: 'input.note', message: 'The note is empty.' }]);
  expect(await breakOff(examId, 'PATIENT_LEFT')).toMatchObject({ rationale: 'The patient left before the exam was over.' });
});

test('the database takes no reason for breaking off beside another outcome', async () => {
  const { examId } = await started(graph, clinicId);
  await expect(
    graph.sql(`update prescriptions.good_faith_exam set broken_off_reason = 'PATIENT_LEFT' where id = $1`, [fromId('exam', examId)]),
  ).rejects.toThrow(/good_faith_exam_broken_off_check/);
});

test('a walk-in whose call broke waits again before all who came later, and is taken first', async () => {
  const first = await walkIn();
  const [other, another] = [await walkIn(), await walkIn()];
  expect((await examiner.get(claimNextExam)).claimNextExam.id).toBe(first);
  await begin(first);
  later(graph, 300);
  await breakOff(first, 'TECHNICAL_FAILURE');
  const exam = await again(first);
  expect(exam).toEqual({
    ...{ __typename: 'GoodFaithExam', id: expect.stringMatching(/^gfe_/), status: 'REQUESTED', service: 'weight-loss', patientState: 'TX' },
    ...{ requestedAt: expect.any(String), queuePosition: 1, startsAt: null, examiner: null },
    follows: { id: first, brokenOffReason: 'TECHNICAL_FAILURE' },
  });
  expect((await again(first)).code).toBe('CONFLICT');
  const taken: string[] = [];
  for (const _ of [1, 2, 3]) taken.push((await examiner.get(claimNextExam)).claimNextExam.id);
  expect(taken).toEqual([exam.id, other, another]);
});

test('a booked patient whose call broke waits since their time, and may book another instead', async () => {
  const { examId, patientId, startsAt } = await booked(desk, graph, clinicId);
  graph.clock.set(new Date(Date.parse(startsAt) + 60_000));
  await begin(examId);
  later(graph, 300);
  await breakOff(examId, 'PATIENT_UNWELL');
  expect(await again(examId)).toMatchObject({ status: 'REQUESTED', requestedAt: startsAt });
  const { patient } = await desk.get('query ($id: ID!) { patient(id: $id) { exams { nodes { status outcome } } } }', { id: patientId });
  expect(patient.exams.nodes).toEqual([
    { status: 'REQUESTED', outcome: null },
    { status: 'COMPLETED', outcome: 'NOT_COMPLETED' },
  ]);
});

test.each(['WRONG_PERSON', 'NOT_IN_STATE'])('%s is not held again: it was another exam', async (reason) => {
  const { examId } = await started(graph, clinicId);
  await breakOff(examId, reason);
  expect(await again(examId)).toMatchObject({ code: 'RULE_BLOCKED', rules: [{ id: 'exam.again', outcome: 'FAIL' }] });
});

test('a place is kept for two hours, for exams that were broken off, and for the clinic’s own desk', async () => {
  const { examId } = await started(graph, clinicId);
  expect((await again(examId)).code).toBe('ILLEGAL_TRANSITION');
  await breakOff(examId, 'EXAMINER_CALLED_AWAY');
  expect((await again(examId, examiner)).code).toBe('FORBIDDEN');
  expect((await again(examId, await graph.as('other-desk'))).code).toBe('NOT_FOUND');
  later(graph, 2 * 3_600 + 1);
  expect(await again(examId)).toMatchObject({
    code: 'RULE_BLOCKED',
    rules: [{ id: 'exam.again', message: 'The exam was broken off more than 2 hours ago' }],
  });
});
