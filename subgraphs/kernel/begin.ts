/** How a transaction begins: its settings go to the database in the very message that begins it, and its first statement right behind, so that neither costs a way there and back. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Writable } from 'node:stream';
import { Client, escapeLiteral, Pool, type PoolClient, type PoolConfig } from 'pg';

/** Row-level-security settings by name; they end with the transaction. */
export type Settings = readonly (readonly [name: string, value: string])[];

/** Settings that wait for the transaction that is being begun. */
export interface Beginning {
  readonly settings: Settings;
  /** Whether the message that began the transaction carried them. */
  sent: boolean;
}

const beginning = new AsyncLocalStorage<Beginning>();

/** Runs `open`, which begins one transaction on a connection of `createSettlingPool`: the first that begins carries the settings, and says so. */
export function beginWith<R>(waiting: Beginning, open: () => Promise<R>): Promise<R> {
  return beginning.run(waiting, open);
}

/**
 * A pool whose connections send `BEGIN` together with the settings that wait for it, and both with the first statement that comes after: what
 * begins a transaction is not waited for, and whoever asks next hears first of it that it was refused. One text without parameters, because a
 * message with parameters holds one statement: every name and value is quoted. One that is refused leaves no transaction that could be used.
 */
export function createSettlingPool(config: PoolConfig): Pool {
  const pool = new Pool({ ...config, pipeline: true });
  pool.on('connect', (client) => {
    Object.defineProperty(client, 'query', { value: settling(client), configurable: true });
  });
  return pool;
}

/** What an adapter reads of the answer to `BEGIN`. */
const BEGUN = { command: 'BEGIN', rowCount: 0, fields: [], rows: [] };

/** The `query` of one connection, which puts transactions under way as it is told. */
function settling(client: PoolClient): (...sent: unknown[]) => unknown {
  const send = (...sent: unknown[]): unknown => Reflect.apply(Client.prototype.query, client, sent);
  const { stream } = Reflect.get(client, 'connection') as { readonly stream: Writable };
  let underWay: { readonly begun: Promise<unknown>; readonly letGo: () => void } | null = null;
  return (...sent) => {
    const waiting = beginning.getStore();
    if (waiting !== undefined && !waiting.sent && textOf(sent[0]) === 'BEGIN') {
      waiting.sent = true;
      // Held back until the first statement is written too, so that both leave at once; not longer than this turn of the loop.
      stream.cork();
      const letGo = once(() => stream.uncork());
      setImmediate(letGo);
      const begun = send({ text: settled(waiting.settings), rowMode: 'array' }) as Promise<unknown>;
      begun.catch(() => undefined);
      underWay = { begun, letGo };
      return Promise.resolve(BEGUN);
    }
    if (underWay === null) return send(...sent);
    const { begun, letGo } = underWay;
    underWay = null;
    const answer = send(...sent) as Promise<unknown>;
    letGo();
    answer.catch(() => undefined);
    return begun.then(() => answer);
  };
}

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) work();
    isDone = true;
  };
}

function settled(settings: Settings): string {
  const calls = settings.map(([name, value]) => `set_config(${escapeLiteral(name)}, ${escapeLiteral(value)}, true)`);
  return `BEGIN; select ${calls.join(', ')}`;
}

const textOf = (sent: unknown): unknown => (typeof sent === 'object' && sent !== null ? Reflect.get(sent, 'text') : sent);
