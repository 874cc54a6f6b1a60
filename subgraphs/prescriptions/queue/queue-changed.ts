import type { Ctx, Tx } from '../builder.ts';

/** Under which notices about a clinic's queue go out; they carry the clinic's id. */
export const QUEUE_TOPIC = 'queue';

/** Tells those who follow a clinic's queue, once the transaction has committed. */
export function queueChanged(tx: Tx, ctx: Pick<Ctx, 'notify'>, clinicId: string): Promise<void> {
  return ctx.notify(tx, QUEUE_TOPIC, clinicId);
}

/** The same for the clinic of an exam. Who may not see the exam tells nobody. */
export async function queueOfExamChanged(tx: Tx, ctx: Pick<Ctx, 'notify'>, examId: string): Promise<void> {
  const rows = await tx.$queryRawUnsafe<{ clinicId: string }[]>(
    `select clinic_id::text as "clinicId" from good_faith_exam where id = $1::uuid`,
    examId,
  );
  for (const { clinicId } of rows) await queueChanged(tx, ctx, clinicId);
}
