import { toId } from '#kernel/ids.ts';
import { builder, graph } from '../builder.ts';
import { Order } from '../order/order.ts';
import { PdmpDecision, PdmpMatch, PdmpOutcome } from './controlled-kinds.ts';

/** A query of a monitoring program for one order. */
export const PdmpCheck = builder.prismaObject('PdmpCheck', {
  description:
    'A query of a state’s prescription monitoring program before an order was signed: that it was made and what was decided. The report itself stays with the program.',
  authScopes: { may: 'chart:read' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('pdmpCheck', row.id), description: 'Id of the record.' }),
    state: t.field({ type: graph.UsState, resolve: (row) => row.state, description: 'The state whose program was queried.' }),
    checkedAt: t.expose('checkedAt', { type: 'DateTime', description: 'When it was queried; good for 24 hours from then.' }),
    outcome: t.field({ type: PdmpOutcome, resolve: (row) => row.outcome as 'FAILED', description: 'What came of it.' }),
    patientMatch: t.field({ type: PdmpMatch, resolve: (row) => row.patientMatch as 'NONE', description: 'Whether it is the patient’s.' }),
    resultReference: t.exposeString('resultReference', {
      nullable: true,
      description: 'The program’s reference of its answer; null when none came.',
    }),
    decision: t.field({ type: PdmpDecision, resolve: (row) => row.decision as 'WITHHOLD', description: 'What was decided.' }),
    outageReason: t.exposeString('outageReason', { nullable: true, description: 'Why it may go on although the program did not answer.' }),
    recordedBy: t.exposeString('recordedBy', { description: 'Subject of whoever recorded it.' }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When it was recorded.' }),
  }),
});

builder.objectField(Order, 'pdmpChecks', (t) =>
  t.field({
    type: [PdmpCheck],
    nullable: true,
    authScopes: { may: 'chart:read' },
    description: 'Queries of monitoring programs recorded for it, the latest first. At most 100.',
    resolve: (order, _args, ctx) =>
      ctx.db.pdmpCheck.findMany({
        where: { orderId: order.id, clinicId: { in: [...ctx.actor.places('chart:read')] } },
        orderBy: [{ checkedAt: 'desc' }, { id: 'desc' }],
        take: 100,
      }),
  }),
);
