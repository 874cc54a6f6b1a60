/** How a transaction begins: its settings go to the database in the very message that begins it, so that they cost no way there and back. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { Client, escapeLiteral, Pool, type PoolConfig } from 'pg';

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
 * A pool whose connections send `BEGIN` together with the settings that wait for it. One text without parameters, because a message
 * with parameters holds one statement: every name and value is quoted. One that is refused leaves no transaction that could be used.
 */
export function createSettlingPool(config: PoolConfig): Pool {
  const pool = new Pool(config);
  pool.on('connect', (client) => {
    const query = (...sent: unknown[]): unknown => Reflect.apply(Client.prototype.query, client, settled(sent));
    Object.defineProperty(client, 'query', { value: query, configurable: true });
  });
  return pool;
}

function settled(sent: unknown[]): unknown[] {
  const [first, , ...rest] = sent;
  const waiting = beginning.getStore();
  if (waiting === undefined || waiting.sent || textOf(first) !== 'BEGIN') return sent;
  waiting.sent = true;
  const calls = waiting.settings.map(([name, value]) => `set_config(${escapeLiteral(name)}, ${escapeLiteral(value)}, true)`);
  return [{ text: `BEGIN; select ${calls.join(', ')}`, rowMode: 'array' }, undefined, ...rest];
}

const textOf = (sent: unknown): unknown => (typeof sent === 'object' && sent !== null ? Reflect.get(sent, 'text') : sent);
