import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { clinics, histories, type History, type Ordered, type Written, write } from './recall-history.ts';
import { START, start } from './recalled-world.ts';
import { type Asker, supplyGraph, type SupplyGraph } from './supply-graph.ts';
import { public_ } from './supply-world.ts';

let graph: SupplyGraph;
beforeAll(async () => {
  graph = await supplyGraph();
});
afterAll(() => graph?.[Symbol.asyncDispose]());

const REACHED = `query ($id: ID!) { recall(id: $id) {
  lots { number } affected { orders clinics patients } effectiveness { clinicsNotified patients patientsOpen }
  notices(first: 50) { nodes { clinic { id } } }
  patients(first: 50) { nodes { clinic { id } patient { id } orders { id } } }
  officeStock(first: 50) { nodes { id } } } }`;
const ORDERS = `query ($id: ID!) { recall(id: $id) { fulfillments(first: 50) { nodes { order { id } } } } }`;

const clinicId = (n: number) => toId('clinic', clinics[n] ?? '');
const distinct = (all: readonly string[]) => [...new Set(all)].toSorted();

/** The lots of a history that a person would take back, leafing through the compounding records. */
function taken({ lots, byNumber, byIngredient }: History): number[] {
  return lots.flatMap((components, n) => {
    const madeWith = components.some((has) =>
      byIngredient.some(
        ({ raw, supplier, unii }) =>
          has.raw === raw && (supplier === null || has.supplier === supplier) && (unii === null || has.unii === null || has.unii === unii),
      ),
    );
    return byNumber.includes(n) || madeWith ? [n] : [];
  });
}

/** Every lot that something of an order came from: handed out, sent instead of what was lost, or handed out too late. */
const sources = ({ fills }: Ordered) =>
  fills.flatMap(({ parts, replacements, late }) => [...parts, ...replacements, ...(late === null ? [] : [late])]);

/** What somebody who may see these clinics alone must be shown, counted by hand. */
function expected(history: History, { base, orderId, receiptId }: Written, seen: readonly number[]) {
  const lots = taken(history);
  const reached = history.orders
    .map((order, index) => ({ ...order, id: orderId(index) }))
    .filter((order) => seen.includes(order.clinic) && sources(order).some((lot) => lots.includes(lot)));
  const stocked = history.stock
    .map((each, index) => ({ ...each, id: receiptId(index) }))
    .filter(({ clinic, lot }) => seen.includes(clinic) && lots.includes(lot));
  const people = distinct(reached.map(({ clinic, patient }) => `${clinicId(clinic)} ${public_.patient(patient)}`));
  const told = distinct([...reached, ...stocked].map(({ clinic }) => clinicId(clinic)));
  return {
    lots: lots.map((n) => `LOT-${base + n}`),
    affected: {
      orders: reached.length,
      clinics: distinct(reached.map(({ clinic }) => clinicId(clinic))).length,
      patients: distinct(reached.map(({ patient }) => public_.patient(patient))).length,
    },
    effectiveness: { clinicsNotified: told.length, patients: people.length, patientsOpen: people.length },
    notices: told,
    patients: people.map((who) => [
      who,
      ...distinct(reached.filter((order) => `${clinicId(order.clinic)} ${public_.patient(order.patient)}` === who).map(({ id }) => id)),
    ]),
    officeStock: distinct(stocked.map(({ id }) => id)),
    orders: distinct(reached.map(({ id }) => id)),
  };
}

async function shown(who: Asker, id: string) {
  const [one, two] = [await who.ask(REACHED, { id }), await who.ask(ORDERS, { id })];
  if (one.data?.recall == null) return { one: one.errors, two: two.errors };
  const { lots, notices, patients, officeStock, ...counts } = one.data.recall;
  interface Listed {
    readonly clinic: { id: string };
    readonly patient: { id: string };
    readonly orders: { id: string }[];
  }
  return {
    ...counts,
    lots: lots.map(({ number }: { number: string }) => number),
    notices: distinct(notices.nodes.map(({ clinic }: Listed) => clinic.id)),
    patients: (patients.nodes as Listed[])
      .map((each) => [`${each.clinic.id} ${each.patient.id}`, ...each.orders.map((order) => order.id).toSorted()])
      .toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)),
    officeStock: distinct(officeStock.nodes.map((each: { id: string }) => each.id)),
    // An order whose fills both came from the lots is listed with each of them.
    orders: distinct(two.data.recall.fulfillments.nodes.map(({ order }: { order: { id: string } }) => order.id)),
  };
}

/** The ingredient's lots that nothing on record was made with: each stops the recall, named by its place. */
function unknownIngredients(history: History): string[] {
  return history.byIngredient.flatMap((each, index) =>
    taken({ ...history, byNumber: [], byIngredient: [each] }).length === 0 ? [`input.ingredientLots.${index}.lotNumber`] : [],
  );
}

test('a recall finds what leafing through every record would find, and shows each clinic its own part of it', {
  timeout: 300_000,
}, async () => {
  let base = 40_000;
  const seen = { refused: 0, taken: 0, replaced: 0, madeWith: 0 };
  await fc.assert(
    fc.asyncProperty(histories, async (history) => {
      base += 20;
      const written = await write(graph, base, history);
      const { data } = await graph.pharmacist.ask(START, {
        input: {
          ...start(history.byNumber.map((n) => ` lot-${base + n} `)).input,
          ingredientLots: history.byIngredient.map(({ raw, supplier, unii }) => ({
            ...{ lotNumber: written.rawNumber(raw).toLowerCase(), unii },
            supplier: supplier?.toUpperCase() ?? null,
          })),
        },
      });
      const unknown = unknownIngredients(history);
      if (unknown.length > 0) {
        seen.refused += 1;
        expect(data.startRecall.issues.map(({ path }: { path: string }) => path)).toEqual(unknown);
        const touched = await graph.sql(`select 1 from lot where normalized_number = any ($1) and status <> 'RELEASED'`, [
          history.lots.map((_, n) => `LOT-${base + n}`),
        ]);
        expect(touched).toEqual([]);
        return;
      }
      seen.taken += 1;
      seen.madeWith += history.byIngredient.length;
      seen.replaced += history.orders.filter(({ fills }) => fills.some(({ replacements }) => replacements.length > 0)).length;
      const { id } = data.startRecall;
      expect(await shown(graph.pharmacist, id)).toEqual(expected(history, written, [0, 1, 2, 3]));
      for (const [n, desk] of [graph.frontDesk, graph.otherDesk].entries()) {
        const own = expected(history, written, [n]);
        const nothing = { one: ['recall NOT_FOUND'], two: ['recall NOT_FOUND'] };
        expect(await shown(desk, id)).toEqual(own.notices.length === 0 ? nothing : own);
      }
      expect(await shown(graph.otherPharmacist, id)).toEqual({ one: ['recall NOT_FOUND'], two: ['recall NOT_FOUND'] });
      expect(await shown(graph.mso, id)).toMatchObject({ one: ['recall FORBIDDEN'] });
    }),
    { numRuns: 40 },
  );
  // What is tried must have been of every kind.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0);
});
