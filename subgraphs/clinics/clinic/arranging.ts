import { InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { z } from 'zod';
import type { Ctx, Tx } from '../builder.ts';

/** The stored id of a clinic whose services, licences and devices the caller arranges. Another's answers like one that is not there. */
export function clinicToArrange(ctx: Pick<Ctx, 'actor'>, clinicId: string): string {
  const id = fromId('clinic', clinicId);
  if (!ctx.actor.places('clinic:arrange').includes(id)) throw new NotFound();
  return id;
}

/** One change of a clinic or entity at a time, so that what is found not to be there is still not there when it is written. */
export async function oneAtATime(tx: Tx, placeId: string): Promise<void> {
  await tx.$queryRawUnsafe(`select pg_advisory_xact_lock(hashtextextended($1, 0))::text`, `arranging/${placeId}`);
}

/** A line of text as it may be stored: trimmed, not empty, no longer than a label can carry, nothing but printable characters. */
export const labelShape = (what: string, longest: number) =>
  z
    .string()
    .trim()
    .min(1, `${what} is missing.`)
    .max(longest, `${what} has at most ${longest} characters.`)
    .regex(/^[^\p{C}]*$/u, `${what} is one line of plain text.`);

/** Refuses an input at one of its fields. */
export function refuseField(field: string, message: string): never {
  throw new InvalidInput([{ path: `input.${field}`, message }]);
}
