import { toId } from '#kernel/ids.ts';
import { builder, graph } from '../builder.ts';
import { statusOn } from '../lapse.ts';

/** Whether an agreement carries anything. */
export const AgreementStatus = builder.enumType('AgreementStatus', {
  description: 'What a collaborative agreement counts as today.',
  values: {
    DRAFT: { description: 'Not signed by both.' },
    ACTIVE: { description: 'In force.' },
    SUSPENDED: { description: 'Out of force for now.' },
    TERMINATED: { description: 'Ended early.' },
    EXPIRED: { description: 'Its last day is over.' },
  },
});

/** The status to show: an agreement past its last day is EXPIRED, whatever the row says. */
export function shownAgreementStatus(
  agreement: { readonly status: string; readonly endsOn: Date | null },
  now: Date,
): typeof AgreementStatus.$inferType {
  const record = { status: agreement.status, lastDay: agreement.endsOn };
  return statusOn(record, { good: ['ACTIVE', 'SUSPENDED'], ended: 'EXPIRED' }, now) as typeof AgreementStatus.$inferType;
}

/** An agreement binds two people in one state; another state needs another. */
export const CollaborativeAgreement = builder.prismaObject('CollaborativeAgreement', {
  description: 'The agreement under which a nurse practitioner or physician assistant works with a physician in one state.',
  authScopes: { may: 'credential:read' },
  fields: (t) => ({
    id: t.id({ resolve: (agreement) => toId('collaborativeAgreement', agreement.id), description: 'The agreement’s id.' }),
    state: t.field({ type: graph.UsState, resolve: (agreement) => agreement.state, description: 'The state it is for.' }),
    status: t.field({
      type: AgreementStatus,
      resolve: (agreement, _args, ctx) => shownAgreementStatus(agreement, ctx.now()),
      description: 'What it counts as today.',
    }),
    startsOn: t.expose('startsOn', { type: 'Date', description: 'The first day.' }),
    endsOn: t.expose('endsOn', { type: 'Date', nullable: true, description: 'The last day; empty for an agreement without end.' }),
    supervisor: t.relation('supervisor', { description: 'The collaborating or supervising physician.' }),
    supervisee: t.relation('supervisee', { description: 'The nurse practitioner or physician assistant.' }),
  }),
});
