import { Client } from 'pg';
import type { Log } from './log.ts';

/** Listens on the subgraph's own channel. Notices carry `topic:uuid` and nothing else. */
export interface Events {
  /** Yields the id of the record at once, and again at each notice of the topic about it. Ends when the signal fires. */
  subscribe(topic: string, id: string, signal: AbortSignal): AsyncIterableIterator<string>;
  stop(): Promise<void>;
}

/** The statement that tells subscribers a record changed; it takes effect when the transaction commits. */
export const notify = `select pg_notify($1, $2)::text`;

/** One LISTEN connection for the process, opened again when it breaks. */
export async function listen(connectionString: string, channel: string, log: Log): Promise<Events> {
  const waiting = new Map<string, Set<() => void>>();
  let client: Client | null = null;
  let stopped = false;

  // Until it listens again: a database that restarts may take longer than one try.
  const again = (): void => void setTimeout(() => stopped || connect().catch(again), 500).unref();

  async function connect(): Promise<void> {
    const next = new Client({ connectionString });
    next.on('notification', ({ payload }) => {
      for (const wake of waiting.get(payload ?? '') ?? []) wake();
    });
    next.on('error', () => undefined);
    next.on('end', () => {
      if (stopped || client !== next) return;
      log.warn({ code: 'LISTEN_LOST' });
      again();
    });
    await next.connect();
    await next.query(`listen "${channel}"`);
    client = next;
    // What was notified while nobody listened is unknown: everyone looks again.
    for (const wakes of waiting.values()) for (const wake of wakes) wake();
  }
  await connect();

  return {
    subscribe(topic, id, signal) {
      const key = `${topic}:${id}`;
      // Listening begins here and not at the first read, and how things stand is the first event: nothing falls between.
      let pending = true;
      let isOver = signal.aborted;
      let wakeUp: () => void = () => undefined;
      const wake = () => {
        pending = true;
        wakeUp();
      };
      const wakes = waiting.get(key) ?? new Set();
      waiting.set(key, wakes.add(wake));
      const end = () => {
        isOver = true;
        wakes.delete(wake);
        // Ended twice, by its signal and by its reader, it must not take away those who came in between.
        if (wakes.size === 0 && waiting.get(key) === wakes) waiting.delete(key);
        wakeUp();
      };
      signal.addEventListener('abort', end, { once: true });
      if (isOver) end();
      return {
        async next() {
          if (!pending && !isOver) await new Promise<void>((resolve) => (wakeUp = resolve));
          if (isOver) return { done: true, value: undefined };
          pending = false;
          return { done: false, value: id };
        },
        async return() {
          end();
          return { done: true, value: undefined };
        },
        [Symbol.asyncIterator]() {
          return this;
        },
      };
    },
    async stop() {
      stopped = true;
      await client?.end();
    },
  };
}
