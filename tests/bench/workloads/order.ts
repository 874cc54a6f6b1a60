import { fromId } from '#kernel/ids.ts';
import type { BenchWorld, Workload } from './workload.ts';

/** What is read of an order, in each of the four subgraphs. */
export const orderFields = 'status service clinic { name } prescriber { displayName npi } pharmacy { name } fulfillment { status }';

/** The same by hand, for rows of `"order" o`. */
export const orderSql = `json_build_object('status', o.status, 'service', o.service,
  'clinic', (select json_build_object('name', c.name) from clinics.clinic c where c.id = o.clinic_id),
  'prescriber', (select json_build_object('displayName', p.display_name, 'npi', p.npi) from physicians.practitioner p where p.id = o.prescriber_id),
  'pharmacy', (select json_build_object('name', f.name) from pharmacies.pharmacy f where f.id = o.pharmacy_id),
  'fulfillment', (select json_build_object('status', f.status) from pharmacies.fulfillment f where f.order_id = o.id order by f.attempt desc limit 1))`;

/** One order with its clinic, prescriber, pharmacy and fulfillment. */
export function orderWorkload(world: BenchWorld): Workload {
  return {
    name: 'order',
    what: 'an order by id across four subgraphs',
    persona: 'prescriber',
    query: `query BenchOrder($id: ID!) { order(id: $id) { ${orderFields} } }`,
    variables: { id: world.orderId },
    same(data) {
      const { order } = data as { order: { fulfillment: unknown } | null };
      if (!order?.fulfillment) throw new Error(`No order: ${JSON.stringify(data)}`);
      return order;
    },
    sql: {
      text: `select json_build_object('order', ${orderSql})::text as data from prescriptions."order" o where o.id = $1`,
      values: [fromId('order', world.orderId)],
    },
  };
}
