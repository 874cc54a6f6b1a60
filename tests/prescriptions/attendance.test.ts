import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { personas } from '#prisma/seed/personas.ts';
import { minutesLate } from '../../subgraphs/prescriptions/exam/exam-attendance.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { callerAs } from './call-story.ts';
import {
  booked,
  cancelExam,
  checkInPatient,
  clinicOf,
  freeTimes,
  held,
  markNoShow,
  readyPatient,
  requestExamNow,
  rescheduleExam,
  undoCheckIn,
} from './exam-story.ts';

let graph: TestGraph;
let desk: Asker;
let examiner: Asker;
let clinicId: string;
let began: Date;
beforeAll(async () => {
  graph = await testGraph();
  began = graph.clock.now();
  desk = await graph.as('front-desk');
  examiner = await graph.as('examiner');
  clinicId = await clinicOf(desk);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());
// Each test moves on to its exam; all of them one after another would outlast the month for which the seeded licences are verified.
beforeEach(() => graph.clock.set(began));

const arrive = async (examId: string, who = desk): Promise<Data> =>
  (await who.ask(checkInPatient, { input: { examId } })).data.checkInPatient;
const miss = async (examId: string, who = desk): Promise<Data> => (await who.ask(markNoShow, { input: { examId } })).data.markNoShow;
const undo = async (examId: string, who = desk, reason = 'WRONG_EXAM'): Promise<Data> =>
  (await who.ask(undoCheckIn, { input: { examId, reason } })).data.undoCheckIn;
const at = (time: string, minutes: number) => graph.clock.set(new Date(Date.parse(time) + minutes * 60_000));
const later = (time: string, minutes: number) => new Date(Date.parse(time) + minutes * 60_000).toISOString();
const late = async (id: string) => (await desk.get('query ($id: ID!) { exam(id: $id) { minutesLate } }', { id })).exam.minutesLate;
const blocked = (id: string, message: string, remedy: string) => ({
  ...{ __typename: 'RuleBlocked', code: 'RULE_BLOCKED', message },
  rules: [{ id, outcome: 'FAIL', message, citation: null, remedy }],
});

describe('checkInPatient', () => {
  test('keeps when the patient came, once, and says by how much too late', async () => {
    const { examId, startsAt } = await booked(desk, graph, clinicId);
    expect(await late(examId)).toBe(null);
    at(startsAt, 3);
    expect(await late(examId)).toBe(3);
    at(startsAt, 7.5);
    expect(await arrive(examId)).toEqual({
      ...{ __typename: 'GoodFaithExam', id: examId, status: 'BOOKED', startsAt, endsAt: later(startsAt, 20) },
      ...{ arrivedAt: expect.stringContaining(later(startsAt, 7.5).slice(0, 18)), noShowAt: null, minutesLate: 7, squeezeIn: null },
    });
    expect(await arrive(examId)).toEqual({ __typename: 'Conflict', code: 'CONFLICT', message: 'The patient is checked in already.' });
    at(startsAt, 12);
    expect(await late(examId)).toBe(7);
    const [row] = await graph.sql(
      `select actor, detail from prescriptions.audit_event where action = 'exam.patient-arrived' and subject_id = $1`,
      [fromId('exam', examId)],
    );
    expect(row).toEqual({ actor: expect.stringMatching(/^usr_/), detail: { startsAt } });
  });

  test('from twelve hours before, and only what is booked', async () => {
    const { examId, startsAt } = await booked(desk, graph, clinicId);
    at(startsAt, -12 * 60 - 1);
    expect(await arrive(examId)).toEqual(
      blocked(
        'exam.checkIn',
        'The exam begins more than 12 hours from now',
        'Check the patient in on the day, or move the exam with rescheduleExam.',
      ),
    );
    at(startsAt, -12 * 60);
    expect(await arrive(examId)).toMatchObject({ arrivedAt: expect.any(String), minutesLate: 0 });
    const walkIn = await readyPatient(desk, clinicId);
    const { requestExamNow: waits } = await desk.get(requestExamNow, {
      input: { clinicId, ...walkIn, service: 'weight-loss', patientState: 'TX', modality: 'SYNC_VIDEO' },
    });
    expect(await arrive(waits.id)).toEqual({
      ...{ __typename: 'IllegalTransition', code: 'ILLEGAL_TRANSITION', message: expect.any(String), from: 'REQUESTED', to: 'BOOKED' },
    });
    await desk.get(cancelExam, { input: { examId: waits.id, reason: 'BOOKED_IN_ERROR' } });
  });

  test('until twelve hours after the end, and no later', async () => {
    const { examId, startsAt } = await booked(desk, graph, clinicId);
    at(startsAt, 20 + 12 * 60);
    expect(await arrive(examId)).toEqual(
      blocked(
        'exam.checkIn',
        'The exam was to end 12 hours ago or more',
        'Check the patient in to the exam of today. Who did not come to this one is marked with markNoShow.',
      ),
    );
    expect(await miss(examId)).toMatchObject({ status: 'NO_SHOW' });
    const other = await booked(desk, graph, clinicId);
    at(other.startsAt, 19 + 12 * 60);
    expect(await arrive(other.examId)).toMatchObject({ arrivedAt: expect.any(String), minutesLate: 739 });
  });

  test('is a desk’s of the clinic', async () => {
    const { examId } = await booked(desk, graph, clinicId);
    expect((await arrive(examId, await graph.as('other-desk'))).code).toBe('NOT_FOUND');
    expect((await arrive(examId, examiner)).code).toBe('FORBIDDEN');
    expect((await arrive(examId, await graph.as('mso-manager'))).code).toBe('FORBIDDEN');
  });

  test('an exam that is moved is one for which nobody has come yet', async () => {
    const { examId, patientId, startsAt } = await booked(desk, graph, clinicId);
    at(startsAt, -30);
    await arrive(examId);
    const [next = ''] = await freeTimes(desk, graph, clinicId);
    const holdId = await held(desk, clinicId, patientId, next);
    await desk.get(rescheduleExam, { input: { examId, holdId } });
    expect((await desk.get('query ($id: ID!) { exam(id: $id) { status arrivedAt } }', { id: examId })).exam).toEqual({
      ...{ status: 'BOOKED', arrivedAt: null },
    });
  });
});

describe('undoCheckIn', () => {
  test('takes a mistaken check-in back, with a reason, and the trail keeps both', async () => {
    const { examId, startsAt } = await booked(desk, graph, clinicId);
    expect(await undo(examId)).toEqual({ __typename: 'Conflict', code: 'CONFLICT', message: 'The patient is not checked in.' });
    at(startsAt, 20);
    const { arrivedAt } = await arrive(examId);
    expect(await undo(examId)).toEqual({
      ...{ __typename: 'GoodFaithExam', id: examId, status: 'BOOKED', startsAt, endsAt: later(startsAt, 20) },
      ...{ arrivedAt: null, noShowAt: null, minutesLate: 20, squeezeIn: null },
    });
    const trail = await graph.sql(
      `select action, detail from prescriptions.audit_event where action like 'exam.%' and subject_id = $1 order by id`,
      [fromId('exam', examId)],
    );
    expect(trail.slice(-2)).toEqual([
      { action: 'exam.patient-arrived', detail: { startsAt } },
      { action: 'exam.check-in-undone', detail: { reason: 'WRONG_EXAM', arrivedAt } },
    ]);
    expect(await arrive(examId)).toMatchObject({ arrivedAt: expect.any(String) });
    await undo(examId, desk, 'NOT_THERE');
    expect(await miss(examId)).toMatchObject({ status: 'NO_SHOW', arrivedAt: null });
    expect(await undo(examId)).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'NO_SHOW', to: 'BOOKED' });
  });

  test('is a desk’s of the clinic', async () => {
    const { examId, startsAt } = await booked(desk, graph, clinicId);
    at(startsAt, 1);
    await arrive(examId);
    expect((await undo(examId, await graph.as('other-desk'))).code).toBe('NOT_FOUND');
    expect((await undo(examId, examiner)).code).toBe('FORBIDDEN');
    expect((await undo(examId, await graph.as('mso-manager'))).code).toBe('FORBIDDEN');
  });
});

