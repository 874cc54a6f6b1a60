import { tryId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { Engagement, visibleTo } from './engagement.ts';

interface MsoReference {
  readonly id: string;
  /** Which clinics an MSO manages is known to the subgraph that owns it, and comes with the reference. */
  readonly clinicIds?: readonly string[];
}

/** An MSO, to which this subgraph adds who oversees its locations. */
export const Mso = builder.objectRef<MsoReference>('Mso').implement({
  description: 'A management services organisation.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: ['mso:read', 'engagement:read'] },
  extensions: { apollo: { subgraph: { resolveReference: (reference: MsoReference) => reference } } },
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The MSO’s id.' }),
    clinicIds: t.field({
      type: ['ID'],
      directives: { external: {} },
      resolve: (mso) => [...(mso.clinicIds ?? [])],
      description: 'The clinics it manages.',
    }),
    engagements: t.prismaConnection({
      type: Engagement,
      cursor: 'id',
      nullable: true,
      directives: { requires: { fields: 'clinicIds' } },
      authScopes: { may: 'engagement:read' },
      description: 'Who oversees its locations, newest engagement first.',
      resolve: (query, mso, _args, ctx) => {
        const clinicIds = (mso.clinicIds ?? []).flatMap((id) => tryId('clinic', id) ?? []);
        return ctx.db.engagement.findMany({
          ...query,
          where: { AND: [{ clinicId: { in: clinicIds } }, visibleTo(ctx)] },
          orderBy: { id: 'desc' },
        });
      },
    }),
  }),
});
