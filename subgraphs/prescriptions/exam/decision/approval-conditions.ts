import type { ExamConditionMet, GoodFaithExam as ExamRow } from '#prisma/generated/prescriptions/client.ts';
import { builder } from '../../builder.ts';
import { Practitioner, practitionerOf } from '../../references.ts';
import { GoodFaithExam } from '../exam.ts';
import { mayOpenChart } from '../visible-to.ts';
import { type Condition, conditionsOf, ExamConditionKind } from './exam-condition.ts';
import { ExamSignature } from './exam-signature.ts';

/** A condition with whoever said that it is met. */
interface Standing extends Condition {
  readonly clinicId: string;
  readonly met: ExamConditionMet | null;
}

const chart = { may: 'chart:read' } as const;

const ExamCondition = builder.objectRef<Standing>('ExamCondition').implement({
  description: 'Something an approval depends on. Once each is met, the exam counts as approved.',
  authScopes: { may: 'exam:read' },
  fields: (t) => ({
    position: t.exposeInt('position', { description: 'Its place among the conditions of its exam, from 1.' }),
    kind: t.field({ type: ExamConditionKind, resolve: ({ kind }) => kind, description: 'What kind of thing.' }),
    text: t.string({
      nullable: true,
      authScopes: chart,
      resolve: (condition, _args, ctx) => (mayOpenChart(ctx, condition) ? condition.text : null),
      description: 'What exactly must be so.',
    }),
    metAt: t.field({
      type: 'DateTime',
      nullable: true,
      resolve: ({ met }) => met?.at ?? null,
      description: 'When somebody said that it is met; null while it is open.',
    }),
    metBy: t.field({
      type: Practitioner,
      nullable: true,
      resolve: ({ met }) => practitionerOf(met?.metBy ?? null),
      description: 'Who said so.',
    }),
    statement: t.string({
      nullable: true,
      authScopes: chart,
      resolve: ({ met, clinicId }, _args, ctx) => (mayOpenChart(ctx, { clinicId }) ? (met?.statement ?? null) : null),
      description: 'How it was met, in their words.',
    }),
    evidenceDigest: t.string({
      nullable: true,
      authScopes: chart,
      resolve: ({ met, clinicId }, _args, ctx) => (mayOpenChart(ctx, { clinicId }) ? (met?.evidenceDigest ?? null) : null),
      description: 'SHA-256 of what proves it, hex. Where that lies is for whoever keeps it.',
    }),
    signature: t.field({
      type: ExamSignature,
      nullable: true,
      authScopes: chart,
      resolve: ({ met, clinicId }, _args, ctx) =>
        met !== null && mayOpenChart(ctx, { clinicId }) ? ctx.db.examDocument.findFirst({ where: { id: met.documentId } }) : null,
      description: 'Their signature and the platform’s, over how it was met and the digest of the exam’s record; null while it is open.',
    }),
  }),
});

builder.objectField(GoodFaithExam, 'approvalConditions', (t) =>
  t.field({
    type: [ExamCondition],
    nullable: true,
    authScopes: { may: 'exam:read' },
    description: 'What the approval depends on, in its order, and what of it is met; empty of an exam without conditions.',
    resolve: async (exam: ExamRow, _args, ctx): Promise<Standing[]> => {
      const conditions = conditionsOf(exam);
      const clinicId = { in: [...ctx.actor.places('exam:read')] };
      const met = conditions.length === 0 ? [] : await ctx.db.examConditionMet.findMany({ where: { examId: exam.id, clinicId } });
      const byPosition = new Map(met.map((one) => [one.position, one]));
      return conditions.map((condition) => ({
        ...condition,
        clinicId: exam.clinicId,
        met: byPosition.get(condition.position) ?? null,
      }));
    },
  }),
);
