import type { Pool } from 'pg';
import type { Role } from './permissions.ts';
import type { Tenancy } from './actor.ts';
import type { Events } from './events.ts';
import type { Log } from './log.ts';

/** A copy older than this shows nothing: who belongs where may have changed since. Real time, never the sandbox's. */
const STALE_MS = 5 * 60_000;
const REFRESH_MS = 30_000;
const RETRY_MS = 500;

/** The subgraph's own copy of who belongs to what, refreshed from `clinics`, which owns it. */
export interface TenancyCopy {
  /** The copy, or null when it is too old to rely on. */
  current(): Tenancy | null;
  /** Fetches the tenancy now; rejects when its owner does not answer. */
  refresh(): Promise<void>;
  /** Resolves once there is a copy to rely on. */
  readonly ready: Promise<void>;
  stop(): void;
}

interface Stored {
  readonly tenancy: Tenancy;
  readonly asOf: number;
}

/** Keeps the copy in the subgraph's own tables, so that a restart has it at once, and in memory, so that a request pays nothing for it. */
export function keepTenancy(pool: Pool, fetchTenancy: () => Promise<Tenancy>, log: Log): TenancyCopy {
  let stored: Stored | null = null;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let markReady: () => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    markReady = resolve;
  });

  let latest = 0;
  let kept = 0;

  async function refresh(): Promise<void> {
    // Each later than the one before, also within a millisecond: by this the later of two is told.
    const asOf = Math.max(Date.now(), latest + 1);
    latest = asOf;
    const tenancy = await fetchTenancy();
    // One that began later was faster: what this one read may hold a right that has ended since.
    if (kept > asOf) return;
    kept = asOf;
    stored = { tenancy, asOf };
    await store(pool, tenancy, asOf);
    markReady();
  }

  async function loop(): Promise<void> {
    let wait = REFRESH_MS;
    try {
      await refresh();
    } catch (error) {
      wait = stored === null ? RETRY_MS : REFRESH_MS / 6;
      log.debug({ code: 'TENANCY_NOT_REFRESHED', reason: error instanceof Error ? error.message : 'unknown' });
    }
    if (!stopped) timer = setTimeout(() => void loop(), wait);
  }

  void load(pool)
    .then((found) => {
      stored ??= found;
      if (stored && Date.now() - stored.asOf < STALE_MS) markReady();
    })
    .catch(() => undefined)
    .then(() => (stopped ? undefined : loop()));

  return {
    current: () => (stored !== null && Date.now() - stored.asOf < STALE_MS ? stored.tenancy : null),
    refresh,
    ready,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** Of several copies of a subgraph one is told that somebody's rights have changed; with this notice it tells the others. */
export const tenancyChanged = 'tenancy:changed';

/** Fetches the tenancy at each such notice until the signal fires. */
export async function refreshWhenTold(events: Events, tenancy: TenancyCopy, until: AbortSignal, log: Log): Promise<void> {
  const [topic = '', id = ''] = tenancyChanged.split(':');
  const notices = events.subscribe(topic, id, until);
  // The first only says that it listens.
  await notices.next();
  for await (const _notice of notices) {
    // One that fails is made up for within half a minute, and the copy goes stale after five.
    await tenancy.refresh().catch(() => log.debug({ code: 'TENANCY_NOT_REFRESHED', reason: 'told' }));
  }
}

async function store(pool: Pool, tenancy: Tenancy, asOf: number): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    // One at a time, and never back: two processes of one subgraph keep the same copy. What a clock that ran ahead has left gives way.
    await client.query(`select pg_advisory_xact_lock(hashtextextended(current_schema() || '.tenancy', 0))`);
    const newer = await client.query('select 1 from tenancy_state where id = 1 and as_of > $1 and as_of < $2', [
      new Date(asOf),
      new Date(Date.now() + REFRESH_MS),
    ]);
    if (newer.rowCount !== 0) {
      await client.query('rollback');
      return;
    }
    await client.query('delete from tenancy_clinic');
    await client.query('delete from tenancy_membership');
    await client.query(
      `insert into tenancy_clinic (clinic_id, entity_id, mso_id) select * from unnest($1::uuid[], $2::uuid[], $3::uuid[])`,
      [tenancy.clinics.map((row) => row.clinicId), tenancy.clinics.map((row) => row.entityId), tenancy.clinics.map((row) => row.msoId)],
    );
    await client.query(
      `insert into tenancy_membership (sub, role, at) select * from unnest($1::text[], $2::text[], $3::text[]) on conflict do nothing`,
      [tenancy.memberships.map((row) => row.sub), tenancy.memberships.map((row) => row.role), tenancy.memberships.map((row) => row.at)],
    );
    await client.query(`insert into tenancy_state (id, as_of) values (1, $1) on conflict (id) do update set as_of = excluded.as_of`, [
      new Date(asOf),
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

async function load(pool: Pool): Promise<Stored | null> {
  const state = await pool.query<{ as_of: Date }>('select as_of from tenancy_state where id = 1');
  const asOf = state.rows[0]?.as_of.getTime();
  if (asOf === undefined) return null;
  const clinics = await pool.query<{ clinic_id: string; entity_id: string; mso_id: string | null }>(
    'select clinic_id, entity_id, mso_id from tenancy_clinic',
  );
  const memberships = await pool.query<{ sub: string; role: Role; at: string }>('select sub, role, at from tenancy_membership');
  return {
    asOf,
    tenancy: {
      clinics: clinics.rows.map((row) => ({ clinicId: row.clinic_id, entityId: row.entity_id, msoId: row.mso_id })),
      memberships: memberships.rows,
    },
  };
}
