import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { bookExam, booked, clinicOf, freeTimes, holdInput, holdSlot, readyPatient, registered } from './exam-story.ts';

let graph: TestGraph;
let desk: Asker;
let officer: Asker;
let clinicId: string;
beforeAll(async () => {
  graph = await testGraph();
  // From midnight on, so that the first day that is asked about is a whole one whenever this runs.
  graph.clock.set(new Date(Math.ceil(Date.now() / 86_400_000) * 86_400_000));
  desk = await graph.as('front-desk');
  officer = await graph.as('compliance');
  clinicId = await clinicOf(desk);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const settings = 'service minutes minutesBefore minutesAfter leadMinutes stepMinutes source';
const setExamSettings = `mutation ($input: SetExamSettingsInput!) { setExamSettings(input: $input) {
  __typename ... on ExamSettings { ${settings} } ... on Refusal { code message } ... on InvalidInput { issues { path } } } }`;
const set = async (more: Record<string, unknown>, who = officer): Promise<Data> => {
  const { data, errors } = await who.ask(setExamSettings, { input: { clinicId, service: 'weight-loss', minutes: 20, ...more } });
  return data?.setExamSettings ?? errors[0];
};
const held = async (startsAt: string, who = desk): Promise<Data> => {
  const patientId = await registered(who, clinicId);
  return (await who.ask(holdSlot, { input: holdInput(clinicId, patientId, startsAt) })).data.holdSlot;
};
const later = (time: string | undefined, minutes: number) => new Date(Date.parse(time ?? '') + minutes * 60_000).toISOString();

test('a service’s own settings go before the clinic’s, and those before the usual', async () => {
  const read = `query ($clinicId: ID!, $service: String!) { examSettings(clinicId: $clinicId, service: $service) { ${settings} } }`;
  const now = async (service = 'weight-loss') => (await desk.get(read, { clinicId, service })).examSettings;
  const usual = { minutes: 20, minutesBefore: 0, minutesAfter: 0, leadMinutes: 0, stepMinutes: 20 };
  expect(await now()).toEqual({ service: 'weight-loss', ...usual, source: 'NOWHERE' });
  expect(await set({ service: null, minutes: 30 })).toEqual({
    ...{ __typename: 'ExamSettings', service: null, ...usual, minutes: 30, stepMinutes: 30, source: 'CLINIC' },
  });
  const own = { minutes: 40, minutesBefore: 5, minutesAfter: 10, leadMinutes: 60, stepMinutes: 15 };
  expect(await set(own)).toEqual({ __typename: 'ExamSettings', service: 'weight-loss', ...own, source: 'SERVICE' });
  expect([await now(), await now('peptide-therapy')]).toEqual([
    { service: 'weight-loss', ...own, source: 'SERVICE' },
    { service: 'peptide-therapy', ...usual, minutes: 30, stepMinutes: 30, source: 'CLINIC' },
  ]);
});

test('an exam is as long as its service’s, and what is booked stays as long as it was', async () => {
  await set({ minutes: 20 });
  const times = await freeTimes(desk, graph, clinicId, 3);
  const { examId, startsAt } = await booked(desk, graph, clinicId, times[2]);
  await set({ minutes: 50, stepMinutes: 10 });
  const exam = await desk.get('query ($id: ID!) { exam(id: $id) { startsAt endsAt } }', { id: examId });
  expect(exam.exam).toEqual({ startsAt, endsAt: later(startsAt, 20) });
  // Of the first hour one exam is taken from 08:40 to 09:00: none of fifty minutes fits before it.
  expect((await freeTimes(desk, graph, clinicId, 3)).filter((time) => time < later(times[0], 90))).toEqual(
    [60, 70, 80].map((minutes) => later(times[0], minutes)),
  );
  expect(await held(later(times[0], 60))).toMatchObject({ startsAt: later(times[0], 60), endsAt: later(times[0], 110) });
});

test('time that is kept clear is offered to nobody, given to nobody, and shared by none but its neighbours', async () => {
  await set({ minutes: 20, stepMinutes: 10, minutesBefore: 10, minutesAfter: 20 });
  const times = await freeTimes(desk, graph, clinicId, 9);
  const first = times[6] ?? '';
  expect(await held(first)).toMatchObject({ __typename: 'SlotHold', endsAt: later(first, 20) });
  const offered = await freeTimes(desk, graph, clinicId, 9);
  const near = Array.from({ length: 9 }, (_, index) => later(first, (index - 4) * 10));
  // Before it twenty minutes after the other exam, and after it twenty of its own.
  expect(near.filter((time) => offered.includes(time))).toEqual([later(first, -40), later(first, 40)]);
  for (const time of near.slice(1, -1)) expect(await held(time)).toMatchObject({ code: 'SLOT_TAKEN' });
  expect(await held(later(first, 40))).toMatchObject({ __typename: 'SlotHold' });
});

test('of forty-eight who ask at once for times too near each other, as many get one as fit', async () => {
  await set({ minutes: 20, stepMinutes: 10, minutesBefore: 0, minutesAfter: 15 });
  const times = (await freeTimes(desk, graph, clinicId, 16)).slice(0, 12);
  const patientId = await registered(desk, clinicId);
  const kindOnly = 'mutation ($input: HoldSlotInput!) { holdSlot(input: $input) { __typename ... on SlotHold { startsAt } } }';
  const answers = await Promise.all(
    Array.from({ length: 48 }, (_, index) => desk.ask(kindOnly, { input: holdInput(clinicId, patientId, times[index % 12] ?? '') })),
  );
  const kinds = new Set(answers.map(({ data, errors }) => data?.holdSlot.__typename ?? errors[0]?.code));
  expect(kinds).toEqual(new Set(['SlotHold', 'SlotTaken']));
  const got = answers.flatMap(({ data }) => (data.holdSlot.__typename === 'SlotHold' ? [data.holdSlot.startsAt] : [])).toSorted();
  expect(got.length).toBeGreaterThan(1);
  got.slice(1).forEach((time, index) => {
    expect(Date.parse(time) - Date.parse(got[index] ?? '')).toBeGreaterThanOrEqual(35 * 60_000);
  });
});

test('what begins too soon is neither offered nor held, to the millisecond', async () => {
  await set({ minutes: 20, leadMinutes: 2 * 24 * 60 });
  const [first] = await freeTimes(desk, graph, clinicId, 0);
  const begins = Date.parse(first ?? '');
  expect(begins).toBeGreaterThanOrEqual(graph.clock.now().getTime() + 2 * 86_400_000);
  const back = graph.clock.now();
  graph.clock.set(new Date(begins - 2 * 86_400_000 + 60_000));
  expect(await freeTimes(desk, graph, clinicId, 0)).not.toContain(first);
  expect(await held(first ?? '')).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'input.startsAt' }] });
  graph.clock.set(back);
  expect(await held(first ?? '')).toMatchObject({ __typename: 'SlotHold' });
});

