/** What only a sandbox has: invented people to sign in as, a clock that can be moved, and a page to try both. The start has checked that this is one. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { SandboxClock } from '#kernel/clock.ts';
import { consolePage, consoleRoutes } from './console/console.ts';
import { type EmbeddedIssuer, issuerKeysPath, readPersonas } from './issuer.ts';
import { BodyTooLarge, readBody } from './request-body.ts';
import { sendJson, sendRefusal } from './responses.ts';
import type { RouteOptions } from './routes.ts';
import type { Handle } from './server.ts';

const SMALL_BODY = 4_096;

/** The page and the paths of a sandbox. Without a clock that can be moved, `/sandbox/clock` does not exist. */
export function sandboxRoutes(options: {
  dataDir: string;
  issuer: EmbeddedIssuer;
  clock: SandboxClock | null;
}): Pick<RouteOptions, 'page' | 'more'> {
  const { dataDir, issuer, clock } = options;
  return {
    page: consolePage,
    more: {
      ...consoleRoutes,
      'GET /.well-known/openid-configuration': (request, response) =>
        sendJson(response, 200, issuer.metadata(`http://${request.headers.host ?? 'localhost'}`), { cache: 'public, max-age=300' }),
      [`GET ${issuerKeysPath}`]: (_request, response) => sendJson(response, 200, issuer.publicKeys, { cache: 'public, max-age=300' }),
      'GET /sandbox/personas': (_request, response) => {
        const personas = Object.entries(readPersonas(dataDir) ?? {});
        sendJson(
          response,
          200,
          personas.map(([persona, { name, description }]) => ({ persona, name, description })),
        );
      },
      'POST /sandbox/token': fromHere(tokenRequest, async ({ persona, stepUp }, response) => {
        const personas = readPersonas(dataDir) ?? {};
        const found = Object.hasOwn(personas, persona) ? personas[persona] : undefined;
        if (!found) return sendRefusal(response, 404, 'NOT_FOUND', 'There is no such persona.');
        sendJson(response, 200, { token: await issuer.mint(found, { stepUp }) });
      }),
      ...(clock ? { 'POST /sandbox/clock': fromHere(clockRequest, ({ now }, response) => moveClock(clock, now, response)) } : {}),
    },
  };
}

const tokenRequest = z.object({ persona: z.string(), stepUp: z.boolean().default(false) });
const clockRequest = z.object({ now: z.iso.datetime({ offset: true }) });

function moveClock(clock: SandboxClock, now: string, response: ServerResponse): void {
  clock.set(new Date(now));
  sendJson(response, 200, { now: clock.now().toISOString() });
}

/**
 * Reads a small JSON body from a caller on this machine. Another site's page is not one, even in a browser that runs here:
 * its origin gives it away, and a name that was pointed here from outside is not a loopback name.
 */
function fromHere<Body>(shape: z.ZodType<Body>, answer: (body: Body, response: ServerResponse) => Promise<void> | void): Handle {
  return async (request, response) => {
    if (!isFromHere(request)) return sendRefusal(response, 403, 'FORBIDDEN', 'This answers only callers on this machine.');
    let parsed: z.ZodSafeParseResult<Body>;
    try {
      parsed = shape.safeParse(JSON.parse(await readBody(request, SMALL_BODY)));
    } catch (error) {
      if (error instanceof BodyTooLarge) return sendRefusal(response, 413, 'BODY_TOO_LARGE', `A body may have ${SMALL_BODY} bytes.`);
      return sendRefusal(response, 400, 'BAD_REQUEST', 'The body is not JSON.');
    }
    if (!parsed.success) return sendRefusal(response, 400, 'BAD_REQUEST', z.prettifyError(parsed.error));
    return answer(parsed.data, response);
  };
}

function isFromHere({ headers, socket }: IncomingMessage): boolean {
  const host = URL.parse(`http://${headers.host}`)?.hostname ?? '';
  const isLoopbackName = host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
  const isOwnOrigin = headers.origin === undefined || headers.origin === `http://${headers.host}`;
  return isLoopbackName && isOwnOrigin && /^(::1|(::ffff:)?127\..*)$/.test(socket.remoteAddress ?? '');
}
