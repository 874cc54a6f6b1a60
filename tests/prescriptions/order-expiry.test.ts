import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { austin, cancelOrder, type Desk, orderDesk } from './order-desk.ts';
import { claimed, dispenseInput, recordDispense, shipped } from './order-supply.ts';

let graph: TestGraph;
let desk: Desk;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const DAY_MS = 86_400_000;
const day = (fromToday: number) => new Date(graph.clock.now().getTime() + fromToday * DAY_MS).toISOString().slice(0, 10);

/** As if it had been signed with a last day so many days from today. */
async function endsIn(orderId: string, days: number): Promise<void> {
  await graph.sql('alter table prescriptions."order" disable trigger all');
  await graph.sql('update prescriptions."order" set last_fill_on = $2 where id = $1', [fromId('order', orderId), day(days)]);
  await graph.sql('alter table prescriptions."order" enable trigger all');
}

const run = async () => {
  const id = randomUUID();
  await graph.sql(`select prescriptions.enqueue('note-expired', $1)`, [id]);
  await vi.waitFor(
    async () =>
      expect(await graph.sql(`select 1 from prescriptions_jobs._private_jobs where key = $1`, [`note-expired:${id}`])).toEqual([]),
    { timeout: 60_000, interval: 100 },
  );
};

const shown = async (id: string): Promise<Data> =>
  (
    await desk.prescriber.get(
      'query($id: ID!) { order(id: $id) { status statusSince lastFillOn nextFillFrom fillsRemaining atRisk { toDo } timeline { status reason } } }',
      { id },
    )
  ).order;
const row = async (orderId: string): Promise<Data> =>
  (await graph.sql('select status, status_since from prescriptions."order" where id = $1', [fromId('order', orderId)]))[0] ?? {};
const stored = async (orderId: string): Promise<string> => (await row(orderId))['status'];

async function listed(orderId: string, status: string[] | null, olderThanHours: number | null = null): Promise<boolean> {
  for (let after: string | null = null; ; ) {
    const { orders }: Data = await desk.prescriber.get(
      `query($clinicId: ID!, $status: [OrderStatus!], $olderThanHours: Int, $after: String) {
        orders(clinicId: $clinicId, status: $status, olderThanHours: $olderThanHours, first: 100, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }`,
      { clinicId: austin, status, olderThanHours, after },
    );
    if (orders.nodes.some(({ id }: Data) => id === orderId)) return true;
    if (!orders.pageInfo.hasNextPage) return false;
    after = orders.pageInfo.endCursor;
  }
}

