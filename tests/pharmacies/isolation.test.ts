import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addressesOf } from '#prisma/database.ts';
import { testPasswordsOf } from '../support/test-roles.ts';
import { claim, DISPENSE, supplyGraph, type SupplyGraph } from './supply-graph.ts';
import { ids, public_, uuid } from './supply-world.ts';

let graph: SupplyGraph;
let app: pg.Pool;
beforeAll(async () => {
  graph = await supplyGraph();
  const orderId = await graph.arrived(1);
  const secret = await claim(graph, orderId);
  const day = (shift: number) => new Date(graph.clock.now().getTime() + shift * 86_400_000).toISOString();
  const input = {
    orderId,
    secret,
    lotNumber: 'I-1',
    compoundedAt: day(-1),
    beyondUseDate: day(5).slice(0, 10),
    storage: 'REFRIGERATED',
    quantity: { value: '1', unit: 'mL' },
  };
  const { data } = await graph.pharmacist.ask(DISPENSE, { input });
  expect(data.recordDispense.__typename).toBe('Dispense');
  await graph.pharmacist.ask('mutation ($input: StartRecallInput!) { startRecall(input: $input) { __typename } }', {
    input: { pharmacyId: public_.pharmacy, lotNumbers: ['I-1'], class: 'II', reason: 'For the test' },
  });
  await graph.sql(
    `insert into published_metric (clinic_id, month, metric, value, closed, basis, published_at) values ($1, '2026-01-01', 'ordersDispensed', 20, true, 20, now())`,
    [ids.clinic],
  );
  await graph.sql(`insert into clinic_pharmacy_account (id, pharmacy_id, clinic_id, status) values ($1, $2, $3, 'APPROVED')`, [
    uuid(30, 1),
    ids.pharmacy,
    ids.clinic,
  ]);
  await graph.sql(
    `insert into office_stock_supply (id, pharmacy_id, clinic_id, formulary_item_id, normalized_number, beyond_use_date, quantity_value, quantity_unit, received_at)
     values ($1, $2, $3, $4, 'I-1', '2999-01-01', 1, '{vial}', now())`,
    [uuid(31, 1), ids.pharmacy, ids.clinic, ids.item],
  );
  app = new pg.Pool({ connectionString: addressesOf(graph.databaseUrl, 'pharmacies', testPasswordsOf('pharmacies')).appUrl, max: 1 });
});
afterAll(async () => {
  await app.end();
  await graph[Symbol.asyncDispose]();
});

/** Rows of each table that an actor with these settings sees, without any code in between. */
async function visible(settings: Record<string, string>, tables: readonly string[]): Promise<Record<string, number>> {
  const client = await app.connect();
  try {
    await client.query('begin');
    for (const [name, value] of Object.entries(settings)) await client.query('select set_config($1, $2, true)', [name, value]);
    const counts: Record<string, number> = {};
    for (const table of tables) counts[table] = Number((await client.query(`select count(*) from pharmacies.${table}`)).rows[0].count);
    return counts;
  } finally {
    await client.query('rollback');
    client.release();
  }
}

const own = [
  'pharmacy',
  'pharmacy_license',
  'formula',
  'formula_ingredient',
  'formulary_item',
  'clinic_pharmacy_account',
  'fulfillment',
  'hand_off_head',
  'hand_off_inbox',
  'claim',
  'claim_term',
  'fulfillment_decision',
  'verification',
  'document_check',
  'lot',
  'master_formulation',
  'compounding_record',
  'lot_component',
  'lot_release',
  'fill_preparation',
  'not_dispensed',
  'dispense',
  'shipment',
  'incident',
  'recall',
  'recall_lot',
  'recall_notice',
  'recalled_component',
  'recall_contact',
  'recall_escalation',
  'recall_reconciliation',
  'temperature_excursion',
  'published_metric',
  'metric_publication',
  'pharmacy_license_standing',
  'facility_evidence',
  'ingredient_source',
  'facility_inspection',
  'inspection_finding',
  'facility_reminder',
  'formulary_price',
  'formulary_import',
  'account_requirement',
  'account_answer',
  'account_event',
  'office_stock_supply',
];
const records = [
  'fulfillment',
  'claim',
  'fulfillment_decision',
  'lot',
  'dispense',
  'recall',
  'recall_lot',
  'recall_notice',
  'hand_off_head',
  'published_metric',
  'office_stock_supply',
];
const none = Object.fromEntries(own.map((table) => [table, 0]));

