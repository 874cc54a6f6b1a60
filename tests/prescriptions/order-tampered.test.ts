import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';
import { austin, cancelOrder, type Desk, orderDesk } from './order-desk.ts';

let graph: TestGraph;
let desk: Desk;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
  // What the database refuses to anybody, its owner does behind our back.
  await graph.sql('alter table prescriptions."order" disable trigger user');
  for (const { conname } of await graph.sql<{ conname: string }>(
    `select conname from pg_constraint where conrelid = 'prescriptions."order"'::regclass and pg_get_constraintdef(oid) like '%sha256%'`,
  ))
    await graph.sql(`alter table prescriptions."order" drop constraint "${conname}"`);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

let orderId: string;
beforeEach(async () => {
  orderId = await desk.signed();
});

const order = `query Shown($id: ID!) { order(id: $id) {
  id status signedAt drug { sig } signature { documentDigest } shipTo { city } screening { screenedWith } nextFillFrom } }`;

const changes: [what: string, set: string][] = [
  ['the text', `document = replace(document, '"refills":1', '"refills":9')`],
  [
    'the text and its digest',
    `document = replace(document, '"refills":1', '"refills":9'), digest = encode(sha256(convert_to(replace(document, '"refills":1', '"refills":9'), 'UTF8')), 'hex')`,
  ],
  ['the digest', `digest = repeat('0', 64)`],
  ['the payload of the JWS', `jws = replace(jws, '"payload":"e', '"payload":"f')`],
  ['a signature in the JWS', `jws = regexp_replace(jws, '"signature":"(.)', '"signature":"A\\1')`],
  [
    'the key named in the JWS',
    `jws = (select other.jws from prescriptions."order" other where other.jws is not null and other.id <> "order".id limit 1)`,
  ],
  ['what is no JWS any more', `jws = '{}'`],
  ['the JWS, which has another member', `jws = replace(jws, '{"payload"', '{"extra":"FORGED","payload"')`],
  ['the JWS, which has an unprotected header', `jws = regexp_replace(jws, '\\{"protected"', '{"header":{"kid":"FORGED"},"protected"')`],
  ['the spelling of a signature', `jws = regexp_replace(jws, '("signature":"[^"]*)"', '\\1="')`],
];

test.each(changes)('an order of which somebody changed %s is noticed at the next read and shown as nothing', async (_what, set) => {
  const good = await desk.signed();
  await graph.sql(`update prescriptions."order" set ${set} where id = $1`, [fromId('order', orderId)]);
  const { data, errors } = await desk.prescriber.ask(order, { id: orderId });
  expect(data.order).toEqual({
    ...{ id: orderId, status: 'SIGNED', signedAt: null, drug: null, signature: null, shipTo: null, screening: null, nextFillFrom: null },
  });
  expect([...new Set(errors.map(({ code }) => code))]).toEqual(['DOCUMENT_TAMPERED']);
  expect((await desk.prescriber.get(order, { id: good })).order.drug.sig).toBe(desk.input.sig);
  const trail = await graph.sql(
    `select kind, action, detail->>'code' as code, patient_id from prescriptions.audit_event where detail->'ids' ? $1 and detail->>'code' = 'DOCUMENT_TAMPERED'`,
    [orderId],
  );
  expect(trail).toEqual([{ kind: 'REFUSAL', action: 'orderDocument.refused', code: 'DOCUMENT_TAMPERED', patient_id: null }]);
});

test('whoever listens is told of it, by ids alone', async () => {
  await graph.sql(`update prescriptions."order" set jws = '{}' where id = $1`, [fromId('order', orderId)]);
  await desk.prescriber.ask(order, { id: orderId });
  const told = await graph.sql<{ payload: object }>(
    `select payload from prescriptions.outbox_event where topic = 'document-tampered' and key = $1`,
    [fromId('order', orderId)],
  );
  expect(told.map(({ payload }) => payload)).toEqual([
    { code: 'DOCUMENT_TAMPERED', orderId, clinicId: austin, requestId: expect.stringMatching(/.+/) },
  ]);
});

const outcome = '{ __typename ... on Refusal { code } }';
const verbs: [verb: string, status: string, input: object][] = [
  ['send', 'SIGNED', {}],
  ['refill', 'COMPLETED', {}],
  ['amend', 'SIGNED', { changes: { sig: 'Inject 0.5 mg subcutaneously once a week' } }],
  ['renew', 'COMPLETED', {}],
];

test.each(verbs)('nobody can %s it, and whoever tries is told why', async (verb, status, more) => {
  await graph.sql(`update prescriptions."order" set status = $2, jws = '{}', sent_at = signed_at, attempt = 1 where id = $1`, [
    fromId('order', orderId),
    status,
  ]);
  const input = `${verb[0]?.toUpperCase()}${verb.slice(1)}OrderInput`;
  const asked = `mutation Try($input: ${input}!) { ${verb}Order(input: $input) ${outcome} }`;
  const { data, errors } = await desk.prescriber.ask(asked, { input: { orderId, ...more } });
  expect([data?.[`${verb}Order`], errors]).toEqual([{ __typename: 'DocumentTampered', code: 'DOCUMENT_TAMPERED' }, []]);
  const [told] = await graph.sql<{ count: string }>(
    `select count(*) as count from prescriptions.outbox_event where topic = 'document-tampered' and key = $1`,
    [fromId('order', orderId)],
  );
  expect(Number(told?.count)).toBeGreaterThan(0);
});

test('the rest of a list still answers', async () => {
  const good = await desk.signed();
  await graph.sql(`update prescriptions."order" set digest = repeat('1', 64) where id = $1`, [fromId('order', orderId)]);
  const { data, errors } = await desk.prescriber.ask(
    'query List($clinicId: ID!) { orders(clinicId: $clinicId, status: [SIGNED], first: 100) { nodes { id drug { name } } } }',
    { clinicId: (await desk.prescriber.get('query C($id: ID!) { order(id: $id) { clinic { id } } }', { id: good })).order.clinic.id },
  );
  const shown = new Map(data.orders.nodes.map(({ id, drug }: { id: string; drug: unknown }) => [id, drug]));
  expect([shown.get(orderId), shown.get(good)]).toEqual([null, { name: expect.any(String) }]);
  expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['DOCUMENT_TAMPERED']));
});

test('can still be cancelled', async () => {
  await graph.sql(`update prescriptions."order" set jws = '{}' where id = $1`, [fromId('order', orderId)]);
  expect((await desk.prescriber.ask(cancelOrder, { input: { orderId, reason: 'PRESCRIBER_CHANGED_PLAN' } })).data.cancelOrder.status).toBe(
    'CANCELLED',
  );
});
