/** `npm run bench`: workloads against their opponents, interleaved in one run over one database. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { tellAloud } from '../../gateway/journey/aloud.ts';
import { contractDocuments } from '../../gateway/journey/documents.ts';
import { httpFrontEnd } from '../../gateway/journey/front-end.ts';
import { freePorts } from '../support/free-ports.ts';
import { findPooler } from '../support/pooler.ts';
import { behindPooler } from './command/behind-pooler.ts';
import { type Child, startChild } from './command/child.ts';
import { measure, type Opponent } from './command/measure.ts';
import { measuredAlone, runAlone } from './command/measured-alone.ts';
import { benchOptions } from './command/options.ts';
import { type CpuProfile, sharesOf } from './command/profile.ts';
import {
  circumstances,
  circumstancesLine,
  growthTable,
  type Kind,
  pageWith,
  partOf,
  resultsOf,
  type Section,
  tablesOf,
} from './command/results.ts';
import { askingRows } from './command/rows-like.ts';
import { soak, soakTable } from './command/soak.ts';
import type { StackSaid, StackTold } from './command/stack.ts';
import { type Ground, startGround, tellUpToSent } from './command/world.ts';
import type { ApolloTold } from './opponents/apollo-gateway.ts';
import { apolloName, installApollo } from './opponents/install-apollo.ts';
import type { SqlTold } from './opponents/sql-server.ts';
import { orderWorkload } from './workloads/order.ts';
import { ordersWorkload } from './workloads/orders.ts';
import { verifyWorkload } from './workloads/verify.ts';
import type { Workload } from './workloads/workload.ts';

const options = benchOptions(process.argv.slice(2));
const say = (line: string): void => console.error(line);
const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

function startStack(
  ground: Ground,
  told: Pick<StackTold, 'role' | 'planner' | 'port' | 'subgraphs' | 'poolerUrl'>,
): Promise<Child<StackSaid>> {
  const { ownerUrl, rootSecret, issuer } = ground;
  const all: StackTold = { ...told, ownerUrl, rootSecret, issuer: issuer.issuer, jwksUri: issuer.jwksUri };
  return startChild(script('command/stack.ts'), { BENCH_STACK: JSON.stringify(all) });
}

type Keep = <Said>(child: Child<Said>) => Child<Said>;

/** A process with the four subgraphs for the gateway that will listen there: what one of them asks the others goes out through that gateway too. */
async function startBehind(ground: Ground, keep: Keep) {
  const [port = 0] = await freePorts(1);
  const child = keep(await startStack(ground, { role: 'subgraphs', port }));
  if (!child.said.subgraphs) throw new Error('The subgraphs did not say where they listen.');
  return { pid: child.pid, port, subgraphs: child.said.subgraphs };
}

async function startApollo(ground: Ground, keep: Keep): Promise<Omit<Opponent, 'name'> | null> {
  const folder = installApollo(say);
  if (folder === null) return null;
  const { pid, port, subgraphs } = await startBehind(ground, keep);
  const told: ApolloTold = { folder, rootSecret: ground.rootSecret, subgraphs, port };
  const env = { BENCH_APOLLO: JSON.stringify(told) };
  const apollo = keep(await startChild<{ graphql: string }>(script('opponents/apollo-gateway.ts'), env));
  return { url: apollo.said.graphql, pids: [apollo.pid, pid] };
}

async function startDistributed(ground: Ground, keep: Keep): Promise<Omit<Opponent, 'name'>> {
  const { pid, port, subgraphs } = await startBehind(ground, keep);
  const gateway = keep(await startStack(ground, { role: 'gateway', port, subgraphs }));
  return { url: gateway.said.graphql, pids: [gateway.pid, pid] };
}

/** Every workload that has opponents over HTTP. */
async function measureOpponents(): Promise<Section[]> {
  await using undo = new AsyncDisposableStack();
  const ground = undo.use(await startGround(say));
  const keep: Keep = (child) => {
    undo.defer(() => child.stop());
    return child;
  };
  const apollo = await startApollo(ground, keep);
  const documents = await contractDocuments();
  if (options.journey) {
    await journeyThrough(ground, apollo, documents);
    return [];
  }

  const together = keep(await startStack(ground, { role: 'together' }));
  const planned = keep(await startStack(ground, { role: 'together', planner: 'engine' }));
  const distributed = await startDistributed(ground, keep);
  const world = await tellUpToSent(ground, together.said.graphql, documents, options.orders, say);
  const workloads = [verifyWorkload(world, documents), orderWorkload(world), ordersWorkload(world)].filter(
    ({ name }) => options.only.length === 0 || options.only.includes(name),
  );
  const statements = Object.fromEntries(workloads.flatMap(({ name, sql }) => (sql ? [[name, sql]] : [])));
  const asked: SqlTold = { ownerUrl: ground.ownerUrl, statements };
  const sql = keep(await startChild<{ graphql: string }>(script('opponents/sql-server.ts'), { BENCH_SQL: JSON.stringify(asked) }));

  const opponentsOf = (workload: Workload): Opponent[] => [
    ...(apollo ? [{ name: apolloName, ...apollo }] : []),
    { name: 'Goodfaith, over HTTP', ...distributed },
    { name: 'Goodfaith in one process, by Hive Gateway’s own planner', url: planned.said.graphql, pids: [planned.pid] },
    { name: 'Goodfaith, in one process', url: together.said.graphql, pids: [together.pid] },
    ...(workload.sql ? [{ name: 'one SQL statement', url: sql.said.graphql, pids: [sql.pid], plain: true }] : []),
  ];
  const measured: Section[] = [];
  for (const workload of workloads) {
    say(`${workload.name}: ${options.rounds} rounds of ${options.requests} requests`);
    const tokenOf = (persona: string): Promise<string> => ground.issuer.tokenOf(persona);
    if (options.profile) await together.ask('profile');
    const found = await measure(workload, opponentsOf(workload), { ...options, tokenOf });
    const profile = options.profile ? ((await together.ask('profiled')) as CpuProfile) : null;
    if (profile) writeProfile(workload.name, profile);
    measured.push({ ...workload, measured: found, ...(profile && { shares: sharesOf(profile) }) });
  }
  return measured;
}

