import { audit } from '#kernel/audit.ts';
import { Conflict, IllegalTransition, RuleBlocked } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { failed } from '#rules/results.ts';
import { builder } from '../builder.ts';
import { GoodFaithExam } from './exam.ts';
import { lockExam, moveExam } from './exam-rows.ts';
import { examChanged } from './exam-updated.ts';

/** How long before an exam its patient can come, and how long after its end, in hours: who comes at another time came for another day, or to another exam. */
const WITHIN_HOURS = 12;

const CheckInPatientInput = builder.inputType('CheckInPatientInput', {
  description: 'A patient who has come for a booked exam.',
  fields: (t) => ({ examId: t.id({ required: true, description: 'The exam.' }) }),
});

builder.mutationField('checkInPatient', (t) =>
  t.field({
    type: GoodFaithExam,
    description:
      'Records that the patient of a booked exam is there, in person or on the line, from twelve hours before it to twelve hours after its end. Who has come can no longer be marked as a no-show, unless the check-in is taken back (`undoCheckIn`).',
    authScopes: { may: 'exam:book' },
    args: { input: t.arg({ type: CheckInPatientInput, required: true, description: 'The exam.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'goodFaithExam' }, async (tx) => {
        const exam = await lockExam(tx, ctx, fromId('exam', args.input.examId), 'exam:book');
        if (exam.status !== 'BOOKED' || exam.startsAt === null) throw new IllegalTransition(exam.status, 'BOOKED');
        if (exam.arrivedAt !== null) throw new Conflict('The patient is checked in already.');
        requireAboutNow(exam.startsAt, exam.endsAt ?? exam.startsAt, ctx.now());
        const arrived = await moveExam(tx, exam, 'BOOKED', { arrivedAt: ctx.now() });
        const subject = { tenantId: exam.clinicId, subjectKind: 'exam', subjectId: exam.id, patientId: exam.patientId } as const;
        await audit(tx, ctx, { action: 'exam.patient-arrived', ...subject, detail: { startsAt: exam.startsAt.toISOString() } });
        await examChanged(tx, ctx, exam.id);
        return arrived;
      }),
  }),
);

function requireAboutNow(startsAt: Date, endsAt: Date, now: Date): void {
  const refuse = (message: string, remedy: string) => new RuleBlocked([failed('exam.checkIn', message, remedy)]);
  if (startsAt.getTime() - now.getTime() > WITHIN_HOURS * 3_600_000)
    throw refuse(
      `The exam begins more than ${WITHIN_HOURS} hours from now`,
      'Check the patient in on the day, or move the exam with rescheduleExam.',
    );
  if (now.getTime() - endsAt.getTime() >= WITHIN_HOURS * 3_600_000)
    throw refuse(
      `The exam was to end ${WITHIN_HOURS} hours ago or more`,
      'Check the patient in to the exam of today. Who did not come to this one is marked with markNoShow.',
    );
}
