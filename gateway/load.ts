/** How much is answered at once. What comes beyond waits a little in a bounded line, and beyond that is refused before it costs anything. */
import type { ServerResponse } from 'node:http';
import { sendRefusal } from './responses.ts';
import type { Handle } from './server.ts';

/** How much one kind of request may take of this process. */
export interface LoadLimits {
  /** Answered at the same time. */
  readonly atOnce: number;
  /** Waiting for their turn; their bodies are not read meanwhile. */
  readonly waiting: number;
  /** How long one of them waits at most. */
  readonly waitMs: number;
}

/** One kind of request and what is going on of it. */
export interface Load {
  /** Resolves when it may begin, with what to call once it is over; with null when it may not. */
  enter(gone: AbortSignal): Promise<(() => void) | null>;
  readonly isFull: boolean;
}

/** People and their programs: some ten times of what a process's database connections take at once, so that the line is theirs to shorten. */
export const publicLimits: LoadLimits = { atOnce: 128, waiting: 256, waitMs: 2_000 };
/** What subgraphs ask for somebody who is being answered already: none of them waits behind a newcomer, and each asks one at a time. */
export const internalLimits: LoadLimits = { atOnce: 512, waiting: 0, waitMs: 0 };
/** Subscriptions stay open, and cost little while nothing happens. */
export const streamLimits: LoadLimits = { atOnce: 2_000, waiting: 0, waitMs: 0 };

/** First come, first served. */
export function createLoad({ atOnce, waiting, waitMs }: LoadLimits): Load {
  let inside = 0;
  const line = new Set<() => void>();

  const begin = (): (() => void) => {
    inside += 1;
    let over = false;
    return () => {
      if (over) return;
      over = true;
      inside -= 1;
      const next = line.values().next().value;
      if (next) next();
    };
  };

  return {
    get isFull() {
      return inside >= atOnce && line.size >= waiting;
    },
    async enter(gone) {
      if (inside < atOnce) return begin();
      if (line.size >= waiting) return null;
      return new Promise((resolve) => {
        const leave = (how: 'begins' | 'gives up'): void => {
          line.delete(called);
          clearTimeout(timer);
          gone.removeEventListener('abort', giveUp);
          resolve(how === 'begins' ? begin() : null);
        };
        const called = (): void => leave('begins');
        const giveUp = (): void => leave('gives up');
        const timer = setTimeout(giveUp, waitMs);
        gone.addEventListener('abort', giveUp, { once: true });
        line.add(called);
      });
    },
  };
}

/** Seconds after which it is worth asking again. */
const RETRY_AFTER_S = 1;

/** Says that there is too much to do just now: nothing was begun, so that everything may be sent again as it was. */
export function refuseForLoad(response: ServerResponse): void {
  response.setHeader('retry-after', String(RETRY_AFTER_S));
  // Its body was never read; what follows on this connection would be taken for a request.
  response.setHeader('connection', 'close');
  sendRefusal(
    response,
    503,
    'OVERLOADED',
    'There is too much to do at the moment, and nothing of this was done. Send it again after a little.',
  );
}

/** A handler that is entered only when there is room for it. */
export function within(load: Load, handle: Handle): Handle {
  return async (request, response, requestId) => {
    const gone = new AbortController();
    const onClose = (): void => gone.abort();
    response.once('close', onClose);
    const over = await load.enter(gone.signal);
    response.off('close', onClose);
    if (over === null) return response.destroyed ? undefined : refuseForLoad(response);
    try {
      await handle(request, response, requestId);
    } finally {
      over();
    }
  };
}
