import { audit } from '#kernel/audit.ts';
import { NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { requirePass } from '../decided.ts';
import { noteAppointment } from '../notice/note-appointment.ts';
import { HoldExpired } from '../own-refusals.ts';
import { settle } from '../slot/claims.ts';
import { requireStillOpen, SlotClosed } from '../slot/slot-closed.ts';
import { holdVisibleTo } from '../slot/slot-hold.ts';
import { SlotTaken } from '../slot/slot-taken.ts';
import { GoodFaithExam } from './exam.ts';
import { decideAgreed, recordDecision } from './exam-gate.ts';
import { patientTold, lockPatient, requireIntake, takeHold } from './exam-rows.ts';
import { examChanged } from './exam-updated.ts';
import { askGateFacts } from './gate-facts.ts';
import { requirePatientFree } from './patient-time.ts';

const BookExamInput = builder.inputType('BookExamInput', {
  description: 'A held time and the answers the exam is to be held on.',
  fields: (t) => ({
    holdId: t.id({ required: true, description: 'The hold.' }),
    intakeId: t.id({ required: true, description: 'An intake of the same patient for the same service.' }),
  }),
});

builder.mutationField('bookExam', (t) =>
  t.field({
    type: GoodFaithExam,
    description:
      'Books the exam for which a time is held. Everything that was asked for the hold is asked again, hours and panel included, and the consents. Refused by the rule `exam.patientTime` while the patient has another exam at that time, whoever examines.',
    authScopes: { may: 'exam:book' },
    args: { input: t.arg({ type: BookExamInput, required: true, description: 'The hold and the intake.' }) },
    errors: { types: [HoldExpired, SlotTaken, SlotClosed] },
    resolve: async (_root, args, ctx, info) => {
      const holdId = fromId('slotHold', args.input.holdId);
      const seen = await ctx.db.slotHold.findFirst({ where: { id: holdId, ...holdVisibleTo(ctx) } });
      const facts = seen === null ? null : await askGateFacts(ctx, [seen.examinerId], [seen.clinicId]);
      return ctx.write({ info, args, answer: 'goodFaithExam' }, async (tx) => {
        const hold = await tx.slotHold.findFirst({ where: { id: holdId, ...holdVisibleTo(ctx) } });
        if (hold === null || facts === null) throw new NotFound();
        // Of two bookings for one patient, the second sees the first.
        await lockPatient(tx, hold.patientId, 'no key update');
        await takeHold(tx, holdId);
        if (hold.expiresAt <= ctx.now()) throw new HoldExpired();
        const intake = await requireIntake(tx, ctx, args.input.intakeId, hold.patientId, hold.service);
        const decision = decideAgreed(hold, facts, await patientTold(tx, hold.patientId), ctx.now());
        requirePass(decision);
        await requireStillOpen(tx, hold, facts);
        await requirePatientFree(tx, hold);
        const exam = { id: ctx.newId(), clinicId: hold.clinicId, patientId: hold.patientId };
        const { service, patientState, modality, examinerId, startsAt, endsAt } = hold;
        const row = await tx.goodFaithExam.create({
          data: {
            ...{ ...exam, service, patientState, modality, examinerId, startsAt, endsAt },
            status: 'BOOKED',
            intakeId: intake.id,
            holdId,
            requestedAt: ctx.now(),
            requestedBy: ctx.actor.sub,
          },
        });
        await recordDecision(tx, ctx, exam, 'BOOK', decision);
        await audit(tx, ctx, {
          action: 'exam.booked',
          tenantId: exam.clinicId,
          subjectKind: 'exam',
          subjectId: exam.id,
          patientId: exam.patientId,
          detail: { service, hold: holdId },
        });
        await examChanged(tx, ctx, exam.id);
        await noteAppointment(tx, ctx, row, 'BOOKED');
        if (!(await settle(tx, holdId, ctx.now()))) throw new HoldExpired();
        return row;
      });
    },
  }),
);
