import { audit } from '#kernel/audit.ts';
import { NotFound, RuleBlocked } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { requireMove } from '#kernel/states.ts';
import { failed } from '#rules/results.ts';
import { actingPractitioner } from '../acting-practitioner.ts';
import { builder, graph } from '../builder.ts';
import { requirePass } from '../decided.ts';
import { GoodFaithExam, loadExam } from './exam.ts';
import { decideAgreed, recordDecision } from './exam-gate.ts';
import { blockingAnswers, lockExam, moveExam, patientTold } from './exam-rows.ts';
import { examMoves } from './exam-status.ts';
import { examChanged } from './exam-updated.ts';
import { requireClaim } from '../queue/claim-standing.ts';
import { intakeNow } from '../intake/newest-intake.ts';
import { settledOf } from '../intake/settled.ts';
import { askGateFacts } from './gate-facts.ts';
import { requireNoneRunning } from './patient-time.ts';
import { protocolOf } from './protocol-of.ts';

const IdentityEvidence = builder.enumType('IdentityEvidence', {
  description: 'What the examiner confirmed the patient’s identity against.',
  values: ['GOVERNMENT_ID', 'EXISTING_RECORD'] as const,
});

const StartExamInput = builder.inputType('StartExamInput', {
  description: 'What the patient and the examiner attest as the exam begins.',
  fields: (t) => ({
    examId: t.id({ required: true, description: 'The exam.' }),
    patientState: t.field({ type: graph.UsState, required: true, description: 'Where the patient is at this moment.' }),
    identityVerifiedBy: t.field({
      type: IdentityEvidence,
      required: true,
      description: 'What the patient’s identity was confirmed against.',
    }),
  }),
});

builder.mutationField('startExam', (t) =>
  t.field({
    type: GoodFaithExam,
    description:
      'The examiner begins, before or after the booked time. The gate is asked again about where the patient is now. The exam stands on the newest answers of the patient for the service, those included that came in since it was booked. Refused by the rule `exam.patientTime` while another exam of the patient is under way.',
    authScopes: { may: 'exam:conduct' },
    args: { input: t.arg({ type: StartExamInput, required: true, description: 'What is attested.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const examinerId = actingPractitioner(ctx);
      const examId = fromId('exam', args.input.examId);
      const patientState = String(args.input.patientState);
      const seen = await loadExam(ctx, examId);
      const facts = seen === null ? null : await askGateFacts(ctx, [examinerId], [seen.clinicId]);
      return ctx.write({ info, args, answer: 'goodFaithExam' }, async (tx) => {
        const exam = await lockExam(tx, ctx, examId, 'exam:conduct', 'no key update');
        if (facts === null) throw new NotFound();
        requireMove(examMoves, exam.status, 'IN_PROGRESS');
        requireOwnExam(exam, examinerId);
        requireClaim(exam, ctx.now());
        await requireNoneRunning(tx, exam, ctx.now());
        const at = ctx.now();
        const consents = await patientTold(tx, exam.patientId);
        const decision = decideAgreed({ ...exam, patientState, examinerId, startsAt: at }, facts, consents, at);
        requirePass(decision);
        const intake = await intakeNow(tx, exam);
        // What it was booked on was asked then; answers that came in since may block.
        const blocking = intake.id === exam.intakeId ? [] : blockingAnswers(intake, await settledOf(tx, intake.id));
        if (blocking.length > 0) throw new RuleBlocked(blocking);
        const { identityVerifiedBy } = args.input;
        const protocol = protocolOf(facts.clinics.get(exam.clinicId), exam.service, at);
        const started = await moveExam(tx, exam, 'IN_PROGRESS', {
          ...{ patientState, identityVerifiedBy, startedAt: ctx.now(), intakeId: intake.id },
          ...(protocol && { protocolId: protocol.id, protocolDigest: protocol.digest }),
        });
        await recordDecision(tx, ctx, exam, 'START', decision);
        const subject = { tenantId: exam.clinicId, subjectKind: 'exam', subjectId: exam.id, patientId: exam.patientId } as const;
        await audit(tx, ctx, { action: 'exam.started', ...subject, detail: { patientState, identityVerifiedBy } });
        await examChanged(tx, ctx, exam.id);
        return started;
      });
    },
  }),
);

/** An exam is its examiner's: nobody else begins or completes it. */
export function requireOwnExam(exam: { readonly examinerId: string | null }, examinerId: string): void {
  if (exam.examinerId === examinerId) return;
  throw new RuleBlocked([
    failed('exam.examiner', 'Another examiner holds this exam', 'Have the exam rescheduled to yourself, or claim one from the queue.'),
  ]);
}