test('without settings no row is there', async () => {
  expect(await visible({}, own)).toEqual(none);
});

test('row-level security alone keeps tenants apart', async () => {
  const list = (id: string) => `{${id}}`;
  const pharmacy = (id: string) => ({
    'app.may_fulfillment_read': list(id),
    'app.may_recall_read': list(id),
    'app.may_order_verify': list(id),
  });
  const clinic = (id: string) => ({ 'app.may_fulfillment_track': list(id), 'app.may_recall_read': list(id) });
  expect(await visible(pharmacy(ids.pharmacy), records)).toEqual({
    fulfillment: 1,
    claim: 1,
    fulfillment_decision: 2,
    lot: 1,
    dispense: 1,
    recall: 1,
    recall_lot: 1,
    recall_notice: 1,
    hand_off_head: 1,
    published_metric: 0,
    office_stock_supply: 1,
  });
  expect(await visible(pharmacy(ids.otherPharmacy), records)).toEqual(Object.fromEntries(records.map((table) => [table, 0])));
  expect(await visible(clinic(ids.clinic), records)).toEqual({
    fulfillment: 1,
    claim: 0,
    fulfillment_decision: 0,
    lot: 1,
    dispense: 1,
    recall: 1,
    recall_lot: 1,
    recall_notice: 1,
    hand_off_head: 0,
    published_metric: 0,
    office_stock_supply: 1,
  });
  expect(await visible(clinic(ids.otherClinic), records)).toEqual(Object.fromEntries(records.map((table) => [table, 0])));
  expect(await visible({ 'app.may_metrics_read': list(ids.clinic) }, records)).toEqual({
    ...Object.fromEntries(records.map((table) => [table, 0])),
    published_metric: 1,
  });
});

test('the app role cannot rewrite what happened, nor fill the registers', async () => {
  const everywhere = '{"hand-off:receive","pharmacy:read","formulary:read"}';
  const attempts = [
    'delete from pharmacies.fulfillment',
    'update pharmacies.fulfillment set patient_id = order_id',
    'update pharmacies.dispense set quantity_value = 2',
    'delete from pharmacies.dispense',
    "update pharmacies.verification set verdict = 'VERIFIED'",
    "update pharmacies.claim set claimed_by = 'me'",
    "update pharmacies.fulfillment_decision set results = '[]'",
    'delete from pharmacies.fulfillment_decision',
    'update pharmacies.recall_lot set lot_id = recall_id',
    "update pharmacies.pharmacy_license set number = 'X'",
    'delete from pharmacies.pharmacy_license',
    "update pharmacies.pharmacy set npi = '1234567893'",
    "update pharmacies.pharmacy_license_standing set status = 'ACTIVE'",
    'delete from pharmacies.facility_evidence',
    'delete from pharmacies.ingredient_source',
    "update pharmacies.ingredient_source set grade = 'USP'",
    "update pharmacies.facility_evidence set kind = 'CGMP'",
    "update pharmacies.inspection_finding set text = ''",
    'update pharmacies.formulary_price set amount_cents = 1',
    "update pharmacies.formulary_item set name = ''",
    "update pharmacies.formula set name = ''",
    "update pharmacies.account_event set status = 'APPROVED'",
    "update pharmacies.recall set reason = 'none'",
    "update pharmacies.recall_contact set outcome = 'REACHED'",
    'delete from pharmacies.recall_escalation',
    'delete from pharmacies.recall_reconciliation',
    'delete from pharmacies.recalled_component',
    'update pharmacies.shipment set patient_id = order_id',
    'update pharmacies.temperature_excursion set minutes = 1',
    'delete from pharmacies.temperature_excursion',
    'update pharmacies.published_metric set value = 1',
    "update pharmacies.hand_off_inbox set outcome = 'GRANTED'",
  ];
  for (const statement of attempts) {
    const client = await app.connect();
    await client.query('begin');
    await client.query(`select set_config('app.everywhere', $1, true)`, [everywhere]);
    await expect(client.query(statement), statement).rejects.toThrow(/permission denied/);
    await client.query('rollback');
    client.release();
  }
});

