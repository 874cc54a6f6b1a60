import { toId } from '#kernel/ids.ts';
import type { ExamDirectorDecision as DecisionRow } from '#prisma/generated/prescriptions/client.ts';
import { builder } from '../../builder.ts';
import { Practitioner, practitionerOf } from '../../references.ts';
import { GoodFaithExam } from '../exam.ts';
import { mayOpenChart } from '../visible-to.ts';
import { ExamSignature } from './exam-signature.ts';

/** What a director decides of an exam that was deferred to them. */
export const DirectorOutcome = builder.enumType('DirectorOutcome', {
  description: 'What a medical director decides of an exam whose examiner deferred.',
  values: ['APPROVED', 'DECLINED'] as const,
});

const chart = { may: 'chart:read' } as const;

const DirectorDecision = builder.prismaObject('ExamDirectorDecision', {
  name: 'DirectorDecision',
  description: 'A medical director’s decision of an exam that its examiner deferred. It never changes.',
  authScopes: { may: 'exam:read' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('examDirectorDecision', row.id), description: 'Id of the decision.' }),
    outcome: t.field({ type: DirectorOutcome, resolve: (row) => row.outcome as 'APPROVED', description: 'The decision.' }),
    decidedAt: t.expose('decidedAt', { type: 'DateTime', description: 'When.' }),
    validUntil: t.expose('validUntil', {
      type: 'Date',
      nullable: true,
      description: 'Last day on which an approval may be relied upon, counted from the day of the exam.',
    }),
    director: t.field({
      type: Practitioner,
      nullable: true,
      resolve: (row) => practitionerOf(row.directorId),
      description: 'Who decided.',
    }),
    reason: t.string({
      nullable: true,
      authScopes: chart,
      resolve: (row, _args, ctx) => (mayOpenChart(ctx, row) ? row.reason : null),
      description: 'Why.',
    }),
    services: t.stringList({
      authScopes: chart,
      resolve: (row, _args, ctx) => (mayOpenChart(ctx, row) ? row.services : []),
      description: 'The services that are cleared.',
    }),
    signature: t.field({
      type: ExamSignature,
      nullable: true,
      authScopes: chart,
      resolve: (row, _args, ctx) => (mayOpenChart(ctx, row) ? ctx.db.examDocument.findFirst({ where: { id: row.documentId } }) : null),
      description: 'The director’s signature and the platform’s, over the decision and the digest of the record.',
    }),
  }),
});

builder.objectField(GoodFaithExam, 'directorDecision', (t) =>
  t.field({
    type: DirectorDecision,
    nullable: true,
    authScopes: { may: 'exam:read' },
    description: 'What a medical director decided, of an exam with the outcome DEFERRED; null while nobody has.',
    resolve: (exam, _args, ctx): Promise<DecisionRow | null> =>
      ctx.db.examDirectorDecision.findFirst({ where: { examId: exam.id, clinicId: { in: [...ctx.actor.places('exam:read')] } } }),
  }),
);
