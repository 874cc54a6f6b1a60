import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId, toId } from '#kernel/ids.ts';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { contractDocuments } from '../../gateway/journey/documents.ts';
import { type Desk, orderDesk, signOrder } from '../prescriptions/order-desk.ts';
import { claimed } from '../prescriptions/order-supply.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';

/**
 * A pharmacy refuses an order. The prescriber sees who else may fill it and why others may not, and chooses; since the signed
 * order names the first pharmacy, the other one gets a new version that the prescriber signs, and fills that.
 */
let graph: TestGraph;
let desk: Desk;
let documents: ReadonlyMap<string, string>;
let otherItem: string;
const pharmacy = placeTypeId('pharmacy-a');
const otherPharmacy = placeTypeId('pharmacy-b');
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
  documents = await contractDocuments();
  otherItem = await offeredThere(desk.formularyItemId, otherPharmacy);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

/** The other pharmacy takes up the very same preparation. */
async function offeredThere(item: string, at: string): Promise<string> {
  const [formula, copy, into] = [randomUUID(), randomUUID(), fromId('pharmacy', at)];
  const from = fromId('formularyItem', item);
  const copied = async (table: string, over: object, where: string, value: string) =>
    graph.sql(
      `insert into pharmacies.${table} select (jsonb_populate_record(t, $1::jsonb)).* from pharmacies.${table} t where ${where} = $2::uuid`,
      [JSON.stringify(over), value],
    );
  const [{ formula_id: original = '' } = {}] = await graph.sql<{ formula_id: string }>(
    'select formula_id from pharmacies.formulary_item where id = $1',
    [from],
  );
  await copied('formula', { id: formula, pharmacy_id: into }, 'id', original);
  for (const table of ['formula_ingredient', 'formula_excipient']) {
    const rows = await graph.sql<{ id: string }>(`select id from pharmacies.${table} where formula_id = $1`, [original]);
    for (const { id } of rows) await copied(table, { id: randomUUID(), formula_id: formula }, 'id', id);
  }
  await copied('formulary_item', { id: copy, formula_id: formula, pharmacy_id: into }, 'id', from);
  return toId('formularyItem', copy);
}

const OPTIONS = `query ($orderId: ID!, $pharmacy: ID) { routeOptions(orderId: $orderId, patientsPharmacyId: $pharmacy) {
  formularyItemId named patientsChoice gaveBack reasons { id outcome } pharmacy { id name } } }`;
const ROUTE = `mutation ($input: RouteOrderInput!) { routeOrder(input: $input) {
  __typename ... on RouteDecision { formularyItemId patientsChoice reason order { id } amendment { id status } }
  ... on Refusal { code } ... on InvalidInput { issues { path } } ... on RuleBlocked { rules { id outcome } } } }`;

const options = async (orderId: string, who: Asker = desk.prescriber): Promise<Data[]> =>
  (await who.get(OPTIONS, { orderId })).routeOptions;
const route = async (input: object, who: Asker = desk.prescriber): Promise<Data> => (await who.ask(ROUTE, { input })).data.routeOrder;

async function rejected(): Promise<string> {
  const orderId = await desk.sent();
  const secret = await claimed(graph, orderId);
  await (await graph.as('pharmacist')).get(
    'mutation ($input: RejectOrderInput!) { rejectOrder(input: $input) { __typename ... on Refusal { code message } } }',
    { input: { orderId, secret, reason: 'CLINICAL_CONCERN', note: 'See note' } },
  );
  return orderId;
}

test('before it is signed the pharmacies are weighed: those that make it, first the ones that may fill it', async () => {
  const orderId = await desk.draft();
  const weighed = await options(orderId);
  const may = weighed.filter(({ reasons }) => reasons.length === 0).map(({ formularyItemId }) => formularyItemId);
  expect(may.toSorted()).toEqual([desk.formularyItemId, otherItem].toSorted());
  // Others come after, and say why.
  expect(weighed.slice(may.length).every(({ reasons }) => reasons.length > 0)).toBe(true);
  const other = weighed.find(({ reasons }) => reasons.some(({ id }: Data) => id === 'route.samePreparation'));
  expect(other).toBeDefined();
  const first = (await desk.prescriber.get(OPTIONS, { orderId, pharmacy: otherPharmacy })).routeOptions[0];
  expect(first).toMatchObject({ formularyItemId: otherItem, patientsChoice: true, named: false, pharmacy: { id: otherPharmacy } });
  expect(await route({ orderId, formularyItemId: desk.formularyItemId })).toMatchObject({ __typename: 'RouteDecision', amendment: null });
  expect(await route({ orderId, formularyItemId: otherItem })).toMatchObject({ issues: [{ path: 'input.formularyItemId' }] });
  await desk.prescriber.get('mutation ($input: CancelOrderInput!) { cancelOrder(input: $input) { __typename } }', {
    input: { orderId, reason: 'PATIENT_REQUEST' },
  });
});

