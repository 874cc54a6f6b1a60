import { toId } from '#kernel/ids.ts';
import { builder } from '../../builder.ts';
import { GoodFaithExam } from '../exam.ts';
import { ExamSignature } from './exam-signature.ts';

/** Something that was added to a completed exam. */
export const ExamAddendum = builder.prismaObject('ExamAddendum', {
  description: 'Something a clinician added to a completed exam. Neither it nor the exam’s record ever changes.',
  authScopes: { may: 'chart:read' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('examAddendum', row.id), description: 'Id of the addendum.' }),
    position: t.exposeInt('position', { description: 'Its place among the exam’s addenda, from 1.' }),
    text: t.exposeString('text', { description: 'What was added, in the author’s words.' }),
    exam: t.relation('exam', { description: 'The exam it was added to.' }),
    signature: t.field({
      type: ExamSignature,
      select: { document: true },
      resolve: ({ document }) => document,
      description:
        'The author’s signature and the platform’s, over the text, the digest of the exam’s record and that of the addendum before.',
    }),
  }),
});

builder.objectField(GoodFaithExam, 'addenda', (t) =>
  t.field({
    type: [ExamAddendum],
    nullable: true,
    authScopes: { may: 'chart:read' },
    description: 'What was added after it was completed, oldest first.',
    resolve: (exam, _args, ctx) =>
      ctx.db.examAddendum.findMany({
        where: { examId: exam.id, clinicId: { in: [...ctx.actor.places('chart:read')] } },
        orderBy: { position: 'asc' },
      }),
  }),
);
