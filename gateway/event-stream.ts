/** Server-sent events as graphql-sse's "distinct connections" has them: one stream an operation, of `next` and one `complete`. */
import type { ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { ExecutionResult } from 'graphql';

/** How often an idle stream shows that it is alive: sooner than any proxy between loses patience. */
const KEEP_ALIVE_MS = 12_000;

/** How soon a reader whose stream broke off asks again. */
const RETRY_MS = 1_000;

/** Writes results until they end, the reader goes away or `signal` ends the stream; then `last`, if there is one, and `complete`. */
export async function writeEvents(
  response: ServerResponse,
  results: AsyncIterable<object>,
  options: { signal: AbortSignal; last: () => object | null },
): Promise<void> {
  const { signal } = options;
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
  response.write(`retry: ${RETRY_MS}\n\n`);
  const alive = setInterval(() => response.write(':\n\n'), KEEP_ALIVE_MS);
  const values = results[Symbol.asyncIterator]();
  const ended = new Promise<'ended'>((resolve) => {
    signal.addEventListener('abort', () => resolve('ended'), { once: true });
    response.on('close', () => resolve('ended'));
    if (signal.aborted) resolve('ended');
  });
  try {
    for (;;) {
      const next = await Promise.race([values.next(), ended]);
      if (next === 'ended' || next.done) break;
      await writeOut(response, eventOf('next', next.value));
    }
    const last = options.last();
    if (last && !response.closed) response.write(eventOf('next', last));
  } finally {
    clearInterval(alive);
    // Not waited for: the source may be waiting for something that never comes.
    void Promise.resolve(values.return?.()).catch(() => undefined);
    response.end('event: complete\ndata:\n\n');
  }
}

function eventOf(name: 'next', data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** A slow reader slows its own stream down and nothing else. */
async function writeOut(response: ServerResponse, text: string): Promise<void> {
  if (response.write(text) || response.closed) return;
  await new Promise<void>((resolve) => {
    response.once('drain', resolve);
    response.once('close', resolve);
  });
}

/** The results in a stream of events. A stream that breaks off without `complete` throws, so that nobody takes it for the end. */
export function parseEvents(source: Readable): AsyncIterableIterator<ExecutionResult> {
  const results = eventsIn(source);
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => results.next(),
    async return() {
      // Ends a wait for the next event, which the generator's own return would sit out.
      source.destroy();
      await results.return(undefined).catch(() => undefined);
      return { done: true, value: undefined };
    },
  };
}

async function* eventsIn(source: Readable): AsyncGenerator<ExecutionResult> {
  let text = '';
  for await (const chunk of source.setEncoding('utf8')) {
    text += chunk;
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const name = /^event: ?(.*)$/m.exec(event)?.[1];
      const data = /^data: ?(.+)$/m.exec(event)?.[1];
      if (name === 'complete') return;
      if (name === 'next' && data !== undefined) yield JSON.parse(data);
    }
  }
  throw new Error('The stream of events broke off');
}
