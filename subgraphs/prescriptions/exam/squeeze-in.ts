import { builder } from '../builder.ts';
import { SlotObstacleEnum } from '../slot/obstacles.ts';
import { GoodFaithExam } from './exam.ts';
import { mayOpenChart } from './visible-to.ts';

const ExamSqueezeIn = builder.prismaObject('ExamSqueezeIn', {
  description: 'That an exam was put where no slot was. Licence, consent, panel and rules were asked as of every booking.',
  authScopes: { may: 'exam:read' },
  fields: (t) => ({
    overrode: t.field({
      type: [SlotObstacleEnum],
      resolve: ({ overrode }) => overrode as 'OUTSIDE_HOURS'[],
      description: 'What stood against it as a slot.',
    }),
    reason: t.string({
      nullable: true,
      authScopes: { may: 'chart:read' },
      resolve: (row, _args, ctx) => (mayOpenChart(ctx, row) ? row.reason : null),
      description: 'Why, in the words of whoever did it.',
    }),
    squeezedAt: t.expose('squeezedAt', { type: 'DateTime', description: 'When it was done.' }),
    squeezedBy: t.exposeString('squeezedBy', { description: 'By whom: the subject of their token.' }),
  }),
});

builder.objectField(GoodFaithExam, 'squeezeIn', (t) =>
  t.field({
    type: ExamSqueezeIn,
    nullable: true,
    authScopes: { may: 'exam:read' },
    resolve: ({ holdId }, _args, ctx) => (holdId === null ? null : ctx.db.examSqueezeIn.findUnique({ where: { holdId } })),
    description: 'How it came to its time, where no slot was; none for one that was booked, or moved since.',
  }),
);
