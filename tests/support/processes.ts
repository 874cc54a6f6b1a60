/** `docker-compose.yml` without Docker: the same commands with the same environment, as plain processes on loopback. */
import { type ChildProcess, spawn } from 'node:child_process';
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
import { startBalancer } from './balancer.ts';
import { type Between, startBetween } from './between.ts';
import { composeServices, type ComposeService, filledIn } from './compose.ts';
import { freePorts } from './free-ports.ts';
import { npmStart, type StartCommand } from './npm-start.ts';
import { startTestIssuer, type TestIssuer } from './test-issuer.ts';

/** A service that runs a part of the graph. */
export type Part = SubgraphName | 'gateway';

/** How many processes run a part; one where nothing is said. */
export type Copies = Readonly<Partial<Record<Part, number>>>;

/** The processes over a database of their own: one a part, or several behind one address. */
export interface Deployment extends AsyncDisposable {
  /** Where a part is reached. */
  addressOf(part: Part): string;
  /** Where each of its copies listens. */
  copiesOf(part: Part): readonly string[];
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
  /** Ends every copy of a part: by default at once and without warning. */
  end(part: Part, signal?: 'SIGKILL' | 'SIGTERM'): Promise<number | null>;
  /** Restarts one copy as a rollout does: out of the balancer, told to stop, started anew, and back once it is ready. Answers with what it ended. */
  restart(part: Part, nth: number): Promise<number | null>;
}

const parts: readonly Part[] = [...subgraphNames, 'gateway'];
const root = fileURLToPath(new URL('../..', import.meta.url));
const PATIENCE_MS = 100_000;

/** Starts everything on a fresh PostgreSQL with the invented world in it. */
export async function startDeployment(copies: Copies = {}): Promise<Deployment> {
  const undo = new AsyncDisposableStack();
  try {
    return await deploy(undo, copies);
  } catch (error) {
    await undo.disposeAsync();
    throw error;
  }
}

async function deploy(undo: AsyncDisposableStack, copies: Copies): Promise<Deployment> {
  const services = composeServices();
  const issuer = undo.use(await startTestIssuer());
  const variables = { ...deploymentSecrets(), ISSUER: issuer.issuer, JWKS_URI: issuer.jwksUri };
  const secrets = perSubgraph((name) => variables[`${name.toUpperCase()}_SECRET` as keyof typeof variables]);
  const database = await createDatabase(services['postgres'], variables, undo);
  await prepareDatabase(database.url, subgraphNames, (name) => databasePasswordsOf(secrets[name]));
  await seedDatabase(database.url, new Date());
  const owner = new pg.Pool({ connectionString: database.url, max: 2 });
  undo.defer(() => owner.end());

  const all = parts.flatMap((part) => Array.from({ length: copies[part] ?? 1 }, (_, nth) => ({ part, nth })));
  const ports = await freePorts(all.length);
  const instances: readonly Instance[] = all.map((one, index) => ({ ...one, port: ports[index] ?? 0, isOut: false }));
  const of = (part: Part): Instance[] => instances.filter((one) => one.part === part);
  const urlOf = ({ port }: Instance): string => `http://127.0.0.1:${port}`;
  const addresses = new Map<Part, string>();
  for (const part of parts) {
    const [only, ...more] = of(part);
    if (!only) continue;
    const balancer = more.length === 0 ? null : undo.use(await startBalancer(() => of(part).filter(({ isOut }) => !isOut)));
    addresses.set(part, balancer?.url ?? urlOf(only));
  }
  const addressOf = (part: Part): string => addresses.get(part) ?? '';
  const between = undo.use(await startBetween(() => addressOf('gateway')));
  const here = (value: string): string => {
    const url = /^\w+:\/\//.test(value) ? URL.parse(value) : null;
    if (url?.hostname === 'postgres') return Object.assign(url, { host: database.host }).href;
    if (url?.hostname === 'gateway') return between.url;
    const part = parts.find((name) => name === url?.hostname);
    return part ? addressOf(part) : value;
  };
  const environmentOf = ({ part, port }: Instance): Record<string, string> => {
    const given = Object.entries(services[part]?.environment ?? {}).map(([name, value]) => [name, here(filledIn(value, variables))]);
    return { ...Object.fromEntries(given), HOST: '127.0.0.1', PORT: String(port) };
  };

  const running = new Map<Instance, Running>();
  undo.defer(async () => void (await Promise.all([...running.values()].map((one) => one.end('SIGTERM')))));

  async function startInstances(wanted: readonly Instance[]): Promise<void> {
    for (const one of wanted) {
      const { given, settings } = commandOf(services[one.part]);
      running.set(one, run(given, { ...settings, ...environmentOf(one) }));
    }
    const answering = await Promise.all(wanted.map((one) => running.get(one)?.answers(`${urlOf(one)}/readyz`)));
    if (answering.every(Boolean)) return;
    throw new Error([...running].map(([{ part, nth }, one]) => `${part} ${nth} said:\n${one.said()}`).join('\n'));
  }
  const endOf = async (one: Instance, signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> =>
    (await running.get(one)?.end(signal)) ?? null;
  await startInstances(instances);
  const documents = await contractDocuments();
  const resources = undo.move();
  return {
    ...{ addressOf, secrets, issuer, between },
    copiesOf: (part) => of(part).map(urlOf),
    start: (...wanted) => startInstances(wanted.flatMap(of)),
    frontEnd: httpFrontEnd(`${addressOf('gateway')}/graphql`, documents, (persona, stepUp) => issuer.tokenOf(persona, { stepUp })),
    async sql<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) {
      return (await owner.query<Row>(text, values)).rows;
    },
    end: async (part, signal = 'SIGKILL') => (await Promise.all(of(part).map((one) => endOf(one, signal))))[0] ?? null,
    async restart(part, nth) {
      const one = of(part)[nth];
      if (!one) throw new Error(`There is no ${part} ${nth}.`);
      one.isOut = true;
      const code = await endOf(one, 'SIGTERM');
      await startInstances([one]);
      one.isOut = false;
      return code;
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** One process of a part. */
interface Instance {
  readonly part: Part;
  readonly nth: number;
  readonly port: number;
  /** Whether new connections go elsewhere. */
  isOut: boolean;
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
function commandOf(service: ComposeService | undefined): { given: string[]; settings: StartCommand['settings'] } {
  const script = /^npm start -- (\w+)$/.exec(service?.command ?? '')?.[1];
  const { settings, command } = npmStart();
  const [program, ...rest] = command;
  if (script === undefined || program !== 'node') throw new Error(`This is no command the test can run: ${service?.command}`);
  return { given: [...rest, script], settings };
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