test('a held time is booked as long as it was held, whatever is set meanwhile', async () => {
  await set({ minutes: 20 });
  const startsAt = (await freeTimes(desk, graph, clinicId, 23))[0] ?? '';
  const { patientId, intakeId } = await readyPatient(desk, clinicId);
  const { holdSlot: hold } = await desk.get(holdSlot, { input: holdInput(clinicId, patientId, startsAt) });
  await set({ minutes: 60 });
  const { bookExam: exam } = await desk.get(bookExam, { input: { holdId: hold.id, intakeId } });
  expect(exam).toMatchObject({ status: 'BOOKED', startsAt, endsAt: later(startsAt, 20) });
});

test('only those who answer for the clinic set it, and only what can be', async () => {
  const codeOf = async (persona: string, more = {}) => (await set(more, await graph.as(persona))).code;
  expect(await Promise.all(['front-desk', 'examiner', 'mso-manager', 'compliance-b'].map((persona) => codeOf(persona)))).toEqual([
    ...['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN', 'NOT_FOUND'],
  ]);
  expect((await set({}, await graph.as('director'))).__typename).toBe('ExamSettings');
  const wrong = { minutes: 4, minutesBefore: -1, minutesAfter: 121, leadMinutes: 43_201, stepMinutes: 0 };
  for (const [name, value] of Object.entries(wrong))
    expect(await set({ [name]: value })).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: `input.${name}` }] });
  expect(await set({ service: 'tattoos' })).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'input.service' }] });
});
