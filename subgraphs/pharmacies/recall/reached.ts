import { PHARMACY_CLOSED } from '../fulfillment/return-from-closed.ts';

/** Whom the lots of a recall reached, as one part of SQL that every count and list is made of. */

/**
 * What of dispenses `d` left the pharmacy or may have: one that its pharmacy gave back before it was shipped is still there. Of what the closing of a
 * pharmacy returned nobody there said where it is, so it counts as reached, and so does a fulfillment that cannot be seen.
 */
export const mayHaveLeft = `not exists (
  select from fulfillment f where f.id = d.fulfillment_id and f.status = 'RETURNED' and f.reason is distinct from '${PHARMACY_CLOSED}')`;

/**
 * Every order filled from the lots of recall $1: dispenses, and incidents, since a dispense that was refused as too late
 * still left the pharmacy, and parcels that replaced another. Row-level security shows a clinic its own part of it. Lot by lot (`offset 0`): a
 * planner that knows nothing yet of a recall so young would leaf through a whole table, or fetch workers for a hundred rows.
 */
export const reached = `
  select d.order_id, d.clinic_id, d.patient_id, d.pharmacy_id, d.lot_id from recall_lot r
    cross join lateral (select * from dispense d where lot_id = r.lot_id and ${mayHaveLeft} offset 0) d where r.recall_id = $1::uuid
  union all
  select i.order_id, i.clinic_id, i.patient_id, i.pharmacy_id, i.lot_id from recall_lot r
    cross join lateral (select * from incident where lot_id = r.lot_id offset 0) i where r.recall_id = $1::uuid
  union all
  select s.order_id, s.clinic_id, s.patient_id, s.pharmacy_id, s.lot_id from recall_lot r
    cross join lateral (select * from shipment where lot_id = r.lot_id offset 0) s where r.recall_id = $1::uuid`;

/** A try that leaves nothing more to do for a patient: told, or nothing left, or known to be out of reach. */
export const settlingOutcomes = ['REACHED', 'RETURNED', 'USED', 'UNREACHABLE'] as const;
