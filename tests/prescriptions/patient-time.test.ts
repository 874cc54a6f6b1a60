import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import {
  approval,
  bookExam,
  booked,
  cancelExam,
  claimNextExam,
  clinicOf,
  completeExam,
  examSlots,
  holdInput,
  holdSlot,
  readyPatient,
  requestExamNow,
  rescheduleExam,
  screened,
  squeezeInExam,
  startExam,
} from './exam-story.ts';
import { examinersInTexas } from './fifty-examiners.ts';

let graph: TestGraph;
let desk: Asker;
let clinicId: string;
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  clinicId = await clinicOf(desk);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const refused = (remedy: string) => ({
  ...{ __typename: 'RuleBlocked', code: 'RULE_BLOCKED', message: 'The patient has another exam at that time' },
  rules: [{ id: 'exam.patientTime', outcome: 'FAIL', message: 'The patient has another exam at that time', citation: null, remedy }],
});
const taken = (id: string) => refused(`Choose another time, or have the exam ${id} moved or cancelled first.`);
const later = (time: string, minutes: number) => new Date(Date.parse(time) + minutes * 60_000).toISOString();

test('an exam does not begin while another of the same patient runs, and begins once that one is over', async () => {
  const { examId, patientId } = await booked(desk, graph, clinicId);
  const examiner = await graph.as('examiner', { stepUp: true });
  const start = async (id: string): Promise<Data> =>
    (await examiner.ask(startExam, { input: { examId: id, patientState: 'TX', identityVerifiedBy: 'GOVERNMENT_ID' } })).data.startExam;
  const claim = async (): Promise<string> => (await examiner.get(claimNextExam)).claimNextExam.id;
  const walkIn = { clinicId, patientId, service: 'microneedling', patientState: 'TX', modality: 'SYNC_VIDEO' };
  await desk.get(requestExamNow, { input: { ...walkIn, intakeId: await screened(desk, patientId, 'microneedling') } });
  const other = await claim();
  expect(await start(examId)).toMatchObject({ id: examId, status: 'IN_PROGRESS' });
  expect(await start(other)).toEqual(refused(`Have the exam ${examId} completed or broken off first.`));
  await examiner.get(completeExam, { input: approval(examId) });
  expect(await start(other)).toMatchObject({ id: other, status: 'IN_PROGRESS' });
});

test('of two exams of one patient that are begun at once, one is', async () => {
  const first = await booked(desk, graph, clinicId);
  const examiner = await graph.as('examiner', { stepUp: true });
  const { patientId } = first;
  const walkIn = { clinicId, patientId, service: 'microneedling', patientState: 'TX', modality: 'SYNC_VIDEO' };
  await desk.get(requestExamNow, { input: { ...walkIn, intakeId: await screened(desk, patientId, 'microneedling') } });
  const { claimNextExam: second } = await examiner.get(claimNextExam);
  const answers = await Promise.all(
    [first.examId, second.id].map((examId) =>
      examiner.ask(startExam, { input: { examId, patientState: 'TX', identityVerifiedBy: 'GOVERNMENT_ID' } }),
    ),
  );
  const [begun, blocked] = answers.map(({ data }): Data => data.startExam).toSorted((a, b) => (a.__typename < b.__typename ? -1 : 1));
  expect([begun.status, blocked]).toEqual(['IN_PROGRESS', refused(`Have the exam ${begun.id} completed or broken off first.`)]);
});

