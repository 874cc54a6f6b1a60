import { afterAll, beforeAll, expect, test } from 'vitest';
import { testGraph, type TestGraph } from '../support/graph.ts';
import { austin, type Desk, orderDesk } from './order-desk.ts';

let graph: TestGraph;
let desk: Desk;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const list = `query Waiting($clinicId: ID!, $status: [OrderStatus!], $olderThanHours: Int, $first: Int, $after: String) {
  orders(clinicId: $clinicId, status: $status, olderThanHours: $olderThanHours, first: $first, after: $after) {
    nodes { id status ageHours } pageInfo { hasNextPage endCursor } } }`;

test('lists a clinic’s orders by status, the longest waiting first, with their age', async () => {
  const started = graph.clock.now();
  const old = await desk.draft();
  graph.clock.set(new Date(started.getTime() + 30.5 * 3_600_000));
  const [signed, fresh] = [await desk.signed(), await desk.draft()];
  graph.clock.set(new Date(started.getTime() + 33.75 * 3_600_000));
  const frontDesk = await graph.as('front-desk');
  const asked = async (variables: object) => (await frontDesk.get(list, { clinicId: austin, ...variables })).orders;
  expect((await asked({})).nodes).toEqual([
    { id: old, status: 'DRAFT', ageHours: 33 },
    { id: signed, status: 'SIGNED', ageHours: 3 },
    { id: fresh, status: 'DRAFT', ageHours: 3 },
  ]);
  expect((await asked({ status: ['DRAFT'], olderThanHours: 24 })).nodes).toEqual([{ id: old, status: 'DRAFT', ageHours: 33 }]);
  const first = await asked({ status: ['DRAFT'], first: 1 });
  expect(first).toMatchObject({ nodes: [{ id: old }], pageInfo: { hasNextPage: true } });
  expect((await asked({ status: ['DRAFT'], first: 1, after: first.pageInfo.endCursor })).nodes).toMatchObject([{ id: fresh }]);
});

test('shows a clinic’s orders to its own people alone', async () => {
  const seen = async (persona: string) => {
    const { data, errors } = await (await graph.as(persona)).ask(list, { clinicId: austin });
    return errors[0]?.code ?? data.orders.nodes.length;
  };
  expect([await seen('other-desk'), await seen('front-desk-ca'), await seen('mso-manager'), await seen('pharmacist')]).toEqual([
    0,
    0,
    'FORBIDDEN',
    'FORBIDDEN',
  ]);
});

test('tells of each order of a page what the order asked alone tells', async () => {
  const ids = [await desk.draft(), await desk.draft(), await desk.draft()];
  const rules = 'id eligibility { decision rules { id outcome message } }';
  const frontPage = `query Page($clinicId: ID!) { orders(clinicId: $clinicId, status: [DRAFT], first: 50) { nodes { ${rules} } } }`;
  const alone = await Promise.all(
    ids.map(async (id) => (await (await graph.as('prescriber')).get(`query One($id: ID!) { order(id: $id) { ${rules} } }`, { id })).order),
  );
  const { nodes } = (await desk.prescriber.get(frontPage, { clinicId: austin })).orders;
  expect(nodes).toEqual(expect.arrayContaining(alone));
  expect(alone.map(({ eligibility }) => eligibility.decision)).toEqual(['ELIGIBLE', 'ELIGIBLE', 'ELIGIBLE']);
});

test('records who read whose order', async () => {
  const id = await desk.draft();
  await (await graph.as('examiner')).get('query Read($id: ID!) { order(id: $id) { id status } }', { id });
  const rows = await graph.sql(
    `select detail from prescriptions.audit_event where kind = 'ACCESS' and actor_name like 'Imani%' order by at desc limit 1`,
  );
  expect(rows[0]?.['detail']).toMatchObject({
    fields: ['order'],
    records: { order: [expect.any(String)] },
    patients: [expect.any(String)],
  });
});
