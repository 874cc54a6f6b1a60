/** The public status list: which signed orders count no more, for whoever verifies one offline. */
import { createHash } from 'node:crypto';
import type { Log } from '#kernel/log.ts';
import { stackOf } from './masking.ts';
import { headerOf } from './request-headers.ts';
import { sendRefusal, sendText, sendUnchanged } from './responses.ts';
import type { Handle } from './server.ts';

/** Where the list is. Short forms name it. */
export const STATUS_PATH = '/order-status.jws';

/** A list that is younger than this is handed out again instead of having another signed. */
const KEPT_MS = 30_000;

interface KeptList {
  readonly text: string;
  readonly etag: string;
  readonly readAt: number;
  readonly goodUntil: number;
}

/**
 * A handler for the path. The list is a compact JWS, the same for everybody and kept for half a minute; a cache may keep it until its own
 * `goodUntil`. When it cannot be read nothing is handed out in its place: who needs to know must not take an old list for today's.
 */
export function createStatusDoor(read: () => Promise<string>, log: Log, now: () => number = Date.now): Handle {
  let kept: KeptList | null = null;
  let reading: Promise<KeptList> | null = null;

  async function fresh(): Promise<KeptList> {
    const text = await read();
    const { goodUntil } = JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString('utf8')) as { goodUntil: string };
    const etag = `"${createHash('sha256').update(text).digest('base64url')}"`;
    return { text, etag, readAt: now(), goodUntil: Date.parse(goodUntil) };
  }

  async function current(): Promise<KeptList> {
    if (kept !== null && now() - kept.readAt < KEPT_MS) return kept;
    // Many who ask at once wait for one list.
    reading ??= fresh().finally(() => {
      reading = null;
    });
    kept = await reading;
    return kept;
  }

  return async (request, response) => {
    try {
      const { text, etag, readAt, goodUntil } = await current();
      // By our own clock: the list's may be a sandbox's that was moved.
      const seconds = Math.max(0, Math.min(300, Math.floor((goodUntil - readAt) / 1000)) - Math.ceil((now() - readAt) / 1000));
      const told = { type: 'application/jose', cache: `public, max-age=${seconds}`, etag };
      if (headerOf(request, 'if-none-match') === etag) sendUnchanged(response, told);
      else sendText(response, text, told);
    } catch (error) {
      log.warn({ code: 'STATUS_LIST_UNAVAILABLE', stack: stackOf(error) });
      response.setHeader('retry-after', '30');
      sendRefusal(response, 503, 'UNAVAILABLE', 'The status list cannot be read at the moment. Try again.');
    }
  };
}
