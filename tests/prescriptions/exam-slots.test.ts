import { afterAll, beforeAll, expect, test } from 'vitest';
import { DateTime } from 'luxon';
import { fromId } from '#kernel/ids.ts';
import { type Asker, testGraph, type TestGraph } from '../support/graph.ts';
import { clinicOf, examinerId, examSlots, freeTimes, registered, held } from './exam-story.ts';

let graph: TestGraph;
let desk: Asker;
let clinicId: string;
let monday: DateTime;
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  clinicId = await clinicOf(desk);
  monday = DateTime.fromJSDate(graph.clock.now(), { zone: 'America/Chicago' }).plus({ weeks: 1 }).startOf('week');
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const wanted = (more: Record<string, unknown> = {}) => ({
  ...{ clinicId, service: 'weight-loss', patientState: 'TX', first: 200 },
  from: monday.toUTC().toISO(),
  to: monday.plus({ days: 1 }).toUTC().toISO(),
  ...more,
});
const nodesOf = async (more: Record<string, unknown> = {}) => (await desk.get(examSlots, wanted(more))).examSlots.nodes;

test('a day of the examiner, slot by slot, earliest first', async () => {
  const slots = (await nodesOf()).filter((slot: { examiner: { id: string } }) => slot.examiner.id === examinerId);
  expect(slots).toHaveLength(30);
  expect(slots[0]).toEqual({
    startsAt: monday.set({ hour: 8 }).toJSDate().toISOString(),
    endsAt: monday.set({ hour: 8, minute: 20 }).toJSDate().toISOString(),
    modality: 'SYNC_VIDEO',
    examiner: { id: examinerId },
  });
  expect(slots.at(-1).endsAt).toBe(monday.set({ hour: 18 }).toJSDate().toISOString());
});

test('nobody is offered who may not examine where the patient is', async () => {
  expect(await nodesOf({ patientState: 'CA' })).toEqual([]);
  expect(await nodesOf({ patientState: 'AZ' })).toEqual([]);
});

test('what is held is not offered, by nobody and to nobody; what has expired is', async () => {
  // Not the first: the window that is asked about moves with the clock.
  const wanted = (await freeTimes(desk, graph, clinicId, 10))[6] ?? '';
  const patientId = await registered(desk, clinicId);
  await held(desk, clinicId, patientId, wanted);
  expect(await freeTimes(desk, graph, clinicId, 10)).not.toContain(wanted);
  graph.clock.set(new Date(graph.clock.now().getTime() + 10 * 60_000));
  expect(await freeTimes(desk, graph, clinicId, 10)).toContain(wanted);
});

test('time off is not offered', async () => {
  const from = monday.set({ hour: 9 });
  await graph.sql(`insert into prescriptions.time_off (id, examiner_id, starts_at, ends_at) values (uuidv7(), $1, $2, $3)`, [
    fromId('practitioner', examinerId),
    from.toJSDate(),
    from.plus({ hours: 2 }).toJSDate(),
  ]);
  const slots = (await nodesOf()).filter((slot: { examiner: { id: string } }) => slot.examiner.id === examinerId);
  expect(slots).toHaveLength(24);
});

test('nothing that has passed', async () => {
  const now = graph.clock.now().getTime();
  const slots = await nodesOf({ from: new Date(now - 20 * 86_400_000).toISOString(), to: new Date(now + 10 * 86_400_000).toISOString() });
  expect(Math.min(...slots.map((slot: { startsAt: string }) => Date.parse(slot.startsAt)))).toBeGreaterThanOrEqual(now);
});

test('a month at most, forwards, and the caller’s own clinic', async () => {
  const codeOf = async (asker: Asker, more: Record<string, unknown>) => (await asker.ask(examSlots, wanted(more))).errors[0]?.code;
  expect(await codeOf(desk, { to: monday.plus({ days: 32 }).toUTC().toISO() })).toBe('INVALID_INPUT');
  expect(await codeOf(desk, { to: monday.toUTC().toISO() })).toBe('INVALID_INPUT');
  expect(await codeOf(desk, { after: 'nonsense' })).toBe('INVALID_INPUT');
  expect(await codeOf(await graph.as('other-desk'), {})).toBe('NOT_FOUND');
  expect(await codeOf(await graph.as('mso-manager'), {})).toBe('FORBIDDEN');
});
