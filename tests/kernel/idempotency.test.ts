import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RawTx } from '#kernel/db.ts';
import { inputDigest, keepAnswer, takeKey } from '#kernel/idempotency.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

const secret = Buffer.alloc(32, 1);
let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await testDatabase();
  pool = new pg.Pool({ connectionString: database.addresses.prescriptions.appUrl, max: 12 });
  pool.on('error', () => undefined);
});

afterAll(async () => {
  await pool.end();
  await database?.[Symbol.asyncDispose]();
});

/** One mutation as a caller makes it: takes the key, does its work or not, keeps the answer. */
async function attempt(
  actor: string,
  key: string,
  input: unknown,
  outcome: 'done' | 'refused' = 'done',
): Promise<{ id: string; isNew: boolean }> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query(`select set_config('app.actor', $1, true), set_config('lock_timeout', '5s', true)`, [actor]);
    const tx: RawTx = {
      $executeRawUnsafe: async (text, ...values) => (await client.query(text, values)).rowCount ?? 0,
      $queryRawUnsafe: async <T>(text: string, ...values: unknown[]) => (await client.query(text, values)).rows as T,
    };
    const one = { actor, key, path: 'signOrder', inputHmac: inputDigest(secret, 'signOrder', input) };
    const before = await takeKey(tx, one, new Date());
    if (before !== null) {
      await client.query('commit');
      return { id: before, isNew: false };
    }
    if (outcome === 'refused') throw new Error('refused');
    const id = randomUUID();
    await keepAnswer(tx, one, { kind: 'order', id });
    await client.query('commit');
    return { id, isNew: true };
  } catch (error) {
    await client.query('rollback');
    throw error;
  } finally {
    client.release();
  }
}

test('thirty attempts with one key at once do the work once and answer the same', async () => {
  const answers = await Promise.all(Array.from({ length: 30 }, () => attempt('usr_a', 'k1', { orderId: 'ord_1' })));
  expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
  expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
});

test('another input under the same key is refused', async () => {
  await attempt('usr_a', 'k2', { orderId: 'ord_1' });
  await expect(attempt('usr_a', 'k2', { orderId: 'ord_2' })).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
});

test('a key is its caller’s own, and a refusal frees it', async () => {
  const mine = await attempt('usr_a', 'k3', {});
  const theirs = await attempt('usr_b', 'k3', {});
  expect(theirs.isNew).toBe(true);
  expect(theirs.id).not.toBe(mine.id);
  await expect(attempt('usr_a', 'k4', {}, 'refused')).rejects.toThrow('refused');
  expect((await attempt('usr_a', 'k4', {})).isNew).toBe(true);
});

test('the order of an input’s fields does not matter, its values do', () => {
  expect(inputDigest(secret, 'f', { a: 1, b: 2 })).toBe(inputDigest(secret, 'f', { b: 2, a: 1 }));
  expect(inputDigest(secret, 'f', { a: 1 })).not.toBe(inputDigest(secret, 'f', { a: 2 }));
  expect(inputDigest(secret, 'f', { a: 1 })).not.toBe(inputDigest(secret, 'g', { a: 1 }));
});
