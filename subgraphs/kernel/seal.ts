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

interface Link extends Unsealed {
  readonly seq: bigint;
  readonly prev: string;
  readonly head: string;
}

// Three statements however many tenants: one recall writes to the trail of every clinic it reaches.
async function link(client: PoolClient): Promise<number> {
  const { rows } = await client.query<Unsealed>(
    `select e.id, coalesce(e.tenant_id, $1::uuid) as tenant, e.hash from audit_unsealed u join audit_event e on e.id = u.row_id
     order by e.at, e.id limit $2`,
    [NO_TENANT, BATCH],
  );
  if (rows.length === 0) return 0;
  const heads = await headsOf(client, [...new Set(rows.map(({ tenant }) => tenant))]);
  const links = rows.map((row): Link => {
    const before = heads.get(row.tenant) ?? { seq: 0n, head: GENESIS };
    const seq = before.seq + 1n;
    const head = nextHead(before.head, row.hash, seq);
    heads.set(row.tenant, { seq, head });
    return { ...row, seq, prev: before.head, head };
  });
  await client.query(
    `insert into audit_seal (tenant_id, seq, row_id, row_hash, prev, head, sealed_at)
     select *, now() from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::text[], $5::text[], $6::text[])`,
    [
      links.map(({ tenant }) => tenant),
      links.map(({ seq }) => String(seq)),
      links.map(({ id }) => id),
      links.map(({ hash }) => hash),
      links.map(({ prev }) => prev),
      links.map(({ head }) => head),
    ],
  );
  await client.query('delete from audit_unsealed where row_id = any($1::uuid[])', [links.map(({ id }) => id)]);
  return links.length;
}

async function headsOf(client: PoolClient, tenants: readonly string[]): Promise<Map<string, { seq: bigint; head: string }>> {
  const { rows } = await client.query<{ tenant: string; seq: string; head: string }>(
    `select t.id as tenant, s.seq, s.head from unnest($1::uuid[]) t (id)
     cross join lateral (select seq, head from audit_seal where tenant_id = t.id order by seq desc limit 1) s`,
    [tenants],
  );
  return new Map(rows.map(({ tenant, seq, head }) => [tenant, { seq: BigInt(seq), head }]));
}

/** Seals every second until stopped, and goes on at once while there is more than it takes in one go. */
export function sealForever(pool: Pool, log: Log): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let running: Promise<unknown> = Promise.resolve();
  const turn = () => {
    running = seal(pool)
      .catch((error: unknown) => {
        log.warn({ code: 'SEAL_FAILED', error: error instanceof Error ? error.name : 'unknown' });
        return 0;
      })
      .then((linked) => {
        if (!stopped) timer = setTimeout(turn, linked < BATCH ? EVERY_MS : 0);
      });
  };
  turn();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await running;
  };
}