const refusals = '__typename ... on Refusal { code message } ... on RuleBlocked { rules { id outcome message remedy } }';
const asked = async (verb: string, input: object): Promise<Data> => {
  const name = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}Input`;
  const text = `mutation($input: ${name}!) { ${verb}(input: $input) { ${refusals} ... on IllegalTransition { from to } ... on Order { id status } } }`;
  return (await desk.prescriber.ask(text, { input })).data[verb];
};
const blocked = (refused: Data): Data[] => refused['rules'].filter((rule: Data) => rule['outcome'] !== 'PASS');

test('signing settles the last day: that of the exam, where no rule sets an earlier one', async () => {
  const [exam] = await graph.sql<{ until: string }>('select valid_until::text as until from prescriptions.good_faith_exam where id = $1', [
    fromId('exam', desk.examId),
  ]);
  const drafted = await desk.draft();
  expect((await shown(drafted))['lastFillOn']).toBeNull();
  expect((await shown(await desk.signed()))['lastFillOn']).toBe(exam?.until);
});

test('a signed order goes out on its last day', async () => {
  const orderId = await desk.signed();
  await endsIn(orderId, 0);
  expect((await asked('sendOrder', { orderId }))['status']).toBe('SENT');
});

test('past its last day an order is shown as expired everywhere at once, and nothing of it goes on', async () => {
  const orderId = await desk.signed();
  await endsIn(orderId, -2);
  expect(await shown(orderId)).toMatchObject({ status: 'EXPIRED', statusSince: `${day(-1)}T00:00:00.000Z`, lastFillOn: day(-2) });
  expect(await shown(orderId)).toMatchObject({ nextFillFrom: null, fillsRemaining: 0, atRisk: null });
  expect(await stored(orderId)).toBe('SIGNED');
  expect([
    await listed(orderId, ['SIGNED']),
    await listed(orderId, ['EXPIRED']),
    await listed(orderId, null),
    await listed(orderId, ['EXPIRED'], 20),
    await listed(orderId, ['EXPIRED'], 72),
  ]).toEqual([false, true, true, true, false]);
  const { attention } = await desk.prescriber.get(
    'query($clinicId: ID!) { attention(clinicId: $clinicId, first: 100) { nodes { orderId kind } } }',
    { clinicId: austin },
  );
  expect(attention.nodes.filter((one: Data) => one['orderId'] === orderId)).toEqual([]);

  const rule = {
    ...{ id: 'order.lastDay', outcome: 'FAIL', message: `The last day on which it may be filled was ${day(-2)}` },
    remedy: 'Renew the order (`renewOrder`).',
  };
  expect(blocked(await asked('sendOrder', { orderId }))).toEqual([rule]);
  expect(blocked(await asked('holdOrder', { orderId, reason: 'CLINICAL_CONCERN', note: 'Too late.' }))).toEqual([rule]);
  expect(blocked(await asked('amendOrder', { orderId, changes: { refills: 0 } }))).toMatchObject([
    { id: 'order.replaces', message: 'The order it amends is EXPIRED', remedy: 'Renew it instead.' },
  ]);
  expect((await desk.prescriber.ask(cancelOrder, { input: { orderId, reason: 'PATIENT_REQUEST' } })).data.cancelOrder).toMatchObject({
    ...{ code: 'ILLEGAL_TRANSITION', from: 'EXPIRED', to: 'CANCELLED' },
  });
  expect(await asked('renewOrder', { orderId })).toMatchObject({ __typename: 'Order', status: 'DRAFT' });
});

test('the job notes what is over, as of the end of the last day, however often it runs', async () => {
  const orderId = await desk.signed();
  await endsIn(orderId, -3);
  await run();
  await run();
  expect(await row(orderId)).toMatchObject({ status: 'EXPIRED', status_since: new Date(`${day(-2)}T00:00:00Z`) });
  expect((await shown(orderId))['timeline']).toEqual([
    { status: 'DRAFT', reason: null },
    { status: 'SIGNED', reason: null },
    { status: 'EXPIRED', reason: 'LAST_DAY_OVER' },
  ]);
  expect(blocked(await asked('sendOrder', { orderId }))).toMatchObject([{ id: 'order.lastDay' }]);
  expect([await listed(orderId, ['EXPIRED']), await listed(orderId, ['SIGNED', 'COMPLETED'])]).toEqual([true, false]);
});

test('a completed order ends with the fills that are left, and one that was filled as often as ordered stays completed', async () => {
  const left = await desk.sent();
  await shipped(graph, left, 'EX-1');
  await endsIn(left, -1);
  expect(await shown(left)).toMatchObject({ status: 'EXPIRED', nextFillFrom: null, fillsRemaining: 0 });
  expect(blocked(await asked('refillOrder', { orderId: left }))).toMatchObject([{ id: 'order.lastDay', outcome: 'FAIL' }]);
  const used = await desk.sent({ refills: 0 });
  await shipped(graph, used, 'EX-2');
  await endsIn(used, -1);
  await run();
  expect([await stored(left), await stored(used), (await shown(used))['status']]).toEqual(['EXPIRED', 'COMPLETED', 'COMPLETED']);
  expect(await listed(used, ['COMPLETED'])).toBe(true);
});

test('a pharmacy that has not begun by the last day is refused the claim, and the order is taken back', async () => {
  const orderId = await desk.sent();
  await endsIn(orderId, -1);
  await expect(claimed(graph, orderId)).rejects.toThrow(/verification\.NOT_EXPIRED/);
  expect((await shown(orderId))['status']).toBe('SENT');
  await run();
  await vi.waitFor(async () => expect(await stored(orderId)).toBe('EXPIRED'), { timeout: 60_000, interval: 100 });
  expect(await graph.sql('select status, reason from pharmacies.fulfillment where order_id = $1', [fromId('order', orderId)])).toEqual([
    { status: 'WITHDRAWN', reason: 'EXPIRED' },
  ]);
});

test('a fill that began by the last day is finished within seven days, and taken back after them', async () => {
  const pharmacist = await graph.as('pharmacist');
  const dispense = async (orderId: string, secret: string, lot: string) =>
    (await pharmacist.ask(recordDispense, { input: dispenseInput(graph, orderId, secret, lot) })).data.recordDispense;
  const begun = (orderId: string, days: number) =>
    graph.sql('update pharmacies.fulfillment set claimed_at = claimed_at + make_interval(days => $2) where order_id = $1', [
      fromId('order', orderId),
      days,
    ]);
  const [intime, late] = [await desk.sent(), await desk.sent()];
  const secrets = [await claimed(graph, intime), await claimed(graph, late)] as const;
  await endsIn(intime, -7);
  await begun(intime, -7);
  await endsIn(late, -8);
  await begun(late, -8);
  await run();
  await vi.waitFor(async () => expect(await stored(late)).toBe('EXPIRED'), { timeout: 60_000, interval: 100 });
  expect((await dispense(late, secrets[1], 'EX-4'))['__typename']).not.toBe('Dispense');
  expect((await dispense(intime, secrets[0], 'EX-3'))['__typename']).toBe('Dispense');
});

test('the database lets nothing out after its last day, and gives no order a later day than its exam has', async () => {
  const orderId = await desk.signed();
  await endsIn(orderId, -1);
  const id = fromId('order', orderId);
  await expect(
    graph.sql(`update prescriptions."order" set status = 'SENT', sent_at = now(), attempt = 1 where id = $1`, [id]),
  ).rejects.toThrow(/past its last day/);
  await expect(graph.sql(`update prescriptions."order" set last_fill_on = current_date + 9 where id = $1`, [id])).rejects.toThrow(
    /does not change/,
  );
  await expect(
    graph.sql(
      `insert into prescriptions."order" select (jsonb_populate_record(o, jsonb_build_object('id', gen_random_uuid(), 'digest', null, 'last_fill_on', '2999-01-01'))).*
       from prescriptions."order" o where id = $1`,
      [id],
    ),
  ).rejects.toThrow(/cannot outlast its exam/);
});
