import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition, InvalidInput } from '#kernel/errors.ts';
import { fromId, toId } from '#kernel/ids.ts';
import type { GoodFaithExam as ExamRow } from '#prisma/generated/prescriptions/client.ts';
import { actingPractitioner } from '../../acting-practitioner.ts';
import { builder, type Tx } from '../../builder.ts';
import { canonicalText } from '../../document/canonical.ts';
import { GoodFaithExam } from '../exam.ts';
import { lockExam } from '../exam-rows.ts';
import { examChanged } from '../exam-updated.ts';
import './approval-conditions.ts';
import { type Condition, conditionsOf, needsEvidence } from './exam-condition.ts';
import { signExam } from './sign-exam.ts';

const MeetConditionInput = builder.inputType('MeetConditionInput', {
  description: 'How a condition of an approval was met.',
  fields: (t) => ({
    examId: t.id({ required: true, description: 'The exam.' }),
    position: t.int({ required: true, description: 'Which of its conditions, from 1.' }),
    statement: t.string({ required: true, description: 'How it was met: 1 to 2,000 characters.' }),
    evidenceDigest: t.string({ description: 'SHA-256 of what proves it, hex; a result or a clearance on paper is met with it alone.' }),
  }),
  validate: z.looseObject({
    statement: z.string().trim().min(1, 'The statement is missing.').max(2_000, 'A statement has at most 2,000 characters.'),
    evidenceDigest: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'A digest is a SHA-256 as 64 lower-case hexadecimal digits.')
      .nullish(),
  }),
});

builder.mutationField('meetCondition', (t) =>
  t.field({
    type: GoodFaithExam,
    description:
      'A clinician says how a condition of an approval was met, and signs it. Once every condition is met, the exam counts as approved, until the day its approval would have. It is not taken back: revoke the exam.',
    authScopes: { may: 'exam:amend' },
    args: { input: t.arg({ type: MeetConditionInput, required: true, description: 'Which condition and how.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'goodFaithExam' }, async (tx) => {
        ctx.requireStepUp();
        const metBy = actingPractitioner(ctx);
        const exam = await lockExam(tx, ctx, fromId('exam', args.input.examId), 'exam:amend');
        const evidenceDigest = args.input.evidenceDigest ?? null;
        const { position, kind, text } = await openCondition(tx, exam, args.input.position, evidenceDigest);
        const { id: examId, clinicId, patientId } = exam;
        const statement = args.input.statement.trim();
        const at = ctx.now();
        const signed = canonicalText({
          schema: 'goodfaith.condition-met/1',
          exam: { id: toId('exam', examId), digest: exam.digest },
          condition: { position, kind, text },
          ...{ statement, evidenceDigest, clinician: { id: toId('practitioner', metBy), name: ctx.actor.name }, metAt: at.toISOString() },
        });
        const document = await signExam(tx, ctx, exam, { kind: 'CONDITION_MET', text: signed, at });
        await tx.examConditionMet.create({
          data: {
            ...{ id: ctx.newId(), clinicId, patientId, examId, documentId: document.id, position, statement },
            ...{ evidenceDigest, metBy, at },
          },
        });
        await audit(tx, ctx, {
          ...{ action: 'exam.condition-met', tenantId: clinicId, subjectKind: 'exam', subjectId: examId, patientId },
          detail: { position, kind, digest: document.digest },
        });
        await examChanged(tx, ctx, examId);
        return exam;
      }),
  }),
);

async function openCondition(tx: Tx, exam: ExamRow, position: number, evidence: string | null): Promise<Condition> {
  if (exam.revokedAt !== null) throw new IllegalTransition('REVOKED', 'MET');
  if (exam.outcome !== 'APPROVED_WITH_CONDITIONS') throw new IllegalTransition(exam.outcome ?? exam.status, 'MET');
  const condition = conditionsOf(exam).find((one) => one.position === position);
  if (condition === undefined) throw new InvalidInput([{ path: 'input.position', message: 'is not that of a condition of this exam' }]);
  if (needsEvidence.has(condition.kind) && evidence === null)
    throw new InvalidInput([{ path: 'input.evidenceDigest', message: `is missing: a ${condition.kind} is met with what proves it` }]);
  if ((await tx.examConditionMet.count({ where: { examId: exam.id, position } })) > 0) throw new IllegalTransition('MET', 'MET');
  return condition;
}
