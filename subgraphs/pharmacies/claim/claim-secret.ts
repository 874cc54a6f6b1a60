import { createHmac } from 'node:crypto';
import { isSameText } from '#kernel/keys.ts';
import type { Ctx } from '../builder.ts';

/** Which claim a secret is for: another fulfillment, pharmacy or generation has another one. */
export interface ClaimKey {
  readonly fulfillmentId: string;
  readonly pharmacyId: string;
  readonly generation: number;
}

/** The secret of a claim. Derived whenever it is asked for, so that a lost answer can be fetched again and no copy can leak. */
export function claimSecret(ctx: Pick<Ctx, 'secretFor'>, { fulfillmentId, pharmacyId, generation }: ClaimKey): string {
  return createHmac('sha256', ctx.secretFor('claim'))
    .update(JSON.stringify([fulfillmentId, pharmacyId, generation]))
    .digest('base64url');
}

/** Whether the caller knows the secret, in a time that tells nothing about it. No claim, no secret that fits. */
export function isClaimSecret(ctx: Pick<Ctx, 'secretFor'>, key: ClaimKey, text: string): boolean {
  return isSameText(claimSecret(ctx, key), text) && key.generation > 0;
}
