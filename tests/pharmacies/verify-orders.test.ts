import { afterAll, beforeAll, expect, test } from 'vitest';
import { statementsOf } from '../support/statements.ts';
import { supplyGraph, type SupplyGraph } from './supply-graph.ts';
import { public_ } from './supply-world.ts';

let graph: SupplyGraph;
beforeAll(async () => {
  graph = await supplyGraph();
});
afterAll(() => graph[Symbol.asyncDispose]());

const MANY = 'query ($ids: [ID!]!) { verifyOrders(orderIds: $ids) { verdict checks { code outcome detail } document order { id } } }';
const ONE = 'query ($id: ID!) { verifyOrder(orderId: $id) { verdict checks { code outcome detail } document order { id } } }';

/** How often the neighbours are asked while `work` runs. */
async function counted<Result>(work: () => Promise<Result>): Promise<{ result: Result; asks: number }> {
  let asks = 0;
  const before = { ...graph.answers };
  for (const [name, answer] of Object.entries(before)) {
    if (answer === null) continue;
    graph.answers[name] = (variables) => {
      asks += 1;
      return answer(variables);
    };
  }
  // Answers of one question may rest on those of another: only what was asked itself counts.
  for (const name of ['SignedOrdersAtPharmacy', 'PrescribersNow', 'ExaminersThen']) {
    const answer = before[name];
    if (!answer) continue;
    graph.answers[name] = (variables) => {
      const asked = asks + 1;
      const said = answer(variables);
      asks = asked;
      return said;
    };
  }
  const result = await work();
  Object.assign(graph.answers, before);
  return { result, asks };
}

test('a hundred orders are verified at once as each is by itself, with as many questions as for two', async () => {
  const ids: string[] = [];
  for (let n = 1; n <= 100; n += 1) ids.push(await graph.arrived(n));
  graph.documents.delete(ids[4] ?? '');
  const many = await counted(() => graph.pharmacist.ask(MANY, { ids }));
  expect(many.result.errors).toEqual([]);
  const answers = many.result.data.verifyOrders;
  expect(answers.map(({ order }: { order: { id: string } }) => order.id)).toEqual(ids);
  for (const index of [0, 4, 99]) {
    expect(answers[index]).toEqual((await graph.pharmacist.ask(ONE, { id: ids[index] })).data.verifyOrder);
  }
  expect(answers.filter(({ verdict }: { verdict: string }) => verdict === 'VERIFIED')).toHaveLength(99);
  const two = await counted(() => graph.pharmacist.ask(MANY, { ids: ids.slice(0, 2) }));
  expect(many.asks).toBe(two.asks);
  expect(many.asks).toBeLessThanOrEqual(5);
  expect(await graph.sql(`select count(*)::int as n from audit_event where action = 'order.verified'`)).toEqual([{ n: 100 + 3 + 2 }]);
  expect(await graph.sql('select count(*)::int as n from verification')).toEqual([{ n: 100 + 3 + 2 }]);
});

test('a hundred orders take as many statements as ten', async () => {
  const ids = Array.from({ length: 100 }, (_, n) => public_.order(n + 1));
  const of = (many: string[]) =>
    statementsOf(async () => {
      const { data } = await graph.pharmacist.ask(MANY, { ids: many });
      expect(data.verifyOrders).toHaveLength(many.length);
    });
  const ten = await of(ids.slice(0, 10));
  expect(await of(ids)).toBe(ten);
  expect(ten).toBeGreaterThan(3);
});

test('what was not sent here is empty in its place; none, too many and the same twice are refused', async () => {
  const [a, b] = [public_.order(1), public_.order(2)];
  const other = public_.order(5_000);
  const some = await graph.pharmacist.ask(MANY, { ids: [a, other, b] });
  expect(some.data.verifyOrders.map((one: { verdict: string } | null) => one?.verdict ?? null)).toEqual(['VERIFIED', null, 'VERIFIED']);
  expect((await graph.otherPharmacist.ask(MANY, { ids: [a, b] })).data.verifyOrders).toEqual([null, null]);
  expect((await graph.frontDesk.ask(MANY, { ids: [a] })).errors).toEqual(['verifyOrders FORBIDDEN']);
  for (const ids of [[], [a, a], [a, 'nonsense'], Array.from({ length: 101 }, (_, n) => public_.order(n + 1))]) {
    expect((await graph.pharmacist.ask(MANY, { ids })).errors).toEqual(['verifyOrders INVALID_INPUT']);
  }
});
