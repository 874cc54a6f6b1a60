import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { supplyGraph, type SupplyGraph } from './supply-graph.ts';
import { type Filled, giveFilled, giveLot, START, start } from './recalled-world.ts';
import { public_ } from './supply-world.ts';

let graph: SupplyGraph;
beforeAll(async () => {
  graph = await supplyGraph();
});
afterAll(() => graph[Symbol.asyncDispose]());

const STATUS = `query RecallStatus($id: ID!) {
  recall(id: $id) {
    id
    status
    affected { orders clinics patients }
    notices(first: 50) { nodes { clinic { id } status acknowledgedAt } }
  }
}`;

const filled = (each: Filled) => giveFilled(graph, each);
const lot = (n: number) => giveLot(graph, n);

test('finds everyone who got some; each clinic sees its own part and says that it knows', async () => {
  for (const each of [
    { order: 1, patient: 1, clinic: 1, lot: 1 },
    { order: 2, patient: 1, clinic: 1, lot: 2 },
    { order: 3, patient: 2, clinic: 2, lot: 2 },
    { order: 4, patient: 3, clinic: 2, lot: 3 },
  ] as const) {
    await filled(each);
  }
  const { data, errors } = await graph.pharmacist.ask(START, start(['lot-1', 'LOT - 2']));
  expect({ data, errors }).toEqual({
    errors: [],
    data: {
      startRecall: {
        __typename: 'Recall',
        id: expect.stringMatching(/^rcl_/),
        status: 'OPEN',
        class: 'II',
        lots: [{ number: 'LOT-1' }, { number: 'LOT-2' }],
        affected: { orders: 3, clinics: 2, patients: 2 },
      },
    },
  });
  const { id } = data.startRecall;
  expect((await graph.pharmacist.ask(STATUS, { id })).data.recall).toEqual({
    id,
    status: 'OPEN',
    affected: { orders: 3, clinics: 2, patients: 2 },
    notices: {
      nodes: [
        { clinic: { id: public_.clinic }, status: 'SENT', acknowledgedAt: null },
        { clinic: { id: public_.otherClinic }, status: 'SENT', acknowledgedAt: null },
      ],
    },
  });
  expect((await graph.frontDesk.ask(STATUS, { id })).data.recall).toEqual({
    id,
    status: 'OPEN',
    affected: { orders: 2, clinics: 1, patients: 1 },
    notices: { nodes: [{ clinic: { id: public_.clinic }, status: 'SENT', acknowledgedAt: null }] },
  });
  expect(await graph.otherPharmacist.ask(STATUS, { id })).toEqual({ data: { recall: null }, errors: ['recall NOT_FOUND'] });

  const KNOW =
    'mutation ($input: AcknowledgeRecallInput!) { acknowledgeRecall(input: $input) { __typename ... on RecallNotice { status clinic { id } } ... on Refusal { code } } }';
  // The pharmacy reads the recall, and does not answer for the clinic.
  expect((await graph.pharmacist.ask(KNOW, { input: { recallId: id, clinicId: public_.clinic } })).data.acknowledgeRecall.code).toBe(
    'FORBIDDEN',
  );
  expect((await graph.frontDesk.ask(KNOW, { input: { recallId: id, clinicId: public_.clinic } })).data.acknowledgeRecall).toEqual({
    __typename: 'RecallNotice',
    status: 'ACKNOWLEDGED',
    clinic: { id: public_.clinic },
  });
  expect((await graph.frontDesk.ask(KNOW, { input: { recallId: id, clinicId: public_.otherClinic } })).data.acknowledgeRecall).toEqual({
    __typename: 'NotFound',
    code: 'NOT_FOUND',
  });
  expect((await graph.pharmacist.ask(STATUS, { id })).data.recall.notices.nodes.map((notice: { status: string }) => notice.status)).toEqual(
    ['ACKNOWLEDGED', 'SENT'],
  );

  const REACH = 'query ($id: ID!) { recall(id: $id) { fulfillments { nodes { order { id } lot { number recalled } } } } }';
  expect((await graph.otherDesk.ask(REACH, { id })).data.recall.fulfillments.nodes).toEqual([
    { order: { id: expect.stringMatching(/^ord_/) }, lot: { number: 'LOT-2', recalled: true } },
  ]);
});

test('a lot nobody knows is refused, and nothing is recalled', async () => {
  const { data } = await graph.pharmacist.ask(START, start(['LOT-3', 'LOT-404']));
  expect(data.startRecall).toMatchObject({
    __typename: 'InvalidInput',
    issues: [{ path: 'input.lotNumbers.1', message: 'No lot LOT-404 is on record.' }],
  });
  expect(await graph.sql(`select status from lot where normalized_number = 'LOT-3'`)).toEqual([{ status: 'RELEASED' }]);
});

test('only the pharmacy that made it, only with reasons', async () => {
  expect((await graph.otherPharmacist.ask(START, start(['LOT-3']))).data.startRecall.code).toBe('NOT_FOUND');
  expect((await graph.technician.ask(START, start(['LOT-3']))).data.startRecall.code).toBe('FORBIDDEN');
  expect((await graph.pharmacist.ask(START, start([]))).data.startRecall.issues).toEqual([
    { path: 'input.lotNumbers', message: 'Name at least one lot.' },
  ]);
  expect((await graph.pharmacist.ask(START, start(['LOT-3'], { reason: ' ' }))).data.startRecall.issues).toEqual([
    { path: 'input.reason', message: 'Say why.' },
  ]);
});

test('counts what a person would count, on any data', async () => {
  let order = 1_000;
  let lotNumber = 100;
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          patient: fc.integer({ min: 50, max: 54 }),
          clinic: fc.constantFrom(1 as const, 2 as const),
          lot: fc.integer({ min: 0, max: 3 }),
        }),
        { maxLength: 12 },
      ),
      fc.subarray([0, 1, 2, 3], { minLength: 1 }),
      async (rows, recalled) => {
        const base = lotNumber;
        lotNumber += 4;
        for (const n of [0, 1, 2, 3]) await lot(base + n);
        for (const row of rows) {
          order += 1;
          await filled({ ...row, order, lot: base + row.lot });
        }
        const hit = rows.filter((row) => recalled.includes(row.lot));
        const { data } = await graph.pharmacist.ask(START, start(recalled.map((n) => `LOT-${base + n}`)));
        expect(data.startRecall.affected).toEqual({
          orders: hit.length,
          clinics: new Set(hit.map((row) => row.clinic)).size,
          patients: new Set(hit.map((row) => row.patient)).size,
        });
      },
    ),
    { numRuns: 15 },
  );
});
