import { toId, tryId } from '#kernel/ids.ts';
import { builder, graph, type Context } from '../builder.ts';
import { statusOn } from '../lapse.ts';
import { credentialsSeenBy } from './keeper.ts';

/** Whether a registration may be prescribed under. */
export const DeaStatus = builder.enumType('DeaStatus', {
  description: 'What a DEA registration counts as today.',
  values: {
    ACTIVE: { description: 'Good.' },
    SUSPENDED: { description: 'Whoever gave it has acted against it.' },
    SURRENDERED: { description: 'Given back by its holder.' },
    REVOKED: { description: 'Revoked by the DEA.' },
    UNVERIFIED: { description: 'Never confirmed where it was given, or no longer.' },
    EXPIRED: { description: 'Its last day is over.' },
  },
});

/** The status to show: a registration past its last day is EXPIRED, whatever the row says. */
export function shownDeaStatus(
  registration: { readonly status: string; readonly expiresOn: Date },
  now: Date,
): typeof DeaStatus.$inferType {
  const record = { status: registration.status, lastDay: registration.expiresOn };
  return statusOn(record, { good: ['ACTIVE', 'UNVERIFIED'], ended: 'EXPIRED' }, now) as typeof DeaStatus.$inferType;
}

/** A DEA registration. Its number is sensitive, so the whole record is for those who manage credentials. */
export const DeaRegistration = builder.prismaObject('DeaRegistration', {
  description: 'Leave to prescribe controlled substances in one state.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: 'credential:read' },
  extensions: {
    apollo: {
      subgraph: {
        resolveReference: async ({ id }: { id: string }, ctx: Context) => {
          const uuid = tryId('deaRegistration', id);
          return uuid === null ? null : ctx.load('deaRegistration', uuid, { practitioner: await credentialsSeenBy(ctx) });
        },
      },
    },
  },
  fields: (t) => ({
    id: t.id({ resolve: (registration) => toId('deaRegistration', registration.id), description: 'The registration’s id.' }),
    number: t.exposeString('number', { description: 'The DEA number.' }),
    state: t.field({ type: graph.UsState, resolve: (registration) => registration.state, description: 'The state it is good in.' }),
    schedules: t.exposeStringList('schedules', { description: 'The schedules it covers: II, IIN, III, IIIN, IV, V.' }),
    status: t.field({
      type: DeaStatus,
      resolve: (registration, _args, ctx) => shownDeaStatus(registration, ctx.now()),
      description: 'What it counts as today.',
    }),
    expiresOn: t.expose('expiresOn', { type: 'Date', description: 'The last day it is good.' }),
    practitioner: t.relation('practitioner', { description: 'Who holds it.' }),
  }),
});
