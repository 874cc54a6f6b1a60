import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type Asker, testGraph, type TestGraph } from '../support/graph.ts';
import {
  bookExam,
  booked,
  cancelExam,
  clinicOf,
  consented,
  examinerId,
  freeTimes,
  held,
  quietAnswers,
  readyPatient,
  registered,
  rescheduleExam,
  screened,
} from './exam-story.ts';

let graph: TestGraph;
let desk: Asker;
let clinicId: string;
let times: string[];
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  clinicId = await clinicOf(desk);
  times = await freeTimes(desk, graph, clinicId);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const takeTime = () => times.shift() ?? '';
const minutes = (count: number) => graph.clock.set(new Date(graph.clock.now().getTime() + count * 60_000));

describe('bookExam', () => {
  const ask = async (input: Record<string, unknown>, asker = desk) => (await asker.ask(bookExam, { input })).data.bookExam;

  test('makes the hold an exam', async () => {
    const { patientId, intakeId } = await readyPatient(desk, clinicId);
    const startsAt = takeTime();
    const holdId = await held(desk, clinicId, patientId, startsAt);
    expect(await ask({ holdId, intakeId })).toEqual({
      ...{
        __typename: 'GoodFaithExam',
        id: expect.stringMatching(/^gfe_/),
        status: 'BOOKED',
        service: 'weight-loss',
        patientState: 'TX',
        modality: 'SYNC_VIDEO',
      },
      ...{ startsAt, endsAt: new Date(Date.parse(startsAt) + 20 * 60_000).toISOString(), startedAt: null, completedAt: null },
      ...{
        outcome: null,
        validUntil: null,
        queuePosition: null,
        examiner: { id: examinerId },
        clinic: { id: clinicId },
        patient: { id: patientId },
      },
    });
    const [decision] = await graph.sql(
      `select gate, results, facts->'patientState' as state from prescriptions.exam_decision where patient_id = $1`,
      [fromId('patient', patientId)],
    );
    expect(decision).toMatchObject({ gate: 'BOOK', state: 'TX' });
    expect(await ask({ holdId, intakeId })).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'BOOKED', to: 'BOOKED' });
  });

  test('a hold that has run out a millisecond ago', async () => {
    const { patientId, intakeId } = await readyPatient(desk, clinicId);
    const holdId = await held(desk, clinicId, patientId, takeTime());
    minutes(10);
    expect((await ask({ holdId, intakeId })).code).toBe('HOLD_EXPIRED');
  });

  test('without a consent the rule that asks for it is named', async () => {
    const patientId = await registered(desk, clinicId);
    const intakeId = await screened(desk, patientId);
    await consented(desk, patientId, ['TREATMENT']);
    const holdId = await held(desk, clinicId, patientId, takeTime());
    const refused = await ask({ holdId, intakeId });
    expect(refused.code).toBe('RULE_BLOCKED');
    expect(refused.rules.filter((rule: { outcome: string }) => rule.outcome !== 'PASS')).toEqual([
      {
        id: 'consent.TELEHEALTH',
        outcome: 'FAIL',
        message: expect.any(String),
        citation: null,
        remedy: 'Ask the patient for the consent TELEHEALTH.',
      },
    ]);
  });

  test('a blocking answer stands in the way, with its question', async () => {
    const patientId = await registered(desk, clinicId);
    await consented(desk, patientId);
    const answers = quietAnswers('weight-loss').map((answer) =>
      answer.linkId === 'glp1-weight-loss.gl-mtc' ? { ...answer, value: true } : answer,
    );
    const intakeId = await screened(desk, patientId, 'weight-loss', answers);
    const holdId = await held(desk, clinicId, patientId, takeTime());
    expect(await ask({ holdId, intakeId })).toMatchObject({
      code: 'RULE_BLOCKED',
      rules: [{ id: 'screening.glp1-weight-loss.gl-mtc', outcome: 'FAIL' }],
    });
  });

  test('an intake of another patient, for another service, or of nobody', async () => {
    const { patientId } = await readyPatient(desk, clinicId);
    const holdId = await held(desk, clinicId, patientId, takeTime());
    const other = await readyPatient(desk, clinicId);
    expect(await ask({ holdId, intakeId: other.intakeId })).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'input.intakeId' }] });
    expect(await ask({ holdId, intakeId: await screened(desk, patientId, 'microneedling') })).toMatchObject({
      code: 'INVALID_INPUT',
      issues: [{ path: 'input.intakeId' }],
    });
    expect((await ask({ holdId, intakeId: holdId })).code).toBe('NOT_FOUND');
    expect((await ask({ holdId, intakeId: other.intakeId }, await graph.as('other-desk'))).code).toBe('NOT_FOUND');
  });

  test('of ten who book one hold at once one does', async () => {
    const { patientId, intakeId } = await readyPatient(desk, clinicId);
    const holdId = await held(desk, clinicId, patientId, takeTime());
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        desk.ask(bookExam, { input: { holdId, intakeId } }).then(({ data, errors }) => data?.bookExam ?? errors),
      ),
    );
    expect(answers.filter((answer) => answer.__typename === 'GoodFaithExam')).toHaveLength(1);
    expect(answers.filter((answer) => ['ILLEGAL_TRANSITION', 'HOLD_EXPIRED', 'CONFLICT'].includes(answer.code))).toHaveLength(9);
    expect(await graph.sql('select 1 from prescriptions.good_faith_exam where hold_id = $1', [fromId('slotHold', holdId)])).toHaveLength(1);
  });
});

describe('rescheduleExam', () => {
  const ask = async (input: Record<string, unknown>) => (await desk.ask(rescheduleExam, { input })).data.rescheduleExam;

  test('moves the exam and gives the old time back', async () => {
    const first = takeTime();
    const { examId, patientId } = await booked(desk, graph, clinicId, first);
    const second = takeTime();
    const holdId = await held(desk, clinicId, patientId, second);
    expect(await ask({ examId, holdId })).toMatchObject({ id: examId, status: 'BOOKED', startsAt: second });
    expect(await freeTimes(desk, graph, clinicId)).toContain(first);
    expect(await ask({ examId, holdId })).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  });

  test('keeps the old time when the new hold has run out', async () => {
    const first = takeTime();
    const { examId, patientId } = await booked(desk, graph, clinicId, first);
    const holdId = await held(desk, clinicId, patientId, takeTime());
    minutes(11);
    expect((await ask({ examId, holdId })).code).toBe('HOLD_EXPIRED');
    expect(await freeTimes(desk, graph, clinicId)).not.toContain(first);
  });

  test('a hold for somebody else', async () => {
    const { examId } = await booked(desk, graph, clinicId, takeTime());
    const holdId = await held(desk, clinicId, await registered(desk, clinicId), takeTime());
    expect(await ask({ examId, holdId })).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'input.holdId' }] });
  });
});

describe('cancelExam', () => {
  test('gives the time back, once', async () => {
    const startsAt = takeTime();
    const { examId } = await booked(desk, graph, clinicId, startsAt);
    const ask = async (asker = desk) => (await asker.ask(cancelExam, { input: { examId, reason: 'PATIENT_REQUEST' } })).data.cancelExam;
    expect((await ask(await graph.as('other-desk'))).code).toBe('NOT_FOUND');
    expect((await ask(await graph.as('examiner'))).code).toBe('FORBIDDEN');
    expect(await ask()).toMatchObject({ id: examId, status: 'CANCELLED' });
    expect(await freeTimes(desk, graph, clinicId)).toContain(startsAt);
    expect(await ask()).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'CANCELLED', to: 'CANCELLED' });
  });
});