/** A steady load on the graph in one process, alone on the machine. */
async function soakAlone(): Promise<string> {
  await using undo = new AsyncDisposableStack();
  const ground = undo.use(await startGround(say, { durable: true }));
  const together = await startStack(ground, { role: 'together' });
  undo.defer(() => together.stop());
  const documents = await contractDocuments();
  const world = await tellUpToSent(ground, together.said.graphql, documents, options.orders, say);
  const workloads = [verifyWorkload(world, documents), orderWorkload(world), ordersWorkload(world)];
  const found = await soak(
    { url: together.said.graphql, pids: [together.pid], databasePid: await postmasterOf(ground) },
    workloads,
    { minutes: options.soak, callers: options.callers, peakMs: 30_000, share: 0.8 },
    (persona) => ground.issuer.tokenOf(persona),
    say,
  );
  return soakTable(`${workloads.map(({ name }) => name).join(', ')} in turn, one process`, found);
}

/** The process that every process of PostgreSQL is a child of. */
async function postmasterOf(ground: Ground): Promise<number> {
  const owner = new pg.Client({ connectionString: ground.ownerUrl });
  await owner.connect();
  const { rows } = await owner.query<{ pid: number }>(`select split_part(pg_read_file('postmaster.pid'), e'\\n', 1)::int as pid`);
  await owner.end();
  return rows[0]?.pid ?? 0;
}

/** For whoever wants to look closer, with any viewer of such files. */
function writeProfile(name: string, profile: CpuProfile): void {
  mkdirSync('bench-profile', { recursive: true });
  writeFileSync(`bench-profile/${name}.cpuprofile`, JSON.stringify(profile));
}

/** The whole story through another federation engine, over the same subgraphs and `schema/supergraph.graphql` unchanged. */
async function journeyThrough(
  ground: Ground,
  apollo: Omit<Opponent, 'name'> | null,
  documents: ReadonlyMap<string, string>,
): Promise<void> {
  if (!apollo) throw new Error('@apollo/gateway is not there.');
  const frontEnd = httpFrontEnd(apollo.url, documents, (persona, stepUp) => ground.issuer.tokenOf(persona, { stepUp }));
  const count = await tellAloud(frontEnd, say);
  console.log(`done: ${count} steps through ${apolloName}`);
}

/** What is measured at several sizes. */
const GROWING = ['dashboard', 'recall'];

/** Keeps what a run found in its part of the results, if it is to be kept and held. */
function keepPart(kind: Kind, part: string, held: boolean): void {
  if (!held) {
    process.exitCode = 1;
    say('Not everything held; what was kept before stays.');
  } else if (options.keep) writeFileSync(script('RESULTS.md'), pageWith(readFileSync(script('RESULTS.md'), 'utf8'), kind, part));
}

/** The same for a run that measures one thing alone, whose table is printed. */
function finish(kind: Kind, table: string, held: boolean): void {
  console.log(table);
  keepPart(kind, `${circumstancesLine(circumstances())}.\n\n${table}`, held);
}

async function everything(): Promise<void> {
  const alone = measuredAlone().filter((name) => (options.only.length === 0 ? !options.journey : options.only.includes(name)));
  // Those have a PostgreSQL of their own, so they wait until this one is gone.
  const measured = options.only.length === 0 || options.only.some((name) => !alone.includes(name)) ? await measureOpponents() : [];
  const { sections, held } = alone.length === 0 ? { sections: [], held: true } : runAlone(alone);
  const results = resultsOf(options, measured, sections);
  if (!options.journey) console.log(options.json ? JSON.stringify(results, null, 2) : tablesOf(results));
  keepPart('workloads', partOf(results), held);
}

try {
  if (options.soak > 0) finish('soak', await soakAlone(), true);
  else if (options.growth.length > 0) {
    const found = options.growth.map((rows) => ({ rows, ...runAlone(GROWING, askingRows(rows)) }));
    const held = found.every((one) => one.held);
    finish('growth', growthTable(found), held);
  } else if (options.pooler) {
    const program = await findPooler(process.env);
    await using ground = await startGround(say);
    console.log(await behindPooler(program, ground, (poolerUrl) => startStack(ground, { role: 'together', poolerUrl }), options, say));
  } else await everything();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
