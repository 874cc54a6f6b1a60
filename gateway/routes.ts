/** What the gateway answers at which path. */
import type { AskClaims } from '#kernel/ask.ts';
import type { Log } from '#kernel/log.ts';
import type { TokenVerifier } from '#kernel/token.ts';
import { createDoor } from './door.ts';
import type { TakeReport } from './exam-reports.ts';
import { createLoad, internalLimits, type LoadLimits, publicLimits, streamLimits, within } from './load.ts';
import { createSignedTextDoor, KIT_PATH, STATUS_PATH } from './order-status.ts';
import { schemaRoutes } from './published-schemas.ts';
import { createReportDoor, REPORT_PATH } from './report-door.ts';
import { acceptsPage, acceptsStream } from './request-headers.ts';
import { sendJson, sendRefusal } from './responses.ts';
import type { Handle, Routes } from './server.ts';
import { stackOf } from './masking.ts';
import type { Supergraph } from './supergraph.ts';

/** What the paths need from the rest of the process. */
export interface RouteOptions {
  readonly supergraph: Supergraph;
  readonly tokens: TokenVerifier;
  readonly asks: { verify(token: string): Promise<AskClaims | null> };
  readonly isReady: () => Promise<boolean>;
  /** The public keys that documents were signed with, as a JSON Web Key Set. */
  readonly documentKeys: () => Promise<object>;
  /** The signed list of orders that count no more, a compact JWS; without it there is no such path. */
  readonly statusList?: () => Promise<string>;
  /** What a pharmacy keeps for a day without a line, a compact JWS; without it there is no such path. */
  readonly offlineKit?: () => Promise<string>;
  /** Takes what vendors report of exams held elsewhere; without it there is no such path. */
  readonly examReports?: TakeReport;
  readonly production: boolean;
  readonly log: Log;
  readonly closing: AbortSignal;
  /** The page at `/graphql` in a browser, and whatever else only some instances have: personas, a clock. */
  readonly page?: Handle;
  readonly more?: Routes;
  /** How much is answered at once at the public door, when not what is usual. */
  readonly limits?: LoadLimits;
}

/** All routes. Each door has its own verifier, so a token of the one is nothing at the other. */
export function routesOf(options: RouteOptions): Routes {
  const { supergraph, tokens, asks, log, closing, page } = options;
  const shared = { supergraph, log, closing, suggest: !options.production };
  const door = createDoor({ ...shared, admit: (token) => tokens.verify(token) });
  const load = createLoad(options.limits ?? publicLimits);
  const [answered, streamed] = [within(load, door), within(createLoad(streamLimits), door)];
  const graphql: Handle = (request, ...rest) =>
    request.method === 'POST' && acceptsStream(request) ? streamed(request, ...rest) : answered(request, ...rest);
  const internal = within(createLoad(internalLimits), createDoor({ ...shared, suggest: true, admit: (token) => asks.verify(token) }));
  return {
    'POST /graphql': graphql,
    'GET /graphql': (request, response, requestId) =>
      page && acceptsPage(request) ? page(request, response, requestId) : graphql(request, response, requestId),
    'POST /internal/graphql': internal,
    ...(page ? { 'GET /': page } : {}),
    // It runs however much there is to do: whoever restarts it for being busy makes it worse for the others.
    'GET /healthz': (_request, response) => sendJson(response, 200, { status: load.isFull ? 'full' : 'ok' }),
    'GET /readyz': async (_request, response) => {
      const ready = !closing.aborted && (await options.isReady());
      sendJson(response, ready ? 200 : 503, { status: ready ? 'ready' : 'not ready' });
    },
    'GET /.well-known/jwks.json': async (_request, response) => {
      try {
        sendJson(response, 200, await options.documentKeys(), { cache: 'public, max-age=300' });
      } catch (error) {
        log.warn({ code: 'DOCUMENT_KEYS_UNAVAILABLE', stack: stackOf(error) });
        sendRefusal(response, 503, 'UNAVAILABLE', 'The document keys cannot be read at the moment. Try again.');
      }
    },
    ...schemaRoutes(),
    ...(options.statusList ? { [`GET ${STATUS_PATH}`]: createSignedTextDoor('STATUS_LIST', options.statusList, log) } : {}),
    ...(options.offlineKit ? { [`GET ${KIT_PATH}`]: createSignedTextDoor('OFFLINE_KIT', options.offlineKit, log) } : {}),
    ...(options.examReports ? { [`POST ${REPORT_PATH}`]: within(load, createReportDoor(options.examReports)) } : {}),
    ...options.more,
  };
}
