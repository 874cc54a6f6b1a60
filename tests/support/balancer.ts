import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One address before several processes: each request goes to the next of them, whichever connection it came on. */
export interface Balancer extends AsyncDisposable {
  readonly url: string;
}

/** Listens on loopback; `targets` are the processes that take new requests now. One that breaks off breaks off for whoever asked. */
export async function startBalancer(targets: () => readonly { readonly port: number }[]): Promise<Balancer> {
  let turn = 0;

  function pass(incoming: IncomingMessage, response: ServerResponse): void {
    const among = targets();
    const target = among[turn++ % among.length];
    if (!target) return void response.destroy();
    const { connection: _connection, ...headers } = incoming.headers;
    const { method = 'GET', url: path = '/' } = incoming;
    const onward = request({ host: '127.0.0.1', port: target.port, method, path, headers }, (answer) => {
      const { connection: _theirs, ...more } = answer.headers;
      response.writeHead(answer.statusCode ?? 502, more);
      response.flushHeaders();
      answer.on('error', () => response.destroy());
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.once('close', () => onward.destroy());
    incoming.pipe(onward);
  }

  const server = createServer({ keepAliveTimeout: 75_000 }, pass);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
