import { builder } from '../builder.ts';
import { waitingAt } from './claim-standing.ts';

builder.queryField('examQueue', (t) =>
  t.prismaConnection({
    type: 'GoodFaithExam',
    cursor: 'id',
    description: 'Walk-ins that wait at the clinics where the caller examines, longest waiting first.',
    authScopes: { may: 'exam:conduct' },
    resolve: (query, _root, _args, ctx) =>
      ctx.db.goodFaithExam.findMany({
        ...query,
        where: { ...waitingAt(ctx.now()), clinicId: { in: [...ctx.actor.places('exam:conduct')] } },
        orderBy: [{ requestedAt: 'asc' }, { id: 'asc' }],
      }),
  }),
);
