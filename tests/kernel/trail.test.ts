import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { signAsk } from '#kernel/ask.ts';
import { makeProof } from '#kernel/hop.ts';
import { fromId, toId } from '#kernel/ids.ts';
import { deriveKey, signingPairOf } from '#kernel/keys.ts';
import { type Desk, orderDesk, signOrder } from '../prescriptions/order-desk.ts';
import { registerPatient } from '../prescriptions/exam-story.ts';
import { type TestGraph, testGraph } from '../support/graph.ts';

let graph: TestGraph;
let desk: Desk;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const address = { line1: '1 Elm St', city: 'Austin', state: 'TX', postalCode: '78704' };
const person = (clinicId: string) => ({
  clinicId,
  givenName: 'Ada',
  familyName: 'Vega',
  birthDate: '1990-01-01',
  sexAtBirth: 'FEMALE',
  address,
});

const austinOf = async () =>
  toId(
    'clinic',
    (
      await graph.sql<{ clinic_id: string }>('select clinic_id from prescriptions.good_faith_exam where id = $1', [
        fromId('exam', desk.examId),
      ])
    )[0]?.clinic_id ?? '',
  );

const trail = (subgraph: string, action: string) =>
  graph.sql<{ patient_id: string | null; detail: Record<string, unknown> }>(
    `select patient_id::text, detail from ${subgraph}.audit_event where action = $1 order by id`,
    [action],
  );

test('a retry shows the record again, and that is recorded as a read', async () => {
  const front = await graph.as('front-desk');
  const input = person(await austinOf());
  const document = `mutation ($input: RegisterPatientInput!) { registerPatient(input: $input) { __typename ... on Patient { id givenName } } }`;
  const first = (await front.get(document, { input }, { idempotencyKey: 'once' })).registerPatient;
  const before = (await trail('prescriptions', 'record.read')).length;
  expect((await front.get(document, { input }, { idempotencyKey: 'once' })).registerPatient).toEqual(first);
  const reads = (await trail('prescriptions', 'record.read')).slice(before);
  expect(reads).toEqual([{ patient_id: fromId('patient', first.id), detail: expect.objectContaining({ fields: ['registerPatient'] }) }]);
});

test('a key that no index holds is refused in words', async () => {
  const front = await graph.as('front-desk');
  const input = person(await austinOf());
  const { data, errors } = await front.ask(registerPatient, { input }, { idempotencyKey: 'k'.repeat(256) });
  expect(errors).toEqual([]);
  expect(data.registerPatient).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'Idempotency-Key' }] });
});

test('each verification is one, whatever key came with it', async () => {
  const id = await desk.sent();
  const pharmacist = await graph.as('pharmacist');
  const document = 'query ($id: ID!) { verifyOrder(orderId: $id) { id } }';
  const ids = new Set<string>();
  for (const _ of [1, 2]) ids.add((await pharmacist.get(document, { id }, { idempotencyKey: 'again' })).verifyOrder.id);
  expect(ids.size).toBe(2);
  expect((await trail('pharmacies', 'order.verified')).length).toBe(2);
});

test('a refusal names what it was about and what stood in the way', async () => {
  const orderId = await desk.draft({ clinicalDifference: null });
  const refused = (await desk.prescriber.ask(signOrder, { input: { orderId } })).data.signOrder;
  expect(refused.code).toBe('RULE_BLOCKED');
  const [row] = await trail('prescriptions', 'signOrder.refused');
  const rules = refused.rules.filter((rule: { outcome: string }) => rule.outcome !== 'PASS').map((rule: { id: string }) => rule.id);
  expect(row?.detail).toEqual({ code: 'RULE_BLOCKED', ids: [orderId], rules });
});

test('a refused read names the patient it was about', async () => {
  const stranger = await graph.as('other-desk');
  await stranger.ask('query ($id: ID!) { patient(id: $id) { id } }', { id: desk.patientId });
  expect(await trail('prescriptions', 'patient.refused')).toEqual([
    { patient_id: fromId('patient', desk.patientId), detail: { code: 'NOT_FOUND', ids: [desk.patientId] } },
  ]);
});

test('a refused subscription is recorded', async () => {
  const stranger = await graph.as('other-desk');
  const stream = stranger.subscribe(
    'subscription ($id: ID!) { examUpdated(id: $id) { id } }',
    { id: desk.examId },
    new AbortController().signal,
  );
  await stream.then(
    async (results) => {
      for await (const _ of results) break;
    },
    () => undefined,
  );
  expect(await trail('prescriptions', 'examUpdated.refused')).toEqual([
    { patient_id: null, detail: { code: 'NOT_FOUND', ids: [desk.examId] } },
  ]);
});

test('a subgraph that has nothing to hand over cannot', async () => {
  const query = `mutation ($input: ReceiveFulfillmentHandOffInput!) { receiveFulfillmentHandOff(input: $input) { outcome } }`;
  const orderId = await desk.sent();
  const ids = { orderId, pharmacyId: toId('pharmacy', randomUUID()), fulfillmentId: toId('fulfillment', randomUUID()) };
  const variables = { input: { ...ids, seq: 1, attempt: 1, kind: 'SHIPPED', at: '2026-12-02T15:00:00Z' } };
  const key = signingPairOf(graph.secrets.clinics, 'ask').privateKey;
  const token = await signAsk(key, { service: 'clinics', as: 'service', user: null, document: query, nowMs: Date.now() });
  const [authorization, requestId, body] = [`Bearer ${token}`, randomUUID(), JSON.stringify({ query, variables })];
  const facts = { subgraph: 'prescriptions', requestId, authorization, body } as const;
  const proof = makeProof(deriveKey(graph.secrets.prescriptions, 'hop'), facts, Date.now());
  const headers = { authorization, requestId, proof, idempotencyKey: undefined };
  const result = await graph.running.prescriptions.execute({ body, query, variables, operationName: undefined, headers });
  expect(JSON.parse(JSON.stringify(result)).errors[0].extensions.code).toBe('FORBIDDEN');
});
