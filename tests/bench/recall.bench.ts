import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { affectedQuery } from '../../subgraphs/pharmacies/recall/affected.ts';
import { fromId } from '#kernel/ids.ts';
import { giveManyDispenses, manyLot } from '../pharmacies/many-dispenses.ts';
import { START, start } from '../pharmacies/recalled-world.ts';
import { supplyGraph, type SupplyGraph } from '../pharmacies/supply-graph.ts';
import { ids } from '../pharmacies/supply-world.ts';
import { inTurns } from './command/in-turns.ts';
import { rowsAsked } from './command/rows-like.ts';

const ROWS = rowsAsked();
const VOLUME = { dispenses: ROWS, lots: ROWS / 100, clinics: 200, late: 300, lost: 100 };
const ROUNDS = { rounds: 45, warm: 15 };
const ALLOWED_MS = 100;

let graph: SupplyGraph;
beforeAll(async () => {
  graph = await supplyGraph();
  const began = performance.now();
  await giveManyDispenses(graph, VOLUME);
  console.log(`${VOLUME.dispenses} dispenses written in ${((performance.now() - began) / 1000).toFixed(0)} s`);
}, 1_800_000);
afterAll(() => graph?.[Symbol.asyncDispose]());

const recalls: string[] = [];
const FOLLOW = {
  counts: 'affected { orders clinics patients } effectiveness { clinicsNotified patients patientsOpen }',
  patients: 'patients(first: 50) { nodes { clinic { id } patient { id } orders { id } } }',
  orders: 'fulfillments(first: 50) { nodes { order { id } } }',
};

test('one lot among a million dispenses is recalled in less than a tenth of a second', { timeout: 600_000 }, async () => {
  const [measured] = await inTurns({ name: 'recall', what: `one lot among ${ROWS} dispenses is recalled, its clinics told`, ...ROUNDS }, [
    {
      name: 'Goodfaith',
      async round(n) {
        const { data, errors } = await graph.pharmacist.ask(START, start([manyLot(n + 1)]));
        if (data?.startRecall.__typename !== 'Recall') throw new Error(JSON.stringify({ data, errors }));
        recalls.push(data.startRecall.id);
        expect(data.startRecall.affected.orders).toBeGreaterThanOrEqual(VOLUME.dispenses / VOLUME.lots);
      },
    },
  ]);
  expect(measured?.medianMs).toBeLessThan(ALLOWED_MS);
});

test('and so is what it reached read', { timeout: 600_000 }, async () => {
  const reads = Object.entries(FOLLOW).map(([name, fields]) => ({
    name,
    async round(n: number) {
      const { errors } = await graph.pharmacist.ask(`query ($id: ID!) { recall(id: $id) { ${fields} } }`, { id: recalls[n] });
      expect(errors).toEqual([]);
    },
  }));
  const measured = await inTurns({ name: 'recall-read', what: 'what such a recall reached', ...ROUNDS }, reads);
  expect(measured.filter(({ medianMs }) => medianMs >= ALLOWED_MS)).toEqual([]);
});

/** Orders, clinics and patients of a lot, from end to end of the tables. */
const LEAFING = `with l as (select id from pharmacies.lot where number = $1), reached as (
    select order_id, clinic_id, patient_id from pharmacies.dispense where lot_id = (select id from l)
    union select order_id, clinic_id, patient_id from pharmacies.incident where lot_id = (select id from l)
    union select order_id, clinic_id, patient_id from pharmacies.shipment where lot_id = (select id from l))
  select count(distinct order_id)::int as orders, count(distinct clinic_id)::int as clinics, count(distinct patient_id)::int as patients from reached`;

test('finding what a lot reached beside leafing through every record', { timeout: 600_000 }, async () => {
  const leafing = new pg.Client({
    connectionString: graph.databaseUrl,
    options: '-c enable_indexscan=off -c enable_indexonlyscan=off -c enable_bitmapscan=off',
  });
  const indexed = new pg.Client({ connectionString: graph.databaseUrl, options: '-c search_path=pharmacies' });
  await Promise.all([leafing.connect(), indexed.connect()]);
  try {
    await inTurns({ name: 'recall-counts', what: 'orders, clinics and patients of one lot', rounds: 20, warm: 5, compared: true }, [
      {
        name: 'one SQL statement, no index',
        async round(n) {
          const { rows } = await leafing.query(LEAFING, [manyLot(n + 1)]);
          return rows[0];
        },
      },
      {
        name: 'Goodfaith’s statement alone',
        async round(n) {
          const values = [fromId('recall', recalls[n] ?? ''), [ids.pharmacy]];
          const { rows } = await indexed.query({ name: 'affected', text: affectedQuery, values });
          return rows[0];
        },
      },
      {
        name: 'Goodfaith',
        async round(n) {
          const { data } = await graph.pharmacist.ask('query ($id: ID!) { recall(id: $id) { affected { orders clinics patients } } }', {
            id: recalls[n],
          });
          return { ...data.recall.affected };
        },
      },
    ]);
  } finally {
    await Promise.all([leafing.end(), indexed.end()]);
  }
});
