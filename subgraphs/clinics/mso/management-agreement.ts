import type { ManagementAgreement as ManagementAgreementRow } from '#prisma/generated/clinics/client.ts';
import { toId, tryId } from '#kernel/ids.ts';
import { builder, type Ctx } from '../builder.ts';
import type { Reference } from '../references.ts';

/** Agreements that run on that day, their last day included. */
export function inForceOn(day: Date) {
  return { startsOn: { lte: day }, OR: [{ endsOn: null }, { endsOn: { gte: day } }] };
}

/** What puts an entity's clinics under an MSO. */
export const ManagementAgreement = builder.prismaObject('ManagementAgreement', {
  description: 'The agreement by which a management organisation manages an entity and its clinics.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: 'mso:read' },
  extensions: {
    apollo: {
      subgraph: {
        resolveReference: (reference: Reference, ctx: Ctx): Promise<ManagementAgreementRow | null> | null => {
          const id = tryId('agreement', reference.id);
          return id === null
            ? null
            : ctx.load<ManagementAgreementRow>('managementAgreement', id, { msoId: { in: [...ctx.actor.places('mso:read')] } });
        },
      },
    },
  },
  fields: (t) => ({
    id: t.id({ resolve: (agreement) => toId('agreement', agreement.id), description: 'Id of the agreement.' }),
    mso: t.relation('mso', { description: 'The management organisation.' }),
    entity: t.relation('entity', { description: 'The entity whose clinics it manages.' }),
    startsOn: t.field({ type: 'Date', resolve: (agreement) => agreement.startsOn, description: 'First day.' }),
    endsOn: t.field({ type: 'Date', nullable: true, resolve: (agreement) => agreement.endsOn, description: 'Last day; null without end.' }),
  }),
});
