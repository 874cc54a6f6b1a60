import { toId } from '#kernel/ids.ts';
import type { ExamAppointment, GoodFaithExam } from '#prisma/generated/prescriptions/client.ts';
import type { Ctx, Tx } from '../builder.ts';

/** What can become of the time of an exam. */
export type AppointmentChange = 'BOOKED' | 'RESCHEDULED' | 'CANCELLED';

/** Under which the outbox keeps that an exam was booked, moved or cancelled. */
export const APPOINTMENT_TOPIC = 'exam-appointment';

type Booked = Pick<GoodFaithExam, 'id' | 'clinicId' | 'patientId' | 'startsAt' | 'endsAt'>;

/**
 * Keeps what becomes of the time of an exam, and tells whoever listens, in the transaction that changes it; `exam` is the row as it is then,
 * locked by that transaction. Of a walk-in, which has no time, nothing is kept.
 */
export async function noteAppointment(
  tx: Tx,
  ctx: Pick<Ctx, 'now' | 'newId' | 'actor' | 'handOff'>,
  exam: Booked,
  change: AppointmentChange,
): Promise<void> {
  const { id: examId, clinicId, patientId, startsAt, endsAt } = exam;
  if (startsAt === null || endsAt === null) return;
  const last = await lastAppointment(tx, examId);
  // Booked before this was kept: that was the first it was told of.
  const sequence = last === null ? Number(change !== 'BOOKED') : last.sequence + 1;
  const id = ctx.newId();
  await tx.examAppointment.create({
    data: { id, clinicId, patientId, examId, sequence, change, startsAt, endsAt, at: ctx.now(), changedBy: ctx.actor.sub },
  });
  const payload = {
    examId: toId('exam', examId),
    clinicId: toId('clinic', clinicId),
    change,
    sequence,
    startsAt: startsAt.toISOString(),
  };
  await ctx.handOff(tx, { topic: APPOINTMENT_TOPIC, key: id, seq: 1, attempt: 1, payload });
}

/** What was told of an exam's time last; null when nothing was kept of it. */
export function lastAppointment(db: Pick<Tx, 'examAppointment'>, examId: string): Promise<ExamAppointment | null> {
  return db.examAppointment.findFirst({ where: { examId }, orderBy: { sequence: 'desc' } });
}
