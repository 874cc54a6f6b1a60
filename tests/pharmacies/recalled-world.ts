import type { SupplyGraph } from './supply-graph.ts';
import { ids, public_, uuid } from './supply-world.ts';

/** An order that was filled from a lot: what a recall of the lot must find. */
export interface Filled {
  readonly order: number;
  readonly patient: number;
  readonly clinic: 1 | 2;
  readonly lot: number;
}

/** The stored id of a lot of these tests. */
export const lotId = (n: number) => uuid(20, n);

/** Writes the lot as released, once. */
export async function giveLot(graph: Pick<SupplyGraph, 'sql'>, n: number): Promise<void> {
  await graph.sql(
    `insert into lot (id, pharmacy_id, formulary_item_id, number, normalized_number, compounded_at, beyond_use_date, storage, status)
     values ($1, $2, $3, $4, $4, now(), '2027-01-01', 'REFRIGERATED', 'RELEASED') on conflict do nothing`,
    [lotId(n), ids.pharmacy, ids.item, `LOT-${n}`],
  );
}

/** Writes that one went into the other: a supplier's lot of an ingredient into a lot. */
export async function giveComponent(
  graph: Pick<SupplyGraph, 'sql'>,
  n: number,
  { number, supplier, unii }: { number: string; supplier: string; unii: string | null },
): Promise<void> {
  await graph.sql(
    `insert into lot_component (id, pharmacy_id, lot_id, position, name, unii, supplier, number, normalized_number, expires_on, amount_value, amount_unit)
     select gen_random_uuid(), $1, $2, count(*) + 1, 'Semaglutide', $3, $4, $5, $5, '2027-06-30', 1, 'g' from lot_component where lot_id = $2`,
    [ids.pharmacy, lotId(n), unii, supplier, number],
  );
}

/** Writes an order as dispensed from its lot, of which there is one millilitre each. */
export async function giveFilled(graph: Pick<SupplyGraph, 'sql'>, { order, patient, clinic, lot: n }: Filled): Promise<void> {
  await giveLot(graph, n);
  const fulfillment = uuid(21, order);
  const clinicId = clinic === 1 ? ids.clinic : ids.otherClinic;
  await graph.sql(
    `insert into fulfillment (id, order_id, attempt, pharmacy_id, clinic_id, patient_id, prescriber_id, formulary_item_id, ship_to_state, signed_at, document_digest, status, received_at, dispensed_at, lot_id)
     values ($1, $2, 1, $3, $4, $5, $6, $7, 'TX', now(), 'x', 'DISPENSED', now(), now(), $8)`,
    [fulfillment, uuid(22, order), ids.pharmacy, clinicId, uuid(9, patient), ids.prescriber, ids.item, lotId(n)],
  );
  await graph.sql(
    `insert into dispense (id, fulfillment_id, order_id, pharmacy_id, clinic_id, patient_id, lot_id, quantity_value, quantity_unit, beyond_use_date, dispensed_by, dispensed_at)
     values ($1, $2, $3, $4, $5, $6, $7, 1, 'mL', '2027-01-01', 'x', now())`,
    [uuid(23, order), fulfillment, uuid(22, order), ids.pharmacy, clinicId, uuid(9, patient), lotId(n)],
  );
}

/** What starts a recall of the named lots. */
export const start = (lotNumbers: readonly string[], over: Record<string, unknown> = {}) => ({
  input: { pharmacyId: public_.pharmacy, lotNumbers, class: 'II', reason: 'Sub-potent assay result', ...over },
});

/** The contract's recall, with what bad input answers. */
export const START = `mutation StartRecall($input: StartRecallInput!) {
  startRecall(input: $input) {
    __typename
    ... on Recall { id status class lots { number } affected { orders clinics patients } }
    ... on Refusal { code message }
    ... on InvalidInput { issues { path message } }
  }
}`;
