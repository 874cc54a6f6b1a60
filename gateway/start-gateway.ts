import { createAskVerifier } from '#kernel/ask.ts';
import { type Env, EnvRefused } from '#kernel/env.ts';
import { createLog } from '#kernel/log.ts';
import { type SubgraphName, subgraphNames } from '#kernel/names.ts';
import { createTokenVerifier } from '#kernel/token.ts';
import { KIT_PATH, STATUS_PATH } from './order-status.ts';
import { REPORT_PATH } from './report-door.ts';
import { routesOf } from './routes.ts';
import { listenOrRefuse, outsideIssuer, perSubgraph, releaseStartMemory, type Started, undoList } from './start-parts.ts';
import { createSubgraphCalls } from './subgraph-call.ts';
import { forwardReports, getJson, httpLink } from './subgraph-http.ts';
import { createSupergraph } from './supergraph.ts';
import { readSupergraph } from './supergraph-file.ts';

/** The gateway alone: no database, no subgraph, and of each secret only what follows from it. */
export async function startGateway(env: Env, say: (line: string) => void): Promise<Started> {
  const { hopKeys, askKeys, issuer, urls } = needed(env);
  const log = createLog(env.logLevel, 'gateway');
  const undo = undoList();
  say('graph: composing');
  const call = createSubgraphCalls(
    perSubgraph((name) => httpLink(new URL('/graphql', urls[name]))),
    hopKeys,
  );
  const supergraph = await createSupergraph({ sdl: readSupergraph(), call, introspection: !env.production });
  undo.add(() => supergraph.stop());

  say('gateway: listening');
  const closing = new AbortController();
  const routes = routesOf({
    ...{ supergraph, log, production: env.production, closing: closing.signal },
    tokens: createTokenVerifier(issuer),
    asks: createAskVerifier(askKeys),
    isReady: async () => (await Promise.all(subgraphNames.map((name) => isReady(urls[name])))).every(Boolean),
    examReports: forwardReports(new URL(REPORT_PATH, urls.prescriptions)),
    statusList: async () => textIn('list', (await getJson(new URL(STATUS_PATH, urls.prescriptions))).body),
    offlineKit: async () => textIn('kit', (await getJson(new URL(KIT_PATH, urls.prescriptions))).body),
    documentKeys: async () => (await getJson(new URL('/.well-known/jwks.json', urls.prescriptions))).body,
  });
  const server = await listenOrRefuse(routes, { ...env, log, closing });
  undo.add(() => server.stop());
  releaseStartMemory();
  say(`ready ${server.url}/graphql`);
  return { stop: undo.run };
}

function textIn(member: 'list' | 'kit', body: object): string {
  const text = (body as Record<string, unknown>)[member];
  if (typeof text !== 'string') throw new Error('The subgraph says nothing that could be published');
  return text;
}

async function isReady(subgraph: URL): Promise<boolean> {
  return getJson(new URL('/readyz', subgraph)).then(
    () => true,
    () => false,
  );
}

/** What the environment must hold for this part, or everything that is missing at once. */
function needed(env: Env) {
  const { issuer, missing: noIssuer } = outsideIssuer(env);
  const { hopKeys, askKeys, subgraphUrls } = env;
  const missing = [
    ...noIssuer,
    ...(hopKeys ? [] : ['HOP_KEYS is needed by the gateway: npm run secrets makes it.']),
    ...(askKeys ? [] : ['ASK_KEYS is needed by the gateway: npm run secrets makes it.']),
    ...subgraphNames
      .filter((name) => !subgraphUrls[name])
      .map((name) => `${name.toUpperCase()}_URL is needed by the gateway: where ${name} listens, such as http://${name}:4000.`),
  ];
  if (!issuer || !hopKeys || !askKeys || missing.length > 0) throw new EnvRefused(missing);
  return { issuer, hopKeys, askKeys, urls: subgraphUrls as Record<SubgraphName, URL> };
}
