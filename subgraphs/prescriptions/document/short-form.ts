import { constants, deflateRawSync } from 'node:zlib';
import { CompactSign } from 'jose';
import { toId } from '#kernel/ids.ts';
import { builder, type Ctx } from '../builder.ts';
import { shownStatus } from '../order/expiry/last-day.ts';
import { Order } from '../order/order.ts';
import { signatureOf } from '../order/order-content.ts';
import { canonicalText } from './canonical.ts';
import { needIntact } from './intact.ts';
import { type OpenKey, PLATFORM, readKey } from './signing-key.ts';

/** The media type of a short form, in its header: nothing else the platform signs can be taken for one. */
export const SHORT_FORM_TYPE = 'gf-short+jws';

/** Where the status list is, at whoever issued the short form. */
export const STATUS_PATH = '/order-status.jws';

/** How long a patient may carry one, in days; then the clinic prints another. */
const CARRIED_DAYS = 30;

const DAY_S = 86_400;

/** What a short form says of a signed order: how to find and know it again, and nothing of anybody's health. */
export interface ShortForm {
  readonly orderId: string;
  /** SHA-256 of the signed document, hex. */
  readonly documentDigest: string;
  /** Of the prescriber's key; the platform's is in the header. */
  readonly prescriberKeyId: string;
}

/**
 * The short form as a compact JWS of the platform's, its payload deflated (`zip` DEF, RFC 1951, as SMART Health Cards do it) so that it
 * fits a QR code. Members have short names for the same reason; the README says what they mean.
 */
export async function signedShortForm(key: OpenKey, form: ShortForm, at: Date): Promise<string> {
  const issued = Math.floor(at.getTime() / 1000);
  const payload = {
    dig: Buffer.from(form.documentDigest, 'hex').toString('base64url'),
    exp: issued + CARRIED_DAYS * DAY_S,
    iat: issued,
    kid: form.prescriberKeyId,
    ord: form.orderId,
    sta: STATUS_PATH,
    v: 1,
  };
  return new CompactSign(deflateRawSync(canonicalText(payload), { level: constants.Z_BEST_COMPRESSION }))
    .setProtectedHeader({ alg: 'ES256', zip: 'DEF', typ: SHORT_FORM_TYPE, kid: key.kid })
    .sign(key.key);
}

const platformKeys = new WeakMap<Ctx, Promise<OpenKey | null>>();

/** The platform's key, read and opened once a request, however many orders of a list are printed. */
function platformKey(ctx: Ctx): Promise<OpenKey | null> {
  const known = platformKeys.get(ctx) ?? readKey(ctx.db, ctx, PLATFORM);
  platformKeys.set(ctx, known);
  return known;
}

const signedStates = ['SIGNED', 'SENT', 'COMPLETED'];

builder.objectField(Order, 'shortForm', (t) =>
  t.string({
    nullable: true,
    description:
      'What a patient can carry as a QR code: a compact JWS of the platform’s, deflated, with the order’s id, its document’s digest and key, and where the status list is, good for 30 days. Nothing of anybody’s health. Null of a draft, of what was cancelled, asked back or is past its last day, and before anything was signed.',
    resolve: async (order, _args, ctx) => {
      await needIntact(ctx, order);
      const signature = signatureOf(order);
      const [prescriberKeyId] = signature?.keyIds ?? [];
      if (signature === null || prescriberKeyId === undefined || !signedStates.includes(shownStatus(order, ctx.now()))) return null;
      const key = await platformKey(ctx);
      if (key === null) return null;
      const { documentDigest } = signature;
      return signedShortForm(key, { orderId: toId('order', order.id), documentDigest, prescriberKeyId }, ctx.now());
    },
  }),
);
