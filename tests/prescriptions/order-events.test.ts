import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { fromId, toId } from '#kernel/ids.ts';
import { type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { austin, cancelOrder, type Desk, orderDesk, signOrder } from './order-desk.ts';
import { shipped } from './order-supply.ts';

let graph: TestGraph;
let desk: Desk;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const DAY_MS = 86_400_000;
const day = (fromToday: number) => new Date(graph.clock.now().getTime() + fromToday * DAY_MS).toISOString().slice(0, 10);
const clinicId = toId('clinic', fromId('clinic', austin));

const run = async (job: string) => {
  const id = randomUUID();
  await graph.sql('select prescriptions.enqueue($1, $2)', [job, id]);
  await vi.waitFor(
    async () => expect(await graph.sql('select 1 from prescriptions_jobs._private_jobs where key = $1', [`${job}:${id}`])).toEqual([]),
    { timeout: 100_000, interval: 100 },
  );
};
const payloads = async (topic: string): Promise<Data[]> =>
  (await graph.sql<{ payload: Data }>('select payload from prescriptions.outbox_event where topic = $1 order by id', [topic])).map(
    ({ payload }) => payload,
  );
/** What was told of an order, each with no more than ids, a code and a moment. */
const told = async (orderId: string): Promise<string[]> => {
  const own = (await payloads('order-changed')).filter((one) => one['orderId'] === orderId);
  for (const one of own) expect(one).toEqual({ change: one['change'], orderId, clinicId, at: expect.any(String) });
  return own.map((one) => one['change']);
};
const ask = async (verb: string, input: object, persona?: string): Promise<Data> => {
  const who = persona === undefined ? desk.prescriber : await graph.as(persona, { stepUp: true });
  const name = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}Input`;
  const text = `mutation($input: ${name}!) { ${verb}(input: $input) { __typename ... on Order { id status safetyHolds { id } } ... on Refusal { code message }
    ... on InvalidInput { issues { path message } } } }`;
  return (await who.ask(text, { input })).data[verb];
};
const remaining = async (id: string): Promise<unknown> =>
  (await desk.prescriber.get('query($id: ID!) { order(id: $id) { fillsRemaining } }', { id })).order.fillsRemaining;
const cancel = (orderId: string) => desk.prescriber.get(cancelOrder, { input: { orderId, reason: 'PATIENT_REQUEST' } });
const endsIn = async (orderId: string, days: number) => {
  await graph.sql('alter table prescriptions."order" disable trigger all');
  await graph.sql('update prescriptions."order" set last_fill_on = $2 where id = $1', [fromId('order', orderId), day(days)]);
  await graph.sql('alter table prescriptions."order" enable trigger all');
};

test('an amendment is told, and the order it supersedes, of which no fill is left', async () => {
  const orderId = await desk.signed();
  expect(await ask('amendOrder', { orderId, changes: {} })).toEqual({
    ...{ __typename: 'InvalidInput', code: 'INVALID_INPUT', message: expect.any(String) },
    issues: [{ path: 'input.changes', message: 'Say what is to be otherwise: at least one thing.' }],
  });
  const amendment = (await ask('amendOrder', { orderId, changes: { refills: 0 } }))['id'];
  await desk.prescriber.get(signOrder, { input: { orderId: amendment } });
  expect([await told(amendment), await told(orderId)]).toEqual([['AMENDED'], ['SUPERSEDED']]);
  expect([await remaining(amendment), await remaining(orderId)]).toEqual([1, 0]);
});

test('a hold and its release are told', async () => {
  const orderId = await desk.signed();
  const held = await ask('holdOrder', { orderId, reason: 'CLINICAL_CONCERN', note: 'A new result is being looked at.' });
  const text = 'mutation($input: ReleaseHoldInput!) { releaseHold(input: $input) { __typename } }';
  const director = await graph.as('director', { stepUp: true });
  await director.get(text, { input: { holdId: held['safetyHolds'][0].id, note: 'The result was normal.' } });
  expect(await told(orderId)).toEqual(['HELD', 'RELEASED']);
});

test('a cancelled order is told where anybody knew of it, at once or when its pharmacy has given it back, and no fill is left', async () => {
  const draft = await desk.draft();
  await cancel(draft);
  expect([await told(draft), await remaining(draft)]).toEqual([[], 0]);
  const signed = await desk.signed();
  await cancel(signed);
  expect([await told(signed), await remaining(signed)]).toEqual([['CANCELLED'], 0]);
  const sent = await desk.sent();
  await cancel(sent);
  await vi.waitFor(async () => expect(await told(sent)).toEqual(['CANCELLED']), { timeout: 60_000 });
  expect(await remaining(sent)).toBe(0);
});

test('a refill is told', async () => {
  const orderId = await desk.sent();
  await shipped(graph, orderId, 'EV-1');
  await graph.sql(`update prescriptions."order" set status_since = status_since - interval '24 days' where id = $1`, [
    fromId('order', orderId),
  ]);
  expect(await ask('refillOrder', { orderId })).toMatchObject({ status: 'SENT' });
  expect(await told(orderId)).toEqual(['REFILLED']);
});

test('an order that expires is told once', async () => {
  const orderId = await desk.signed();
  await endsIn(orderId, -1);
  await run('note-expired');
  await run('note-expired');
  expect(await told(orderId)).toEqual(['EXPIRED']);
});

test('the last days of an order and of its fills wait from the first day of their windows on, and are told', async () => {
  const signed = await desk.signed();
  await endsIn(signed, 15);
  const filled = await desk.sent();
  await shipped(graph, filled, 'EV-2');
  await endsIn(filled, 31);
  const kinds = async (orderId: string): Promise<Data[]> => {
    const { attention } = await desk.prescriber.get(
      'query($clinicId: ID!) { attention(clinicId: $clinicId, first: 100, mine: true) { nodes { kind orderId until } } }',
      { clinicId: austin },
    );
    return attention.nodes.filter((one: Data) => one['orderId'] === orderId && /_ENDING$/.test(one['kind']));
  };
  const [lastSigned, lastFilled] = [day(15), day(31)];
  expect([await kinds(signed), await kinds(filled)]).toEqual([[], []]);
  const real = graph.clock.now();
  graph.clock.set(new Date(real.getTime() + DAY_MS));
  desk = { ...desk, prescriber: await graph.as('prescriber', { stepUp: true }) };
  expect(await kinds(signed)).toEqual([{ kind: 'ORDER_ENDING', orderId: signed, until: lastSigned }]);
  expect(await kinds(filled)).toEqual([{ kind: 'FILLS_ENDING', orderId: filled, until: lastFilled }]);
  await run('note-attention');
  await run('note-attention');
  const events = (await payloads('order-attention')).filter((one) => one['orderId'] === signed || one['orderId'] === filled);
  expect(
    events
      .filter((one) => /_ENDING$/.test(one['kind']))
      .map((one) => [one['kind'], one['orderId']])
      .sort(),
  ).toEqual([
    ['FILLS_ENDING', filled],
    ['ORDER_ENDING', signed],
  ]);
});

test('that an exam ends soon is told, and once more when its cover has ended while orders live on it', async () => {
  const until = day(14);
  const other = await orderDesk(graph, { valid_until: until });
  const orderId = await other.draft();
  await run('note-attention');
  const soon = (await payloads('order-attention')).filter((one) => one['orderId'] === orderId);
  expect(soon).toEqual([{ kind: 'EXAM_ENDING', orderId, clinicId, since: expect.any(String) }]);
  const of = async () => (await payloads('exam-cover-ended')).filter((one) => one['examId'] === other.examId);
  graph.clock.set(new Date(`${until}T12:00:00Z`));
  await run('note-expired');
  expect(await of()).toEqual([]);
  graph.clock.set(new Date(Date.parse(`${until}T12:00:00Z`) + DAY_MS));
  await run('note-expired');
  await run('note-expired');
  expect(await of()).toEqual([{ examId: other.examId, clinicId, endedOn: until, orderIds: [orderId] }]);
});
