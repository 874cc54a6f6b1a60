import type { Delivery } from '#kernel/subgraph.ts';
import type { Tx } from '../builder.ts';
import { queueMessage } from './exam-message.ts';
import type { MessageKind } from './message-text.ts';
import { APPOINTMENT_TOPIC } from './note-appointment.ts';
import { REMINDER_TOPIC } from './remind-of-exams.ts';

/** Tells whoever listens what became of the time of an exam, and has the patient written to who agreed to it. */
export const deliverAppointment: Delivery<Tx> =
  async (service, { key }) =>
  async (tx) => {
    const appointment = await tx.examAppointment.findUniqueOrThrow({ where: { id: key } });
    await queueMessage(tx, service, appointment.change as MessageKind, appointment);
    await service.notify(tx, APPOINTMENT_TOPIC, key);
    return null;
  };

/** Tells whoever listens that an exam is near, and has the patient written to who agreed to it; nobody of one that was cancelled, moved or begun meanwhile. */
export const deliverReminder: Delivery<Tx> =
  async (service, { key }) =>
  async (tx) => {
    const reminder = await tx.examReminder.findUniqueOrThrow({ where: { id: key } });
    if (!(await isStillAhead(tx, reminder, service.now()))) return null;
    await queueMessage(tx, service, 'REMINDER', reminder);
    await service.notify(tx, REMINDER_TOPIC, key);
    return null;
  };

/** Whether an exam is still to begin at that time. It stays so until the transaction ends. */
async function isStillAhead(tx: Tx, { examId, startsAt }: { examId: string; startsAt: Date }, now: Date): Promise<boolean> {
  if (startsAt <= now) return false;
  const rows = await tx.$queryRawUnsafe<{ ahead: boolean }[]>(
    `select prescriptions_notice.still_booked($1::uuid, $2::timestamptz) as ahead`,
    ...[examId, startsAt.toISOString()],
  );
  return rows[0]?.ahead === true;
}
