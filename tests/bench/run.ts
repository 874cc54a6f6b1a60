/** `npm run bench`: workloads against their opponents, interleaved in one run over one database. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { tellAloud } from '../../gateway/journey/aloud.ts';
import { contractDocuments } from '../../gateway/journey/documents.ts';
import { httpFrontEnd } from '../../gateway/journey/front-end.ts';
import { type Child, startChild } from './command/child.ts';
import { measure, type Opponent } from './command/measure.ts';
import { measuredAlone, runAlone } from './command/measured-alone.ts';
import { benchOptions } from './command/options.ts';
import { pageOf, resultsOf, tableOf } from './command/results.ts';
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

function startStack(ground: Ground, subgraphs?: StackSaid['subgraphs']): Promise<Child<StackSaid>> {
  const { ownerUrl, rootSecret, issuer } = ground;
  const told: StackTold = {
    ...{ role: subgraphs ? 'gateway' : 'together', ownerUrl, rootSecret, subgraphs },
    ...{ issuer: issuer.issuer, jwksUri: issuer.jwksUri },
  };
  const profile = options.profile && !subgraphs ? ['--cpu-prof', `--cpu-prof-dir=${process.cwd()}/bench-profile`] : [];
  return startChild(script('command/stack.ts'), { BENCH_STACK: JSON.stringify(told) }, profile);
}

async function main(): Promise<void> {
  await using undo = new AsyncDisposableStack();
  const ground = undo.use(await startGround(say));
  const keep = <Said>(child: Child<Said>): Child<Said> => {
    undo.defer(() => child.stop());
    return child;
  };
  const together = keep(await startStack(ground));
  const { subgraphs } = together.said;
  const folder = installApollo(say);
  const told: ApolloTold = { folder: folder ?? '', rootSecret: ground.rootSecret, subgraphs };
  const apollo =
    folder === null
      ? null
      : keep(await startChild<{ graphql: string }>(script('opponents/apollo-gateway.ts'), { BENCH_APOLLO: JSON.stringify(told) }));
  const documents = await contractDocuments();
  if (options.journey) return await journeyThrough(ground, apollo, documents);

  const distributed = keep(await startStack(ground, subgraphs));
  const world = await tellUpToSent(ground, together.said.graphql, documents, options.orders, say);
  const workloads = [verifyWorkload(world, documents), orderWorkload(world), ordersWorkload(world)].filter(
    ({ name }) => options.only.length === 0 || options.only.includes(name),
  );
  const statements = Object.fromEntries(workloads.flatMap(({ name, sql }) => (sql ? [[name, sql]] : [])));
  const asked: SqlTold = { ownerUrl: ground.ownerUrl, statements };
  const sql = keep(await startChild<{ graphql: string }>(script('opponents/sql-server.ts'), { BENCH_SQL: JSON.stringify(asked) }));

  const opponentsOf = (workload: Workload): Opponent[] => [
    ...(apollo ? [{ name: apolloName, url: apollo.said.graphql, pids: [apollo.pid, together.pid] }] : []),
    { name: 'Goodfaith, over HTTP', url: distributed.said.graphql, pids: [distributed.pid, together.pid] },
    { name: 'Goodfaith, in one process', url: together.said.graphql, pids: [together.pid] },
    ...(workload.sql ? [{ name: 'one SQL statement', url: sql.said.graphql, pids: [sql.pid], plain: true }] : []),
  ];
  const measured = [];
  for (const workload of workloads) {
    say(`${workload.name}: ${options.rounds} rounds of ${options.requests} requests`);
    const tokenOf = (persona: string): Promise<string> => ground.issuer.tokenOf(persona);
    measured.push({ workload, measured: await measure(workload, opponentsOf(workload), { ...options, tokenOf }) });
  }
  const results = resultsOf(options, measured);
  console.log(options.json ? JSON.stringify(results, null, 2) : results.workloads.map(tableOf).join('\n\n'));
  if (options.keep) writeFileSync(script('RESULTS.md'), pageOf(results));
}

/** The whole story through another federation engine, over the same subgraphs and `schema/supergraph.graphql` unchanged. */
async function journeyThrough(
  ground: Ground,
  apollo: Child<{ graphql: string }> | null,
  documents: ReadonlyMap<string, string>,
): Promise<void> {
  if (!apollo) throw new Error('@apollo/gateway is not there.');
  const frontEnd = httpFrontEnd(apollo.said.graphql, documents, (persona, stepUp) => ground.issuer.tokenOf(persona, { stepUp }));
  const count = await tellAloud(frontEnd, say);
  console.log(`done: ${count} steps through ${apolloName}`);
}

try {
  const alone = measuredAlone().filter((name) => (options.only.length === 0 ? !options.journey : options.only.includes(name)));
  // Those have a PostgreSQL of their own, so they wait until this one is gone.
  if (options.only.length === 0 || options.only.some((name) => !alone.includes(name))) await main();
  if (alone.length > 0 && !runAlone(alone)) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
