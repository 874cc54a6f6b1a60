import fc from 'fast-check';
import { toId } from '#kernel/ids.ts';
import { giveComponent, giveLot, lotId } from './recalled-world.ts';
import type { SupplyGraph } from './supply-graph.ts';
import { ids, uuid } from './supply-world.ts';

/** What went into a lot. */
export interface Component {
  readonly raw: string;
  readonly supplier: string;
  readonly unii: string | null;
}

/**
 * One fill of an order: handed out in parts, perhaps sent again, perhaps handed out too late from another lot; or gone back to whoever sent the order
 * before it was shipped. Lots are places in `lots`.
 */
export interface Fill {
  readonly wentBack: boolean;
  readonly parts: readonly number[];
  readonly replacements: readonly number[];
  readonly late: number | null;
}

/** An order with its fills. */
export interface Ordered {
  readonly clinic: number;
  readonly patient: number;
  readonly fills: readonly Fill[];
}

/** Everything a pharmacy did with some lots, and what it takes back. */
export interface History {
  readonly lots: readonly (readonly Component[])[];
  readonly orders: readonly Ordered[];
  readonly stock: readonly { readonly clinic: number; readonly lot: number }[];
  readonly byNumber: readonly number[];
  readonly byIngredient: readonly { readonly raw: string; readonly supplier: string | null; readonly unii: string | null }[];
}

const LOTS = 5;
const suppliers = ['Acme Fine Chemicals', 'Prairie Chemicals'];
const uniis = ['53AXN4NNHX', '5688UTC01R'];
/** Clinics of several businesses; the first two have somebody who asks. */
export const clinics = [ids.clinic, ids.otherClinic, uuid(2, 3), uuid(2, 4)];

const lot = fc.integer({ min: 0, max: LOTS - 1 });
const clinic = fc.integer({ min: 0, max: clinics.length - 1 });
const raw = fc.constantFrom('A', 'B');
const fill = fc
  .record({
    wentBack: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
    parts: fc.array(lot, { minLength: 1, maxLength: 3 }),
    replacements: fc.array(lot, { maxLength: 2 }),
    late: fc.option(lot, { freq: 4 }),
  })
  .map((any) => (any.wentBack ? { ...any, replacements: [] } : any));

/** Any history; a recall of it names at least one lot or ingredient's lot. */
export const histories: fc.Arbitrary<History> = fc
  .record({
    lots: fc.array(
      fc.array(fc.record({ raw, supplier: fc.constantFrom(...suppliers), unii: fc.option(fc.constantFrom(...uniis)) }), { maxLength: 2 }),
      { minLength: LOTS, maxLength: LOTS },
    ),
    orders: fc.array(
      fc.record({ clinic, patient: fc.integer({ min: 60, max: 64 }), fills: fc.array(fill, { minLength: 1, maxLength: 2 }) }),
      { maxLength: 8 },
    ),
    stock: fc.array(fc.record({ clinic, lot }), { maxLength: 3 }),
    byNumber: fc.uniqueArray(lot, { maxLength: 3 }),
    byIngredient: fc.array(
      fc.record({ raw, supplier: fc.option(fc.constantFrom(...suppliers)), unii: fc.option(fc.constantFrom(...uniis)) }),
      { maxLength: 2 },
    ),
  })
  .filter(({ byNumber, byIngredient }) => byNumber.length + byIngredient.length > 0);

/** A history as it stands in the database: the nth lot is `base` + n, and ids of orders and receipts begin there too. */
export interface Written {
  readonly base: number;
  readonly rawNumber: (raw: string) => string;
  readonly orderId: (index: number) => string;
  readonly receiptId: (index: number) => string;
  readonly parcelId: (index: number, fill: number, parcel: number) => string;
}

/** Of each lot in stock so much was given, and of the first part of each fill so much thrown away. */
export const USED = { given: 3, wasted: 0.25 };

