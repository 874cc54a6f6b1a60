import { audit } from '#kernel/audit.ts';
import { Conflict, IllegalTransition } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { GoodFaithExam } from './exam.ts';
import { lockExam, moveExam } from './exam-rows.ts';
import { examChanged } from './exam-updated.ts';

const CheckInUndoReason = builder.enumType('CheckInUndoReason', {
  description: 'Why a check-in does not stand.',
  values: {
    WRONG_PATIENT: { description: 'Somebody else had come.' },
    WRONG_EXAM: { description: 'The patient had come to another exam.' },
    NOT_THERE: { description: 'Nobody had come.' },
  } as const,
});

const UndoCheckInInput = builder.inputType('UndoCheckInInput', {
  description: 'A check-in that was a mistake.',
  fields: (t) => ({
    examId: t.id({ required: true, description: 'The exam.' }),
    reason: t.field({ type: CheckInUndoReason, required: true, description: 'Why it does not stand.' }),
  }),
});

builder.mutationField('undoCheckIn', (t) =>
  t.field({
    type: GoodFaithExam,
    description:
      'Takes a mistaken check-in back, before the exam has begun: nobody has come to it. The audit trail keeps both. Who came and left is no mistake: cancel the exam with the reason PATIENT_LEFT.',
    authScopes: { may: 'exam:book' },
    args: { input: t.arg({ type: UndoCheckInInput, required: true, description: 'The exam and the reason.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'goodFaithExam' }, async (tx) => {
        const { reason } = args.input;
        const exam = await lockExam(tx, ctx, fromId('exam', args.input.examId), 'exam:book');
        if (exam.status !== 'BOOKED') throw new IllegalTransition(exam.status, 'BOOKED');
        if (exam.arrivedAt === null) throw new Conflict('The patient is not checked in.');
        const undone = await moveExam(tx, exam, 'BOOKED', { arrivedAt: null });
        const subject = { tenantId: exam.clinicId, subjectKind: 'exam', subjectId: exam.id, patientId: exam.patientId } as const;
        await audit(tx, ctx, {
          ...{ action: 'exam.check-in-undone', ...subject },
          detail: { reason, arrivedAt: exam.arrivedAt.toISOString() },
        });
        await examChanged(tx, ctx, exam.id);
        return undone;
      }),
  }),
);
