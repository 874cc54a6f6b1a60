/** What the platform signs for everybody: the status list, which says what signed orders count no more, and the kit for a day without a line. */
import { createHash } from 'node:crypto';
import type { Log } from '#kernel/log.ts';
import { stackOf } from './masking.ts';
import { headerOf } from './request-headers.ts';
import { sendRefusal, sendText, sendUnchanged } from './responses.ts';
import type { Handle } from './server.ts';

/** Where the list is. Short forms name it. */
export const STATUS_PATH = '/order-status.jws';

/** Where the offline kit is. */
export const KIT_PATH = '/offline-kit.jws';

/** A text that is younger than this is handed out again instead of having another signed. */
const KEPT_MS = 30_000;

interface KeptText {
  readonly text: string;
  readonly etag: string;
  readonly readAt: number;
  readonly goodUntil: number;
}

/** Which text a door hands out. */
export type SignedText = 'STATUS_LIST' | 'OFFLINE_KIT';

const unavailable = {
  STATUS_LIST: { code: 'STATUS_LIST_UNAVAILABLE', name: 'The status list' },
  OFFLINE_KIT: { code: 'OFFLINE_KIT_UNAVAILABLE', name: 'The offline kit' },
} as const;

/**
 * A handler for such a text: a compact JWS, the same for everybody and kept for half a minute; a cache may keep it for five minutes, and
 * never beyond its own `goodUntil`. When it cannot be read nothing is handed out in its place: who needs to know must not take an old
 * list for today's. `what` names it in the refusal.
 */
export function createSignedTextDoor(what: SignedText, read: () => Promise<string>, log: Log, now: () => number = Date.now): Handle {
  let kept: KeptText | null = null;
  let reading: Promise<KeptText> | null = null;

  async function fresh(): Promise<KeptText> {
    const text = await read();
    const { goodUntil } = JSON.parse(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString('utf8')) as { goodUntil: string };
    const etag = `"${createHash('sha256').update(text).digest('base64url')}"`;
    return { text, etag, readAt: now(), goodUntil: Date.parse(goodUntil) };
  }

  async function current(): Promise<KeptText> {
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
      log.warn({ code: unavailable[what].code, stack: stackOf(error) });
      response.setHeader('retry-after', '30');
      sendRefusal(response, 503, 'UNAVAILABLE', `${unavailable[what].name} cannot be read at the moment. Try again.`);
    }
  };
}
