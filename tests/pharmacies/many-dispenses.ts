import type { SupplyGraph } from './supply-graph.ts';
import { ids } from './supply-world.ts';

/** How much one pharmacy has made and handed out. */
export interface Volume {
  readonly dispenses: number;
  readonly lots: number;
  readonly clinics: number;
  /** One in how many came too late, and is an incident as well. */
  readonly late: number;
  /** One in how many parcels was lost and sent again, from the next lot. */
  readonly lost: number;
}

/** The number of the nth of these lots. */
export const manyLot = (n: number) => `MANY-${n}`;

// Numbers as ids: kind in the fourth group, which one in the last.
const id = (kind: string, n: string) => `('01900000-0000-7000-${kind}-' || lpad(to_hex(${n}), 12, '0'))::uuid`;

/**
 * Fills the database as years of work would, every constraint and trigger held: the dispenses of a lot lie far apart in the
 * table, since lots are used side by side.
 */
export async function giveManyDispenses(graph: Pick<SupplyGraph, 'sql'>, { dispenses, lots, clinics, late, lost }: Volume): Promise<void> {
  const [lot, fulfillment, order] = [id('8a01', `n % ${lots} + 1`), id('8a02', 'n'), id('8a03', 'n')];
  // Neighbouring numbers go to clinics and patients that have nothing to do with the lot.
  const who = `${id('8a04', `(n::bigint * 7919 / ${lots}) % ${clinics} + 1`)}, ${id('8a05', `(n::bigint * 104729) % ${Math.ceil(dispenses / 3)} + 1`)}`;
  const pharmacy = `'${ids.pharmacy}'::uuid`;
  const all = `from generate_series(1, ${dispenses}) n`;
  await graph.sql(
    `insert into lot (id, pharmacy_id, formulary_item_id, number, normalized_number, compounded_at, beyond_use_date, storage, status)
     select ${id('8a01', 'n')}, ${pharmacy}, '${ids.item}', 'MANY-' || n, 'MANY-' || n, now(), '2027-01-01', 'REFRIGERATED', 'RELEASED'
     from generate_series(1, ${lots}) n`,
  );
  await graph.sql(
    `insert into fulfillment (id, order_id, attempt, pharmacy_id, clinic_id, patient_id, prescriber_id, formulary_item_id, ship_to_state, signed_at, document_digest, status, received_at, dispensed_at, lot_id)
     select ${fulfillment}, ${order}, 1, ${pharmacy}, ${who}, '${ids.prescriber}', '${ids.item}', 'TX', now(), 'x', 'DISPENSED', now(), now(), ${lot} ${all}`,
  );
  await graph.sql(
    `insert into dispense (id, fulfillment_id, order_id, pharmacy_id, clinic_id, patient_id, lot_id, quantity_value, quantity_unit, beyond_use_date, dispensed_by, dispensed_at)
     select ${id('8a06', 'n')}, ${fulfillment}, ${order}, ${pharmacy}, ${who}, ${lot}, 1, 'mL', '2027-01-01', 'x', now() ${all}`,
  );
  await graph.sql(
    `insert into incident (id, kind, fulfillment_id, order_id, pharmacy_id, clinic_id, patient_id, lot_id, reported_by, reported_at)
     select ${id('8a07', 'n')}, 'LATE_DISPENSE', ${fulfillment}, ${order}, ${pharmacy}, ${who}, ${lot}, 'x', now() ${all} where n % ${late} = 0`,
  );
  const parcel = (kind: string, number: number, lotId: string, status: string) =>
    `insert into shipment (id, fulfillment_id, parcel, order_id, pharmacy_id, clinic_id, patient_id, carrier, tracking_number, cold_chain, ship_to_state, shipped_by, shipped_at, status, ended_at, lot_id, quantity_value, quantity_unit)
     select ${id(kind, 'n')}, ${fulfillment}, ${number}, ${order}, ${pharmacy}, ${who}, 'UPS', 'T' || n, true, 'TX', 'x', now(), ${status}, ${lotId} ${all} where n % ${lost} = 0`;
  await graph.sql(parcel('8a08', 1, 'null, null, null', `'LOST', now()`));
  await graph.sql(parcel('8a09', 2, `${id('8a01', `(n + 1) % ${lots} + 1`)}, 1, 'mL'`, `'IN_TRANSIT', null`));
  // As autovacuum leaves tables: what a planner knows of them, and which pages an index alone answers for.
  for (const table of ['lot', 'fulfillment', 'dispense', 'incident', 'shipment']) await graph.sql(`vacuum (analyze) ${table}`);
}
