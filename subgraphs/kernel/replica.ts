/** Reads on a replica that see everything acknowledged before they were asked; what it cannot answer in time is the primary's to answer. */
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { PrismaPg } from '@prisma/adapter-pg';
import type { Pool } from 'pg';
import { createSettlingPool } from './begin.ts';
import { type Client, codeOf, createReadSession, type RawTx } from './db.ts';
import { Conflict, Refusal, Unavailable } from './errors.ts';
import type { Log } from './log.ts';
import { statementNames } from './statement-names.ts';
import { createTurns, OutOfTime, within } from './turns.ts';

/** A replica that may or may not answer. */
export interface Replica<Tx extends RawTx> {
  /**
   * What `read` answers in a read-only transaction of the replica, under these settings and with everything that was acknowledged before;
   * null where the replica cannot answer now. A refusal, and an attempt to write, are thrown.
   */
  read<R>(
    settings: readonly [string, string][],
    seen: (model: string, result: unknown) => void,
    read: (db: Tx) => Promise<R>,
  ): Promise<{ readonly answer: R } | null>;
  stop(): Promise<void>;
}

/** Where a replica is, and whose rights and chores it shares. */
export interface ReplicaOptions<Tx extends RawTx> {
  /** With the role that serves requests. */
  readonly url: string;
  readonly schema: string;
  createClient(adapter: PrismaPg): Client<Tx>;
  /** Connections to the primary, of which at most one is used at a time. */
  readonly primary: Pick<Pool, 'query'>;
  readonly log: Log;
}

/** Connections to the replica; whoever comes when all are in use waits in line, since the primary has other things to do. */
export const REPLICA_CONNECTIONS = 4;
const IN_LINE_MS = 2_000;
/** What a replica may lag behind, or a connection to it take, before the primary is asked instead. */
const CATCH_UP_MS = 250;
/** Between two looks: short at first, since most replicas are a few milliseconds behind, and twice as long each time. */
const LOOKS_MS = [2, 4, 8, 16, 32] as const;
/** Half of what the gateway waits for a subgraph, so that the primary still has its turn. */
const READ_MS = 5_000;
/** A connection this long silent is given up: no statement lasts as long. */
const SILENT_MS = READ_MS + 1_000;
/** How long one that failed is not asked again: what it costs to find out is paid once in this time. */
const REST_MS = 5_000;

/** Attempts to write (SQLSTATE 25006). */
const READ_ONLY = '25006';
/** One statement was in the way of what the primary had vacuumed or locked: nothing is wrong with the replica. */
const IN_THE_WAY = new Set(['40001', '40P01', 'P2034']);

/** A moment of the primary's log. */
interface Moment {
  readonly lsn: string;
  readonly history: string;
}

// Timelines part at a promotion: a position tells nothing on another one, nor in another cluster. A commit that does not wait for the disk is
// acknowledged before it is in the flushed part.
const NOW = `select (case current_setting('synchronous_commit') when 'off' then pg_current_wal_insert_lsn() else pg_current_wal_flush_lsn() end)::text as lsn,
  (select system_identifier from pg_control_system()) || '/' || left(pg_walfile_name(pg_current_wal_flush_lsn()), 8) as history`;

// What is replayed is asked first: whoever reads afterwards on this connection sees it.
const REACHED = `select pg_is_in_recovery() and $2 = (select system_identifier from pg_control_system()) || '/' ||
  (select lpad(upper(to_hex(timeline_id)), 8, '0') from pg_control_checkpoint()) as follows, pg_last_wal_replay_lsn() >= $1::pg_lsn as there`;

const PRIMARY_LATE = 'PRIMARY_LATE';

class NotAsked extends Error {
  readonly why: string;
  constructor(why: string) {
    super(why);
    this.why = why;
  }
}