test('an order that was refused is routed elsewhere by a version of its own, signed by its prescriber and filled there', {
  timeout: 240_000,
}, async () => {
  const orderId = await rejected();
  const weighed = await options(orderId);
  expect(weighed.find(({ named }) => named)).toMatchObject({
    gaveBack: 'REJECTED: CLINICAL_CONCERN',
    reasons: [{ id: 'route.notRejected', outcome: 'FAIL' }],
    pharmacy: { id: pharmacy },
  });
  expect(weighed[0]).toMatchObject({ formularyItemId: otherItem, reasons: [], pharmacy: { id: otherPharmacy } });
  expect(await route({ orderId, formularyItemId: desk.formularyItemId })).toMatchObject({
    __typename: 'RuleBlocked',
    rules: [{ id: 'route.notRejected', outcome: 'FAIL' }],
  });
  expect(await route({ orderId, formularyItemId: 'fmi_01h455vb4pex5vsknk084sn02q' })).toMatchObject({
    issues: [{ path: 'input.formularyItemId' }],
  });

  // Whoever manages the business neither sees nor decides it.
  const manager = await graph.as('mso-manager', { stepUp: true });
  expect((await manager.ask(OPTIONS, { orderId })).errors.map(({ code }) => code)).toEqual(['FORBIDDEN']);
  expect(await route({ orderId, formularyItemId: otherItem }, manager)).toEqual({ __typename: 'Forbidden', code: 'FORBIDDEN' });
  const frontDesk = await graph.as('front-desk');
  expect((await options(orderId, frontDesk)).length).toBeGreaterThan(1);
  expect(await route({ orderId, formularyItemId: otherItem }, frontDesk)).toEqual({ __typename: 'Forbidden', code: 'FORBIDDEN' });

  const decided = await route({ orderId, formularyItemId: otherItem, reason: 'The first refused it' });
  expect(decided).toEqual({
    __typename: 'RouteDecision',
    ...{ formularyItemId: otherItem, patientsChoice: false, reason: 'The first refused it', order: { id: orderId } },
    amendment: { id: expect.stringMatching(/^ord_/), status: 'DRAFT' },
  });
  // Until it is signed the first version stands, and goes nowhere else.
  const amendment: string = decided.amendment.id;
  const signed = (await desk.prescriber.get(signOrder, { input: { orderId: amendment } })).signOrder;
  expect(signed.status).toBe('SIGNED');
  expect((await desk.prescriber.get('query ($id: ID!) { order(id: $id) { status } }', { id: orderId })).order.status).toBe('SUPERSEDED');
  await desk.prescriber.get(documents.get('SendOrder') ?? '', { input: { orderId: amendment } });
  const there = await graph.as('pharmacist-b');
  const verified = await there.get('query ($id: ID!) { verifyOrder(orderId: $id) { verdict checks { code outcome detail } } }', {
    id: amendment,
  });
  expect(verified.verifyOrder.checks.filter(({ outcome }: Data) => outcome !== 'PASS')).toEqual([]);
  const claim = (await there.get(documents.get('ClaimOrder') ?? '', { input: { orderId: amendment } })).claimOrder;
  expect(claim).toMatchObject({ __typename: 'Claim' });
  // What was decided and among which stays.
  const kept = await desk.prescriber.get('query ($id: ID!) { order(id: $id) { routeDecisions { formularyItemId options } } }', {
    id: orderId,
  });
  expect(kept.order.routeDecisions).toHaveLength(1);
  expect(kept.order.routeDecisions[0].options[0]).toMatchObject({ formularyItemId: otherItem, pharmacyId: otherPharmacy });
  expect(JSON.stringify(kept.order.routeDecisions[0].options)).not.toMatch(/semaglutide/i);
});