describe('markNoShow', () => {
  test('a quarter of an hour after the beginning, and not before', async () => {
    const { examId, startsAt } = await booked(desk, graph, clinicId);
    at(startsAt, 14);
    expect(await miss(examId)).toEqual(
      blocked(
        'exam.noShow',
        'A patient is given 15 minutes from the beginning of the exam',
        `Wait until ${later(startsAt, 15)}, or cancel the exam.`,
      ),
    );
    at(startsAt, 15);
    expect(await miss(examId)).toEqual({
      ...{ __typename: 'GoodFaithExam', id: examId, status: 'NO_SHOW', startsAt, endsAt: later(startsAt, 20), arrivedAt: null },
      ...{ noShowAt: expect.stringContaining(later(startsAt, 15).slice(0, 16)), minutesLate: null, squeezeIn: null },
    });
    expect(await miss(examId)).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'NO_SHOW', to: 'NO_SHOW' });
    expect(await arrive(examId)).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'NO_SHOW' });
  });

  test('by its examiner too, after the clinic’s own grace, and the rest of the time is free again', async () => {
    const officer = await graph.as('compliance');
    const set = `mutation ($input: SetExamSettingsInput!) { setExamSettings(input: $input) {
      ... on ExamSettings { noShowGraceMinutes } ... on InvalidInput { issues { path message } } } }`;
    const input = { clinicId, service: 'weight-loss', minutes: 60, stepMinutes: 20, noShowGraceMinutes: 5 };
    expect((await officer.get(set, { input })).setExamSettings).toEqual({ noShowGraceMinutes: 5 });
    expect((await officer.ask(set, { input: { ...input, noShowGraceMinutes: 241 } })).data.setExamSettings).toEqual({
      issues: [{ path: 'input.noShowGraceMinutes', message: 'At most 240 minutes.' }],
    });
    const { examId, startsAt } = await booked(desk, graph, clinicId);
    at(startsAt, 5);
    expect(await freeTimes(desk, graph, clinicId, 0)).not.toContain(later(startsAt, 20));
    expect(await miss(examId, examiner)).toMatchObject({ status: 'NO_SHOW' });
    expect(await freeTimes(desk, graph, clinicId, 0)).toContain(later(startsAt, 20));
    await officer.get(set, { input: { clinicId, service: 'weight-loss', minutes: 20 } });
  });

  test('never of somebody who was checked in, or came into the call', async () => {
    const come = blocked('exam.noShow', 'The patient has come', 'Hold the exam, move it, or cancel it with the reason PATIENT_LEFT.');
    const { examId, startsAt } = await booked(desk, graph, clinicId);
    at(startsAt, 20);
    await arrive(examId);
    expect(await miss(examId)).toEqual(come);
    await desk.get(cancelExam, { input: { examId, reason: 'PATIENT_LEFT' } });
    const other = await booked(desk, graph, clinicId);
    at(other.startsAt, -5);
    await (await callerAs(desk, other.examId, 'PATIENT')).tells('JOINED');
    at(other.startsAt, 30);
    expect(await miss(other.examId)).toEqual(come);
  });

  test('by nobody of another clinic, and by no other examiner', async () => {
    const { examId, startsAt } = await booked(desk, graph, clinicId);
    at(startsAt, 20);
    expect((await miss(examId, await graph.as('other-desk'))).code).toBe('NOT_FOUND');
    expect((await miss(examId, await graph.as('examiner-b'))).code).toBe('NOT_FOUND');
    expect((await miss(examId, await graph.as('director'))).code).toBe('FORBIDDEN');
    await graph.sql(`update prescriptions.good_faith_exam set examiner_id = $2 where id = $1`, [
      fromId('exam', examId),
      fromId('practitioner', personas['examiner-ca']?.sub ?? ''),
    ]);
    expect(await miss(examId, examiner)).toEqual(
      blocked('exam.examiner', 'Another examiner holds this exam', 'Have the exam rescheduled to yourself, or claim one from the queue.'),
    );
  });

  test('of a desk and an examiner at once one marks it, and nobody both comes and does not', async () => {
    const { examId, startsAt } = await booked(desk, graph, clinicId);
    at(startsAt, 20);
    const answers = await Promise.all([miss(examId), miss(examId, examiner), arrive(examId)]);
    expect(answers.filter(({ __typename }) => __typename === 'GoodFaithExam')).toHaveLength(1);
    const [row] = await graph.sql<{ status: string; came: boolean }>(
      `select status, arrived_at is not null as came from prescriptions.good_faith_exam where id = $1`,
      [fromId('exam', examId)],
    );
    expect([
      { status: 'NO_SHOW', came: false },
      { status: 'BOOKED', came: true },
    ]).toContainEqual(row);
  });
});

test('how late somebody is is counted from the earlier of coming and beginning, and is never less than nothing', () => {
  const start = Date.parse('2026-11-30T15:00:00Z');
  const moment = fc.integer({ min: -600, max: 600 }).map((minutes) => new Date(start + minutes * 60_000));
  fc.assert(
    fc.property(fc.option(moment), fc.option(moment), moment, (arrivedAt, startedAt, now) => {
      const minutes = minutesLate({ status: 'BOOKED', startsAt: new Date(start), arrivedAt, startedAt }, now);
      const came = [arrivedAt, startedAt].filter((one) => one !== null).toSorted((a, b) => a.getTime() - b.getTime())[0];
      if (came === undefined && now.getTime() < start) expect(minutes).toBe(null);
      else expect(minutes).toBe(Math.max(0, ((came ?? now).getTime() - start) / 60_000));
    }),
  );
  for (const status of ['CANCELLED', 'NO_SHOW'])
    expect(minutesLate({ status, startsAt: new Date(start), arrivedAt: null, startedAt: null }, new Date(start + 60_000))).toBe(null);
});
