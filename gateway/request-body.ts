import type { IncomingMessage } from 'node:http';

/** The body went past the limit. Reading stopped there, whatever length it had announced. */
export class BodyTooLarge extends Error {}

/** How much of a refused body is still read and thrown away, so that its sender gets to read the refusal. */
const DISCARDED_BYTES = 64 * 1024 * 1024;

/** The body as text, or `BodyTooLarge` as soon as the limit is passed. Counts what arrives, so chunked bodies are bounded too. */
export function readBody(request: IncomingMessage, limitBytes: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limitBytes) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      reject(new BodyTooLarge());
      if (size > DISCARDED_BYTES) request.destroy();
    });
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
    request.on('close', () => reject(new Error('The sender went away')));
  });
}
