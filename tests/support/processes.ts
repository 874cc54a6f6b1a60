/** `docker-compose.yml` without Docker: the same commands with the same environment, as plain processes on loopback. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { type SubgraphName, subgraphNames } from '#kernel/names.ts';
import { prepareDatabase } from '#prisma/database.ts';
import { seedDatabase } from '#prisma/seed.ts';
import { startThrowawayPostgres } from '#prisma/throwaway-postgres.ts';
import { contractDocuments } from '../../gateway/journey/documents.ts';
import { type FrontEnd, httpFrontEnd } from '../../gateway/journey/front-end.ts';
import { deploymentSecrets } from '../../gateway/secrets.ts';
import { databasePasswordsOf } from '../../gateway/start-parts.ts';
import { type Between, startBetween } from './between.ts';
import { composeServices, type ComposeService, filledIn } from './compose.ts';
import { freePorts } from './free-ports.ts';
import { startTestIssuer, type TestIssuer } from './test-issuer.ts';

/** A service that runs a part of the graph. */
export type Part = SubgraphName | 'gateway';

/** The five processes over a database of their own. */
export interface Deployment extends AsyncDisposable {
  /** Where a part listens. */
  addressOf(part: Part): string;
  /** A subgraph's own secret, for a test that plays somebody who has it. */
  readonly secrets: Readonly<Record<SubgraphName, string>>;
  readonly issuer: TestIssuer;
  /** Where the subgraphs' questions pass on their way to the gateway. */
  readonly between: Between;
  /** A front end that sends the contract's operations to the gateway. */
  readonly frontEnd: FrontEnd;
  /** SQL as the owner, who sees everything. */
  sql<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  /** Starts parts that are down, where they were before, and waits until they answer. */
  start(...parts: Part[]): Promise<void>;
  /** Ends a part: by default at once and without warning. */
  end(part: Part, signal?: 'SIGKILL' | 'SIGTERM'): Promise<number | null>;
}

const parts: readonly Part[] = [...subgraphNames, 'gateway'];
const root = fileURLToPath(new URL('../..', import.meta.url));
const PATIENCE_MS = 100_000;

/** Starts everything on a fresh PostgreSQL with the invented world in it. */
export async function startDeployment(): Promise<Deployment> {
  const undo = new AsyncDisposableStack();
  try {
    return await deploy(undo);
  } catch (error) {
    await undo.disposeAsync();
    throw error;
  }
}

