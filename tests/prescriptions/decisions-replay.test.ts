import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { library } from '#rules/packs.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import {
  approval,
  booked,
  claimNextExam,
  clinicOf,
  completeExam,
  freeTimes,
  held,
  readyPatient,
  requestExamNow,
  rescheduleExam,
  startExam,
} from './exam-story.ts';
import { orderDesk, sendOrder, signOrder } from './order-desk.ts';

let graph: TestGraph;
let prescriber: Asker;
let walkIn: string;
let appointment: string;
let orderId: string;

const kept = 'gate at packVersion facts results { id outcome version } replay { same packVersion differs results { id outcome } }';
const ofExam = `query ($id: ID!) { exam(id: $id) { decisions { ${kept} } } }`;
const ofOrder = `query ($id: ID!) { order(id: $id) { decisions { ${kept} } } }`;

beforeAll(async () => {
  graph = await testGraph();
  const desk = await graph.as('front-desk');
  const examiner = await graph.as('examiner', { stepUp: true });
  const clinicId = await clinicOf(desk);
  const begin = { patientState: 'TX', identityVerifiedBy: 'GOVERNMENT_ID' };

  const { patientId, intakeId } = await readyPatient(desk, clinicId);
  const request = { clinicId, patientId, intakeId, service: 'weight-loss', patientState: 'TX', modality: 'SYNC_VIDEO' };
  walkIn = (await desk.get(requestExamNow, { input: request })).requestExamNow.id;
  await examiner.get(claimNextExam);
  await examiner.get(startExam, { input: { examId: walkIn, ...begin } });
  await examiner.get(completeExam, { input: approval(walkIn) });

  const first = await booked(desk, graph, clinicId);
  appointment = first.examId;
  const holdId = await held(desk, clinicId, first.patientId, (await freeTimes(desk, graph, clinicId, 3))[0] ?? '');
  await desk.get(rescheduleExam, { input: { examId: appointment, holdId } });
  await examiner.get(startExam, { input: { examId: appointment, ...begin } });
  const { completeExam: exam } = await examiner.get(completeExam, { input: approval(appointment) });

  const orders = await orderDesk(graph);
  prescriber = orders.prescriber;
  const clinicalDifference = { ...orders.input['clinicalDifference'], findingId: exam.findings[0].id };
  orderId = await orders.draft({ examId: appointment, clinicalDifference });
  await prescriber.get(signOrder, { input: { orderId } });
  await prescriber.get(sendOrder, { input: { orderId } });
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

async function decisions(): Promise<Data[]> {
  const exams = await Promise.all([walkIn, appointment].map(async (id) => (await prescriber.get(ofExam, { id })).exam.decisions));
  return [...exams.flat(), ...(await prescriber.get(ofOrder, { id: orderId })).order.decisions];
}

test('every gate that let something pass has kept what it was told, and answers the same when asked again', async () => {
  const all = await decisions();
  expect(all.map(({ gate }) => gate)).toEqual([
    ...['REQUEST', 'CLAIM', 'START', 'COMPLETE'],
    ...['BOOK', 'RESCHEDULE', 'START', 'COMPLETE'],
    ...['SIGN', 'SEND'],
  ]);
  for (const { gate, packVersion, facts, results, replay } of all) {
    expect(packVersion, gate).toBe(library.latest.version);
    expect(facts.gate, gate).toMatch(/^(exam|order)-/);
    expect(replay, gate).toEqual({
      ...{ same: true, packVersion, differs: [] },
      results: results.map(({ id, outcome }: Data) => ({ id, outcome })),
    });
    expect(new Set(results.map(({ outcome }: Data) => outcome)), gate).toEqual(new Set(['PASS']));
  }
});

test('only the attestations that were asked for are kept, each with its release', async () => {
  for (const { facts, results } of await decisions()) {
    const asked = new Set(results.map(({ id }: Data) => id));
    for (const attestation of facts.attestations) {
      expect(asked).toContain(attestation.ruleId);
      expect(attestation.packVersion).toBe(library.latest.version);
    }
  }
});

test('the facts name licences by id', async () => {
  const [request] = await decisions();
  expect(request?.['facts'].examiner.licences[0].id).toMatch(/^lic_/);
  expect(request?.['facts'].examiner.agreements[0].physicianLicences[0].id).toMatch(/^lic_/);
});

test('another release answers as its own, and one that nobody knows does not answer', async () => {
  const again = async (packVersion: string): Promise<Data> => {
    const document = `query ($id: ID!, $packVersion: String) { order(id: $id) { decisions { replay(packVersion: $packVersion) { same packVersion differs } } } }`;
    return (await prescriber.get(document, { id: orderId, packVersion })).order.decisions[0].replay;
  };
  const [oldest] = library.releases;
  const then = await again(oldest?.version ?? '');
  // The first release had no rules yet on what a prescription carries, nor said of what kind the condition of a substance is: nothing else differs.
  const contentRules = ['date', 'patient', 'drug', 'prescriber', 'reason'].map((group) => `content.${group}`);
  expect(then).toEqual({ same: false, packVersion: oldest?.version, differs: ['US.substance.53AXN4NNHX.503A', ...contentRules] });
  expect(await again('1999-01-01.1')).toBeNull();
});

test('a stored answer that somebody changed is found by asking again', async () => {
  await graph.sql('alter table prescriptions.order_decision disable trigger user');
  await graph.sql(
    `update prescriptions.order_decision set results = jsonb_set(results, '{0,message}', '"Something else"') where order_id = $1 and gate = 'SIGN'`,
    [fromId('order', orderId)],
  );
  const [signing, sending] = (await prescriber.get(ofOrder, { id: orderId })).order.decisions;
  expect(signing.replay).toMatchObject({ same: false, differs: [signing.results[0].id] });
  expect(sending.replay).toMatchObject({ same: true, differs: [] });
});

test('a decision of a time before gates were named in the facts is shown, and can not be asked again', async () => {
  await graph.sql(`update prescriptions.order_decision set facts = facts - 'gate' where order_id = $1 and gate = 'SIGN'`, [
    fromId('order', orderId),
  ]);
  const [signing] = (await prescriber.get(ofOrder, { id: orderId })).order.decisions;
  expect(signing).toMatchObject({ gate: 'SIGN', packVersion: library.latest.version, replay: null });
});
