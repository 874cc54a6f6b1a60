import type { Server, ServerResponse } from 'node:http';

/**
 * How long a connection may stay open with nothing asked, longer than the minute for which whoever stands before it keeps one: a connection that ends
 * just as a question is sent on it leaves its asker not knowing.
 */
export const IDLE_MS = 75_000;

/** How long requests that are being answered may take to end once a server is told to stop. */
const GRACE_MS = 8_000;

/** Takes no connection more and resolves once those that are open are done with, by force after the grace. */
export async function drain(server: Server, answering: Iterable<ServerResponse>): Promise<void> {
  // Whoever is being answered learns with the answer that the next request goes elsewhere.
  for (const response of answering) if (!response.headersSent) response.setHeader('connection', 'close');
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearTimeout(timer);
}
