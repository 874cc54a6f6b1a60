import { audit } from '#kernel/audit.ts';
import type { ServiceContext } from '#kernel/context.ts';
import { toId } from '#kernel/ids.ts';
import type { Delivery } from '#kernel/subgraph.ts';
import type { Tx } from '../builder.ts';
import { silentBefore } from './claim-standing.ts';
import { queueChanged } from './queue-changed.ts';
import { markDue, WAITING_MARKS } from './waiting-marks.ts';

/** Under which the outbox keeps that somebody has waited for long. */
export const WAITING_TOPIC = 'exam-waiting';

interface Waiting {
  readonly id: string;
  readonly clinicId: string;
  readonly since: Date;
  /** The highest mark that was told of it; 0 for none. */
  readonly told: number;
}

/**
 * Tells of everybody who has waited 5, 15 or 30 minutes, once for each mark. What was told is a row, so a run that was missed, killed half-way or
 * made twice changes nothing: the next one does what is left, and of marks that were missed only the nearest. Nothing of a patient is read or told.
 */
export async function noteWaiting(service: ServiceContext<Tx>): Promise<void> {
  const now = service.now();
  const waiting = await service.write((tx) =>
    tx.$queryRawUnsafe<Waiting[]>(
      `select w.id::text, w.clinic_id::text as "clinicId", w.requested_at as since,
         coalesce((select max(n.minutes) from waiting_notice n where n.exam_id = w.id), 0) as told
       from prescriptions_queue.waiting($1::timestamptz, $2::timestamptz) w order by w.requested_at, w.id`,
      silentBefore(now).toISOString(),
      new Date(now.getTime() - WAITING_MARKS[0] * 60_000).toISOString(),
    ),
  );
  for (const one of waiting) {
    const minutes = markDue(one.since, now, one.told);
    if (minutes !== null) await service.write((tx) => noteOnce(tx, service, one, minutes));
  }
}

async function noteOnce(tx: Tx, service: ServiceContext<Tx>, { id: examId, clinicId, since }: Waiting, minutes: number): Promise<void> {
  const id = service.newId();
  // Of two that run at once the second waits here for the first, and then finds it told.
  const row = { id, clinicId, examId, minutes, notedAt: service.now() };
  const { count } = await tx.waitingNotice.createMany({ data: [row], skipDuplicates: true });
  if (count === 0) return;
  const payload = { examId: toId('exam', examId), clinicId: toId('clinic', clinicId), minutes, since: since.toISOString() };
  await service.handOff(tx, { topic: WAITING_TOPIC, key: id, seq: 1, attempt: 1, payload });
  const subject = { tenantId: clinicId, subjectKind: 'exam', subjectId: examId } as const;
  await audit(tx, service, { action: 'exam.waiting', ...subject, detail: { minutes } });
  await queueChanged(tx, service, clinicId);
}

/** Tells whoever listens. There is no receiver elsewhere that could refuse it. */
export const deliverWaiting: Delivery<Tx> =
  async (service, { key }) =>
  async (tx) => {
    await service.notify(tx, WAITING_TOPIC, key);
    return null;
  };
