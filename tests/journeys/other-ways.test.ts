import { afterAll, beforeAll, expect, test } from 'vitest';
import { contractDocuments, contractVariables } from '../../gateway/journey/documents.ts';
import { orderDesk } from '../prescriptions/order-desk.ts';
import { booked, clinicOf, freeTimes, held, readyPatient } from '../prescriptions/exam-story.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';

/** The contract's operations that the main story does not pass: sent as they stand in the contract. */
let graph: TestGraph;
let documents: Map<string, string>;
let examples: Record<string, Data>;
let desk: Asker;
let clinicId: string;

beforeAll(async () => {
  graph = await testGraph();
  documents = await contractDocuments();
  examples = await contractVariables();
  desk = await graph.as('front-desk');
  clinicId = await clinicOf(desk);
});

afterAll(async () => graph?.[Symbol.asyncDispose]());

async function send(who: Asker, operation: string, more: Record<string, unknown>): Promise<Data> {
  const input = examples[operation]?.input;
  const variables = input === undefined ? more : { input: { ...input, ...more } };
  const data = await who.get(documents.get(operation) ?? '', variables);
  return Object.values(data)[0];
}

test('an exam can be asked for at once: it is queued, seen in the queue, claimed and begun', async () => {
  const { patientId, intakeId } = await readyPatient(desk, clinicId);
  const examiner = await graph.as('examiner');
  const queued = await send(desk, 'RequestExamNow', { clinicId, patientId, intakeId });
  expect(queued).toEqual({ __typename: 'GoodFaithExam', id: queued.id, status: 'REQUESTED', queuePosition: 1 });
  const queue = await send(examiner, 'ExamQueue', {});
  expect(queue.nodes).toEqual([
    {
      id: queued.id,
      status: 'REQUESTED',
      service: 'weight-loss',
      requestedAt: expect.any(String),
      patientState: 'TX',
      clinic: { name: 'Bluebonnet Austin' },
    },
  ]);
  expect(await send(examiner, 'ClaimNextExam', {})).toMatchObject({ id: queued.id, service: 'weight-loss', patientState: 'TX' });
  expect(await send(examiner, 'StartExam', { examId: queued.id })).toMatchObject({
    id: queued.id,
    status: 'IN_PROGRESS',
    patientState: 'TX',
  });
  const { data } = await examiner.ask(documents.get('ClaimNextExam') ?? '');
  expect(data).toEqual({ claimNextExam: { __typename: 'QueueEmpty', code: 'QUEUE_EMPTY', message: expect.any(String) } });
});

test('a booked exam can be moved, looked up and called off', async () => {
  const { examId, patientId, startsAt } = await booked(desk, graph, clinicId);
  const times = await freeTimes(desk, graph, clinicId, 3);
  const holdId = await held(desk, clinicId, patientId, times[0] ?? '');
  const moved = await send(desk, 'RescheduleExam', { examId, holdId });
  expect(moved).toMatchObject({ id: examId, status: 'BOOKED', startsAt: times[0] });
  expect(await freeTimes(desk, graph, clinicId)).toContain(startsAt);
  const status = await send(desk, 'ExamStatus', { id: examId });
  expect(status).toEqual({
    id: examId,
    status: 'BOOKED',
    startsAt: times[0],
    modality: 'SYNC_VIDEO',
    validUntil: null,
    patient: { id: patientId, givenName: 'Ana', familyName: 'Whitfield' },
    examiner: {
      id: expect.any(String),
      displayName: 'Imani Rowell, NP',
      credential: 'NP',
      licenses: expect.arrayContaining([{ state: 'TX', status: 'ACTIVE', expiresOn: expect.any(String) }]),
    },
    clinic: { id: clinicId, name: 'Bluebonnet Austin', timeZone: 'America/Chicago' },
  });
  expect(await send(desk, 'CancelExam', { examId })).toEqual({ __typename: 'GoodFaithExam', id: examId, status: 'CANCELLED' });
  expect(await freeTimes(desk, graph, clinicId, 3)).toContain(times[0]);
});

test('whoever follows an exam is told how it stands and when it begins, with the examiner’s name from next door', async () => {
  const { examId } = await booked(desk, graph, clinicId);
  const stop = new AbortController();
  const events = await desk.subscribe(documents.get('ExamUpdated') ?? '', { id: examId }, stop.signal);
  const stream = events[Symbol.asyncIterator]();
  const next = async () => JSON.parse(JSON.stringify((await stream.next()).value.data));
  const seen = { id: examId, examiner: { displayName: 'Imani Rowell, NP' } };
  expect(await next()).toEqual({ examUpdated: { ...seen, status: 'BOOKED' } });
  await send(await graph.as('examiner'), 'StartExam', { examId });
  expect(await next()).toEqual({ examUpdated: { ...seen, status: 'IN_PROGRESS' } });
  stop.abort();
});

test('a pharmacy can give an order back or refuse it, and the prescriber can send it again', async () => {
  const { prescriber, sent } = await orderDesk(graph);
  const pharmacist = await graph.as('pharmacist');
  const orderId = await sent();
  const claim = await send(pharmacist, 'ClaimOrder', { orderId });
  expect(await send(pharmacist, 'ReturnOrder', { orderId, secret: claim.secret })).toMatchObject({
    status: 'RETURNED',
    order: { id: orderId, status: 'SIGNED' },
  });
  expect(await send(prescriber, 'SendOrder', { orderId })).toMatchObject({
    id: orderId,
    status: 'SENT',
    pharmacy: { name: 'Pecan Grove Compounding' },
  });
  const again = await send(pharmacist, 'ClaimOrder', { orderId });
  expect(again.secret).not.toBe(claim.secret);
  expect(await send(pharmacist, 'RejectOrder', { orderId, secret: again.secret })).toMatchObject({
    status: 'REJECTED',
    order: { id: orderId, status: 'SIGNED' },
  });
});

test('an order can be called off while nobody has filled it; a change cannot be asked for yet', async () => {
  const { prescriber, sent } = await orderDesk(graph);
  const orderId = await sent();
  const pharmacist = await graph.as('pharmacist');
  const claim = await send(pharmacist, 'ClaimOrder', { orderId });
  const { data } = await pharmacist.ask(documents.get('RequestChange') ?? '', {
    input: { ...examples['RequestChange'].input, orderId, secret: claim.secret },
  });
  expect(data.requestChange).toEqual({ __typename: 'ChangeRequest', id: expect.stringMatching(/^chg_/), status: 'OPEN', kind: 'QUANTITY' });
  expect(await send(prescriber, 'CancelOrder', { orderId })).toMatchObject({ id: orderId, status: 'CANCELLED' });
  const late = await pharmacist.ask(documents.get('RecordShipment') ?? '', {
    input: { ...examples['RecordShipment'].input, orderId, secret: claim.secret },
  });
  expect(late.data.recordShipment.code).toMatch(/ILLEGAL_TRANSITION|CLAIM_REQUIRED/);
});
