import { NotFound, Unavailable } from '#kernel/errors.ts';
import { toId } from '#kernel/ids.ts';
import type { ExamAppointment, GoodFaithExam as ExamRow } from '#prisma/generated/prescriptions/client.ts';
import { builder } from '../builder.ts';
import { GoodFaithExam } from '../exam/exam.ts';
import { clinicPlace } from './clinic-place.ts';
import { type Appointment, invitation } from './invitation.ts';
import { lastAppointment } from './note-appointment.ts';

type Timed = Pick<ExamRow, 'id' | 'status' | 'modality' | 'startsAt' | 'endsAt' | 'requestedAt' | 'cancelledAt'>;

/** The time of an exam as it was told last; null for a walk-in. Of an exam that was booked before it was kept what was told, as its row has it. */
export function appointmentOf(exam: Timed, last: ExamAppointment | null): Appointment | null {
  const { startsAt, endsAt } = exam;
  if (startsAt === null || endsAt === null) return null;
  const cancelled = exam.status === 'CANCELLED';
  const told = last ?? { sequence: Number(cancelled), at: (cancelled ? exam.cancelledAt : null) ?? exam.requestedAt };
  return {
    examId: toId('exam', exam.id),
    sequence: told.sequence,
    cancelled,
    startsAt,
    endsAt,
    at: told.at,
    inPerson: exam.modality === 'IN_PERSON',
  };
}

builder.objectField(GoodFaithExam, 'calendarInvitation', (t) =>
  t.string({
    nullable: true,
    authScopes: { may: 'exam:read' },
    description:
      'The booked time as iCalendar (`text/calendar`, RFC 5545), to be given to whoever is to come: METHOD REQUEST, or CANCEL once it is cancelled. UID stays, SEQUENCE grows with each change. It names the clinic and nothing of patient, service or examiner. None for a walk-in. UNAVAILABLE when the clinic’s name and zone cannot be read.',
    resolve: async (exam, _args, ctx) => {
      if (!ctx.actor.places('exam:read').includes(exam.clinicId)) throw new NotFound();
      const appointment = appointmentOf(exam, await lastAppointment(ctx.db, exam.id));
      if (appointment === null) return null;
      const clinic = await clinicPlace(ctx, exam.clinicId);
      if (clinic === null) throw new Unavailable();
      return invitation(appointment, clinic);
    },
  }),
);