/** Writes a history as it would have come about; nothing of it is recalled yet. */
export async function write(graph: Pick<SupplyGraph, 'sql'>, base: number, history: History): Promise<Written> {
  const rawNumber = (text: string) => `RAW-${base}-${text}`;
  for (const [n, components] of history.lots.entries()) {
    await giveLot(graph, base + n);
    for (const { raw: text, ...of } of components) await giveComponent(graph, base + n, { ...of, number: rawNumber(text) });
  }
  for (const [index, order] of history.orders.entries()) await writeOrder(graph, base, index, order);
  for (const [index, { clinic: at, lot: n }] of history.stock.entries()) {
    await graph.sql(
      `insert into office_stock_supply (id, pharmacy_id, clinic_id, formulary_item_id, normalized_number, beyond_use_date, quantity_value, quantity_unit, received_at)
       values ($1, $2, $3, $4, $5, '2027-01-01', 10, 'mL', now())`,
      [uuid(36, base + index), ids.pharmacy, clinics[at], ids.item, `LOT-${base + n}`],
    );
    await graph.sql(
      `insert into lot_use (id, pharmacy_id, clinic_id, normalized_number, receipt_id, kind, quantity_value, quantity_unit, at)
       values (gen_random_uuid(), $1, $2, $3, $4, 'GIVEN', $5, 'mL', now())`,
      [ids.pharmacy, clinics[at], `LOT-${base + n}`, uuid(36, base + index), USED.given],
    );
  }
  return {
    ...{ base, rawNumber },
    orderId: (index) => toId('order', uuid(31, base + index)),
    receiptId: (index) => toId('officeStockReceipt', uuid(36, base + index)),
    parcelId: (index, fill, parcel) => toId('shipment', uuid(34, ((base + index) * 10 + fill) * 10 + parcel)),
  };
}

async function writeOrder(graph: Pick<SupplyGraph, 'sql'>, base: number, index: number, { clinic: at, patient, fills }: Ordered) {
  const whose = [uuid(31, base + index), ids.pharmacy, clinics[at], ids.patient(patient)];
  for (const [n, { wentBack, parts, replacements, late }] of fills.entries()) {
    const key = (base + index) * 10 + n;
    const fulfillment = uuid(32, key);
    const lotOf = (place: number) => lotId(base + place);
    await graph.sql(
      `insert into fulfillment (order_id, pharmacy_id, clinic_id, patient_id, id, attempt, fill, prescriber_id, formulary_item_id, ship_to_state, signed_at, document_digest, status, received_at, dispensed_at, shipped_at, lot_id)
       values ($1, $2, $3, $4, $5, $6, $6, $7, $8, 'TX', now(), 'x', $10, now(), now(), case $10 when 'SHIPPED' then now() end, $9)`,
      [...whose, fulfillment, n + 1, ids.prescriber, ids.item, lotOf(parts[0] ?? 0), wentBack ? 'DISPENSED' : 'SHIPPED'],
    );
    for (const [part, place] of parts.entries()) {
      await graph.sql(
        `insert into dispense (order_id, pharmacy_id, clinic_id, patient_id, id, fulfillment_id, part, complete, lot_id, quantity_value, quantity_unit, beyond_use_date, dispensed_by, dispensed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1, 'mL', '2027-01-01', 'x', now())`,
        [...whose, uuid(33, key * 10 + part), fulfillment, part + 1, part + 1 === parts.length, lotOf(place)],
      );
    }
    for (const [parcel, place] of (wentBack ? [] : [null, ...replacements]).entries()) {
      const [status, ended] = parcel === replacements.length ? ['IN_TRANSIT', null] : ['LOST', new Date()];
      await graph.sql(
        `insert into shipment (order_id, pharmacy_id, clinic_id, patient_id, id, fulfillment_id, parcel, carrier, tracking_number, cold_chain, ship_to_state, shipped_by, shipped_at, status, ended_at, lot_id, quantity_value, quantity_unit)
         values ($1, $2, $3, $4, $5, $6, $7, 'UPS', 'T', true, 'TX', 'x', now(), $8, $9, $10, $11, $12)`,
        [
          ...[...whose, uuid(34, key * 10 + parcel), fulfillment, parcel + 1, status, ended],
          ...(place === null ? [null, null, null] : [lotOf(place), 1, 'mL']),
        ],
      );
    }
    if (wentBack) await graph.sql(`update fulfillment set status = 'RETURNED', closed_at = now() where id = $1`, [fulfillment]);
    else
      await graph.sql(
        `insert into lot_use (id, pharmacy_id, clinic_id, normalized_number, shipment_id, kind, quantity_value, quantity_unit, at)
       values (gen_random_uuid(), $1, $2, $3, $4, 'WASTED', $5, 'mL', now())`,
        [ids.pharmacy, clinics[at], `LOT-${base + (parts[0] ?? 0)}`, uuid(34, key * 10), USED.wasted],
      );
    if (late === null) continue;
    await graph.sql(
      `insert into incident (order_id, pharmacy_id, clinic_id, patient_id, id, kind, fulfillment_id, lot_id, reported_by, reported_at)
       values ($1, $2, $3, $4, $5, 'LATE_DISPENSE', $6, $7, 'x', now())`,
      [...whose, uuid(35, key), fulfillment, lotOf(late)],
    );
  }
}