/** Opens nothing before the first read: a replica that is not there yet stops no start. */
export function createReplica<Tx extends RawTx>({ url, schema, createClient, primary, log }: ReplicaOptions<Tx>): Replica<Tx> {
  const pool = createSettlingPool({
    connectionString: url,
    max: REPLICA_CONNECTIONS,
    connectionTimeoutMillis: CATCH_UP_MS,
    idleTimeoutMillis: REST_MS / 2,
  });
  pool.on('connect', (client) => {
    const { stream } = Reflect.get(client, 'connection') as unknown as { readonly stream: Socket };
    stream.setTimeout(SILENT_MS, () => stream.destroy());
  });
  const client = createClient(new PrismaPg(pool, { schema, statementNameGenerator: statementNames(), disposeExternalPool: true }));
  // As long as that for the replica itself: a connection that went silent takes TCP minutes to give up, and the next asking gets another.
  const now = sharedAsking(async () => {
    const { rows } = await within(CATCH_UP_MS, primary.query<Moment>(NOW)).catch((error: unknown) => {
      throw error instanceof OutOfTime ? new NotAsked(PRIMARY_LATE) : error;
    });
    return rows[0] as Moment;
  });
  const turns = createTurns(REPLICA_CONNECTIONS);
  const told = createTally(log);
  let restsUntil = 0;

  async function catchUp(db: Tx, moment: Moment): Promise<void> {
    const until = performance.now() + CATCH_UP_MS;
    for (let looks = 0; ; looks += 1) {
      const [at] = await db.$queryRawUnsafe<{ follows: boolean; there: boolean | null }[]>(REACHED, moment.lsn, moment.history);
      if (!at?.follows) throw new NotAsked('FOLLOWS_ANOTHER');
      if (at.there) return;
      const pause = LOOKS_MS[looks] ?? LOOKS_MS[4];
      if (performance.now() + pause >= until) throw new NotAsked('BEHIND');
      await sleep(pause);
    }
  }

  return {
    async read(settings, seen, read) {
      if (performance.now() < restsUntil) return told.primary('RESTING');
      const leave = await turns.take(IN_LINE_MS);
      if (leave === null) return told.primary('BUSY');
      const all: [string, string][] = [...settings, ['transaction_read_only', 'on'], ['statement_timeout', String(READ_MS)]];
      const session = createReadSession(client, () => all, seen);
      try {
        if (performance.now() < restsUntil) return told.primary('RESTING');
        const moment = await now();
        await within(CATCH_UP_MS, catchUp(session.db, moment));
        const answer = await within(READ_MS, read(session.db));
        told.replica();
        return { answer };
      } catch (error) {
        const code = codeOf(error);
        if (isAnswer(error) || code === READ_ONLY) throw error;
        const isInTheWay = code !== null && IN_THE_WAY.has(code);
        const isOurs = error instanceof NotAsked && error.why === PRIMARY_LATE;
        if (!isInTheWay && !isOurs) restsUntil = performance.now() + REST_MS;
        const why = error instanceof NotAsked ? error.why : error instanceof OutOfTime ? 'OUT_OF_TIME' : (code ?? 'FAILED');
        return told.primary(why);
      } finally {
        leave();
        // Not waited for: one that hangs ends with its connection.
        session.close().catch(() => undefined);
      }
    },
    stop: () => client.$disconnect(),
  };
}

/** A refusal that `read` came to; two of them are what a session makes of a lost connection. */
const isAnswer = (error: unknown): boolean => error instanceof Refusal && !(error instanceof Unavailable || error instanceof Conflict);

/** Whoever asks while an asking is on its way shares the next one, which begins after they came. */
function sharedAsking<R>(ask: () => Promise<R>): () => Promise<R> {
  let underWay: Promise<unknown> = Promise.resolve();
  let next: Promise<R> | null = null;
  return () => {
    next ??= underWay.then(() => {
      next = null;
      const asked = ask();
      underWay = asked.catch(() => undefined);
      return asked;
    });
    return next;
  };
}

/** Counts who answered, and says it in one line in so long at most, from the first time on that the replica did not. */
function createTally(log: Log) {
  let replica = 0;
  let primary: Record<string, number> = {};
  let nextLine = 0;
  return {
    replica() {
      replica += 1;
    },
    primary(why: string): null {
      primary[why] = (primary[why] ?? 0) + 1;
      if (performance.now() < nextLine) return null;
      log.warn({ code: 'PRIMARY_ANSWERED', replica, primary });
      [replica, primary, nextLine] = [0, {}, performance.now() + REST_MS];
      return null;
    },
  };
}
