import { Forbidden, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { actingPractitioner } from '../acting-practitioner.ts';
import type { Ctx, Tx } from '../builder.ts';

/** The most of anything that one examiner keeps: enough for years, and little enough to read in one piece. */
export const MOST_KEPT = 500;

/**
 * The schedule of the examiner who calls, locked until the transaction ends: of two changes at once the second sees the
 * first. Nobody changes another's hours.
 */
export async function lockOwnSchedule(tx: Tx, ctx: Ctx): Promise<{ readonly id: string }> {
  const id = actingPractitioner(ctx);
  if (!ctx.actor.may('schedule:keep')) throw new Forbidden('schedule:keep');
  await tx.examinerSchedule.createMany({ data: [{ id, changedAt: ctx.now() }], skipDuplicates: true });
  return tx.examinerSchedule.update({ where: { id }, data: { changedAt: ctx.now() }, select: { id: true } });
}

/** The stored id of a clinic where the caller examines; null when none is named, which is every clinic. */
export function ownClinic(ctx: Pick<Ctx, 'actor'>, clinicId: string | null | undefined): string | null {
  if (clinicId == null) return null;
  const id = fromId('clinic', clinicId);
  if (!ctx.actor.places('schedule:keep').includes(id)) throw new NotFound();
  return id;
}
