import { toId } from '#kernel/ids.ts';
import { builder } from '../../builder.ts';
import { Order } from '../../order/order.ts';
import { orderVisibleTo } from '../../order/visible-to.ts';
import { GoodFaithExam } from '../exam.ts';
import { ExamSignature } from './exam-signature.ts';

/** Why an exam should never have been in the record. */
export const errorReasons = ['WRONG_PATIENT', 'WRONG_SERVICE', 'DUPLICATE', 'NOT_HELD', 'OTHER'] as const;

/** Why an exam was taken back, as its row and the holds on its orders say. */
export const ENTERED_IN_ERROR = 'ENTERED_IN_ERROR';

/** The reason of the safety holds on orders that stand on such an exam. */
export const HELD_FOR_ERROR = 'EXAM_ENTERED_IN_ERROR';

/** The same, in the graph. */
export const ExamErrorReason = builder.enumType('ExamErrorReason', {
  description:
    'Why an exam was entered in error: it is another patient’s, it is for another service, it stands in the record twice, or it was never held.',
  values: errorReasons,
});

const ExamErrorStatus = builder.enumType('ExamErrorStatus', {
  description: 'Where a mark stands: it waits for a second person, who confirms or rejects it.',
  values: ['OPEN', 'CONFIRMED', 'REJECTED'] as const,
});

/** A mark that a completed exam was entered in error. */
export const ExamErrorReport = builder.prismaObject('ExamErrorReport', {
  description:
    'A clinician’s word that a completed exam was entered in error. While it is open no order is signed on the exam; confirmed by a second person, the exam never counts again.',
  authScopes: { may: 'chart:read' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('examErrorReport', row.id), description: 'Id of the mark.' }),
    reason: t.field({ type: ExamErrorReason, resolve: (row) => row.reason as (typeof errorReasons)[number], description: 'Why.' }),
    note: t.exposeString('note', { description: 'What happened, in the reporter’s words.' }),
    status: t.field({
      type: ExamErrorStatus,
      select: { answer: true },
      resolve: ({ answer }) => (answer === null ? 'OPEN' : (answer.outcome as 'CONFIRMED')),
      description: 'Where it stands.',
    }),
    answerNote: t.string({
      nullable: true,
      select: { answer: true },
      resolve: ({ answer }) => answer?.note ?? null,
      description: 'What the second person wrote; null while it is open.',
    }),
    exam: t.relation('exam', { description: 'The exam.' }),
    ordersHeld: t.field({
      type: [Order],
      description:
        'The orders that stood on the exam and were not finished when it was confirmed: each is held, and its pharmacy is shown why.',
      resolve: (row, _args, ctx) =>
        ctx.db.order.findMany({
          where: { AND: [orderVisibleTo(ctx), { examId: row.examId, safetyHolds: { some: { reason: HELD_FOR_ERROR } } }] },
          orderBy: { id: 'asc' },
        }),
    }),
    signature: t.field({
      type: ExamSignature,
      select: { document: true },
      resolve: ({ document }) => document,
      description: 'The reporter’s signature and the platform’s.',
    }),
    answerSignature: t.field({
      type: ExamSignature,
      nullable: true,
      select: { answer: { include: { document: true } } },
      resolve: ({ answer }) => answer?.document ?? null,
      description: 'The second person’s signature and the platform’s; null while it is open.',
    }),
  }),
});

builder.objectFields(GoodFaithExam, (t) => ({
  errorReports: t.field({
    type: [ExamErrorReport],
    nullable: true,
    authScopes: { may: 'chart:read' },
    description: 'Marks that it was entered in error, oldest first.',
    resolve: (exam, _args, ctx) =>
      ctx.db.examErrorReport.findMany({
        where: { examId: exam.id, clinicId: { in: [...ctx.actor.places('chart:read')] } },
        orderBy: { id: 'asc' },
      }),
  }),
  revokedReason: t.exposeString('revokedReason', {
    nullable: true,
    description: 'Why it was taken back, as a code: ENTERED_IN_ERROR, or the reason of its revocation. Null while it stands.',
  }),
}));
