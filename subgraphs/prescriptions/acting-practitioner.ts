import { Forbidden } from '#kernel/errors.ts';
import { tryId } from '#kernel/ids.ts';
import type { Ctx } from './builder.ts';

/** The stored id of the practitioner who calls. A practitioner's token has their practitioner id as its subject, so that a signature and a person are one. */
export function actingPractitioner(ctx: Pick<Ctx, 'actor'>): string {
  const id = ctx.actor.service === null ? tryId('practitioner', ctx.actor.sub) : null;
  if (id === null) throw new Forbidden();
  return id;
}
