import type { Actor } from './actor.ts';
import { type Beginning, beginWith, type Settings } from './begin.ts';
import { Conflict, Unavailable } from './errors.ts';
import { permissions, settingOf } from './permissions.ts';
import { fromItsCursor } from './row-page.ts';

/** What every Prisma transaction client can do, whatever its models. */
export interface RawTx {
  $executeRawUnsafe(query: string, ...values: unknown[]): Promise<number>;
  $queryRawUnsafe<T = unknown>(query: string, ...values: unknown[]): Promise<T>;
}

/** A Prisma client as far as the kernel knows it: something that opens interactive transactions. */
export interface Client<Tx extends RawTx> {
  $transaction<R>(run: (tx: Tx) => Promise<R>, options?: { maxWait?: number; timeout?: number }): Promise<R>;
  $disconnect(): Promise<void>;
}

const WAIT_MS = 5_000;
const WRITE_MS = 10_000;
const READ_MS = 20_000;

/** The row-level-security settings of an actor at a moment: one list of places per permission, never roles times places. */
export function settingsOf(actor: Actor, now: Date): [name: string, value: string][] {
  const rights = rightsOf.get(actor) ?? settingsOfRights(actor);
  rightsOf.set(actor, rights);
  return [['app.today', now.toISOString().slice(0, 10)], ...rights];
}

/** An actor never changes, and most have several transactions. */
const rightsOf = new WeakMap<Actor, readonly [name: string, value: string][]>();

function settingsOfRights(actor: Actor): [name: string, value: string][] {
  const placed = permissions.flatMap((permission): [string, string][] => {
    const places = actor.places(permission);
    return places.length === 0 ? [] : [[settingOf(permission), `{${places.join(',')}}`]];
  });
  const everywhere = permissions.filter((permission) => actor.everywhere(permission));
  return [
    ['app.actor', actor.sub],
    ['app.service', actor.service ?? ''],
    ['app.everywhere', `{${everywhere.map((permission) => `"${permission}"`).join(',')}}`],
    ...placed,
  ];
}

/** One transaction under these settings, which go with the message that begins it; a client whose pool does not carry them sends them next. */
function transaction<Tx extends RawTx, R>(
  client: Client<Tx>,
  settings: Settings,
  timeout: number,
  run: (tx: Tx) => Promise<R>,
): Promise<R> {
  const beginning: Beginning = { settings, sent: false };
  return beginWith(beginning, () =>
    client.$transaction(
      async (tx) => {
        if (!beginning.sent) await applySettings(tx, settings);
        return await run(tx);
      },
      { maxWait: WAIT_MS, timeout },
    ),
  );
}

async function applySettings(tx: RawTx, settings: Settings): Promise<void> {
  const calls = settings.map((_, index) => `set_config($${index * 2 + 1}, $${index * 2 + 2}, true)`);
  await tx.$queryRawUnsafe(`select ${calls.join(', ')}`, ...settings.flat());
}

/** A proxy that throws once its transaction is over, so that nothing runs on a connection somebody else now holds. */
function guarded<Tx extends object>(tx: Tx, isOver: () => boolean): Tx {
  return new Proxy(tx, {
    get(target, property) {
      if (property !== 'then' && isOver()) throw new Error('This transaction has ended.');
      return Reflect.get(target, property, target);
    },
  });
}

/** Runs one write transaction under an actor's rights. Refusals thrown inside roll it back. */
export async function withActor<Tx extends RawTx, R>(
  client: Client<Tx>,
  settings: readonly [string, string][],
  run: (tx: Tx) => Promise<R>,
): Promise<R> {
  let over = false;
  let isDone = false;
  try {
    return await transaction(client, [...settings, ['lock_timeout', '2s']], WRITE_MS, async (tx) => {
      try {
        const result = await run(guarded(tx, () => over));
        isDone = true;
        return result;
      } finally {
        over = true;
      }
    });
  } catch (error) {
    // A connection that is lost while it commits may have committed: of that nobody may say that nothing was changed.
    throw isDone ? translated(error) : lostOr(translated(error));
  }
}

/** The server went away, cut the connection or has none to spare: PostgreSQL's 57P01 to 57P03, 53300 and class 08, Prisma's own and the system's for the same. */
const LOST = /^(57P0[123]|53300|08[0-9A-Z]{3}|P1001|P1002|P1017|P2037|ECONN[A-Z]+|EPIPE|ETIMEDOUT)$/;

/** How `pg` says, without a code, that a connection ended under a question or had ended before it. */
const ENDED = /^(Connection terminated|timeout exceeded when trying to connect$|Client .* is not queryable$)/;

const isLost = (error: unknown): boolean => LOST.test(codeOf(error) ?? '') || (error instanceof Error && ENDED.test(error.message));

const lostOr = (error: unknown): unknown => (isLost(error) ? Object.assign(new Unavailable(), { cause: error }) : error);

