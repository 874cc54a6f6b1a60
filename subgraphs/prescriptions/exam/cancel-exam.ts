import { audit } from '#kernel/audit.ts';
import { fromId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { noteAppointment } from '../notice/note-appointment.ts';
import { free } from '../slot/claims.ts';
import { GoodFaithExam } from './exam.ts';
import { lockExam, moveExam } from './exam-rows.ts';
import { examChanged } from './exam-updated.ts';

const ExamCancelReason = builder.enumType('ExamCancelReason', {
  description: 'Why an exam is not held.',
  values: {
    PATIENT_REQUEST: { description: 'The patient does not want it, or not then.' },
    CLINIC_REQUEST: { description: 'The clinic cannot have it held.' },
    EXAMINER_UNAVAILABLE: { description: 'Its examiner cannot hold it.' },
    PATIENT_LEFT: { description: 'The patient came, and left before it began.' },
    BOOKED_IN_ERROR: { description: 'It was booked by mistake, or twice.' },
  } as const,
});

const CancelExamInput = builder.inputType('CancelExamInput', {
  description: 'An exam that is not to be held.',
  fields: (t) => ({
    examId: t.id({ required: true, description: 'The exam.' }),
    reason: t.field({ type: ExamCancelReason, required: true, description: 'Why.' }),
  }),
});

builder.mutationField('cancelExam', (t) =>
  t.field({
    type: GoodFaithExam,
    description: 'Cancels an exam that has not begun, and gives its time back.',
    authScopes: { may: 'exam:book' },
    args: { input: t.arg({ type: CancelExamInput, required: true, description: 'The exam and the reason.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'goodFaithExam' }, async (tx) => {
        const { reason } = args.input;
        const exam = await lockExam(tx, ctx, fromId('exam', args.input.examId), 'exam:book');
        const cancelled = await moveExam(tx, exam, 'CANCELLED', { cancelledAt: ctx.now(), cancelReason: reason });
        const subject = { tenantId: exam.clinicId, subjectKind: 'exam', subjectId: exam.id, patientId: exam.patientId } as const;
        await audit(tx, ctx, { action: 'exam.cancelled', ...subject, detail: { was: exam.status, reason } });
        await examChanged(tx, ctx, exam.id);
        await noteAppointment(tx, ctx, cancelled, 'CANCELLED');
        if (exam.holdId !== null) await free(tx, exam.holdId);
        return cancelled;
      }),
  }),
);
