import { toId } from '#kernel/ids.ts';
import type { ExamRevocation as RevocationRow } from '#prisma/generated/prescriptions/client.ts';
import { builder } from '../../builder.ts';
import { Order } from '../../order/order.ts';
import { orderVisibleTo } from '../../order/visible-to.ts';
import { Practitioner, practitionerOf } from '../../references.ts';
import { GoodFaithExam } from '../exam.ts';
import { mayOpenChart } from '../visible-to.ts';
import { ExamSignature } from './exam-signature.ts';

/** Why an approval is taken back. */
export const revocationReasons = [
  'CONTRAINDICATION_FOUND',
  'HEALTH_CHANGED',
  'INFORMATION_WRONG',
  'AUTHORITY_LACKING',
  'BELOW_STANDARD',
  'PATIENT_REQUEST',
  'OTHER',
] as const;

/** The reason of the safety holds on orders that stand on a revoked exam. */
export const HELD_FOR_REVOCATION = 'EXAM_REVOKED';

/** The same, in the graph. */
export const ExamRevocationReason = builder.enumType('ExamRevocationReason', {
  description: 'Why an approval is taken back.',
  values: {
    CONTRAINDICATION_FOUND: { description: 'Something is known now that stands against the service.' },
    HEALTH_CHANGED: { description: 'The patient’s health is not what it was.' },
    INFORMATION_WRONG: { description: 'What the decision rested on was wrong or left out.' },
    AUTHORITY_LACKING: { description: 'The examiner may not have decided: a licence, an agreement or a protocol was wanting.' },
    BELOW_STANDARD: { description: 'The exam was not held as the standard of care asks.' },
    PATIENT_REQUEST: { description: 'The patient does not want to be treated on it.' },
    OTHER: { description: 'What the note says.' },
  } as const,
});

const RevokerPart = builder.enumType('ExamRevokerPart', {
  description: 'As what somebody takes an exam back.',
  values: {
    EXAMINER: { description: 'Whoever held it.' },
    MEDICAL_DIRECTOR: { description: 'A medical director of its clinic.' },
  } as const,
});

const chart = { may: 'chart:read' } as const;

const ExamRevocation = builder.prismaObject('ExamRevocation', {
  description: 'That an approval was taken back: from that moment on the exam covers nothing. It never changes.',
  authScopes: { may: 'exam:read' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('examRevocation', row.id), description: 'Id of the revocation.' }),
    reason: t.field({
      type: ExamRevocationReason,
      resolve: (row) => row.reason as (typeof revocationReasons)[number],
      description: 'Why.',
    }),
    revokedAt: t.expose('at', { type: 'DateTime', description: 'When.' }),
    part: t.field({ type: RevokerPart, resolve: (row) => row.part as 'EXAMINER', description: 'As what they took it back.' }),
    revokedBy: t.field({
      type: Practitioner,
      nullable: true,
      resolve: (row) => practitionerOf(row.revokerId),
      description: 'Who took it back.',
    }),
    note: t.string({
      nullable: true,
      authScopes: chart,
      resolve: (row, _args, ctx) => (mayOpenChart(ctx, row) ? row.note : null),
      description: 'What happened, in their words.',
    }),
    ordersHeld: t.field({
      type: [Order],
      description: 'The orders that stood on the exam and were not finished then: each is held, and its pharmacy is shown why.',
      resolve: (row, _args, ctx) =>
        ctx.db.order.findMany({
          where: { AND: [orderVisibleTo(ctx), { examId: row.examId, safetyHolds: { some: { reason: HELD_FOR_REVOCATION } } }] },
          orderBy: { id: 'asc' },
        }),
    }),
    signature: t.field({
      type: ExamSignature,
      nullable: true,
      authScopes: chart,
      resolve: (row, _args, ctx) => (mayOpenChart(ctx, row) ? ctx.db.examDocument.findFirst({ where: { id: row.documentId } }) : null),
      description: 'Their signature and the platform’s, over the revocation and the digest of the record.',
    }),
  }),
});

builder.objectField(GoodFaithExam, 'revocation', (t) =>
  t.field({
    type: ExamRevocation,
    nullable: true,
    authScopes: { may: 'exam:read' },
    description: 'Why and by whom it was taken back; null while it stands, and of one that was entered in error.',
    resolve: (exam, _args, ctx): Promise<RevocationRow | null> =>
      ctx.db.examRevocation.findFirst({ where: { examId: exam.id, clinicId: { in: [...ctx.actor.places('exam:read')] } } }),
  }),
);