const LOCK_LOST = ['55P03', '40001', '40P01'];

function translated(error: unknown): unknown {
  const code = codeOf(error);
  if (code === 'P2034' || (code !== null && LOCK_LOST.includes(code))) return new Conflict();
  if (code === 'P2028' || code === 'P2024') return new Unavailable();
  return error;
}

/** The SQLSTATE or Prisma code of an error, however deep an adapter wrapped it; null when it has none. */
export function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null) return null;
  const { code, cause, meta } = error as { code?: unknown; cause?: unknown; meta?: unknown };
  const inner = codeOf((meta as { driverAdapterError?: unknown } | undefined)?.driverAdapterError) ?? codeOf(cause) ?? originalCode(error);
  return inner ?? (typeof code === 'string' ? code : null);
}

function originalCode(error: object): string | null {
  const { originalCode: code } = error as { originalCode?: unknown };
  return typeof code === 'string' ? code : null;
}

/** The read transaction of one request: opened by the first read, closed by whoever needs it closed, opened again by the next read. */
export interface ReadSession<Tx> {
  readonly db: Tx;
  /** Ends the transaction, if one is open, after `last` ran in it. */
  close(last?: (tx: Tx) => Promise<void>): Promise<void>;
  readonly isOpen: boolean;
}

type Delegate = Record<string, (args: unknown) => Promise<unknown>>;

/** A list's query; one that begins at a cursor says where that is. */
function paged(args: unknown, delegate: Delegate): unknown {
  if (typeof args !== 'object' || args === null || !('cursor' in args)) return args;
  return fromItsCursor(
    args as { cursor: Record<string, unknown> },
    async (find) => (await delegate['findFirst']?.(find)) as Record<string, unknown> | null,
  );
}

interface OpenSession<Tx> {
  tx: Tx;
  end: (last: ((tx: Tx) => Promise<void>) | undefined) => void;
  done: Promise<void>;
}

/**
 * A lazily opened read session. `db` looks like the Prisma client; each call waits for the transaction that carries
 * the actor's rights. `seen` is told every row a model call loaded: the access record is made from it.
 */
export function createReadSession<Tx extends RawTx>(
  client: Client<Tx>,
  settings: () => readonly [string, string][],
  seen: (model: string, result: unknown) => void,
): ReadSession<Tx> {
  let opening: Promise<OpenSession<Tx>> | null = null;
  const running = new Set<Promise<unknown>>();

  function open(): Promise<OpenSession<Tx>> {
    opening ??= new Promise<OpenSession<Tx>>((resolve, reject) => {
      let end: OpenSession<Tx>['end'] = () => undefined;
      const ended = new Promise<((tx: Tx) => Promise<void>) | undefined>((finish) => {
        end = finish;
      });
      const done = transaction(client, settings(), READ_MS, async (tx) => {
        resolve({ tx, end, done });
        await (await ended)?.(tx);
      }).catch((error: unknown) => {
        throw lostOr(translated(error));
      });
      done.catch(reject);
    });
    return opening;
  }

  let last: Promise<unknown> = Promise.resolve();

  // One connection speaks one statement at a time, so calls from parallel resolvers stand in line.
  function track<R>(call: () => Promise<R>): Promise<R> {
    const asked = (): Promise<R> =>
      call().catch((error: unknown) => {
        throw lostOr(error);
      });
    const work = last.then(asked, asked);
    last = work;
    running.add(work);
    const forget = () => running.delete(work);
    work.then(forget, forget);
    return work;
  }

  const model = (name: string) =>
    new Proxy(Object.create(null), {
      get: (_target, method) => (args: unknown) =>
        track(async () => {
          const { tx } = await open();
          const delegate = Reflect.get(tx, name) as Delegate;
          const result = await delegate[method as string]?.(method === 'findMany' ? await paged(args, delegate) : args);
          seen(name, result);
          return result;
        }),
    });

  const db = new Proxy(Object.create(null), {
    // Pothos looks a model up with `in` before it loads the relations of a row that was found by its key.
    has: (_target, property) => typeof property === 'string' && property !== 'then',
    get(_target, property) {
      if (typeof property !== 'string' || property === 'then') return undefined;
      if (!property.startsWith('$')) return model(property);
      return (...args: unknown[]) =>
        track(async () => {
          const { tx } = await open();
          const raw = Reflect.get(tx, property, tx) as (...args: unknown[]) => Promise<unknown>;
          return raw.apply(tx, args);
        });
    },
  }) as Tx;

  return {
    db,
    get isOpen() {
      return opening !== null;
    },
    async close(last) {
      while (running.size > 0) await Promise.allSettled(running);
      // Two may close at once: whoever takes it ends it. One that never opened has told its readers so.
      const taken = opening;
      opening = null;
      const session = await taken?.catch(() => null);
      if (!session) return;
      session.end(last);
      await session.done;
    },
  };
}
