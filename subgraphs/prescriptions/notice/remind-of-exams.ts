import { audit } from '#kernel/audit.ts';
import type { ServiceContext } from '#kernel/context.ts';
import { toId } from '#kernel/ids.ts';
import type { Tx } from '../builder.ts';

/** The minutes before the start of an exam at which its patient is reminded of it: a day and an hour. */
export const minuteMarks = [1440, 60] as const;

/** Under which the outbox keeps reminders of exams. */
export const REMINDER_TOPIC = 'exam-reminder';

/** As many as one transaction writes. */
const REMINDERS_AT_ONCE = 100;

interface Due {
  readonly examId: string;
  readonly clinicId: string;
  readonly patientId: string;
  readonly startsAt: Date;
  readonly minutesBefore: number;
}

/**
 * Reminds of every booked exam that stands at a mark, once for each time it was booked for. What was reminded of is a row, so a run that was
 * missed, killed half-way or made twice changes nothing: the next one does what is left, and of several marks that went by unseen only the nearest.
 * Nothing is told after a cancellation, and of the patient nothing at all.
 */
export async function remindOfExams(service: ServiceContext<Tx>): Promise<void> {
  let found = REMINDERS_AT_ONCE;
  while (found === REMINDERS_AT_ONCE) {
    found = await service.write(async (tx) => {
      const due = await tx.$queryRawUnsafe<Due[]>(
        `select exam_id::text as "examId", clinic_id::text as "clinicId", patient_id::text as "patientId", starts_at as "startsAt",
           minutes_before as "minutesBefore" from prescriptions_notice.due_reminders($1::timestamptz, $2::int[], $3::int)`,
        service.now().toISOString(),
        [...minuteMarks],
        REMINDERS_AT_ONCE,
      );
      for (const one of due) await remindOnce(tx, service, one);
      return due.length;
    });
  }
}

async function remindOnce(tx: Tx, service: ServiceContext<Tx>, due: Due): Promise<void> {
  const { examId, clinicId, patientId, startsAt, minutesBefore } = due;
  const id = service.newId();
  // Of two that run at once the second waits here for the first, and then finds it done.
  const { count } = await tx.examReminder.createMany({ data: [{ ...due, id, at: service.now() }], skipDuplicates: true });
  if (count === 0) return;
  await service.handOff(tx, {
    topic: REMINDER_TOPIC,
    key: id,
    seq: 1,
    attempt: 1,
    payload: { examId: toId('exam', examId), clinicId: toId('clinic', clinicId), startsAt: startsAt.toISOString(), minutesBefore },
  });
  const subject = { tenantId: clinicId, subjectKind: 'exam', subjectId: examId, patientId } as const;
  await audit(tx, service, { action: 'exam.reminded', ...subject, detail: { minutesBefore } });
}
