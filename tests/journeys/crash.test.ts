import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { contractDocuments, contractVariables } from '../../gateway/journey/documents.ts';
import { type Deployment, startDeployment } from '../support/processes.ts';
import { storyUntil } from '../support/story-part.ts';

let deployment: Deployment;
let documents: Map<string, string>;
let variables: Record<string, Record<string, unknown>>;
/** Four signed orders, each for a test to follow to its end. */
let orders: string[];

beforeAll(async () => {
  deployment = await startDeployment();
  [documents, variables] = [await contractDocuments(), await contractVariables()];
  orders = [];
  while (orders.length < 4) orders.push((await storyUntil(deployment.frontEnd, 'SendOrder'))['SignOrder'].id);
}, 180_000);

afterAll(async () => deployment?.[Symbol.asyncDispose]());

// biome-ignore lint/suspicious/noExplicitAny: a test names the fields the operation asks for
type Answer = any;

/** Sends one of the contract's operations and answers its field, or the code of what went wrong. */
async function send(persona: string, operation: string, given: object, key: string = randomUUID()): Promise<Answer> {
  const input = (variables[operation]?.['input'] ?? null) as object | null;
  const response = await fetch(`${deployment.addressOf('gateway')}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await deployment.issuer.tokenOf(persona)}`,
      'idempotency-key': key,
    },
    body: JSON.stringify({ query: documents.get(operation), variables: input ? { input: { ...input, ...given } } : given }),
  });
  const { data, errors } = (await response.json()) as { data?: Record<string, Answer> | null; errors?: { extensions: { code: string } }[] };
  return errors ? errors.map(({ extensions }) => extensions.code) : Object.values(data ?? {})[0];
}

/** Reads until what is read is so, and answers it; what it was last when it never comes to be. */
async function eventually<Value>(read: () => Promise<Value>, isSo: (value: Value) => boolean): Promise<Value> {
  let value = await read();
  for (const until = Date.now() + 45_000; !isSo(value) && Date.now() < until; value = await read()) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return value;
}

const uuid = (orderId: string): string => fromId('order', orderId);
const texts = async (sql: string, orderId: string): Promise<string[]> =>
  (await deployment.sql<{ text: string }>(sql, [uuid(orderId)])).map((row) => row.text);

const orderStatus = (id: string) => texts(`select status as text from prescriptions."order" where id = $1`, id);
const fulfillments = (id: string) => texts('select status as text from pharmacies.fulfillment where order_id = $1 order by attempt', id);
/** The hand-offs of an order on their way out of a subgraph, in order, and what they were answered. */
const outbox = (from: 'prescriptions' | 'pharmacies', id: string) =>
  texts(
    `select (payload->>'kind') || ' ' || case when delivered_at is null then 'waiting' else result->>'outcome' end as text
     from ${from}.outbox_event where key = $1 order by seq`,
    id,
  );
const inbox = (of: 'prescriptions.order_inbox' | 'pharmacies.hand_off_inbox', id: string) =>
  texts(`select kind || ' ' || outcome as text from ${of} where order_id = $1 order by seq`, id);
const events = (id: string) => texts('select status as text from prescriptions.order_event where order_id = $1 order by position', id);
const none = (waiting: string[]): boolean => waiting.length > 0 && waiting.every((one) => !one.endsWith('waiting'));

const orderAt = (index: number): string => orders[index] ?? '';

test('prescriptions is killed when an order is sent: before the pharmacy hears of it, or before it hears the pharmacy', async () => {
  const [unheard, unanswered] = [orderAt(0), orderAt(1)];
  const keys = [randomUUID(), randomUUID()];
  const caught = [
    deployment.between.catchNext('asked', 'receiveOrderHandOff', unheard),
    deployment.between.catchNext('answered', 'receiveOrderHandOff', unanswered),
  ];
  const sending = [unheard, unanswered].map((orderId, index) => send('prescriber', 'SendOrder', { orderId }, keys[index]));
  await Promise.all(caught);
  await deployment.end('prescriptions');
  expect(await Promise.all(sending)).toEqual([['UNAVAILABLE'], ['UNAVAILABLE']]);

  // What was committed stands: both are sent, and only one has arrived.
  for (const id of [unheard, unanswered]) {
    expect([await orderStatus(id), await outbox('prescriptions', id)]).toEqual([['SENT'], ['SEND waiting']]);
  }
  expect([await fulfillments(unheard), await fulfillments(unanswered)]).toEqual([[], ['RECEIVED']]);

  await deployment.start('prescriptions');
  for (const [index, orderId] of [unheard, unanswered].entries()) {
    expect(await eventually(() => outbox('prescriptions', orderId), none)).toEqual(['SEND APPLIED']);
    expect(await fulfillments(orderId)).toEqual(['RECEIVED']);
    expect(await inbox('pharmacies.hand_off_inbox', orderId)).toEqual(['SEND APPLIED']);
    // Whoever sent it never heard an answer and asks again: it is the first answer, and nothing is done twice.
    expect(await send('prescriber', 'SendOrder', { orderId }, keys[index])).toMatchObject({ id: orderId, status: 'SENT' });
    expect(await outbox('prescriptions', orderId)).toEqual(['SEND APPLIED']);
    expect(await events(orderId)).toEqual(['DRAFT', 'SIGNED', 'SENT']);
  }
});

