import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Asker, testGraph, type TestGraph } from '../support/graph.ts';
import { bookExam, cancelExam, clinicOf, freeTimes, held, readyPatient, registered } from './exam-story.ts';
import { claimed, holdOnce } from './two-hundred-callers.ts';

let graph: TestGraph;
let desk: Asker;
let clinicId: string;
let patients: string[];
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  clinicId = await clinicOf(desk);
  patients = await Promise.all(Array.from({ length: 10 }, () => registered(desk, clinicId)));
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const one = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

test('two hundred callers on twenty times: each time is given once, and everybody gets an answer', async () => {
  const times = (await freeTimes(desk, graph, clinicId)).slice(0, 20);
  expect(times).toHaveLength(20);
  const told = await Promise.all(
    Array.from({ length: 200 }, (_, index) => holdOnce(desk, clinicId, one(patients, index), one(times, index))),
  );
  const counted = (kind: string) => told.filter((one) => one.kind === kind).length;
  expect([counted('SlotHold'), counted('SlotTaken'), told.length]).toEqual([20, 180, 200]);
  expect(told.flatMap(({ kind, startsAt }) => (kind === 'SlotHold' ? [startsAt] : [])).toSorted()).toEqual(times);
  expect(await claimed(graph)).toEqual({ times, overlapping: 0 });
});

test('whoever comes too late is offered times that are free, the nearest first, and gets them', async () => {
  const [taken = ''] = (await claimed(graph)).times;
  const told = await Promise.all(Array.from({ length: 20 }, (_, index) => holdOnce(desk, clinicId, one(patients, index), taken, true)));
  const free = await freeTimes(desk, graph, clinicId);
  for (const { kind, nextSlots } of told) expect([kind, nextSlots]).toEqual(['SlotTaken', free.slice(0, 5)]);
  for (const startsAt of free.slice(0, 5)) expect((await holdOnce(desk, clinicId, one(patients, 0), startsAt)).kind).toBe('SlotHold');
});

test('held, booked, let go and held again in any order, nothing is given twice', async () => {
  const times = (await freeTimes(desk, graph, clinicId)).slice(6, 12);
  const ready = await Promise.all(Array.from({ length: 6 }, () => readyPatient(desk, clinicId)));
  const kinds = new Set<string>();
  const booking = async (caller: number): Promise<void> => {
    const { patientId, intakeId } = one(ready, caller);
    for (let round = 0; round < 3; round += 1) {
      const startsAt = one(times, caller * 5 + round * 7);
      const got = await holdOnce(desk, clinicId, patientId, startsAt);
      kinds.add(got.kind);
      if (got.kind !== 'SlotHold') continue;
      const [hold] = await graph.sql<{ id: string }>(
        `select h.id::text from prescriptions.slot_hold h join prescriptions_slots.slot_claim c on c.owner_id = h.id and c.state = 'HELD'
         where h.starts_at = $1 and h.expires_at > $2`,
        [startsAt, graph.clock.now()],
      );
      const { toId } = await import('#kernel/ids.ts');
      const { data, errors } = await desk.ask(bookExam, { input: { holdId: toId('slotHold', hold?.id ?? ''), intakeId } });
      kinds.add(data?.bookExam?.__typename ?? `error ${errors[0]?.code}`);
      const id = data?.bookExam?.id;
      if (id !== undefined && round < 2)
        kinds.add((await desk.ask(cancelExam, { input: { examId: id, reason: 'BOOKED_IN_ERROR' } })).data?.cancelExam?.status);
    }
  };
  await Promise.all(Array.from({ length: 30 }, (_, caller) => booking(caller)));
  const harmless = ['SlotHold', 'SlotTaken', 'GoodFaithExam', 'CANCELLED', 'IllegalTransition', 'HoldExpired', 'InvalidInput', 'Conflict'];
  expect([...kinds].filter((kind) => !harmless.includes(kind))).toEqual([]);
  expect((await claimed(graph)).overlapping).toBe(0);
  const twice = await graph.sql(
    `select examiner_id, starts_at from prescriptions.good_faith_exam where status = 'BOOKED' group by 1, 2 having count(*) > 1`,
  );
  expect(twice).toEqual([]);
});

test('a patient’s hold is nobody else’s to book', async () => {
  const [startsAt = ''] = (await freeTimes(desk, graph, clinicId)).slice(-1);
  const holdId = await held(desk, clinicId, one(patients, 0), startsAt);
  const { intakeId } = await readyPatient(desk, clinicId);
  const { data } = await desk.ask(bookExam, { input: { holdId, intakeId } });
  expect(data.bookExam).toMatchObject({
    code: 'INVALID_INPUT',
    issues: [{ path: 'input.intakeId', message: 'is the intake of another patient' }],
  });
});
