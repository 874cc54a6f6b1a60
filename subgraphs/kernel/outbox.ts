import type { Pool } from 'pg';
import { Logger, run, type Task, type TaskList } from 'graphile-worker';
import type { RawTx } from './db.ts';
import type { Log } from './log.ts';
import type { SubgraphName } from './names.ts';

/** One thing another subgraph must be told, written in the same transaction as the change it tells of. */
export interface HandOff {
  readonly topic: string;
  /** The record it is about; the receiver orders by it. */
  readonly key: string;
  readonly seq: number;
  readonly attempt: number;
  /** Ids and codes only. */
  readonly payload: Readonly<Record<string, unknown>>;
}

/** A hand-off as it waits in the outbox. */
export interface PendingHandOff extends HandOff {
  readonly id: string;
}

/** Long enough for the first delivery, made by the request itself, to be over before the job makes another. */
const HEAD_START_MS = 3_000;
/** A little longer than a question to the graph may take. */
const LOCK_MS = 10_000;
const LONGEST_PAUSE_S = 60;

/** Writes a hand-off and the job that will deliver it if the request does not live to do so. Answers its id. */
export async function emit(tx: RawTx, ctx: { now(): Date; newId(): string }, handOff: HandOff): Promise<string> {
  const id = ctx.newId();
  await tx.$executeRawUnsafe(
    `insert into outbox_event (id, topic, key, seq, attempt, payload, created_at, available_at)
     values ($1::uuid, $2, $3::uuid, $4, $5, $6::jsonb, $7::timestamptz, $7::timestamptz)`,
    id,
    handOff.topic,
    handOff.key,
    handOff.seq,
    handOff.attempt,
    JSON.stringify(handOff.payload),
    ctx.now().toISOString(),
  );
  await tx.$queryRawUnsafe(
    `select enqueue('deliver', $1::uuid, now() + make_interval(secs => $2::double precision))::text`,
    id,
    HEAD_START_MS / 1000,
  );
  return id;
}

/**
 * Takes a hand-off for delivery: one deliverer at a time, for as long as a call may last. Null when delivered or taken.
 * A job is left behind for when the lock has run out, since whoever took it may be killed, and a job that was running
 * in a killed process is kept from everybody else for hours.
 */
export async function takeHandOff(pool: Pool, id: string): Promise<PendingHandOff | null> {
  const taken = await pool.query<PendingHandOff>(
    `with taken as (
       update outbox_event set locked_until = now() + make_interval(secs => $2), tries = tries + 1
       where id = $1 and delivered_at is null and (locked_until is null or locked_until < now())
       returning id, topic, key, seq, attempt, payload, locked_until)
     select id, topic, key, seq, attempt, payload, enqueue('deliver', id, locked_until) from taken`,
    [id, LOCK_MS / 1000],
  );
  return taken.rows[0] ?? null;
}

/** Gives a hand-off back after a failed delivery and has it tried again, with growing pauses, for as long as it takes. */
export async function releaseHandOff(pool: Pool, id: string, error: string): Promise<void> {
  await pool.query(
    `with released as (
       update outbox_event set locked_until = null, last_error = $2 where id = $1 and delivered_at is null returning id, tries)
     select enqueue('deliver', id, now() + make_interval(secs => least(power(2, least(tries, 10)), $3))) from released`,
    [id, error, LONGEST_PAUSE_S],
  );
}

/** Marks a hand-off delivered, in the transaction that applies the receiver's answer. */
export async function markDelivered(tx: RawTx, id: string, result: unknown, now: Date): Promise<void> {
  await tx.$executeRawUnsafe(
    `update outbox_event set delivered_at = $2::timestamptz, result = $3::jsonb, locked_until = null, last_error = null where id = $1::uuid`,
    id,
    now.toISOString(),
    JSON.stringify(result ?? null),
  );
}

/** An idempotency key is kept for seven days; whoever retries later asks anew. */
const forgetKeys = `delete from idempotency_record where at < now() - interval '7 days'`;

/** Audit and outbox are kept by months, and three of them stand ready: a stop of a quarter of a year leaves no row without its month. */
const makeMonths = 'select make_months()';

/** Jobs that run, until they are told not to. */
export interface RunningJobs {
  stop(): Promise<void>;
}

/** Runs the subgraph's jobs on its own PostgreSQL until stopped. A job that throws is tried again with growing pauses. */
export async function runJobs(
  pool: Pool,
  name: SubgraphName,
  tasks: TaskList,
  log: Log,
  schedules: Readonly<Record<string, string>> = {},
): Promise<RunningJobs> {
  const logger = new Logger(() => (level, message) => {
    if (level === 'error') log.warn({ code: 'JOB', message });
  });
  const { taskList, forget } = letGoOf({
    ...tasks,
    prune: async (_payload, { query }) => void (await query(forgetKeys)),
    months: async (_payload, { query }) => void (await query(makeMonths)),
  });
  // A start does not hang on it: months stand ready for a quarter of a year, and the job tries again.
  await pool
    .query(makeMonths)
    .catch((error: unknown) => log.warn({ code: 'MONTHS_FAILED', error: error instanceof Error ? error.name : 'unknown' }));
  const runner = await run({
    pgPool: pool,
    schema: `${name}_jobs`,
    taskList,
    crontab: ['17 * * * * prune', '23 3 * * * months', ...Object.entries(schedules).map(([task, when]) => `${when} ${task}`)].join('\n'),
    concurrency: 2,
    pollInterval: 1_000,
    noHandleSignals: true,
    logger,
  });
  return {
    async stop() {
      await runner.stop();
      forget();
    },
  };
}

/** The worker keeps its options for as long as the process lives, and through its tasks a whole stopped graph would stay with them. */
function letGoOf(tasks: TaskList): { taskList: TaskList; forget(): void } {
  const kept = new Map(Object.entries(tasks));
  const through =
    (task: string): Task =>
    async (...job) =>
      kept.get(task)?.(...job);
  return { taskList: Object.fromEntries([...kept.keys()].map((task) => [task, through(task)])), forget: () => kept.clear() };
}
