import { audit } from '#kernel/audit.ts';
import { InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { requireMove } from '#kernel/states.ts';
import { builder } from '../builder.ts';
import { requirePass } from '../decided.ts';
import { noteAppointment } from '../notice/note-appointment.ts';
import { HoldExpired } from '../own-refusals.ts';
import { moveClaim } from '../slot/claims.ts';
import { requireStillOpen, SlotClosed } from '../slot/slot-closed.ts';
import { holdVisibleTo } from '../slot/slot-hold.ts';
import { SlotTaken } from '../slot/slot-taken.ts';
import { GoodFaithExam } from './exam.ts';
import { decideAgreed, recordDecision } from './exam-gate.ts';
import { patientTold, lockExam, moveExam, takeHold } from './exam-rows.ts';
import { examMoves } from './exam-status.ts';
import { examChanged } from './exam-updated.ts';
import { askGateFacts } from './gate-facts.ts';
import { requirePatientFree } from './patient-time.ts';

const RescheduleExamInput = builder.inputType('RescheduleExamInput', {
  description: 'A booked exam and the time that is held for it instead.',
  fields: (t) => ({
    examId: t.id({ required: true, description: 'The exam.' }),
    holdId: t.id({ required: true, description: 'A hold for the same patient and service.' }),
  }),
});

builder.mutationField('rescheduleExam', (t) =>
  t.field({
    type: GoodFaithExam,
    description: 'Moves a booked exam to the time that is held for it. The old time is given back only with the new one sure.',
    authScopes: { may: 'exam:book' },
    args: { input: t.arg({ type: RescheduleExamInput, required: true, description: 'The exam and the hold.' }) },
    errors: { types: [HoldExpired, SlotTaken, SlotClosed] },
    resolve: async (_root, args, ctx, info) => {
      const examId = fromId('exam', args.input.examId);
      const holdId = fromId('slotHold', args.input.holdId);
      const seen = await ctx.db.slotHold.findFirst({ where: { id: holdId, ...holdVisibleTo(ctx) } });
      const facts = seen === null ? null : await askGateFacts(ctx, [seen.examinerId], [seen.clinicId]);
      return ctx.write({ info, args, answer: 'goodFaithExam' }, async (tx) => {
        const exam = await lockExam(tx, ctx, examId, 'exam:book', 'no key update');
        const hold = await tx.slotHold.findFirst({ where: { id: holdId, ...holdVisibleTo(ctx) } });
        if (hold === null || facts === null) throw new NotFound();
        requireMove(examMoves, exam.status, 'BOOKED');
        if (hold.patientId !== exam.patientId || hold.clinicId !== exam.clinicId || hold.service !== exam.service) {
          throw new InvalidInput([{ path: 'input.holdId', message: 'is held for another patient, clinic or service' }]);
        }
        await takeHold(tx, holdId);
        if (hold.expiresAt <= ctx.now()) throw new HoldExpired();
        const decision = decideAgreed(hold, facts, await patientTold(tx, exam.patientId), ctx.now());
        requirePass(decision);
        await requireStillOpen(tx, hold, facts);
        await requirePatientFree(tx, { ...hold, of: exam.id });
        const { examinerId, startsAt, endsAt, modality, patientState } = hold;
        const time = { holdId, examinerId, startsAt, endsAt, modality, patientState, arrivedAt: null };
        const moved = await moveExam(tx, exam, 'BOOKED', time);
        await recordDecision(tx, ctx, exam, 'RESCHEDULE', decision);
        const subject = { tenantId: exam.clinicId, subjectKind: 'exam', subjectId: exam.id, patientId: exam.patientId } as const;
        await audit(tx, ctx, { action: 'exam.rescheduled', ...subject, detail: { was: exam.holdId, hold: holdId } });
        await examChanged(tx, ctx, exam.id);
        await noteAppointment(tx, ctx, moved, 'RESCHEDULED');
        if (!(await moveClaim(tx, exam.holdId ?? '', holdId, ctx.now()))) throw new HoldExpired();
        return moved;
      });
    },
  }),
);
