import { modalities } from '#kernel/shared-types.ts';
import { builder, graph } from '../builder.ts';

type Modality = (typeof modalities)[number];

/** Stored ways of examining, as far as the graph has a word for them: a check keeps others out of the table. */
export function modalitiesOf(stored: readonly string[]): Modality[] {
  return modalities.filter((modality) => stored.includes(modality));
}

/** A service at one clinic. */
export const ServiceOffering = builder.prismaObject('ServiceOffering', {
  description: 'A service that a clinic offers.',
  authScopes: { may: ['clinic:read', 'clinic-facts:read'] },
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Code of the service, for example weight-loss.' }),
    name: t.exposeString('name', { description: 'What the clinic calls it.' }),
    requiresExam: t.exposeBoolean('requiresExam', { description: 'Whether a good-faith exam comes first.' }),
    modalities: t.field({
      type: [graph.Modality],
      resolve: (service) => modalitiesOf(service.modalities),
      description: 'How the exam may be held here.',
    }),
  }),
});
