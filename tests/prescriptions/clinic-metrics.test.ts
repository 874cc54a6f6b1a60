import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { personas } from '#prisma/seed/personas.ts';
import { type Asker, testGraph, type TestGraph } from '../support/graph.ts';
import { clinicOf, readyPatient } from './exam-story.ts';

let graph: TestGraph;
let desk: Asker;
let manager: Asker;
let clinicId: string;
let owned: { patientId: string; intakeId: string };
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  manager = await graph.as('mso-manager');
  clinicId = await clinicOf(desk);
  const { patientId, intakeId } = await readyPatient(desk, clinicId);
  owned = { patientId: fromId('patient', patientId), intakeId: fromId('intake', intakeId) };
  graph.clock.set(new Date('2031-05-20T12:00:00Z'));
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const metrics = `query ($id: ID!, $from: Date!, $to: Date!) { clinic(id: $id) { metrics(from: $from, to: $to) { examsRequested examsCompleted medianMinutesToExam ordersSigned ordersWithoutExam } } }`;
const of = async (asker: Asker, from: string, to: string) => (await asker.get(metrics, { id: clinicId, from, to })).clinic.metrics;
const later = (ms: number) => graph.clock.set(new Date(graph.clock.now().getTime() + ms));

/** So many exams asked for on that day, begun ten minutes after. */
async function examsOn(day: string, count: number): Promise<void> {
  await graph.sql(
    `insert into prescriptions.good_faith_exam (id, clinic_id, patient_id, service, patient_state, modality, status, intake_id, examiner_id, requested_at, requested_by, started_at, identity_verified_by, conditions, services)
     select uuidv7(), $1, $2, 'weight-loss', 'TX', 'SYNC_VIDEO', 'IN_PROGRESS', $3, uuidv7(), $4::timestamptz, 'x', $4::timestamptz + interval '10 minutes', 'GOVERNMENT_ID', '{}', '{}' from generate_series(1, $5)`,
    [fromId('clinic', clinicId), owned.patientId, owned.intakeId, `${day}T12:00:00Z`, count],
  );
}

test('the clinic’s own people see exact figures, of any days', async () => {
  await examsOn('2031-03-10', 3);
  expect(await of(desk, '2031-03-09', '2031-03-11')).toEqual({
    examsRequested: 3,
    examsCompleted: 0,
    medianMinutesToExam: 10,
    ordersSigned: 0,
    ordersWithoutExam: 0,
  });
  expect(await of(await graph.as('compliance'), '2031-03-09', '2031-03-11')).toMatchObject({ examsRequested: 3 });
});

test('an MSO sees whole months, none of which tells of ten or fewer', async () => {
  await examsOn('2031-02-10', 25);
  later(120_000);
  expect(await of(manager, '2031-02-01', '2031-02-28')).toEqual({
    examsRequested: 25,
    examsCompleted: 0,
    medianMinutesToExam: 10,
    ordersSigned: 0,
    ordersWithoutExam: 0,
  });
  expect(await of(manager, '2031-03-01', '2031-03-31')).toEqual({
    examsRequested: null,
    examsCompleted: 0,
    medianMinutesToExam: null,
    ordersSigned: 0,
    ordersWithoutExam: 0,
  });
  expect((await of(manager, '2031-02-01', '2031-03-31')).examsRequested).toBeNull();
  expect(await of(manager, '2031-02-02', '2031-02-28')).toEqual({
    examsRequested: null,
    examsCompleted: null,
    medianMinutesToExam: null,
    ordersSigned: null,
    ordersWithoutExam: null,
  });
});

test('a month that has ended stays as it was published', async () => {
  await examsOn('2031-02-11', 30);
  later(120_000);
  expect((await of(manager, '2031-02-01', '2031-02-28')).examsRequested).toBe(25);
});

test('the open month moves by nothing or by eleven and more', async () => {
  const shown = async () => (await of(manager, '2031-05-01', '2031-05-31')).examsRequested;
  later(61_000);
  expect(await of(manager, '2031-05-01', '2031-05-31')).toMatchObject({ examsRequested: null, examsCompleted: null, ordersWithoutExam: 0 });
  const seen: (number | null)[] = [];
  for (const more of [5, 7, 10, 1, 30]) {
    await examsOn('2031-05-10', more);
    later(61_000);
    seen.push(await shown());
  }
  expect(seen).toEqual([null, 12, 12, 23, 53]);
});

test('asked again within a minute, nothing is counted again', async () => {
  await examsOn('2031-05-11', 40);
  expect((await of(manager, '2031-05-01', '2031-05-31')).examsRequested).toBe(53);
});

test('a month’s end moves its figures by nothing or by eleven and more, and shows its median', async () => {
  await examsOn('2031-06-10', 22);
  graph.clock.set(new Date('2031-06-20T12:00:00Z'));
  const june = () => of(manager, '2031-06-01', '2031-06-30');
  expect(await june()).toMatchObject({ examsRequested: 22, examsCompleted: null, medianMinutesToExam: null });
  await examsOn('2031-06-29', 3);
  graph.clock.set(new Date('2031-07-01T02:00:00Z'));
  expect(await june()).toMatchObject({ examsRequested: 22, examsCompleted: 0, medianMinutesToExam: 10 });
  expect((await of(desk, '2031-06-01', '2031-06-30')).examsRequested).toBe(25);
});

test('a stretch that ends before it begins or is longer than ten years is refused, not answered in part', async () => {
  const asker = await graph.as('mso-manager');
  for (const [from, to] of [
    ['2031-02-28', '2031-02-01'],
    ['1970-01-01', '2031-02-28'],
  ]) {
    const { errors } = await asker.ask(metrics, { id: clinicId, from, to });
    expect(errors.map(({ code }) => code)).toContain('INVALID_INPUT');
  }
});

test('another MSO sees nothing, and a patient’s role may not ask', async () => {
  const other = await (await graph.as('mso-manager-b')).ask(metrics, { id: clinicId, from: '2031-02-01', to: '2031-02-28' });
  expect(other.data.clinic?.metrics ?? null).toBeNull();
  const pharmacist = await graph.asSomeone({
    sub: personas['pharmacist']?.sub ?? '',
    name: 'x',
    grants: personas['pharmacist']?.grants ?? [],
  });
  const refused = await pharmacist.ask(metrics, { id: clinicId, from: '2031-02-01', to: '2031-02-28' });
  expect(refused.data.clinic.metrics).toBeNull();
});

test('without a median no exam is read', async () => {
  const counts = metrics.replace('medianMinutesToExam', '');
  const asked = { id: clinicId, from: '2031-03-09', to: '2031-03-11' };
  await graph.sql('revoke select (started_at) on prescriptions.good_faith_exam from goodfaith_metrics');
  try {
    const { clinic } = await desk.get(counts, asked);
    expect(clinic.metrics).toEqual({ examsRequested: 3, examsCompleted: 0, ordersSigned: 0, ordersWithoutExam: 0 });
    expect((await desk.ask(metrics, asked)).errors).toHaveLength(1);
  } finally {
    await graph.sql('grant select (started_at) on prescriptions.good_faith_exam to goodfaith_metrics');
  }
});
