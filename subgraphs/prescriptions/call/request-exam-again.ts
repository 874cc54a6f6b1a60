import { audit } from '#kernel/audit.ts';
import { Conflict, IllegalTransition, NotFound, RuleBlocked } from '#kernel/errors.ts';
import { fromId, toId } from '#kernel/ids.ts';
import type { GoodFaithExam as ExamRow } from '#prisma/generated/prescriptions/client.ts';
import { failed } from '#rules/results.ts';
import { builder } from '../builder.ts';
import { requirePass } from '../decided.ts';
import { GoodFaithExam, loadExam } from '../exam/exam.ts';
import { decideAgreed, recordDecision } from '../exam/exam-gate.ts';
import { patientTold, lockPatient, requireIntake } from '../exam/exam-rows.ts';
import { examChanged } from '../exam/exam-updated.ts';
import { intakeNow } from '../intake/newest-intake.ts';
import { bestPlan } from '../queue/request-exam-now.ts';
import { canBeHeldAgain } from './broken-off.ts';

/** For how long a patient whose exam was broken off keeps their place, in hours: later they ask like everybody else. */
const KEEPS_PLACE_HOURS = 2;

const RequestExamAgainInput = builder.inputType('RequestExamAgainInput', {
  description: 'A patient whose exam was broken off.',
  fields: (t) => ({ examId: t.id({ required: true, description: 'The exam that was broken off.' }) }),
});

builder.mutationField('requestExamAgain', (t) =>
  t.field({
    type: GoodFaithExam,
    description:
      'Puts a patient whose exam was broken off back into the queue, at the place they had: before all who came after them. Within two hours, once, and asked about anew. The exam that was broken off stays as it is.',
    authScopes: { may: 'exam:book' },
    args: { input: t.arg({ type: RequestExamAgainInput, required: true, description: 'The exam.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const examId = fromId('exam', args.input.examId);
      const seen = await loadExam(ctx, examId);
      const mine = seen !== null && ctx.actor.places('exam:book').includes(seen.clinicId);
      const best = mine ? await bestPlan(ctx, { ...seen, startsAt: ctx.now() }) : null;
      return ctx.write({ info, args, answer: 'goodFaithExam' }, async (tx) => {
        if (seen === null || best === null) throw new NotFound();
        const { clinicId, patientId, service, patientState, modality } = seen;
        // For update: of two requests for one patient, the second sees the first.
        await lockPatient(tx, patientId, 'update');
        const broken = await tx.goodFaithExam.findUniqueOrThrow({ where: { id: examId } });
        requireHeldAgain(broken, ctx.now());
        if ((await tx.goodFaithExam.count({ where: { followsId: examId } })) > 0)
          throw new Conflict('The exam was asked for again already.');
        const waiting = await tx.goodFaithExam.count({ where: { patientId, service, status: { in: ['REQUESTED', 'HELD'] } } });
        if (waiting > 0) throw new Conflict('The patient already waits for an exam for this service.');
        const { id: intakeId } = await intakeNow(tx, broken);
        const intake = await requireIntake(tx, ctx, toId('intake', intakeId), patientId, service);
        const decision = decideAgreed(best.plan, best.facts, await patientTold(tx, patientId), ctx.now());
        requirePass(decision);
        const exam = { id: ctx.newId(), clinicId, patientId };
        const row = await tx.goodFaithExam.create({
          data: {
            ...{ ...exam, service, patientState, modality, status: 'REQUESTED', intakeId: intake.id, followsId: examId },
            ...{ requestedAt: placeOf(broken), requestedBy: ctx.actor.sub },
          },
        });
        await recordDecision(tx, ctx, exam, 'REQUEST', decision);
        const subject = { tenantId: clinicId, subjectKind: 'exam', subjectId: exam.id, patientId } as const;
        await audit(tx, ctx, { action: 'exam.requested-again', ...subject, detail: { service, follows: examId } });
        await examChanged(tx, ctx, exam.id);
        return row;
      });
    },
  }),
);

function requireHeldAgain({ status, brokenOffReason: reason, completedAt }: ExamRow, now: Date): void {
  if (reason === null || completedAt === null) throw new IllegalTransition(status, 'REQUESTED');
  if (!canBeHeldAgain.has(reason)) {
    const remedy = 'Ask for an exam of the right person, where they are, with requestExamNow.';
    throw new RuleBlocked([failed('exam.again', `The exam was broken off as ${reason}: another is not the same exam`, remedy)]);
  }
  if (now.getTime() - completedAt.getTime() > KEEPS_PLACE_HOURS * 3_600_000) {
    const remedy = 'Ask for an exam with requestExamNow, or book a time.';
    throw new RuleBlocked([failed('exam.again', `The exam was broken off more than ${KEEPS_PLACE_HOURS} hours ago`, remedy)]);
  }
}

/** Since when they wait: a walk-in since they asked, somebody with a booking since it was to begin or did. */
function placeOf({ requestedAt, startsAt, startedAt }: ExamRow): Date {
  if (startsAt === null) return requestedAt;
  return startedAt !== null && startedAt < startsAt ? startedAt : startsAt;
}
