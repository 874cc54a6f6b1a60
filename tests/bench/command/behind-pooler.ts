/** `npm run bench -- --pooler`: the same answers through a PgBouncer in transaction mode as without one, whatever becomes of its connections. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { subgraphSecret } from '#kernel/keys.ts';
import { subgraphNames } from '#kernel/names.ts';
import { rolesOf } from '#prisma/roles.ts';
import { tellAloud } from '../../../gateway/journey/aloud.ts';
import { contractDocuments } from '../../../gateway/journey/documents.ts';
import { type FrontEnd, httpFrontEnd } from '../../../gateway/journey/front-end.ts';
import { databasePasswordsOf } from '../../../gateway/start-parts.ts';
import { startPooler } from '../../support/pooler.ts';
import { orderWorkload } from '../workloads/order.ts';
import type { Child } from './child.ts';
import { measure } from './measure.ts';
import type { BenchOptions } from './options.ts';
import { asked, type Desk, deskOf, races, shown, showsOnlyOwn } from './pooler-questions.ts';
import type { StackSaid } from './stack.ts';
import { type Ground, tellUpToSent } from './world.ts';

/** Connections PgBouncer has to the server for each role: a subgraph asks for eight. */
const CONNECTIONS = 4;
const DESKS = ['front-desk', 'other-desk', 'front-desk-ca'];
const QUESTIONS = 600;

/** Answers in a line what held; throws at the first thing that did not. */
export async function behindPooler(
  program: string,
  ground: Ground,
  startStack: (poolerUrl?: string) => Promise<Child<StackSaid>>,
  options: BenchOptions,
  say: (line: string) => void,
): Promise<string> {
  await using undo = new AsyncDisposableStack();
  const roles = subgraphNames.map((name) => rolesOf(name).app);
  const passwords = subgraphNames.map((name) => [rolesOf(name).app, databasePasswordsOf(subgraphSecret(ground.rootSecret, name)).app]);
  const pooler = await startPooler(program, {
    ...{ serverUrl: ground.ownerUrl, connections: CONNECTIONS },
    passwords: Object.fromEntries(passwords) as Record<string, string>,
  });
  undo.defer(() => pooler.stop());
  const owner = new pg.Client({ connectionString: ground.ownerUrl });
  await owner.connect();
  undo.defer(() => owner.end());
  const { pathname } = new URL(ground.ownerUrl);
  const pooled = await startStack(`${pooler.url}${pathname}`);
  undo.defer(() => pooled.stop());

  const documents = await contractDocuments();
  const tokenOf = (persona: string, stepUp: boolean) => ground.issuer.tokenOf(persona, { stepUp });
  const frontEnd: FrontEnd = httpFrontEnd(pooled.said.graphql, new Map([...documents, ...asked]), tokenOf);
  const steps = await tellAloud(frontEnd, say);
  const world = await tellUpToSent(ground, pooled.said.graphql, documents, options.orders, say);

  say('verifying and booking at once');
  const raced = await races(frontEnd, world);

  say(`${QUESTIONS} questions of three places in turn`);
  const desks = await Promise.all(DESKS.map((name) => deskOf(frontEnd, name)));
  await showsOnlyOwn(frontEnd, desks, QUESTIONS);
  const { rows } = await owner.query<{ most: number }>(
    'select coalesce(max(count), 0)::int as most from (select count(*) from pg_stat_activity where usename = any($1) group by usename, datname) each',
    [roles],
  );
  const most = rows[0]?.most ?? 0;
  assert.ok(most > 0 && most <= CONNECTIONS, `${most} connections of one role: requests do not go through the pooler.`);

  say('the pooler killed and its connections cut, under load');
  const cut = async (): Promise<void> => {
    await owner.query('select pg_terminate_backend(pid) from pg_stat_activity where usename = any($1)', [roles]);
  };
  const lost = await whileBroken(frontEnd, desks, [cut, pooler.restart, cut, pooler.restart, cut]);
  await showsOnlyOwn(frontEnd, desks, QUESTIONS / 4);

  const direct = await startStack();
  undo.defer(() => direct.stop());
  const opponents = [
    { name: 'without', url: direct.said.graphql, pids: [direct.pid] },
    { name: 'through the pooler', url: pooled.said.graphql, pids: [pooled.pid] },
  ];
  say(`order: ${options.rounds} rounds of ${options.requests} requests, with the pooler and without`);
  const measured = await measure(orderWorkload(world), opponents, { ...options, tokenOf: (persona) => ground.issuer.tokenOf(persona) });
  const ratio = measured[1]?.ratio.toFixed(2);
  return (
    `done behind PgBouncer: ${steps} steps; ${raced}; ${QUESTIONS} answers of three places over at most ${most} connections a role, none mixed; ` +
    `5 times cut or killed under ${lost.all} questions, ${lost.unavailable} of them UNAVAILABLE, none wrong; orders by id at ${ratio} of the throughput without it`
  );
}

/** Asks without a pause while each of these is done to the connections: an answer is right, or says that there is none. */
async function whileBroken(
  frontEnd: FrontEnd,
  desks: readonly Desk[],
  breaks: readonly (() => Promise<void>)[],
): Promise<{ readonly all: number; readonly unavailable: number }> {
  let isOver = false;
  const kinds = new Map<string, number>();
  const caller = async (desk: Desk): Promise<void> => {
    while (!isOver) {
      const answer = await shown(frontEnd, desk, desk);
      const kind = answer === desk.name ? 'right' : answer;
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
  };
  const callers = Promise.all(desks.flatMap((desk) => Array.from({ length: 8 }, () => caller(desk))));
  try {
    for (const broken of breaks) {
      await sleep(500);
      await broken();
    }
    await sleep(500);
  } finally {
    isOver = true;
    await callers;
  }
  const odd = [...kinds].filter(([kind]) => kind !== 'right' && kind !== 'UNAVAILABLE');
  assert.deepEqual(odd, [], `Answers that are neither right nor UNAVAILABLE: ${JSON.stringify([...kinds])}`);
  for (const desk of desks) {
    for (let tries = 0; (await shown(frontEnd, desk, desk)) !== desk.name; tries += 1) {
      assert.ok(tries < 50, `${desk.name} is not answered again.`);
      await sleep(200);
    }
  }
  return { all: [...kinds.values()].reduce((sum, count) => sum + count, 0), unavailable: kinds.get('UNAVAILABLE') ?? 0 };
}
