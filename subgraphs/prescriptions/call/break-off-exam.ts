import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { IllegalTransition } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { library } from '#rules/packs.ts';
import { actingPractitioner } from '../acting-practitioner.ts';
import { builder } from '../builder.ts';
import { consentsInForce } from '../consent/consents-in-force.ts';
import { screened } from '../exam/completion-input.ts';
import { canSign, sealRecord, signExam } from '../exam/decision/sign-exam.ts';
import { GoodFaithExam, loadExam } from '../exam/exam.ts';
import { freezeExam } from '../exam/exam-record.ts';
import { lockExam, moveExam } from '../exam/exam-rows.ts';
import { examChanged } from '../exam/exam-updated.ts';
import { askGateFacts } from '../exam/gate-facts.ts';
import { requireOwnExam } from '../exam/start-exam.ts';
import { settledOf } from '../intake/settled.ts';
import { standingPhotos } from '../photo/photos-in-record.ts';
import { BrokenOffReasonEnum, inWords } from './broken-off.ts';

const BreakOffExamInput = builder.inputType('BreakOffExamInput', {
  description: 'Why an exam is not held to its end.',
  fields: (t) => ({
    examId: t.id({ required: true, description: 'The exam: the caller’s own, under way.' }),
    reason: t.field({ type: BrokenOffReasonEnum, required: true, description: 'Why.' }),
    note: t.string({ description: 'What else the record is to say.' }),
  }),
  validate: z.looseObject({
    note: z.string().trim().min(1, 'The note is empty.').max(2_000, 'A note has at most 2,000 characters.').nullish(),
  }),
});

builder.mutationField('breakOffExam', (t) =>
  t.field({
    type: GoodFaithExam,
    description:
      'Ends an exam that cannot go on, with the outcome NOT_COMPLETED. It clears nothing and never will; its record is frozen as far as it came, and signed: by the examiner and the platform, or by the platform alone where the examiner has used no second factor.',
    authScopes: { may: 'exam:conduct' },
    args: { input: t.arg({ type: BreakOffExamInput, required: true, description: 'The exam and the reason.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const examinerId = actingPractitioner(ctx);
      const { reason, note } = args.input;
      const examId = fromId('exam', args.input.examId);
      const seen = await loadExam(ctx, examId);
      // Asked for the record alone. No gate is asked: whatever has lapsed or does not answer, what is broken off can be ended.
      const facts = seen === null ? null : await askGateFacts(ctx, [examinerId], [seen.clinicId]);
      return ctx.write({ info, args, answer: 'goodFaithExam' }, async (tx) => {
        const exam = await lockExam(tx, ctx, examId, 'exam:conduct');
        if (exam.status !== 'IN_PROGRESS') throw new IllegalTransition(exam.status, 'COMPLETED');
        requireOwnExam(exam, examinerId);
        const now = ctx.now();
        const intake = await tx.intake.findUniqueOrThrow({ where: { id: exam.intakeId } });
        const examiner = facts?.practitioners.get(examinerId);
        const decided = {
          ...{ outcome: 'NOT_COMPLETED', brokenOffReason: reason, rationale: note ?? inWords[reason] },
          ...{ conditions: [], conditionKinds: [], services: [], answers: [], validUntil: null },
        };
        const frozen = freezeExam({
          ...{ exam, intake, examiner, decided, findings: [], completedAt: now },
          patient: await tx.patient.findUniqueOrThrow({ where: { id: exam.patientId } }),
          consents: await consentsInForce(tx, exam.patientId),
          screening: screened(exam, intake, []),
          settled: await settledOf(tx, intake.id),
          photos: await standingPhotos(tx, exam.id),
          rules: { pack: library.on(now.toISOString()).version, results: [] },
        });
        const signs = canSign(ctx);
        if (signs) await signExam(tx, ctx, exam, { kind: 'RECORD', text: frozen.record, at: now });
        const ended = await moveExam(tx, exam, 'COMPLETED', {
          ...decided,
          ...frozen,
          completedAt: now,
          examinerCredential: examiner?.credential ?? null,
        });
        if (!signs) await sealRecord(tx, ctx, exam, { text: frozen.record, at: now });
        const subject = { tenantId: exam.clinicId, subjectKind: 'exam', subjectId: exam.id, patientId: exam.patientId } as const;
        await audit(tx, ctx, { action: 'exam.broken-off', ...subject, detail: { reason, digest: frozen.digest } });
        await examChanged(tx, ctx, exam.id);
        return ended;
      });
    },
  }),
);
