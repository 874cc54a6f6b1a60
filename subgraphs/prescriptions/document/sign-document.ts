import { FlattenedSign } from 'jose';
import { Conflict, Forbidden, StepUpRequired } from '#kernel/errors.ts';
import { sha256Of } from '#kernel/keys.ts';
import { codeOf } from '#kernel/db.ts';
import type { Ctx, Tx } from '../builder.ts';
import { canonicalText, digestOf } from './canonical.ts';
import type { OrderDocument } from './order-document.ts';
import { keysInUse, type OpenKey } from './signing-key.ts';

/** The media type of a signed order, in each signature's header: a signature made for something else does not fit. */
export const ORDER_TYPE = 'gf-order+jws';

/** A document with both signatures, as it is stored and handed out. */
export interface SignedDocument {
  /** The canonical text, which is the payload to the letter. */
  readonly text: string;
  /** JWS General JSON serialisation (RFC 7515 §7.2.1). */
  readonly jws: string;
  readonly digest: string;
}

/** As what somebody signs: the media type of the document, and the signer's part in it. */
export interface SignedAs {
  readonly typ: string;
  readonly role: string;
}

const asPrescriber: SignedAs = { typ: ORDER_TYPE, role: 'prescriber' };

/** Signs one payload with both keys: the signer's first, then the platform's over the same bytes and the first signature. */
export async function signTwice(text: string, signer: OpenKey, platform: OpenKey, { typ, role } = asPrescriber): Promise<string> {
  const payload = new TextEncoder().encode(text);
  const first = await new FlattenedSign(payload).setProtectedHeader({ alg: 'ES256', typ, kid: signer.kid, role }).sign(signer.key);
  const second = await new FlattenedSign(payload)
    .setProtectedHeader({ alg: 'ES256', typ, kid: platform.kid, role: 'platform', over: sha256Of(first.signature) })
    .sign(platform.key);
  const signatures = [first, second].map((one) => ({ protected: one.protected, signature: one.signature }));
  return JSON.stringify({ payload: first.payload, signatures });
}

/** Signs a payload with the platform's key alone: it says what was written, and nobody's word for it. */
export async function signAlone(text: string, platform: OpenKey, typ: string): Promise<string> {
  const header = { alg: 'ES256', typ, kid: platform.kid, role: 'platform' };
  const {
    payload,
    protected: head,
    signature,
  } = await new FlattenedSign(new TextEncoder().encode(text)).setProtectedHeader(header).sign(platform.key);
  return JSON.stringify({ payload, signatures: [{ protected: head, signature }] });
}

/**
 * The only place where a prescriber's key is used for an order (`exam/decision/sign-exam.ts` is where one is used for an exam). It looks for itself at whoever signs: a person who proved a second
 * factor within five minutes and is the prescriber the document names. One token signs one document once.
 */
export async function signDocument(
  tx: Tx,
  ctx: Ctx,
  order: { readonly id: string; readonly clinicId: string; readonly patientId: string },
  document: OrderDocument,
): Promise<SignedDocument> {
  const { actor } = ctx;
  // Freshness is about the real clock, never about a sandbox's.
  if (actor.authTime === null || !actor.steppedUp(Math.floor(Date.now() / 1000))) throw new StepUpRequired();
  if (actor.service !== null || document.prescriber.id !== actor.sub) throw new Forbidden();
  const text = canonicalText(document);
  const digest = digestOf(text);
  const { signer: prescriber, platform } = await keysInUse(tx, ctx, actor.sub);
  try {
    await tx.orderSigning.create({
      data: {
        id: ctx.newId(),
        orderId: order.id,
        clinicId: order.clinicId,
        patientId: order.patientId,
        tokenHash: actor.tokenHash,
        digest,
        signedBy: actor.sub,
        authTime: new Date(actor.authTime * 1000),
        amr: [...actor.amr],
        keyId: prescriber.kid,
        platformKeyId: platform.kid,
        at: ctx.now(),
      },
      select: { id: true },
    });
  } catch (error) {
    if (codeOf(error) === 'P2002' || codeOf(error) === '23505') throw new Conflict('This was signed before.');
    throw error;
  }
  return { text, jws: await signTwice(text, prescriber, platform), digest };
}
