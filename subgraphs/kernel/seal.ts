import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import type { Log } from './log.ts';

/** What stands before the first link of every chain. */
export const GENESIS = '0'.repeat(64);
/** Rows that belong to no tenant have a chain of their own under this id. */
export const NO_TENANT = '00000000-0000-0000-0000-000000000000';

const EVERY_MS = 1_000;
const BATCH = 500;

/** The head of a chain after one more link: changing, dropping or adding an earlier row changes every head after it. */
export function nextHead(previous: string, rowHash: string, seq: bigint | number): string {
  return createHash('sha256').update(`${previous}:${rowHash}:${seq}`).digest('hex');
}

interface Unsealed {
  readonly id: string;
  readonly tenant: string;
  readonly hash: string;
}

/**
 * Links what was written since into each tenant's chain. One sealer at a time in the whole deployment, by an advisory
 * lock: two would fork the chain. Answers how many rows were linked.
 */
export async function seal(pool: Pool): Promise<number> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const lock = await client.query<{ held: boolean }>(`select pg_try_advisory_xact_lock(hashtext('seal:' || current_schema())) as held`);
    const linked = lock.rows[0]?.held ? await link(client) : 0;
    await client.query('commit');
    return linked;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

async function link(client: PoolClient): Promise<number> {
  const rows = await client.query<Unsealed>(
    `select e.id, coalesce(e.tenant_id, $1::uuid) as tenant, e.hash from audit_unsealed u join audit_event e on e.id = u.row_id
     order by e.at, e.id limit $2`,
    [NO_TENANT, BATCH],
  );
  const heads = new Map<string, { seq: bigint; head: string }>();
  for (const row of rows.rows) {
    const before = heads.get(row.tenant) ?? (await headOf(client, row.tenant));
    const seq = before.seq + 1n;
    const head = nextHead(before.head, row.hash, seq);
    await client.query(
      `insert into audit_seal (tenant_id, seq, row_id, row_hash, prev, head, sealed_at) values ($1, $2, $3, $4, $5, $6, now())`,
      [row.tenant, seq, row.id, row.hash, before.head, head],
    );
    heads.set(row.tenant, { seq, head });
  }
  await client.query('delete from audit_unsealed where row_id = any($1::uuid[])', [rows.rows.map((row) => row.id)]);
  return rows.rows.length;
}

async function headOf(client: PoolClient, tenant: string): Promise<{ seq: bigint; head: string }> {
  const last = await client.query<{ seq: string; head: string }>(
    'select seq, head from audit_seal where tenant_id = $1 order by seq desc limit 1',
    [tenant],
  );
  const row = last.rows[0];
  return row ? { seq: BigInt(row.seq), head: row.head } : { seq: 0n, head: GENESIS };
}

/** Seals every second until stopped. */
export function sealForever(pool: Pool, log: Log): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let running: Promise<unknown> = Promise.resolve();
  const turn = () => {
    running = seal(pool)
      .catch((error: unknown) => log.warn({ code: 'SEAL_FAILED', error: error instanceof Error ? error.name : 'unknown' }))
      .then(() => {
        if (!stopped) timer = setTimeout(turn, EVERY_MS);
      });
  };
  turn();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await running;
  };
}
