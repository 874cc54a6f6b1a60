import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, IllegalTransition } from '#kernel/errors.ts';
import { fromId, toId, tryId } from '#kernel/ids.ts';
import { actingPractitioner } from '../acting-practitioner.ts';
import { builder } from '../builder.ts';
import { lockExam } from '../exam/exam-rows.ts';
import { requireOwnExam } from '../exam/start-exam.ts';
import { requireClaim } from '../queue/claim-standing.ts';

const CallInvitation = builder.prismaObject('CallInvitation', {
  description: 'That the examiner asked somebody of the clinic’s staff into the call of one exam.',
  authScopes: { may: 'call:join' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('callInvitation', row.id), description: 'Id of the invitation.' }),
    person: t.exposeString('person', { description: 'Who is invited: the subject of their token.' }),
    invitedAt: t.expose('invitedAt', { type: 'DateTime', description: 'When.' }),
  }),
});

const InviteToCallInput = builder.inputType('InviteToCallInput', {
  description: 'Who else is to be present.',
  fields: (t) => ({
    examId: t.id({ required: true, description: 'The exam: the caller’s own.' }),
    person: t.string({
      required: true,
      description: 'The subject of their token, such as `usr_…` or `prc_…`. They must work at the clinic to join.',
    }),
    patientAgreed: t.boolean({ required: true, description: 'That the patient was asked and agreed. Nobody looks on without.' }),
  }),
  validate: z.looseObject({
    person: z.string().refine((sub) => tryId('user', sub) !== null || tryId('practitioner', sub) !== null, 'Is nobody’s id.'),
    patientAgreed: z.literal(true, 'Nobody looks on unless the patient agrees.'),
  }),
});

builder.mutationField('inviteToCall', (t) =>
  t.field({
    type: CallInvitation,
    description: 'The examiner lets somebody of the clinic’s staff observe the exam, with the patient’s agreement.',
    authScopes: { may: 'exam:conduct' },
    args: { input: t.arg({ type: InviteToCallInput, required: true, description: 'Who, and to which exam.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'callInvitation' }, async (tx) => {
        const { person } = args.input;
        const exam = await lockExam(tx, ctx, fromId('exam', args.input.examId), 'exam:conduct');
        requireOwnExam(exam, actingPractitioner(ctx));
        requireClaim(exam, ctx.now());
        if (!['HELD', 'BOOKED', 'IN_PROGRESS'].includes(exam.status)) throw new IllegalTransition(exam.status, 'IN_PROGRESS');
        const { id: examId, clinicId, patientId } = exam;
        // The exam is locked: of two who invite the same person, the second sees the first.
        if ((await tx.callInvitation.count({ where: { examId, person } })) > 0) throw new Conflict('They are invited already.');
        const invitation = await tx.callInvitation.create({
          data: { id: ctx.newId(), clinicId, patientId, examId, person, invitedBy: ctx.actor.sub, invitedAt: ctx.now() },
        });
        const subject = { tenantId: clinicId, subjectKind: 'exam', subjectId: examId, patientId } as const;
        await audit(tx, ctx, { action: 'call.invited', ...subject, detail: { person } });
        return invitation;
      }),
  }),
);
