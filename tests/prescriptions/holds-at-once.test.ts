import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type Data, type TestGraph, testGraph } from '../support/graph.ts';
import { statementsOf } from '../support/statements.ts';
import { type Desk, orderDesk } from './order-desk.ts';

let graph: TestGraph;
let desk: Desk;
const ids: string[] = [];
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
  for (let n = 0; n < 12; n += 1) ids.push(await desk.sent());
}, 300_000);
afterAll(async () => graph?.[Symbol.asyncDispose]());

const ASKED = 'query ($ids: [ID!]!) { ordersById(ids: $ids) { id status lastFillOn signature { jws } safetyHolds { reason } } }';
const VERIFY = 'query ($ids: [ID!]!) { verifyOrders(orderIds: $ids) { verdict checks { code outcome } order { id } } }';

async function held(
  orderId: string,
  reason: string,
  changes: { onPatient?: boolean; lifted?: boolean; patientOf?: string } = {},
): Promise<void> {
  await graph.sql(
    `insert into prescriptions.safety_hold (id, clinic_id, patient_id, order_id, reason, placed_at, placed_by, lifted_at)
     select $1, clinic_id, (select patient_id from prescriptions."order" where id = $6), case when $4 then null else id end, $3, now(), 'usr_x', case when $5 then now() end
     from prescriptions."order" where id = $2`,
    [
      randomUUID(),
      fromId('order', orderId),
      reason,
      changes.onPatient ?? false,
      changes.lifted ?? false,
      fromId('order', changes.patientOf ?? orderId),
    ],
  );
}

test('twelve orders with their holds take as many statements as three, and so do their verifications', async () => {
  const pharmacist = await graph.as('pharmacist');
  for (const query of [ASKED, VERIFY]) {
    const of = (many: string[]) => statementsOf(() => pharmacist.get(query, { ids: many }));
    // Once before: keys are read by the first who needs them, and kept.
    await pharmacist.get(query, { ids });
    expect(await of(ids)).toBe(await of(ids.slice(0, 3)));
  }
});

test('each order shows its own holds, those on its patient and those it carries on, and nobody else’s', async () => {
  const [own = '', patient = '', lifted = '', carried = '', before = '', taken = ''] = ids;
  await held(own, 'CLINICAL_CONCERN');
  await held(patient, 'ADVERSE_EVENT', { onPatient: true });
  await held(lifted, 'CLINICAL_CONCERN', { lifted: true });
  await held(before, 'RESULT_PENDING', { patientOf: carried });
  await held(before, 'EXAM_REVOKED', { patientOf: carried });
  await graph.sql('alter table prescriptions."order" disable trigger user');
  // In one patient's line, as an amendment stands in it.
  await graph.sql(
    `update prescriptions."order" o set prior_order_id = p.id, prior_relation = 'RENEWS' from prescriptions."order" p where o.id = $1 and p.id = $2`,
    [fromId('order', carried), fromId('order', before)],
  );
  await graph.sql('alter table prescriptions."order" enable trigger user');
  const asked = 'query ($ids: [ID!]!) { ordersById(ids: $ids) { id safetyHolds { reason } } }';
  const { ordersById } = await desk.prescriber.get(asked, { ids });
  const shown = Object.fromEntries(ordersById.map((one: Data) => [one.id, one.safetyHolds.map(({ reason }: Data) => reason)]));
  expect([own, patient, lifted, carried, taken].map((id) => shown[id])).toEqual([
    ['CLINICAL_CONCERN'],
    ['ADVERSE_EVENT'],
    [],
    ['RESULT_PENDING'],
    [],
  ]);
  // The same of each by itself.
  for (const id of ids) {
    const { order } = await desk.prescriber.get('query ($id: ID!) { order(id: $id) { safetyHolds { reason } } }', { id });
    expect(order.safetyHolds.map(({ reason }: Data) => reason)).toEqual(shown[id]);
  }
});
