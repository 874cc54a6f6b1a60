import { NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import type { Moves } from '#kernel/states.ts';
import type { OutsideExam } from '#prisma/generated/prescriptions/client.ts';
import type { Ctx, Tx } from '../builder.ts';

/** Every move of a result: once decided, it stays so. */
export const outsideMoves: Moves<'PROPOSED' | 'CONFIRMED' | 'REJECTED'> = {
  PROPOSED: ['CONFIRMED', 'REJECTED'],
  CONFIRMED: [],
  REJECTED: [],
};

/** A result at a clinic where the caller has that right, kept to this transaction: of two who decide, the second sees what the first did. */
export async function lockOutsideExam(
  tx: Tx,
  ctx: Pick<Ctx, 'actor'>,
  publicId: string,
  by: 'outside-exam:match' | 'outside-exam:attest',
): Promise<OutsideExam> {
  const id = fromId('outsideExam', publicId);
  const where = { id, clinicId: { in: [...ctx.actor.places(by)] } };
  if ((await tx.outsideExam.count({ where })) === 0) throw new NotFound();
  await tx.$queryRawUnsafe('select id::text from outside_exam where id = $1::uuid for update', id);
  return tx.outsideExam.findFirstOrThrow({ where });
}
