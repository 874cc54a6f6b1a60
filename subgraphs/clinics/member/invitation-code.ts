import { createHmac } from 'node:crypto';
import { sha256Of } from '#kernel/keys.ts';
import type { Ctx } from '../builder.ts';

/**
 * The code of an invitation. Derived from its id, so that whoever retries a lost answer with the same idempotency key gets the
 * same code; what is stored is its hash.
 */
export function codeOf(ctx: Pick<Ctx, 'secretFor'>, invitationId: string): string {
  return createHmac('sha256', ctx.secretFor('invitation')).update(invitationId).digest('base64url');
}

/** What is stored of a code, and what one is looked up by. */
export const hashOf = (code: string): string => sha256Of(code);
