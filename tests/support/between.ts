import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands between the subgraphs and the gateway, so that a test can stop the world at one moment of one hand-off. */
export interface Between extends AsyncDisposable {
  readonly url: string;
  /**
   * Catches the next question whose text contains all of these words: before it reaches the gateway, or when it was
   * answered and the asker has not heard yet. Resolves once it is caught; the asker is left waiting.
   */
  catchNext(when: 'asked' | 'answered', ...words: string[]): Promise<void>;
}

interface Trap {
  readonly when: 'asked' | 'answered';
  readonly words: readonly string[];
  caught(): void;
}

/** Starts it; `gateway` is where what is not caught goes. */
export async function startBetween(gateway: () => string): Promise<Between> {
  const traps: Trap[] = [];

  async function pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const index = traps.findIndex(({ words }) => words.every((word) => body.includes(word)));
    const trap = index < 0 ? undefined : traps.splice(index, 1)[0];
    if (trap?.when === 'asked') return trap.caught();
    const { host: _host, connection: _connection, ...headers } = incoming.headers;
    const onward = request(new URL(incoming.url ?? '/', gateway()), { method: incoming.method ?? 'POST', headers }, (answer) => {
      if (trap) {
        // Read to its end: what answered has then done all it does.
        answer.resume().on('end', () => trap.caught());
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    onward.end(body);
  }

  const server = createServer((incoming, response) => void pass(incoming, response).catch(() => response.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    catchNext: (when, ...words) => new Promise<void>((caught) => traps.push({ when, words, caught })),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