describe('with two examiners who are free at the same times', () => {
  let times: string[];
  let pair: [string, string];
  beforeAll(async () => {
    await examinersInTexas(graph, 2);
    const from = graph.clock.now().getTime() + 2 * 86_400_000;
    const window = { from: new Date(from).toISOString(), to: new Date(from + 7 * 86_400_000).toISOString() };
    const { examSlots: found } = await desk.get(examSlots, { clinicId, service: 'weight-loss', patientState: 'TX', ...window, first: 200 });
    const byTime = Map.groupBy(found.nodes as Data[], ({ startsAt }) => String(startsAt));
    times = [...byTime].filter(([, slots]) => slots.length === 2).map(([startsAt]) => startsAt);
    pair = (byTime.get(times[0] ?? '') ?? []).map(({ examiner }) => examiner.id) as [string, string];
  });

  const takeTime = () => times.splice(0, 3)[0] ?? '';
  const hold = async (patientId: string, startsAt: string, examinerId: string): Promise<string> =>
    (await desk.get(holdSlot, { input: holdInput(clinicId, patientId, startsAt, { examinerId }) })).holdSlot.id;
  const book = async (holdId: string, intakeId: string): Promise<Data> =>
    (await desk.ask(bookExam, { input: { holdId, intakeId } })).data.bookExam;
  const move = async (examId: string, holdId: string): Promise<Data> =>
    (await desk.ask(rescheduleExam, { input: { examId, holdId } })).data.rescheduleExam;

  test('of two bookings of one patient at once for one time, one is made, and the other told which stands in its way', async () => {
    for (let round = 0; round < 4; round += 1) {
      const { patientId, intakeId } = await readyPatient(desk, clinicId);
      const startsAt = takeTime();
      const holds = await Promise.all(pair.map((examinerId) => hold(patientId, startsAt, examinerId)));
      const answers = await Promise.all(holds.map((holdId) => book(holdId, intakeId)));
      const [made, blocked] = answers.toSorted((a, b) => (a.__typename < b.__typename ? -1 : 1));
      expect(made).toMatchObject({ __typename: 'GoodFaithExam', status: 'BOOKED', startsAt });
      expect(blocked).toEqual(taken(made?.id));
    }
  });

  test('right after another it is booked, at its time again once that is cancelled, and for another patient anyway', async () => {
    const { patientId, intakeId } = await readyPatient(desk, clinicId);
    const startsAt = takeTime();
    const first = await book(await hold(patientId, startsAt, pair[0]), intakeId);
    expect(await book(await hold(patientId, later(startsAt, 20), pair[1]), intakeId)).toMatchObject({ status: 'BOOKED' });
    const holdId = await hold(patientId, startsAt, pair[1]);
    expect(await book(holdId, intakeId)).toEqual(taken(first.id));
    const other = await readyPatient(desk, clinicId);
    await desk.get(cancelExam, { input: { examId: first.id, reason: 'PATIENT_REQUEST' } });
    expect(await book(await hold(other.patientId, startsAt, pair[0]), other.intakeId)).toMatchObject({ status: 'BOOKED' });
    expect(await book(holdId, intakeId)).toMatchObject({ status: 'BOOKED', startsAt });
  });

  test('an exam moves over its own time, and not over another of the patient', async () => {
    const { patientId, intakeId } = await readyPatient(desk, clinicId);
    const [here, there] = [takeTime(), takeTime()];
    const first = await book(await hold(patientId, here, pair[0]), intakeId);
    const second = await book(await hold(patientId, there, pair[0]), intakeId);
    expect(await move(second.id, await hold(patientId, here, pair[1]))).toEqual(taken(first.id));
    expect(await move(second.id, await hold(patientId, there, pair[1]))).toMatchObject({ status: 'BOOKED', startsAt: there });
  });

  test('of a booking and a move of one patient at once to one time, one is made', async () => {
    const { patientId, intakeId } = await readyPatient(desk, clinicId);
    const [here, there] = [takeTime(), takeTime()];
    const { id } = await book(await hold(patientId, here, pair[0]), intakeId);
    const holds = await Promise.all(pair.map((examinerId) => hold(patientId, there, examinerId)));
    const answers = await Promise.all([move(id, holds[0] ?? ''), book(holds[1] ?? '', intakeId)]);
    expect(answers.map(({ __typename }) => __typename).toSorted()).toEqual(['GoodFaithExam', 'RuleBlocked']);
  });

  test('nor is a patient squeezed in over their own exam, however little the two overlap', async () => {
    const { patientId, intakeId } = await readyPatient(desk, clinicId);
    const startsAt = takeTime();
    const { id } = await book(await hold(patientId, startsAt, pair[0]), intakeId);
    const director = await graph.as('director');
    const squeeze = async (at: string): Promise<Data> => {
      const time = { ...holdInput(clinicId, patientId, at, { examinerId: pair[1] }), intakeId, reason: 'Came from two hours away.' };
      return (await director.ask(squeezeInExam, { input: time })).data.squeezeInExam;
    };
    expect(await squeeze(later(startsAt, 19))).toEqual(taken(id));
    expect(await squeeze(later(startsAt, 21))).toMatchObject({ status: 'BOOKED' });
  });
});
