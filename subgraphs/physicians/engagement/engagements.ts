import { fromId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { Engagement, visibleTo } from './engagement.ts';

builder.queryField('engagements', (t) =>
  t.prismaConnection({
    type: Engagement,
    cursor: 'id',
    nullable: true,
    description: 'The engagements the caller may see: those of their clinics, proposals among them, and their own anywhere. Newest first.',
    authScopes: { may: ['engagement:read', 'engagement:answer'] },
    args: { clinicId: t.arg.id({ description: 'Of this clinic alone.' }) },
    resolve: (query, _root, { clinicId }, ctx) => {
      const named = clinicId == null ? {} : { clinicId: fromId('clinic', clinicId) };
      return ctx.db.engagement.findMany({ ...query, where: { AND: [named, visibleTo(ctx)] }, orderBy: { id: 'desc' } });
    },
  }),
);