async function deploy(undo: AsyncDisposableStack): Promise<Deployment> {
  const services = composeServices();
  const issuer = undo.use(await startTestIssuer());
  const variables = { ...deploymentSecrets(), ISSUER: issuer.issuer, JWKS_URI: issuer.jwksUri };
  const secrets = perSubgraph((name) => variables[`${name.toUpperCase()}_SECRET` as keyof typeof variables]);
  const database = await createDatabase(services['postgres'], variables, undo);
  await prepareDatabase(database.url, subgraphNames, (name) => databasePasswordsOf(secrets[name]));
  await seedDatabase(database.url, new Date());
  const owner = new pg.Pool({ connectionString: database.url, max: 2 });
  undo.defer(() => owner.end());

  const ports = await freePorts(parts.length);
  const portOf = (part: Part): number => ports[parts.indexOf(part)] ?? 0;
  const addressOf = (part: Part): string => `http://127.0.0.1:${portOf(part)}`;
  const between = undo.use(await startBetween(() => addressOf('gateway')));
  const here = (value: string): string => {
    const url = /^\w+:\/\//.test(value) ? URL.parse(value) : null;
    if (url?.hostname === 'postgres') return Object.assign(url, { host: database.host }).href;
    if (url?.hostname === 'gateway') return between.url;
    const part = parts.find((name) => name === url?.hostname);
    return part ? addressOf(part) : value;
  };
  const environmentOf = (part: Part): Record<string, string> => {
    const given = Object.entries(services[part]?.environment ?? {}).map(([name, value]) => [name, here(filledIn(value, variables))]);
    return { ...Object.fromEntries(given), HOST: '127.0.0.1', PORT: String(portOf(part)) };
  };

  const running = new Map<Part, Running>();
  undo.defer(async () => void (await Promise.all([...running.values()].map((one) => one.end('SIGTERM')))));

  async function start(...wanted: Part[]): Promise<void> {
    for (const part of wanted) running.set(part, run(commandOf(services[part]), environmentOf(part)));
    const answering = await Promise.all(wanted.map((part) => running.get(part)?.answers(`${addressOf(part)}/readyz`)));
    if (answering.every(Boolean)) return;
    throw new Error([...running].map(([part, one]) => `${part} said:\n${one.said()}`).join('\n'));
  }
  await start(...parts);
  const documents = await contractDocuments();
  const resources = undo.move();
  return {
    ...{ addressOf, secrets, issuer, between, start },
    frontEnd: httpFrontEnd(`${addressOf('gateway')}/graphql`, documents, (persona, stepUp) => issuer.tokenOf(persona, { stepUp })),
    async sql<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) {
      return (await owner.query<Row>(text, values)).rows;
    },
    end: async (part, signal = 'SIGKILL') => (await running.get(part)?.end(signal)) ?? null,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

function perSubgraph<Value>(value: (name: SubgraphName) => Value): Record<SubgraphName, Value> {
  return Object.fromEntries(subgraphNames.map((name) => [name, value(name)])) as Record<SubgraphName, Value>;
}

/** The database and its owner as the postgres image would make them from its environment. */
async function createDatabase(
  service: ComposeService | undefined,
  variables: Readonly<Record<string, string>>,
  undo: AsyncDisposableStack,
) {
  const { POSTGRES_DB: name = '', POSTGRES_USER: user = '', POSTGRES_PASSWORD: secret = '' } = service?.environment ?? {};
  const server = await startThrowawayPostgres();
  undo.defer(() => server.stop());
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  const password = filledIn(secret, variables);
  await client.query(`create role ${client.escapeIdentifier(user)} superuser login password ${client.escapeLiteral(password)}`);
  if (new URL(server.url).pathname !== `/${name}`) await client.query(`create database ${client.escapeIdentifier(name)}`);
  await client.end();
  const url = Object.assign(new URL(server.url), { username: user, password, pathname: `/${name}` });
  return { url: url.href, host: url.host };
}

/** `npm start -- clinics` as npm runs it, less npm: so that a signal to the process is a signal to the part. */
function commandOf(service: ComposeService | undefined): string[] {
  const script = /^npm start -- (\w+)$/.exec(service?.command ?? '')?.[1];
  const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { scripts: { start: string } };
  const [program, ...rest] = scripts.start.replace(/^exec /, '').split(' ');
  if (script === undefined || program !== 'node') throw new Error(`This is no command the test can run: ${service?.command}`);
  return [...rest, script];
}

interface Running {
  /** Whether it answers before patience or the process ends. */
  answers(url: string): Promise<boolean>;
  /** The last of what it wrote, for whoever has to find out why. */
  said(): string;
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null>;
}

const children = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});

function run(command: string[], environment: Record<string, string>): Running {
  const child = spawn(process.execPath, command, {
    cwd: root,
    env: { PATH: '/usr/bin:/bin', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let said = '';
  const listen = (chunk: Buffer): void => {
    said = `${said}${chunk.toString('utf8')}`.slice(-8_000);
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve())).then(() => void children.delete(child));
  return {
    said: () => said,
    async answers(url) {
      for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(50)) {
        if (child.exitCode !== null) break;
        const status = await fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
          (answer) => answer.status,
          () => 0,
        );
        if (status === 200) return true;
      }
      return false;
    },
    async end(signal) {
      child.kill(signal);
      const late = setTimeout(() => child.kill('SIGKILL'), 12_000);
      await ended;
      clearTimeout(late);
      return child.exitCode;
    },
  };
}
