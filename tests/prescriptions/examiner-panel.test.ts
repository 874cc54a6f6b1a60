import { afterAll, beforeAll, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { practitionerId } from '#prisma/seed/people.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { booked, clinicOf, examinerId, examSlots, freeTimes, holdInput, holdSlot, registered } from './exam-story.ts';

let graph: TestGraph;
let desk: Asker;
let officer: Asker;
let clinicId: string;
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  officer = await graph.as('compliance');
  clinicId = await clinicOf(desk);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const assistantId = toId('practitioner', practitionerId('pa-austin'));
const panel = 'clinic { id } examiners { examiner { id } services states } examsOutside { examId startsAt why examiner { id } }';
const setExaminerPanel = `mutation ($input: SetExaminerPanelInput!) { setExaminerPanel(input: $input) {
  __typename ... on ExaminerPanel { ${panel} } ... on Refusal { code message } ... on InvalidInput { issues { path message } } } }`;
const set = async (examiners: Record<string, unknown>[], who = officer): Promise<Data> => {
  const { data, errors } = await who.ask(setExaminerPanel, { input: { clinicId, examiners } });
  return data?.setExaminerPanel ?? errors[0];
};
const everybody = [{ examinerId }, { examinerId: assistantId }];
const offeredFor = async (more: Record<string, unknown> = {}): Promise<Set<string>> => {
  const [from, to] = [3, 10].map((days) => new Date(graph.clock.now().getTime() + days * 86_400_000).toISOString());
  const found = await desk.get(examSlots, { clinicId, service: 'weight-loss', patientState: 'TX', first: 200, from, to, ...more });
  return new Set(found.examSlots.nodes.map((slot: Data) => slot.examiner.id));
};

test('who is on the panel is offered, for the services and states for which they are', async () => {
  expect(await set(everybody)).toEqual({
    ...{ __typename: 'ExaminerPanel', clinic: { id: clinicId }, examsOutside: [] },
    examiners: [examinerId, assistantId]
      .toSorted((a, b) => a.localeCompare(b))
      .map((id) => ({ examiner: { id }, services: [], states: [] })),
  });
  const all = await offeredFor();
  expect(all).toContain(examinerId);
  expect(all).toContain(assistantId);
  await set([
    { examinerId, states: ['FL'] },
    { examinerId: assistantId, services: ['weight-loss'] },
  ]);
  expect(await offeredFor()).toEqual(new Set([assistantId]));
  await set([
    { examinerId, states: ['TX', 'FL'] },
    { examinerId: assistantId, services: ['peptide-therapy'] },
  ]);
  expect(await offeredFor()).toEqual(new Set([examinerId]));
  await set(everybody);
});

test('who has left the panel is held by nobody, and what is booked with them stays and is listed for the officer', async () => {
  await set(everybody);
  const times = await freeTimes(desk, graph, clinicId, 4);
  const { examId, startsAt } = await booked(desk, graph, clinicId, times[0]);
  const left = await set([{ examinerId: assistantId }]);
  expect(left.examsOutside).toEqual([{ examId, startsAt, why: 'NOT_ON_PANEL', examiner: { id: examinerId } }]);
  const exam = await desk.get('query ($id: ID!) { exam(id: $id) { status startsAt } }', { id: examId });
  expect(exam.exam).toEqual({ status: 'BOOKED', startsAt });
  const patientId = await registered(desk, clinicId);
  const { holdSlot: refused } = (await desk.ask(holdSlot, { input: holdInput(clinicId, patientId, times[3] ?? '') })).data;
  expect(refused).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'input.startsAt' }] });
  expect((await set(everybody)).examsOutside).toEqual([]);
});

test('nobody is put on a panel who is no examiner of the clinic, and nothing wrong is taken half', async () => {
  await set(everybody);
  const stranger = toId('practitioner', practitionerId('examiner-b'));
  const refused = await set([
    { examinerId: stranger },
    { examinerId: assistantId, services: ['tattoos', 'weight-loss'] },
    { examinerId: assistantId },
    { examinerId: clinicId },
  ]);
  expect(refused.issues.map(({ path }: Data) => path).toSorted()).toEqual([
    'input.examiners.0.examinerId',
    'input.examiners.1.services.0',
    'input.examiners.2.examinerId',
    'input.examiners.3.examinerId',
    'input.examiners.3.examinerId',
  ]);
  const read = `query ($clinicId: ID!) { examinerPanel(clinicId: $clinicId) { ${panel} } }`;
  expect((await officer.get(read, { clinicId })).examinerPanel.examiners).toHaveLength(2);
  expect((await (await graph.as('other-desk')).ask(read, { clinicId })).errors[0]?.code).toBe('NOT_FOUND');
});

test('only those who answer for the clinic arrange its panel, and each change is in its trail', async () => {
  const codeOf = async (persona: string) => (await set(everybody, await graph.as(persona))).code;
  expect(await Promise.all(['front-desk', 'examiner', 'mso-manager', 'compliance-b'].map(codeOf))).toEqual([
    ...['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN', 'NOT_FOUND'],
  ]);
  expect((await set(everybody, await graph.as('director'))).__typename).toBe('ExaminerPanel');
  const [last] = await graph.sql<{ detail: Data }>(
    `select detail from prescriptions.audit_event where action = 'examiner-panel.set' order by at desc, id desc limit 1`,
  );
  expect(last?.detail.now.map(({ examinerId: id }: Data) => toId('practitioner', id)).toSorted()).toEqual(
    [examinerId, assistantId].toSorted(),
  );
});

test('of twenty who arrange a panel at once each leaves a whole one', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => set(index % 2 === 0 ? everybody : [{ examinerId: assistantId }])),
  );
  expect(new Set(answers.map(({ __typename }) => __typename))).toEqual(new Set(['ExaminerPanel']));
  const rows = await graph.sql<{ count: number }>(
    'select count(*)::int as count from prescriptions.examiner_clinic where clinic_id = (select id from prescriptions.examiner_panel)',
  );
  expect([1, 2]).toContain(rows[0]?.count);
  await set(everybody);
});
