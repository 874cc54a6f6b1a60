/** Whether what is stored of a signed order is what was signed: asked at each read, of the row and of both signatures. */

import { createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';
import type { Order } from '#prisma/generated/prescriptions/client.ts';
import { sha256Of } from '#kernel/keys.ts';
import { toId } from '#kernel/ids.ts';
import type { Delivery } from '#kernel/subgraph.ts';
import type { Ctx, Tx } from '../builder.ts';
import { documentOf } from '../order/order-content.ts';
import { DocumentTampered } from './document-tampered.ts';
import { rowAgrees } from './row-agrees.ts';
import { ORDER_TYPE } from './sign-document.ts';

interface Signature {
  readonly protected: string;
  readonly signature: string;
}

interface KnownKey {
  readonly purpose: string;
  readonly sub: string;
  readonly key: KeyObject;
}

/** Keys by their ids: a key never changes, its id is the thumbprint of it. */
const keys = new Map<string, KnownKey>();
/** Documents that were found whole in this process, by the hash of what was looked at. */
const whole = new Set<string>();
const MOST_KEPT = 10_000;

const told = new WeakMap<Ctx, Set<string>>();

/** Under which the outbox keeps that a stored document was found to be another than was signed. */
export const TAMPERED_TOPIC = 'document-tampered';

/**
 * Refuses an order whose stored document is not what was signed, and reports it: to the log, to the trail and to whoever listens, with ids
 * alone. Inside a write it reads with that transaction; the report outlives what is rolled back.
 */
export async function needIntact(ctx: Ctx, order: Order, db: Tx = ctx.db): Promise<void> {
  if (await looked(db, order)) return;
  const tampered = new DocumentTampered();
  // Told once a request, however many fields were asked for.
  const already = told.get(ctx) ?? new Set();
  told.set(ctx, already);
  if (!already.has(order.id)) {
    already.add(order.id);
    const orderId = toId('order', order.id);
    ctx.log.error({ code: tampered.code, requestId: ctx.requestId, orderId }, 'a stored document is not what was signed');
    ctx.refused(
      tampered,
      'orderDocument',
      { orderId },
      {
        ...{ topic: TAMPERED_TOPIC, key: order.id, seq: order.sentSeq, attempt: order.attempt },
        payload: { code: tampered.code, orderId, clinicId: toId('clinic', order.clinicId), requestId: ctx.requestId },
      },
    );
  }
  throw tampered;
}

// A list asks for many fields of one row: the row that was read is looked at once, and another reading of it anew.
const found = new WeakMap<Order, Promise<boolean>>();
function looked(db: Tx, order: Order): Promise<boolean> {
  const known = found.get(order);
  if (known !== undefined) return known;
  const asked = isIntact(db, order);
  found.set(order, asked);
  asked.catch(() => found.delete(order));
  return asked;
}

/** Tells whoever listens. There is no receiver elsewhere that could refuse it. */
export const deliverTampered: Delivery<Tx> =
  async (service, { key }) =>
  async (tx) => {
    await service.notify(tx, TAMPERED_TOPIC, key);
    return null;
  };

/** Whether row, text, digest, payload and both signatures belong together and to registered keys. A draft has nothing to tamper with. */
export async function isIntact(db: Tx, order: Order): Promise<boolean> {
  const { jws, digest } = order;
  try {
    const document = documentOf(order);
    if (document === null) return jws === null && digest === null && order.signedAt === null;
    // Asked each time: what was found whole before is the document, not the row beside it.
    if (!rowAgrees(order, document)) return false;
    const looked = sha256Of(`${order.id} ${digest} ${jws}`);
    if (whole.has(looked)) return true;
    const { payload, signatures } = JSON.parse(jws ?? '') as { payload: string; signatures: Signature[] };
    const [first, second] = signatures;
    if (first === undefined || second === undefined || jws !== asWritten(payload, [first, second])) return false;
    const prescriber = headerOf(first, ['alg', 'typ', 'kid', 'role']);
    const platform = headerOf(second, ['alg', 'typ', 'kid', 'role', 'over']);
    if (prescriber === null || platform === null) return false;
    await readKeys(db, [prescriber.kid, platform.kid]);
    const good =
      fits(payload, first, prescriber, 'prescriber', (key) => key.purpose === 'PRESCRIBER' && key.sub === document.prescriber.id) &&
      platform.over === sha256Of(first.signature) &&
      fits(payload, second, platform, 'platform', (key) => key.purpose === 'PLATFORM');
    if (good) remember(looked);
    return good;
  } catch (error) {
    // What cannot be taken apart was not written by us. What the database did not answer is another matter.
    if (error instanceof DocumentTampered || error instanceof SyntaxError || error instanceof TypeError) return false;
    throw error;
  }
}

type Header = Readonly<Record<'alg' | 'typ' | 'kid' | 'role' | 'over', unknown>>;

/** The one text that signing writes: no other member, no unprotected header, no other spelling, as a pharmacy's reader has it too. */
function asWritten(payload: string, signatures: readonly Signature[]): string {
  const parts = signatures.map((one) => ({ protected: respelt(one.protected), signature: respelt(one.signature) }));
  return JSON.stringify({ payload: respelt(payload), signatures: parts });
}

// base64url spells the same bytes in several ways.
function respelt(text: string): string {
  return Buffer.from(text, 'base64url').toString('base64url');
}

function headerOf(signature: Signature, members: readonly string[]): Header | null {
  const text = Buffer.from(signature.protected, 'base64url').toString('utf8');
  const header = JSON.parse(text) as Header;
  const isExact = Object.keys(header).toSorted().join() === members.toSorted().join();
  // One that does not print as it parses has a member twice.
  return isExact && JSON.stringify(header) === text ? header : null;
}

function fits(payload: string, made: Signature, header: Header, role: string, by: (key: KnownKey) => boolean): boolean {
  const known = keys.get(String(header.kid));
  if (known === undefined || !by(known)) return false;
  if (header.alg !== 'ES256' || header.typ !== ORDER_TYPE || header.role !== role) return false;
  const signed = Buffer.from(`${made.protected}.${payload}`, 'ascii');
  return verify('sha256', signed, { key: known.key, dsaEncoding: 'ieee-p1363' }, Buffer.from(made.signature, 'base64url'));
}

async function readKeys(db: Tx, kids: readonly unknown[]): Promise<void> {
  const wanted = kids.map(String).filter((kid) => !keys.has(kid));
  if (wanted.length === 0) return;
  for (const { kid, purpose, sub, publicJwk } of await db.signingKey.findMany({ where: { kid: { in: wanted } } })) {
    // The id is the thumbprint (RFC 7638): a row whose key was exchanged is no key of that id.
    if (thumbprintOf(publicJwk as JsonWebKey) !== kid) continue;
    keys.set(kid, { purpose, sub, key: createPublicKey({ key: publicJwk as JsonWebKey, format: 'jwk' }) });
  }
}

function thumbprintOf({ crv, kty, x, y }: JsonWebKey): string {
  return sha256Of(JSON.stringify({ crv, kty, x, y }));
}

function remember(looked: string): void {
  if (whole.size >= MOST_KEPT) whole.clear();
  whole.add(looked);
}
