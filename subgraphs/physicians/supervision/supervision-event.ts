import { toId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';

/** How the two sides of an agreement were in touch. */
export const SupervisionKind = builder.enumType('SupervisionKind', {
  description: 'How the two sides of an agreement were in touch.',
  values: {
    MEETING: { description: 'They met, in person or by video.' },
    SITE_VISIT: { description: 'The physician came to the site.' },
    CONSULT: { description: 'One asked the other about a question of practice.' },
  },
});

/** One entry of the log. It says that, when and how long, and nothing of what was spoken about. */
export const SupervisionEvent = builder.prismaObject('SupervisionEvent', {
  description: 'That the two sides of an agreement met, or one asked the other. Never changed once recorded.',
  authScopes: { may: ['credential:read', 'agreement:sign'] },
  fields: (t) => ({
    id: t.id({ resolve: (event) => toId('supervisionEvent', event.id), description: 'The entry’s id.' }),
    kind: t.field({
      type: SupervisionKind,
      resolve: (event) => event.kind as typeof SupervisionKind.$inferType,
      description: 'How.',
    }),
    heldOn: t.expose('heldOn', { type: 'Date', description: 'The day.' }),
    minutes: t.exposeInt('minutes', { description: 'How long, in minutes.' }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When it was recorded.' }),
    agreement: t.relation('agreement', { description: 'Under which agreement.' }),
  }),
});
