/** The published formats of signed things, at a public path: whoever reads one without us finds here what its members mean. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { headerOf } from './request-headers.ts';
import { sendUnchanged, sendText } from './responses.ts';
import type { Routes } from './server.ts';

const folder = new URL('../schema/documents/', import.meta.url);

/** One route for each schema, such as `GET /schemas/gf-order-2.json`. A version never changes once it was signed by, so it may be kept for a day. */
export function schemaRoutes(): Routes {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return Object.fromEntries(
    files.map((name) => {
      const body = readFileSync(new URL(name, folder), 'utf8');
      const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
      const told = { type: 'application/schema+json', cache: 'public, max-age=86400', etag };
      return [
        `GET /schemas/${name}`,
        (request, response) => {
          if (headerOf(request, 'if-none-match') === etag) sendUnchanged(response, told);
          else sendText(response, body, told);
        },
      ] satisfies [string, Routes[string]];
    }),
  );
}
