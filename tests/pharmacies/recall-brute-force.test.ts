import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { clinics, histories, type History, type Ordered, USED, type Written, write } from './recall-history.ts';
import { START, start } from './recalled-world.ts';
import type { Data } from '../support/graph.ts';
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
const BALANCES = `query ($id: ID!) { recall(id: $id) { balances {
  lot { number } sent { value } given { value } wasted { value } unaccounted { value } clinics } } }`;
const PARCELS = `query ($id: ID!, $first: Int, $after: String, $last: Int, $before: String) { recall(id: $id) {
  parcels(first: $first, after: $after, last: $last, before: $before) {
    nodes { parcelId lotNumber quantity { value } wasted { value } left { value } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`;
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

/** Every lot that something of an order came from: handed out and not gone back, sent instead of what was lost, or handed out too late. */
const sources = ({ fills }: Ordered) =>
  fills.flatMap(({ wentBack, parts, replacements, late }) => [
    ...(wentBack ? [] : parts),
    ...replacements,
    ...(late === null ? [] : [late]),
  ]);

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

/** What of the lots was sent for these clinics, and in which parcels, counted by hand. */
function sentTo(history: History, { base, parcelId }: Written, seen: readonly number[]) {
  const lots = taken(history);
  const parcels = history.orders.flatMap(({ clinic, fills }, index) =>
    fills.flatMap(({ wentBack, parts, replacements }, fill) =>
      (wentBack ? [] : [parts, ...replacements.map((lot) => [lot])]).flatMap((inside, parcel) =>
        [...new Set(inside)].map((lot) => ({
          ...{ clinic, lot, id: parcelId(index, fill, parcel), amount: inside.filter((one) => one === lot).length },
          wasted: parcel === 0 && parts[0] === lot ? USED.wasted : 0,
        })),
      ),
    ),
  );
  const own = parcels.filter(({ clinic, lot }) => seen.includes(clinic) && lots.includes(lot));
  const stock = history.stock.filter(({ clinic, lot }) => seen.includes(clinic) && lots.includes(lot));
  const value = (amount: number) => ({ value: String(amount) });
  return {
    parcels: own
      .map(({ id, lot, amount, wasted }) => ({
        ...{ parcelId: id, lotNumber: `LOT-${base + lot}`, quantity: value(amount), wasted: value(wasted), left: value(amount - wasted) },
      }))
      .toSorted(byParcel),
    balances: lots
      .toSorted((a, b) => a - b)
      .flatMap((lot) => {
        const [inParcels, inStock] = [own.filter((one) => one.lot === lot), stock.filter((one) => one.lot === lot)];
        if (inParcels.length + inStock.length === 0) return [];
        const sent = inParcels.reduce((sum, { amount }) => sum + amount, 0) + inStock.length * 10;
        const [given, wasted] = [inStock.length * USED.given, inParcels.reduce((sum, one) => sum + one.wasted, 0)];
        return [
          {
            ...{ lot: { number: `LOT-${base + lot}` }, sent: value(sent), given: value(given), wasted: value(wasted) },
            ...{ unaccounted: value(sent - given - wasted), clinics: new Set([...inParcels, ...inStock].map(({ clinic }) => clinic)).size },
          },
        ];
      }),
  };
}

interface Parcel {
  readonly parcelId: string;
  readonly lotNumber: string;
}
const byParcel = (a: Parcel, b: Parcel) => (`${a.parcelId} ${a.lotNumber}` < `${b.parcelId} ${b.lotNumber}` ? -1 : 1);

async function sentShown(who: Asker, id: string) {
  const { data } = await who.ask(BALANCES, { id });
  if (data?.recall == null) return null;
  const [forwards, backwards]: [Parcel[], Parcel[]] = [[], []];
  for (let after: string | null = null, more = true; more; ) {
    const { nodes, pageInfo }: Data = (await who.ask(PARCELS, { id, first: 3, after })).data.recall.parcels;
    forwards.push(...nodes);
    [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
  }
  for (let before: string | null = null, more = true; more; ) {
    const { nodes, pageInfo }: Data = (await who.ask(PARCELS, { id, last: 50, before })).data.recall.parcels;
    backwards.unshift(...nodes);
    [before, more] = [pageInfo.startCursor, pageInfo.hasPreviousPage];
  }
  expect(backwards).toEqual(forwards);
  return {
    parcels: forwards.toSorted(byParcel),
    balances: data.recall.balances.toSorted((a: Data, b: Data) => (a.lot.number < b.lot.number ? -1 : 1)),
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
  const seen = { refused: 0, taken: 0, replaced: 0, madeWith: 0, wentBack: 0 };
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
      seen.wentBack += history.orders.filter(({ fills }) => fills.some(({ wentBack }) => wentBack)).length;
      const { id } = data.startRecall;
      expect(await shown(graph.pharmacist, id)).toEqual(expected(history, written, [0, 1, 2, 3]));
      expect(await sentShown(graph.pharmacist, id)).toEqual(sentTo(history, written, [0, 1, 2, 3]));
      for (const [n, desk] of [graph.frontDesk, graph.otherDesk].entries()) {
        const own = expected(history, written, [n]);
        const nothing = { one: ['recall NOT_FOUND'], two: ['recall NOT_FOUND'] };
        expect(await shown(desk, id)).toEqual(own.notices.length === 0 ? nothing : own);
        expect(await sentShown(desk, id)).toEqual(own.notices.length === 0 ? null : sentTo(history, written, [n]));
      }
      expect(await shown(graph.otherPharmacist, id)).toEqual({ one: ['recall NOT_FOUND'], two: ['recall NOT_FOUND'] });
      expect(await shown(graph.mso, id)).toMatchObject({ one: ['recall FORBIDDEN'] });
    }),
    { numRuns: 40 },
  );
  // What is tried must have been of every kind.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0);
});
