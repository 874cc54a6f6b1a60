import { builder } from '../builder.ts';
import { GoodFaithExam } from '../exam/exam.ts';
import { Practitioner, practitionerOf } from '../references.ts';
import { asItStands, claimHoldsUntil, isSilent } from './claim-standing.ts';

const ClaimReturn = builder.prismaObject('ExamClaimReturn', {
  name: 'ClaimReturn',
  description: 'A claimed exam that went back into the queue before it began.',
  authScopes: { may: 'exam:read' },
  fields: (t) => ({
    examiner: t.field({
      type: Practitioner,
      nullable: true,
      resolve: (row) => practitionerOf(row.examinerId),
      description: 'Who had claimed it.',
    }),
    claimedAt: t.expose('claimedAt', { type: 'DateTime', description: 'When they did.' }),
    returnedAt: t.expose('returnedAt', { type: 'DateTime', description: 'When it went back, or was found silent.' }),
    reason: t.exposeString('reason', { description: 'Why, as a ClaimReturnReason; or SILENT, for want of a sign.' }),
  }),
});

builder.objectFields(GoodFaithExam, (t) => ({
  claimedAt: t.field({
    type: 'DateTime',
    nullable: true,
    resolve: (row, _args, ctx) => asItStands(row, ctx.now()).claimedAt,
    description: 'When its examiner took it from the queue; none for one that waits, or that was booked.',
  }),
  claimHoldsUntil: t.field({
    type: 'DateTime',
    nullable: true,
    resolve: (row, _args, ctx) => (isSilent(row, ctx.now()) ? null : claimHoldsUntil(row)),
    description: 'When it waits again unless its examiner sends keepClaim or begins before; none for what is not claimed.',
  }),
  claimReturns: t.field({
    type: [ClaimReturn],
    authScopes: { may: 'exam:read' },
    resolve: (row, _args, ctx) =>
      ctx.db.examClaimReturn.findMany({ where: { examId: row.id }, orderBy: [{ returnedAt: 'asc' }, { id: 'asc' }] }),
    description: 'How often it was claimed and went back, oldest first.',
  }),
}));
