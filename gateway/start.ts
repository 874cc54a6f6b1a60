/** `npm start`: everything in one process, or with a name (`npm start -- clinics`) one of five. Says what it does, line by line. */
import { EnvRefused, readEnv, tokenIssuerIn } from '#kernel/env.ts';
import { subgraphNames } from '#kernel/names.ts';
import { BrokenPacks } from '#rules/broken-packs.ts';
import { loadPacks } from '#rules/packs-loading.ts';
import { StartRefused } from '#prisma/start-refused.ts';
import { needFreePort, type Started } from './start-parts.ts';

const say = (line: string): void => console.log(line);

async function start(part: string | undefined): Promise<Started> {
  const name = subgraphNames.find((known) => known === part);
  if (part !== undefined && part !== 'gateway' && !name) {
    throw new StartRefused(`There is no part called ${part}: say nothing, or gateway, or one of ${subgraphNames.join(', ')}.`);
  }
  // What is wrong from the outside is said before anything is loaded, or started for nothing.
  const env = readEnv();
  if (part === undefined) tokenIssuerIn(env);
  await needFreePort(env);
  // Only the gateway decides nothing.
  if (part !== 'gateway') await loadPacks();
  // Each part loads only what it runs: a gateway alone has no database client, a subgraph no engine.
  if (name) return (await import('./start-subgraph.ts')).startOneSubgraph(name, env, say);
  if (part === 'gateway') return (await import('./start-gateway.ts')).startGateway(env, say);
  return (await import('./start-all.ts')).startAll(env, say);
}

/** What can be known of a failure in one sentence; anything else is a fault of ours and keeps its stack. */
function sentencesFor(error: unknown): readonly string[] | null {
  if (error instanceof EnvRefused) return error.problems;
  if (error instanceof StartRefused) return [error.message];
  if (error instanceof BrokenPacks) return error.message.split('\n');
  return null;
}

/** One Ctrl-C arrives twice, from the terminal and passed on by npm: what follows this fast is not somebody in a hurry. */
const SAME_CTRL_C_MS = 1_000;

let started: Started | null = null;
let stoppingSince: number | null = null;

async function stop(): Promise<void> {
  if (stoppingSince !== null && performance.now() - stoppingSince < SAME_CTRL_C_MS) return;
  // Nothing to end in order yet, or somebody is in a hurry: PostgreSQL is told by the hook it has on our exit.
  if (!started || stoppingSince !== null) process.exit(130);
  stoppingSince = performance.now();
  say('stopping');
  await started.stop();
  say('stopped');
  process.exit(0);
}

process.on('SIGINT', () => void stop());
process.on('SIGTERM', () => void stop());

try {
  started = await start(process.argv[2]);
} catch (error) {
  const sentences = sentencesFor(error);
  for (const sentence of sentences ?? [error]) console.error(sentence);
  process.exit(1);
}
