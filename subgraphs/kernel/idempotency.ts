import { createHmac } from 'node:crypto';
import canonicalize from 'canonicalize';
import { Conflict, IdempotencyConflict } from './errors.ts';
import type { RawTx } from './db.ts';

/** What identifies one attempt of one mutation: the caller, their key, and where in the operation the field stands. */
export interface Attempt {
  readonly actor: string;
  readonly key: string;
  readonly path: string;
  readonly inputHmac: string;
}

/** The keyed digest of a mutation's coerced arguments. Not of the selection: asking for more fields is the same request. */
export function inputDigest(secret: Buffer, field: string, args: unknown): string {
  return createHmac('sha256', secret)
    .update(canonicalize({ field, args: plain(args) }) ?? '')
    .digest('base64url');
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null));
}

/**
 * Takes the key inside the mutation's own transaction, as its first statement. Null: the attempt is new. An id: this
 * was done before, and that record is the answer. A second caller with the same key waits for the first.
 */
export async function takeKey(tx: RawTx, attempt: Attempt, now: Date): Promise<string | null> {
  const taken = await tx.$executeRawUnsafe(
    `insert into idempotency_record (actor, key, path, input_hmac, at) values ($1, $2, $3, $4, $5::timestamptz) on conflict do nothing`,
    attempt.actor,
    attempt.key,
    attempt.path,
    attempt.inputHmac,
    now.toISOString(),
  );
  if (taken === 1) return null;
  const [first] = await tx.$queryRawUnsafe<{ input_hmac: string; result_id: string | null }[]>(
    `select input_hmac, result_id::text from idempotency_record where actor = $1 and key = $2 and path = $3`,
    attempt.actor,
    attempt.key,
    attempt.path,
  );
  if (!first) throw new Conflict();
  if (first.input_hmac !== attempt.inputHmac) throw new IdempotencyConflict();
  if (first.result_id === null) throw new Conflict();
  return first.result_id;
}

/** Writes down which record answered the attempt, so that a retry is answered with the same. */
export async function keepAnswer(tx: RawTx, attempt: Attempt, answer: { kind: string; id: string }): Promise<void> {
  await tx.$executeRawUnsafe(
    `update idempotency_record set result_kind = $4, result_id = $5::uuid where actor = $1 and key = $2 and path = $3`,
    attempt.actor,
    attempt.key,
    attempt.path,
    answer.kind,
    answer.id,
  );
}
