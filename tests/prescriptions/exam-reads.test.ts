import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DateTime } from 'luxon';
import { fromId } from '#kernel/ids.ts';
import { type Asker, testGraph, type TestGraph } from '../support/graph.ts';
import {
  approval,
  booked,
  cancelExam,
  claimNextExam,
  clinicOf,
  completeExam,
  readyPatient,
  requestExamNow,
  startExam,
  started,
} from './exam-story.ts';

let graph: TestGraph;
let desk: Asker;
let clinicId: string;
let examId: string;
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  clinicId = await clinicOf(desk);
  ({ examId } = await started(graph, clinicId));
  await (await graph.as('examiner', { stepUp: true })).get(completeExam, { input: approval(examId) });
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const exam = (fields: string) => `query ($id: ID!) { exam(id: $id) { ${fields} } }`;

describe('who sees what of an exam', () => {
  test('a desk sees that and when, and nothing of the chart', async () => {
    const seen = await desk.get(exam('id status outcome validUntil patient { familyName } examiner { displayName } clinic { name }'), {
      id: examId,
    });
    expect(seen.exam).toMatchObject({ id: examId, status: 'COMPLETED', outcome: 'APPROVED', patient: { familyName: 'Whitfield' } });
    for (const field of ['findings { text }', 'rationale', 'digest', 'record', 'answers', 'services', 'conditions', 'decisions { gate }']) {
      const { errors } = await desk.ask(exam(field), { id: examId });
      expect([field, errors[0]?.code]).toEqual([field, 'FORBIDDEN']);
    }
  });

  test('a prescriber of the entity opens the chart, decisions included', async () => {
    const prescriber = await graph.as('prescriber');
    const { exam: chart } = await prescriber.get(
      exam('findings { text } rationale intake { id answers } decisions { gate packVersion results { id outcome } }'),
      { id: examId },
    );
    expect(chart.findings).toEqual([{ text: 'Reports hives after an injection preserved with benzyl alcohol' }]);
    expect(chart.decisions.map((decision: { gate: string }) => decision.gate)).toEqual(['BOOK', 'START', 'COMPLETE']);
    expect(chart.intake.answers.length).toBeGreaterThan(10);
  });

  test.each(['other-desk', 'examiner-ca', 'examiner-b', 'pharmacist'])('%s sees nothing', async (persona) => {
    const { data, errors } = await (await graph.as(persona)).ask(exam('id'), { id: examId });
    expect([data, errors[0]?.code]).toEqual([{ exam: null }, 'NOT_FOUND']);
  });

  test.each(['mso-manager', 'auditor', 'compliance'])('%s may never', async (persona) => {
    expect((await (await graph.as(persona)).ask(exam('id'), { id: examId })).errors[0]?.code).toBe('FORBIDDEN');
  });

  test('a read of a chart is in the trail', async () => {
    await (await graph.as('director')).get(exam('rationale'), { id: examId });
    const [row] = await graph.sql(
      `select detail->'records'->'goodFaithExam' as exams from prescriptions.audit_event where kind = 'ACCESS' and tenant_id = $1 order by id desc limit 1`,
      [fromId('clinic', clinicId)],
    );
    expect(row).toEqual({ exams: [fromId('exam', examId)] });
  });
});

test('a patient’s exams, newest first', async () => {
  const { exam: seen } = await desk.get(exam('patient { exams(first: 5) { nodes { id status } } }'), { id: examId });
  expect(seen.patient.exams.nodes).toEqual([{ id: examId, status: 'COMPLETED' }]);
});

describe('exams of a day', () => {
  const exams = 'query ($clinicId: ID!, $day: Date!) { exams(clinicId: $clinicId, day: $day, first: 50) { nodes { id startsAt status } } }';

  test('by the clinic’s own clock: booked ones in order, then walk-ins', async () => {
    const { examId: later, startsAt } = await booked(desk, graph, clinicId);
    const day = DateTime.fromISO(startsAt, { zone: 'America/Chicago' }).toISODate();
    const listed = await desk.get(exams, { clinicId, day });
    const times = listed.exams.nodes.map((one: { startsAt: string }) => one.startsAt);
    expect(listed.exams.nodes).toContainEqual({ id: later, startsAt, status: 'BOOKED' });
    expect(times).toEqual(times.toSorted());
    const { patientId, intakeId } = await readyPatient(desk, clinicId);
    const { requestExamNow: walkIn } = await desk.get(requestExamNow, {
      input: { clinicId, patientId, service: 'weight-loss', patientState: 'TX', intakeId, modality: 'SYNC_VIDEO' },
    });
    const today = DateTime.fromJSDate(graph.clock.now(), { zone: 'America/Chicago' }).toISODate();
    expect((await desk.get(exams, { clinicId, day: today })).exams.nodes.at(-1)).toEqual({
      id: walkIn.id,
      startsAt: null,
      status: 'REQUESTED',
    });
    await desk.get(cancelExam, { input: { examId: walkIn.id, reason: 'PATIENT_REQUEST' } });
  });

  test('another clinic', async () => {
    const { errors } = await (await graph.as('other-desk')).ask(exams, { clinicId, day: '2026-11-23' });
    expect(errors[0]?.code).toBe('NOT_FOUND');
  });
});

describe('examUpdated', () => {
  const followed = 'subscription ($id: ID!) { examUpdated(id: $id) { id status examiner { displayName } } }';

  test('follows a walk-in from claim to start, with the examiner’s name from another subgraph', async () => {
    const { patientId, intakeId } = await readyPatient(desk, clinicId);
    const { requestExamNow: walkIn } = await desk.get(requestExamNow, {
      input: { clinicId, patientId, service: 'weight-loss', patientState: 'TX', intakeId, modality: 'SYNC_VIDEO' },
    });
    const over = new AbortController();
    const stream = (await desk.subscribe(followed, { id: walkIn.id }, over.signal))[Symbol.asyncIterator]();
    const examiner = await graph.as('examiner');
    const next = async () => JSON.parse(JSON.stringify((await stream.next()).value.data));
    expect(await next()).toEqual({ examUpdated: { id: walkIn.id, status: 'REQUESTED', examiner: null } });
    await examiner.get(claimNextExam);
    expect(await next()).toEqual({
      examUpdated: { id: walkIn.id, status: 'HELD', examiner: { displayName: expect.stringMatching(/.+/) } },
    });
    await examiner.get(startExam, { input: { examId: walkIn.id, patientState: 'TX', identityVerifiedBy: 'GOVERNMENT_ID' } });
    expect((await next()).examUpdated.status).toBe('IN_PROGRESS');
    over.abort();
    await stream.return?.(undefined);
  });

  test('nobody follows an exam they may not see', async () => {
    const over = new AbortController();
    const other = await graph.as('other-desk');
    const refused = await other.subscribe(followed, { id: examId }, over.signal).then(
      async (stream) => (await stream[Symbol.asyncIterator]().next()).value,
      (error: Error) => error.message,
    );
    expect(JSON.stringify(refused)).toContain('NOT_FOUND');
    over.abort();
  });
});