test('the contract’s list of incoming orders, to the pharmacy’s own people alone', async () => {
  const INCOMING = `query IncomingOrders($pharmacyId: ID!, $after: String) {
    pharmacy(id: $pharmacyId) {
      id
      name
      fulfillments(status: [RECEIVED, CLAIMED, DISPENSED], first: 25, after: $after) { nodes { id status receivedAt order { id } } pageInfo { hasNextPage endCursor } }
    }
  }`;
  const mine = await graph.technician.ask(INCOMING, { pharmacyId: public_.pharmacy });
  expect(mine).toEqual({
    errors: [],
    data: {
      pharmacy: {
        id: public_.pharmacy,
        name: 'Pecan Street Compounding',
        fulfillments: {
          nodes: [{ id: expect.any(String), status: 'DISPENSED', receivedAt: expect.any(String), order: { id: public_.order(1) } }],
          pageInfo: { hasNextPage: false, endCursor: expect.any(String) },
        },
      },
    },
  });
  expect((await graph.otherPharmacist.ask(INCOMING, { pharmacyId: public_.pharmacy })).data.pharmacy.fulfillments.nodes).toEqual([]);
  expect((await graph.frontDesk.ask(INCOMING, { pharmacyId: public_.pharmacy })).errors).toEqual(['pharmacy.fulfillments FORBIDDEN']);
  expect(await graph.pharmacist.ask(INCOMING, { pharmacyId: 'pha_01h455vb4pex5vsknk084sn02q' })).toEqual({
    data: { pharmacy: null },
    errors: ['pharmacy NOT_FOUND'],
  });
});

test('an entity asked for by its key is held to the same', async () => {
  const id = (
    await graph.pharmacist.ask('query ($id: ID!) { pharmacy(id: $id) { fulfillments { nodes { id lot { id } } } } }', {
      id: public_.pharmacy,
    })
  ).data.pharmacy.fulfillments.nodes[0];
  const BY_KEY =
    'query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Fulfillment { status } ... on Lot { number } } }';
  const r = [
    { __typename: 'Fulfillment', id: id.id },
    { __typename: 'Lot', id: id.lot.id },
  ];
  expect((await graph.frontDesk.ask(BY_KEY, { r })).data._entities).toEqual([
    { __typename: 'Fulfillment', status: 'DISPENSED' },
    { __typename: 'Lot', number: 'I-1' },
  ]);
  expect((await graph.otherDesk.ask(BY_KEY, { r })).data._entities).toEqual([null, null]);
  expect((await graph.otherPharmacist.ask(BY_KEY, { r })).data._entities).toEqual([null, null]);
});

test('who keeps one pharmacy’s papers changes no other’s, and no account but with it', async () => {
  const keeping = {
    'app.may_facility_keep': `{${ids.otherPharmacy}}`,
    'app.may_account_decide': `{${ids.otherPharmacy}}`,
    'app.actor': 'usr_x',
  };
  const changes = [
    `update pharmacies.pharmacy_license set status = 'REVOKED' where pharmacy_id = '${ids.pharmacy}'`,
    `update pharmacies.pharmacy set phone = '+15125550199' where id = '${ids.pharmacy}'`,
    `update pharmacies.clinic_pharmacy_account set status = 'SUSPENDED', decided_by = 'usr_x' where pharmacy_id = '${ids.pharmacy}'`,
    `update pharmacies.facility_evidence set withdrawn_by = 'usr_x', withdrawn_at = now(), withdraw_reason = 'x' where pharmacy_id = '${ids.pharmacy}'`,
  ];
  const client = await app.connect();
  try {
    for (const statement of changes) {
      await client.query('begin');
      await client.query(`select set_config('app.everywhere', '{"pharmacy:read","supply-facts:read"}', true)`);
      for (const [name, value] of Object.entries(keeping)) await client.query('select set_config($1, $2, true)', [name, value]);
      expect((await client.query(statement)).rowCount, statement).toBe(0);
      await client.query('rollback');
    }
  } finally {
    client.release();
  }
});
