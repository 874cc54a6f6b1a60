import { audit } from '#kernel/audit.ts';
import { IllegalTransition, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { lockExam } from '../exam/exam-rows.ts';
import { examChanged } from '../exam/exam-updated.ts';
import { ExamPhoto, ExamPhotoWithdrawalReason, photoVisibleTo } from './exam-photo.ts';
import { requireOpenExam } from './open-exam.ts';

const WithdrawExamPhotoInput = builder.inputType('WithdrawExamPhotoInput', {
  description: 'A photograph that is to be taken out of its exam.',
  fields: (t) => ({
    photoId: t.id({ required: true, description: 'The photograph.' }),
    reason: t.field({ type: ExamPhotoWithdrawalReason, required: true, description: 'Why.' }),
  }),
});

builder.mutationField('withdrawExamPhoto', (t) =>
  t.field({
    type: ExamPhoto,
    description:
      'Takes a photograph out of an exam that is not over: its record will not name it. That it was there and why it went is kept; the file is for whoever keeps it to delete.',
    authScopes: { may: 'exam:amend' },
    args: { input: t.arg({ type: WithdrawExamPhotoInput, required: true, description: 'The photograph and why.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'examPhoto' }, async (tx) => {
        const { reason } = args.input;
        const photo = await tx.examPhoto.findFirst({ where: { id: fromId('examPhoto', args.input.photoId), ...photoVisibleTo(ctx) } });
        if (photo === null) throw new NotFound();
        const exam = await lockExam(tx, ctx, photo.examId, 'exam:amend');
        requireOpenExam(exam, 'WITHDRAWN');
        const { id: photoId, clinicId, patientId, digest } = photo;
        if ((await tx.examPhotoWithdrawal.count({ where: { photoId } })) > 0) throw new IllegalTransition('WITHDRAWN', 'WITHDRAWN');
        await tx.examPhotoWithdrawal.create({
          data: { id: ctx.newId(), clinicId, patientId, photoId, reason, withdrawnBy: ctx.actor.sub, at: ctx.now() },
        });
        await audit(tx, ctx, {
          ...{ action: 'exam.photo-withdrawn', tenantId: clinicId, subjectKind: 'exam', subjectId: exam.id, patientId },
          detail: { photo: photoId, digest, reason },
        });
        await examChanged(tx, ctx, exam.id);
        return photo;
      }),
  }),
);
