import { fromId } from '#kernel/ids.ts';
import { orderFields, orderSql } from './order.ts';
import type { BenchWorld, Workload } from './workload.ts';

/** A clinic's list of fifty drafts with the same of each. */
export function ordersWorkload(world: BenchWorld): Workload {
  return {
    name: 'orders',
    what: 'a list of 50 orders across four subgraphs',
    persona: 'prescriber',
    query: `query BenchOrders($clinicId: ID!) { orders(clinicId: $clinicId, status: [DRAFT], first: 50) { nodes { ${orderFields} } } }`,
    variables: { clinicId: world.clinicId },
    same(data) {
      const { orders } = data as { orders: { nodes: readonly unknown[] } | null };
      if (orders?.nodes.length !== 50) throw new Error(`Not fifty orders: ${JSON.stringify(data).slice(0, 500)}`);
      return orders;
    },
    sql: {
      text: `select json_build_object('orders', json_build_object('nodes', json_agg(${orderSql})))::text as data
        from (select * from prescriptions."order" where clinic_id = $1 and status = 'DRAFT' order by status_since, id limit 50) o`,
      values: [fromId('clinic', world.clinicId)],
    },
  };
}
