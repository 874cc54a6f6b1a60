import { env } from 'node:process';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { databaseNames, type DatabaseName } from './models.ts';
import { asOwner } from './owner-client.ts';
import { startPostgres } from './postgres.ts';
import { rolesOf } from './roles.ts';
import { StartRefused } from './start-refused.ts';

/*
 * npm run retention                                      what is kept of the audit trails and outboxes, and which of it is past its term
 * npm run retention -- --drop --by "…" --because "…"     lets go of what is past its term, for good
 *
 * Nothing is thrown away by a timer: a dispute or an investigation keeps records past any term, and only people know of one. The term is
 * `kept_since()` of months.sql. Links of the seal stay, so that the chain can be checked on, and a copy that somebody kept can be held against it.
 */

/** A month of rows, which is kept or let go as one; the first stretch is whatever was written before there were months. */
export interface Stretch {
  readonly subgraph: DatabaseName;
  readonly table: 'audit_event' | 'audit_patient' | 'outbox_event';
  readonly part: string;
  /** Its rows were written before this; null where no month holds them. */
  readonly until: Date | null;
  readonly bytes: number;
  /** Why it stays; null when it may go. */
  readonly stays: 'TERM_RUNS' | 'NOT_DELIVERED' | 'NOT_SEALED' | 'OLDER_STAYS' | 'NO_MONTH' | null;
}

/** Who lets rows go and why, as the trail will say it. */
export interface Letting {
  readonly by: string;
  readonly because: string;
}

// Through the whole table and as the worker, who sees every row: the owner of a table with forced policies sees none.
const unsealed = `select 1 from audit_event e where id >= $1::uuid and id < $2::uuid and not exists (select from audit_seal where row_id = e.id) limit 1`;
const open = {
  audit_event: unsealed,
  audit_patient: unsealed,
  outbox_event: `select 1 from outbox_event where id >= $1::uuid and id < $2::uuid and delivered_at is null limit 1`,
} as const;
const waitsFor = { audit_event: 'NOT_SEALED', audit_patient: 'NOT_SEALED', outbox_event: 'NOT_DELIVERED' } as const;

/** Every stretch of a subgraph's trail and outbox that has begun, oldest first. */
export function stretchesOf(owner: pg.Client, subgraph: DatabaseName): Promise<Stretch[]> {
  return within(owner, subgraph, () => stretches(owner, subgraph));
}

async function stretches(owner: pg.Client, subgraph: DatabaseName): Promise<Stretch[]> {
  const found: Stretch[] = [];
  for (const table of ['audit_event', 'audit_patient', 'outbox_event'] as const) {
    const { rows } = await owner.query<{ part: string; first: string; end: string; until: Date; bytes: number; runs: boolean }>(
      `select part, first_id as first, end_id as end, moment_of(end_id) as until, moment_of(end_id) > kept_since() as runs,
         pg_total_relation_size(part::regclass)::float8 as bytes from months_of($1) where moment_of(first_id) <= now() order by end_id`,
      [table],
    );
    let oldestStays = false;
    for (const { part, first, end, until, bytes, runs } of rows) {
      const waits = async () => ((await owner.query(open[table], [first, end])).rowCount === 0 ? null : waitsFor[table]);
      // A gap between months that stand is how somebody's hand in the trail shows: none is made here.
      const stays: Stretch['stays'] = runs
        ? 'TERM_RUNS'
        : ((await asWorker(owner, subgraph, waits)) ?? (oldestStays ? 'OLDER_STAYS' : null));
      oldestStays ||= stays !== null;
      found.push({ subgraph, table, part, until, bytes, stays });
    }
    found.push(...(await rest(owner, subgraph, table)));
  }
  return found;
}

/** What was written when its month was not there: by a clock that ran ahead, or after a standstill of months. Nothing here lets go of it. */
async function rest(owner: pg.Client, subgraph: DatabaseName, table: Stretch['table']): Promise<Stretch[]> {
  const part = `${table}_rest`;
  const { rows } = await owner.query<{ bytes: number }>(
    `select pg_total_relation_size($1::regclass)::float8 as bytes where pg_relation_size($1::regclass) > 0`,
    [part],
  );
  return rows.map(({ bytes }) => ({ subgraph, table, part, until: null, bytes, stays: 'NO_MONTH' }));
}

