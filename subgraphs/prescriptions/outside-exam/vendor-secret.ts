/** The secret a vendor signs its reports with (Standard Webhooks 1.0): derived when it is needed, shown when it is made, stored nowhere. */

import { createHmac } from 'node:crypto';
import { isSameText } from '#kernel/keys.ts';
import type { Ctx } from '../builder.ts';

/** How far a message's time may be from ours, either way, in seconds. */
const TOLERANCE_S = 5 * 60;

/** As much of a vendor as its secret hangs on. */
interface Secretive {
  readonly id: string;
  readonly secretGeneration: number;
}

/** The three headers of a signed message, and its body as it came. */
export interface SignedMessage {
  readonly id: string;
  /** Seconds since 1970. */
  readonly timestamp: string;
  /** One or more signatures, each `v1,<base64>`, with spaces between. */
  readonly signature: string;
  readonly body: string;
}

function keyOf(ctx: Pick<Ctx, 'secretFor'>, { id, secretGeneration }: Secretive): Buffer {
  return ctx.secretFor(`exam-vendor/${id}/${secretGeneration}`);
}

/** The secret as vendors enter it: `whsec_` and base64. */
export function vendorSecret(ctx: Pick<Ctx, 'secretFor'>, vendor: Secretive): string {
  return `whsec_${keyOf(ctx, vendor).toString('base64')}`;
}

/** The signature of a message under a key, as the header carries it. */
export function signatureOf(key: Buffer, { id, timestamp, body }: Omit<SignedMessage, 'signature'>): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`, 'utf8').digest('base64')}`;
}

/** Whether the message was signed with the vendor's secret. Every signature is compared whole, in a time that says nothing of where it differs. */
export function isSigned(ctx: Pick<Ctx, 'secretFor'>, vendor: Secretive, message: SignedMessage): boolean {
  const expected = signatureOf(keyOf(ctx, vendor), message);
  return message.signature.split(' ').filter((given) => isSameText(given, expected)).length > 0;
}

/** Whether the message is of now, give or take five minutes. */
export function isRecent({ timestamp }: SignedMessage, now: Date): boolean {
  return /^\d{1,12}$/.test(timestamp) && Math.abs(now.getTime() / 1000 - Number(timestamp)) <= TOLERANCE_S;
}
