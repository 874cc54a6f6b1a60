import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { claimRush } from './claim-rush.ts';
import { CLAIM, claim, DISPENSE, supplyGraph, type SupplyGraph } from './supply-graph.ts';
import { ids, public_ } from './supply-world.ts';

let graph: SupplyGraph;
beforeAll(async () => {
  graph = await supplyGraph();
});
afterAll(() => graph[Symbol.asyncDispose]());

const DAY = 86_400_000;
const start = new Date('2026-11-22T12:00:00Z').getTime();
const onDay = (days: number) => graph.clock.set(new Date(start + days * DAY));

const SET = `mutation ($input: SetClaimTermInput!) { setClaimTerm(input: $input) {
  __typename ... on Pharmacy { claimDays } ... on Refusal { code } ... on InvalidInput { issues { path message } } } }`;

async function run(): Promise<void> {
  const id = randomUUID();
  await graph.sql(`select enqueue('end-silent-claims', $1)`, [id]);
  await vi.waitFor(
    async () =>
      expect(await graph.sql(`select 1 from pharmacies_jobs._private_jobs where key = $1`, [`end-silent-claims:${id}`])).toEqual([]),
    { timeout: 60_000, interval: 50 },
  );
}

const told = (topic: string) =>
  graph.sql<{ payload: { orderId: string } }>('select payload from outbox_event where topic = $1 order by created_at', [topic]);

test('a claim is good for as long as the pharmacy says, or fourteen days', async () => {
  onDay(0);
  const days = (who: SupplyGraph['pharmacist']) =>
    who.ask('query ($id: ID!) { pharmacy(id: $id) { claimDays } }', { id: public_.pharmacy }).then(({ data }) => data.pharmacy.claimDays);
  expect(await days(graph.pharmacist)).toBe(14);
  expect(await days(graph.otherPharmacist)).toBe(null);
  const set = (over: object, who = graph.pharmacist) =>
    who.ask(SET, { input: { pharmacyId: public_.pharmacy, days: 5, ...over } }).then(({ data }) => data.setClaimTerm);
  expect(await set({ days: 0 })).toEqual({
    __typename: 'InvalidInput',
    code: 'INVALID_INPUT',
    issues: [{ path: 'input.days', message: 'A claim is good for at least a day.' }],
  });
  expect(await set({ days: 31 })).toMatchObject({ issues: [{ path: 'input.days', message: 'A claim is good for at most 30 days.' }] });
  expect(await set({}, graph.otherPharmacist)).toEqual({ __typename: 'NotFound', code: 'NOT_FOUND' });
  expect(await set({}, graph.technician)).toEqual({ __typename: 'Forbidden', code: 'FORBIDDEN' });
  const before = await graph.arrived(1);
  await claim(graph, before);
  expect(await set({})).toEqual({ __typename: 'Pharmacy', claimDays: 5 });
  const after = await graph.arrived(2);
  await claim(graph, after);
  const ends = await graph.sql<{ order_id: string; days: number }>(
    `select order_id, extract(day from ends_at - claimed_at)::int as days from claim order by order_id`,
  );
  expect(ends).toEqual([
    { order_id: ids.order(1), days: 14 },
    { order_id: ids.order(2), days: 5 },
  ]);
});

test('who falls silent is warned a day before, once; then the order goes back and can be sent elsewhere', async () => {
  const orderId = public_.order(2);
  onDay(3);
  await run();
  expect(await told('claim-ending')).toEqual([]);
  onDay(4.5);
  await run();
  await run();
  const claimId = expect.stringMatching(/^clm_/);
  const notice = { claimId, orderId, pharmacyId: public_.pharmacy, endsAt: expect.stringMatching(/^2026-11-27T12:0/) };
  expect(await told('claim-ending')).toEqual([{ payload: notice }]);
  expect(await graph.statusOf(orderId)).toBe('CLAIMED');
  const secret = await claim(graph, orderId);

  onDay(5.1);
  await run();
  await run();
  expect(await graph.sql('select status, reason from fulfillment where order_id = $1', [ids.order(2)])).toEqual([
    { status: 'RETURNED', reason: 'TIMED_OUT' },
  ]);
  expect(await told('claim-timed-out')).toEqual([{ payload: notice }]);
  expect(graph.handedBack.filter((one) => one.orderId === orderId).map(({ kind, reason }) => [kind, reason])).toEqual([
    ['CLAIMED', null],
    ['RETURNED', 'TIMED_OUT'],
  ]);
  // The other one's term is its own, and nobody is told of it yet.
  expect(await graph.statusOf(public_.order(1))).toBe('CLAIMED');

  // The old secret opens nothing any more, and what is sent elsewhere is taken.
  const input = {
    ...{ orderId, secret, lotNumber: 'T-1', compoundedAt: new Date(start).toISOString(), storage: 'REFRIGERATED' },
    ...{ beyondUseDate: new Date(start + 20 * DAY).toISOString().slice(0, 10), quantity: { value: '1', unit: 'mL' } },
  };
  expect((await graph.pharmacist.ask(DISPENSE, { input })).data.recordDispense.__typename).not.toBe('Dispense');
  await graph.handOver(2, { seq: 2, attempt: 2, pharmacyId: public_.otherPharmacy, formularyItemId: public_.otherItem });
  expect((await graph.pharmacist.ask(CLAIM, { input: { orderId } })).data.claimOrder).toMatchObject({ code: 'ALREADY_CLAIMED' });
});

test('what was dispensed in time stays, and so does a claim that was given back', async () => {
  onDay(6);
  const [kept, given] = [await graph.arrived(3), await graph.arrived(4)];
  const input = {
    ...{ orderId: kept, secret: await claim(graph, kept), lotNumber: 'T-2', compoundedAt: graph.clock.now().toISOString() },
    ...{ storage: 'REFRIGERATED', beyondUseDate: new Date(start + 8 * DAY).toISOString().slice(0, 10) },
    quantity: { value: '2.5', unit: 'mL' },
  };
  expect((await graph.pharmacist.ask(DISPENSE, { input })).data.recordDispense).toMatchObject({ __typename: 'Dispense' });
  const RETURN = 'mutation ($input: ReturnOrderInput!) { returnOrder(input: $input) { __typename } }';
  await graph.pharmacist.ask(RETURN, { input: { orderId: given, secret: await claim(graph, given), reason: 'CAPACITY' } });
  onDay(13);
  await run();
  expect([await graph.statusOf(kept), await graph.statusOf(given)]).toEqual(['DISPENSED', 'RETURNED']);
  expect(await graph.sql('select reason from fulfillment where order_id = $1', [ids.order(4)])).toEqual([{ reason: 'CAPACITY' }]);
});

test('20 callers at the pharmacy an order was sent to and 20 at another: one claim, and the others learn nothing', {
  timeout: 300_000,
}, async () => {
  onDay(14);
  for (let round = 0; round < 4; round += 1) {
    const { others, ...rush } = await claimRush(graph, await graph.arrived(20 + round));
    expect(rush).toEqual({ secrets: 1, claims: 1, odd: [] });
    expect(['NotFound', 'Unavailable']).toEqual(expect.arrayContaining([...others]));
  }
});