/** Drops what may go of a subgraph's, with a row in its trail for each, all of it or nothing. Answers what went. */
export function letGo(owner: pg.Client, subgraph: DatabaseName, { by, because }: Letting): Promise<Stretch[]> {
  return within(owner, subgraph, async () => {
    const gone = (await stretches(owner, subgraph)).filter(({ stays }) => stays === null);
    for (const { table, part, until, bytes } of gone) {
      await owner.query(`alter table ${table} detach partition ${part}`);
      await owner.query(`drop table ${part}`);
      await asWorker(owner, subgraph, () =>
        owner.query(
          `insert into audit_event (id, tenant_id, at, kind, action, actor, actor_name, request_id, detail)
           values (uuidv7(), null, date_trunc('milliseconds', now()), 'CHANGE', 'records.expired', 'retention', $1, 'retention', $2)`,
          [by, JSON.stringify({ part, until: until?.toISOString(), bytes, because })],
        ),
      );
    }
    return gone;
  });
}

async function within<T>(owner: pg.Client, subgraph: DatabaseName, work: () => Promise<T>): Promise<T> {
  await owner.query('begin');
  try {
    // Letting a month go asks for the whole table for a moment. Rather than let writers queue behind us, we are refused and called again: well
    // before PostgreSQL looks for deadlocks (`deadlock_timeout`, 1 s), of which a writer that has another of the tables would be the victim.
    await owner.query(`set local search_path = ${subgraph}, pg_temp; set local lock_timeout = '400ms'`);
    const known = await owner.query<{ known: boolean }>(`select to_regprocedure('months_of(text)') is not null as known`);
    if (!known.rows[0]?.known) throw new StartRefused('The database is not up to date: run npm run migrate first.');
    const result = await work();
    await owner.query('commit');
    return result;
  } catch (error) {
    await owner.query('rollback');
    if ((error as { code?: string }).code === '55P03') throw new StartRefused(`${subgraph} is busy: nothing of it was let go. Try again.`);
    throw error;
  }
}

async function asWorker<T>(owner: pg.Client, subgraph: DatabaseName, work: () => Promise<T>): Promise<T> {
  await owner.query(`set local role ${rolesOf(subgraph).worker}`);
  const result = await work();
  await owner.query('reset role');
  return result;
}

/** What the command line says: null to look only. */
export function readArguments(args: readonly string[]): Letting | null {
  const { drop, by, because } = parsed(args);
  if (!drop && by === undefined && because === undefined) return null;
  const faults = drop ? [] : ['--drop is needed: without it nothing is let go.'];
  const text = (name: string, value = ''): string => {
    if (value.trim() === '') faults.push(`--${name} is needed: the trail keeps it.`);
    else if (value.length > 255 || /\p{Cc}/u.test(value))
      faults.push(`--${name} has at most 255 characters, none of them a control character.`);
    return value.trim();
  };
  const letting = { by: text('by', by), because: text('because', because) };
  if (faults.length > 0) throw new StartRefused(faults.join('\n'));
  return letting;
}

function parsed(args: readonly string[]): { drop?: boolean; by?: string; because?: string } {
  try {
    return parseArgs({ args: [...args], options: { drop: { type: 'boolean' }, by: { type: 'string' }, because: { type: 'string' } } })
      .values;
  } catch (error) {
    throw new StartRefused(error instanceof Error ? error.message : 'The arguments do not parse.');
  }
}

const said = {
  TERM_RUNS: 'its term runs',
  NOT_DELIVERED: 'something in it was never delivered',
  NOT_SEALED: 'something in it is not sealed yet',
  OLDER_STAYS: 'an older one stays',
  NO_MONTH: 'no month was there for it, and none lets it go',
};

function line({ subgraph, table, part, until, bytes, stays }: Stretch, went: boolean): string {
  const fate = went ? 'let go' : stays === null ? 'past its term' : said[stays];
  return `${subgraph.padEnd(14)}${table.padEnd(14)}${part.padEnd(24)}${until === null ? 'of any time     ' : `until ${until.toISOString().slice(0, 10)}`}  ${(bytes / 2 ** 20).toFixed(1).padStart(9)} MiB  ${fate}`;
}

async function main(): Promise<void> {
  const letting = readArguments(process.argv.slice(2));
  const server = env.DATABASE_URL ? null : await startPostgres(env.GOODFAITH_DATA_DIR ?? '.data', console.log);
  try {
    await asOwner(server?.url ?? env.DATABASE_URL ?? '', async (owner) => {
      for (const subgraph of databaseNames) {
        const list = letting === null ? await stretchesOf(owner, subgraph) : await letGo(owner, subgraph, letting);
        for (const stretch of list) console.log(line(stretch, letting !== null));
        if (list.length === 0) console.log(`${subgraph.padEnd(14)}nothing is past its term`);
      }
    });
  } finally {
    await server?.stop();
  }
}

if (import.meta.main) {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof StartRefused)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