test('pharmacies is killed when it hands back a claim, a dispense and a shipment', async () => {
  const [claimed, dispensed, shipped] = [orderAt(0), orderAt(1), orderAt(2)];
  const at = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
  const lot = { compoundedAt: at(0), beyondUseDate: at(7).slice(0, 10) };
  await send('prescriber', 'SendOrder', { orderId: shipped });
  const claim = async (orderId: string): Promise<string> => (await send('pharmacist', 'ClaimOrder', { orderId })).secret;
  const secrets = { [dispensed]: await claim(dispensed), [shipped]: await claim(shipped) };
  const dispense = (orderId: string, key?: string) =>
    send('pharmacist', 'RecordDispense', { orderId, secret: secrets[orderId], lotNumber: `TX-${uuid(orderId).slice(-8)}`, ...lot }, key);
  expect((await dispense(shipped)).__typename).toBe('Dispense');

  const keys = [randomUUID(), randomUUID(), randomUUID()];
  const steps = [
    () => send('pharmacist', 'ClaimOrder', { orderId: claimed }, keys[0]),
    () => dispense(dispensed, keys[1]),
    () => send('pharmacist', 'RecordShipment', { orderId: shipped, secret: secrets[shipped] }, keys[2]),
  ];
  const caught = [
    deployment.between.catchNext('asked', 'receiveFulfillmentHandOff', claimed),
    deployment.between.catchNext('answered', 'receiveFulfillmentHandOff', dispensed),
    deployment.between.catchNext('answered', 'receiveFulfillmentHandOff', shipped),
  ];
  const doing = steps.map((step) => step());
  await Promise.all(caught);
  await deployment.end('pharmacies');
  expect(await Promise.all(doing)).toEqual([['UNAVAILABLE'], ['UNAVAILABLE'], ['UNAVAILABLE']]);
  expect([await fulfillments(claimed), await fulfillments(dispensed), await fulfillments(shipped)]).toEqual([
    ['CLAIMED'],
    ['DISPENSED'],
    ['SHIPPED'],
  ]);
  expect(await outbox('pharmacies', claimed)).toEqual(['CLAIMED waiting']);
  expect(await inbox('prescriptions.order_inbox', claimed)).toEqual([]);
  expect(await outbox('pharmacies', shipped)).toEqual(['CLAIMED APPLIED', 'DISPENSED APPLIED', 'SHIPPED waiting']);
  expect(await orderStatus(shipped)).toEqual(['COMPLETED']);

  await deployment.start('pharmacies');
  const ends: [string, string[], string][] = [
    [claimed, ['CLAIMED APPLIED'], 'SENT'],
    [dispensed, ['CLAIMED APPLIED', 'DISPENSED APPLIED'], 'SENT'],
    [shipped, ['CLAIMED APPLIED', 'DISPENSED APPLIED', 'SHIPPED APPLIED'], 'COMPLETED'],
  ];
  for (const [orderId, handOffs, status] of ends) {
    expect(await eventually(() => outbox('pharmacies', orderId), none)).toEqual(handOffs);
    expect(await inbox('prescriptions.order_inbox', orderId)).toEqual(handOffs);
    expect(await orderStatus(orderId)).toEqual([status]);
  }
  // Asked again under the same keys, each step answers what it did, and none is done twice.
  const again = await Promise.all(steps.map((step) => step()));
  expect(again.map((answer) => answer.__typename)).toEqual(['Claim', 'Dispense', 'Shipment']);
  expect(again[0]).toMatchObject({ secret: expect.any(String), fulfillment: { status: 'CLAIMED' } });
  for (const table of ['claim', 'dispense', 'shipment']) {
    const rows = await deployment.sql(`select order_id from pharmacies.${table} where order_id = any($1)`, [
      [claimed, dispensed, shipped].map(uuid),
    ]);
    expect(new Set(rows.map((row) => row['order_id'])).size).toBe(rows.length);
  }
  for (const [orderId, handOffs] of ends) expect(await outbox('pharmacies', orderId)).toEqual(handOffs);
});

test('an order is asked back while pharmacies is down: cancelled once it is up, and not dispensed after that', async () => {
  const orderId = orderAt(3);
  await send('prescriber', 'SendOrder', { orderId });
  const { secret } = await send('pharmacist', 'ClaimOrder', { orderId });
  await deployment.end('pharmacies');
  expect(await send('prescriber', 'CancelOrder', { orderId })).toMatchObject({ id: orderId, status: 'CANCEL_REQUESTED' });
  expect(await outbox('prescriptions', orderId)).toEqual(['SEND APPLIED', 'WITHDRAW waiting']);

  await deployment.start('pharmacies');
  expect(
    await eventually(
      () => orderStatus(orderId),
      ([status]) => status !== 'CANCEL_REQUESTED',
    ),
  ).toEqual(['CANCELLED']);
  expect([await fulfillments(orderId), await outbox('prescriptions', orderId)]).toEqual([
    ['WITHDRAWN'],
    ['SEND APPLIED', 'WITHDRAW GRANTED'],
  ]);

  const late = { compoundedAt: new Date().toISOString(), beyondUseDate: new Date(Date.now() + 7 * 86_400_000).toISOString().slice(0, 10) };
  expect(await send('pharmacist', 'RecordDispense', { orderId, secret, lotNumber: 'TX-LATE-1', ...late })).toMatchObject({
    code: 'ILLEGAL_TRANSITION',
  });
  expect(await texts('select id::text as text from pharmacies.dispense where order_id = $1', orderId)).toEqual([]);
  expect(await texts('select kind as text from pharmacies.incident where order_id = $1', orderId)).toEqual(['LATE_DISPENSE']);
  const shown = await send('prescriber', 'OrderTimeline', { id: orderId });
  const statuses = new Set(shown.timeline.map((event: { status: string }) => event.status));
  expect([shown.status, [...statuses]]).toEqual(['CANCELLED', ['DRAFT', 'SIGNED', 'SENT', 'CANCEL_REQUESTED', 'CANCELLED']]);
});
