import { toId } from '#kernel/ids.ts';
import { builder, graph } from './builder.ts';

/** Reached from a clinic or an attestation that the caller already sees. */
export const ProfessionalEntity = builder.prismaObject('ProfessionalEntity', {
  description: 'The professional entity (PC, PLLC) that practises at its clinics, owns their charts and attests rules.',
  authScopes: { may: 'clinic:read' },
  fields: (t) => ({
    id: t.id({ resolve: (entity) => toId('entity', entity.id), description: 'Id of the entity.' }),
    name: t.exposeString('name', { description: 'Registered name.' }),
    kind: t.exposeString('kind', { description: 'PC, PLLC, PA or LLC.' }),
    state: t.field({ type: graph.UsState, resolve: (entity) => entity.state, description: 'Where it is registered.' }),
  }),
});
