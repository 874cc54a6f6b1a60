import { randomUUID } from 'node:crypto';
import { isObjectType } from 'graphql';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { actorFrom, type Tenancy } from '#kernel/actor.ts';
import { settingsOf } from '#kernel/db.ts';
import { isResolvableEntity } from '#kernel/federation.ts';
import { makeProof } from '#kernel/hop.ts';
import { fromId, type IdKind, toId } from '#kernel/ids.ts';
import { deriveKey } from '#kernel/keys.ts';
import { type SubgraphName, subgraphNames } from '#kernel/names.ts';
import type { Role } from '#kernel/permissions.ts';
import { personas } from '#prisma/seed/personas.ts';
import { clinicsUnder, placeId } from '#prisma/seed/places.ts';
import { loadDefinition } from '../gateway/in-process.ts';
import { type Data, type TestGraph, testGraph } from './support/graph.ts';
import { harvested, nowhere, questions, said } from './support/foreign-ids.ts';
import { type StorySoFar, storySoFar } from './support/story-so-far.ts';

let graph: TestGraph;
let story: StorySoFar;
let firstClinics: string[];
beforeAll(async () => {
  graph = await testGraph();
  story = await storySoFar(graph, {
    before: async (step) => {
      if (step.operation === 'RecordDispense') await askForChange(step.variables['input'] as Data);
    },
  });
  firstClinics = ['entity-a1', 'entity-a2'].flatMap((entity) => clinicsUnder(entity).map(({ key }) => placeId(key)));
  await stockAt(firstClinics[0] ?? '');
  // As if a hold on it had been told of.
  await graph.sql(
    `insert into prescriptions.order_holds_told (order_id, clinic_id, seq) select id, clinic_id, 1 from prescriptions."order" where id = $1`,
    [fromId('order', story.answerOf('DraftOrder').id)],
  );
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

/** A lot in the stock of a clinic, so that there is one to ask for. */
async function stockAt(clinicId: string): Promise<void> {
  const [order, receipt, pharmacy] = [randomUUID(), randomUUID(), placeId('pharmacy-a')];
  const item = `select id from pharmacies.formulary_item where pharmacy_id = $3 order by id limit 1`;
  await graph.sql(
    `with placed as (
       insert into prescriptions.office_stock_order (id, clinic_id, pharmacy_id, purchaser_id, status, status_since, ship_to_state, placed_at, placed_by, rules)
       values ($1, $2, $3, $1, 'ACCEPTED', now(), 'TX', now(), 'test', '[]') returning id)
     insert into prescriptions.office_stock_line (stock_order_id, position, clinic_id, pharmacy_id, formulary_item_id, name, quantity_value, quantity_unit)
     select id, 1, $2, $3, (${item}), 'Stock', 1, '{vial}' from placed`,
    [order, clinicId, pharmacy],
  );
  await graph.sql(
    `insert into prescriptions.office_stock_receipt (id, stock_order_id, position, clinic_id, pharmacy_id, lot_number, beyond_use_on, quantity_value, quantity_unit, received_at, received_by)
     values ($1, $2, 1, $3, $4, 'IS-1', '2999-01-01', 1, '{vial}', now(), 'test')`,
    [receipt, order, clinicId, pharmacy],
  );
  await graph.sql(
    `insert into pharmacies.office_stock_supply (id, pharmacy_id, clinic_id, formulary_item_id, normalized_number, beyond_use_date, quantity_value, quantity_unit, received_at)
     values ($1, $3, $2, (${item}), 'IS-1', '2999-01-01', 1, '{vial}', now())`,
    [receipt, clinicId, pharmacy],
  );
}

/** The pharmacy asks something before it dispenses, so that there is a request to ask for. */
async function askForChange({ orderId, secret }: Data): Promise<void> {
  const input = { orderId, secret, kind: 'CLARIFICATION', note: 'Morning or evening?' };
  const request = 'mutation($input: RequestChangeInput!) { requestChange(input: $input) { __typename } }';
  await (await graph.as('pharmacist')).get(request, { input });
}

/** Nobody of these has anything to do with the first MSO's patients, exams and orders. */
const outsiders = ['other-desk', 'mso-manager-b', 'examiner-b', 'prescriber-b', 'compliance-b', 'pharmacist-b', 'outsourcing'];

async function answersAreTheSame(): Promise<void> {
  const ids = harvested(story);
  for (const persona of outsiders) {
    const who = await graph.as(persona, { stepUp: true });
    for (const question of questions) {
      const [theirs, nobodys] = [await said(who, question, ids), await said(who, question, nowhere)];
      expect(theirs, `${persona}: ${question(ids)}`).toBe(nobodys);
      expect(theirs, `${persona}: ${question(ids)}`).not.toContain('INTERNAL_SERVER_ERROR');
    }
  }
}

test('another tenant’s id answers to the letter as one that does not exist', answersAreTheSame);

describe('row-level security alone', () => {
  async function tenancy(): Promise<Tenancy> {
    const clinics = await graph.sql<Tenancy['clinics'][number] & pg.QueryResultRow>(
      'select clinic_id as "clinicId", entity_id as "entityId", mso_id as "msoId" from prescriptions.tenancy_clinic',
    );
    const memberships = await graph.sql<{ sub: string; role: Role; at: string }>(
      'select sub, role, at from prescriptions.tenancy_membership',
    );
    return { clinics, memberships };
  }

  /** What an actor's settings show of every table of every schema, with no code of ours in between. */
  async function shown(
    settings: readonly [string, string][],
    each: (client: pg.Client, schema: string, table: string, hasClinic: boolean) => Promise<void>,
  ): Promise<void> {
    for (const name of subgraphNames) {
      const client = new pg.Client({ connectionString: graph.database.addresses[name].appUrl });
      await client.connect();
      const tables = await graph.sql<{ table: string; clinic: boolean }>(
        `select quote_ident(relname) as table, exists (select 1 from pg_attribute where attrelid = c.oid and attname = 'clinic_id') as clinic
         from pg_class c where relnamespace = $1::regnamespace and relkind in ('r', 'p') and has_table_privilege($2, c.oid, 'select') and relname !~ '^tenancy_'`,
        [name, `goodfaith_${name}`],
      );
      try {
        await client.query('begin');
        for (const [setting, value] of settings) await client.query('select set_config($1, $2, true)', [setting, value]);
        for (const { table, clinic } of tables) await each(client, name, table, clinic);
      } finally {
        await client.end();
      }
    }
  }

  test('shows no row of any table without settings', async () => {
    const rows: string[] = [];
    let tables = 0;
    await shown([], async (client, schema, table) => {
      tables += 1;
      const { rowCount } = await client.query(`select 1 from ${schema}.${table} limit 1`);
      if (rowCount !== 0) rows.push(`${schema}.${table}`);
    });
    expect(tables).toBeGreaterThan(50);
    expect(rows).toEqual([]);
  });

  test.each(outsiders)('shows %s no row of a clinic of the first MSO', async (persona) => {
    const who = personas[persona];
    if (!who) throw new Error(persona);
    const claims = { sub: who.sub, name: who.name, grants: who.grants as Data, authTime: null, amr: [], expiresAt: 0, tokenHash: '' };
    const rows: string[] = [];
    await shown(settingsOf(actorFrom(claims, await tenancy()), new Date()), async (client, schema, table, hasClinic) => {
      if (!hasClinic || (who.grants.some(({ role }) => role === 'PHARMACIST') && forPharmacies.includes(`${schema}.${table}`))) return;
      const { rowCount } = await client.query(`select 1 from ${schema}.${table} where clinic_id = any($1::uuid[]) limit 1`, [firstClinics]);
      if (rowCount !== 0) rows.push(`${schema}.${table}`);
    });
    expect(rows).toEqual([]);
  });
});

/** A pharmacist may look up any clinic, and which clinics have an account with their own pharmacy. */
const forPharmacies = ['clinics.service_offering', 'pharmacies.clinic_pharmacy_account'];

/** Where the rows of each entity that belongs to somebody are, and what makes them those of the first MSO. */
const entities: Readonly<Record<string, readonly [kind: IdKind, rows: string, ask?: string]>> = {
  'clinics Clinic': ['clinic', 'clinics.clinic where id = any($1)', 'name'],
  'clinics FacilityLicense': ['facilityLicense', 'clinics.facility_license where clinic_id = any($1)', 'number'],
  'clinics ManagementAgreement': [
    'agreement',
    `clinics.management_agreement where mso_id = '${placeId('mso-a')}' and $1::uuid[] is not null`,
    'startsOn',
  ],
  'clinics Mso': ['mso', `clinics.mso where id = '${placeId('mso-a')}' and $1::uuid[] is not null`, 'name'],
  'physicians Mso': ['mso', `clinics.mso where id = '${placeId('mso-a')}' and $1::uuid[] is not null`, 'engagements { nodes { id } }'],
  'physicians Engagement': ['engagement', 'physicians.engagement where clinic_id = any($1)', 'startsOn'],
  'prescriptions ChangeRequest': ['changeRequest', 'prescriptions.change_request where clinic_id = any($1)'],
  'prescriptions Clinic': ['clinic', 'clinics.clinic where id = any($1)', 'metrics(from: "2026-10-01", to: "2026-10-31") { ordersSigned }'],
  'prescriptions Consent': ['consent', 'prescriptions.consent where clinic_id = any($1)'],
  'prescriptions Finding': ['finding', 'prescriptions.finding where clinic_id = any($1)'],
  'prescriptions GoodFaithExam': ['exam', 'prescriptions.good_faith_exam where clinic_id = any($1)'],
  'prescriptions Intake': ['intake', 'prescriptions.intake where clinic_id = any($1)'],
  'prescriptions OfficeStockReceipt': ['officeStockReceipt', 'prescriptions.office_stock_receipt where clinic_id = any($1)'],
  'prescriptions Order': ['order', 'prescriptions."order" where clinic_id = any($1)'],
  'prescriptions Patient': ['patient', 'prescriptions.patient where clinic_id = any($1)'],
  'prescriptions SlotHold': ['slotHold', 'prescriptions.slot_hold where clinic_id = any($1)'],
  'pharmacies Claim': ['claim', 'pharmacies.claim where clinic_id = any($1)'],
  'pharmacies Clinic': ['clinic', 'clinics.clinic where id = any($1)', 'metrics(from: "2026-10-01", to: "2026-10-31") { ordersDispensed }'],
  // Each pharmacy sees the accounts with itself: these are with the first.
  'pharmacies ClinicPharmacyAccount': [
    'clinicPharmacyAccount',
    `pharmacies.clinic_pharmacy_account where clinic_id = any($1) and pharmacy_id = '${placeId('pharmacy-a')}'`,
  ],
  'pharmacies Dispense': ['dispense', 'pharmacies.dispense where clinic_id = any($1)'],
  'pharmacies Fulfillment': ['fulfillment', 'pharmacies.fulfillment where clinic_id = any($1)'],
  'pharmacies Lot': ['lot', `pharmacies.lot where id in (select lot_id from pharmacies.fulfillment where clinic_id = any($1))`],
  'pharmacies OfficeStockReceipt': ['officeStockReceipt', 'pharmacies.office_stock_supply where clinic_id = any($1)', 'recalls { id }'],
  'pharmacies Order': ['order', 'prescriptions."order" where clinic_id = any($1)', 'fulfillment { id }'],
  'pharmacies Recall': [
    'recall',
    'pharmacies.recall where id in (select recall_id from pharmacies.recall_notice where clinic_id = any($1))',
  ],
  'pharmacies Shipment': ['shipment', 'pharmacies.shipment where clinic_id = any($1)'],
};

/** Registers that every colleague may look up. */
const registers =
  /^(physicians (DeaRegistration|InsurancePolicy|License|Practitioner|ProtocolVersion)|pharmacies (FormularyItem|Pharmacy|PharmacyLicense))$/;

/** Asks one subgraph for entities by their keys, as only the gateway can. */
async function fetchEntities(name: SubgraphName, token: string, type: string, ids: readonly string[], ask: string): Promise<Data> {
  const query = `query($representations: [_Any!]!) { _entities(representations: $representations) { __typename ... on ${type} { ${ask} } } }`;
  const variables = { representations: ids.map((id) => ({ __typename: type, id })) };
  const body = JSON.stringify({ query, variables });
  const facts = { subgraph: name, requestId: randomUUID(), authorization: `Bearer ${token}`, body };
  const proof = makeProof(deriveKey(graph.secrets[name], 'hop'), facts, Date.now());
  const headers = { authorization: facts.authorization, requestId: facts.requestId, proof, idempotencyKey: undefined };
  return graph.running[name].execute({ body, query, variables, operationName: undefined, headers });
}

const isEmpty = (value: Data): boolean => value === null || (typeof value === 'object' && Object.values(value).every(isEmpty));

async function noEntityShows(): Promise<void> {
  for (const [key, [kind, from, ask = 'id']] of Object.entries(entities)) {
    const [name, type] = key.split(' ') as [SubgraphName, string];
    const rows = await graph.sql<{ id: string }>(`select id from ${from} limit 20`, [firstClinics]);
    expect(rows.length, key).toBeGreaterThan(0);
    for (const persona of outsiders) {
      if (type === 'Clinic' && name === 'clinics' && personas[persona]?.grants.some(({ role }) => role === 'PHARMACIST')) continue;
      const { token } = await graph.as(persona);
      const { data } = await fetchEntities(
        name,
        token,
        type,
        rows.map(({ id }) => toId(kind, id)),
        ask,
      );
      const seen = (data?._entities ?? []).filter(
        (entity: Data) => entity && Object.entries(entity).some(([field, value]) => field !== '__typename' && !isEmpty(value)),
      );
      expect(seen, `${persona} ${key}`).toEqual([]);
    }
  }
}

test('every entity that belongs to somebody is asked for by its key', async () => {
  const known = await Promise.all(
    subgraphNames.map(async (name) =>
      Object.values((await loadDefinition(name)).schema.getTypeMap())
        .filter((type) => isObjectType(type) && isResolvableEntity(type))
        .map((type) => `${name} ${type.name}`),
    ),
  );
  expect(known.flat().filter((key) => !(key in entities) && !registers.test(key))).toEqual([]);
});

test('an entity fetched by its key shows nothing to another tenant', noEntityShows);

describe('with row-level security off', () => {
  beforeAll(async () => {
    const tables = await graph.sql<{ name: string }>(
      `select relnamespace::regnamespace || '.' || quote_ident(relname) as name from pg_class where relnamespace::regnamespace::text = any($1) and relkind in ('r', 'p') and relrowsecurity`,
      [[...subgraphNames]],
    );
    for (const { name } of tables) await graph.sql(`alter table ${name} disable row level security`);
    const open = await graph.sql('select 1 from prescriptions.patient');
    expect(open.length).toBeGreaterThan(90);
  });

  test('what code alone selects is still the caller’s own', answersAreTheSame);
  test('an entity fetched by its key still shows nothing to another tenant', noEntityShows);
});
