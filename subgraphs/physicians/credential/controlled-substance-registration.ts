import { toId } from '#kernel/ids.ts';
import { builder, graph } from '../builder.ts';
import { DeaStatus, shownDeaStatus } from './dea-registration.ts';

/** A state's registration is read like the DEA's: the same statuses, and it lapses in the same way. */
export const ControlledSubstanceRegistration = builder.prismaObject('ControlledSubstanceRegistration', {
  description: 'A state’s own registration for controlled substances, beside the DEA’s.',
  authScopes: { may: 'credential:read' },
  fields: (t) => ({
    id: t.id({
      resolve: (registration) => toId('controlledSubstanceRegistration', registration.id),
      description: 'The registration’s id.',
    }),
    number: t.exposeString('number', { description: 'Its number at the state.' }),
    state: t.field({ type: graph.UsState, resolve: (registration) => registration.state, description: 'The state that gave it.' }),
    schedules: t.exposeStringList('schedules', { description: 'The schedules it covers: II, IIN, III, IIIN, IV, V.' }),
    status: t.field({
      type: DeaStatus,
      resolve: (registration, _args, ctx) => shownDeaStatus(registration, ctx.now()),
      description: 'What it counts as today.',
    }),
    expiresOn: t.expose('expiresOn', { type: 'Date', description: 'The last day it is good.' }),
  }),
});
