/** What the commands of subgraphs have in common: a database, the subgraph's own right on it, lines for people, an exit code. */

import { readFileSync } from 'node:fs';
import { PrismaPg } from '@prisma/adapter-pg';
import { startPostgres } from '#prisma/postgres.ts';
import { rolesOf } from '#prisma/roles.ts';
import { StartRefused } from '#prisma/start-refused.ts';
import { type Actor, actorFromAsk } from './actor.ts';
import { type Client, type RawTx, settingsOf, withActor } from './db.ts';
import { EnvRefused, readEnv } from './env.ts';
import { InvalidInput } from './errors.ts';
import { newUuid } from './ids.ts';
import { rootSecretPath, subgraphSecret } from './keys.ts';
import type { SubgraphName } from './names.ts';

/** What a run says, and the exit code. */
export interface Ran {
  readonly lines: readonly string[];
  readonly exit: number;
}

/** Why a command does nothing: one sentence for each thing that is wrong with how it was called or with what it read. */
export class CommandRefused extends Error {
  readonly reasons: readonly string[];
  constructor(reasons: readonly string[]) {
    super(reasons.join('\n'));
    this.reasons = reasons;
  }
}

/** A command: its arguments, the address of the database once it needs one, and the clock. */
export type Command = (given: readonly string[], database: () => Promise<string>, now: () => Date) => Promise<Ran>;

/** The command with what it refuses, and what a start would refuse, said in lines; anything else is thrown. */
export function sayingWhy(run: Command): Command {
  return async (given, database, now) => {
    try {
      return await run(given, database, now);
    } catch (error) {
      if (error instanceof CommandRefused) return { lines: error.reasons, exit: 1 };
      if (error instanceof InvalidInput) return { lines: error.issues.map(({ path, message }) => `${path} ${message}`), exit: 1 };
      if (error instanceof EnvRefused) return { lines: error.problems, exit: 1 };
      if (error instanceof StartRefused) return { lines: [error.message], exit: 1 };
      throw error;
    }
  };
}

/** An embedded PostgreSQL as it is started for a command. */
export interface Embedded {
  readonly url: string;
  stop(): Promise<unknown>;
}

/** Runs a command as the process was called, on `DATABASE_URL` or the embedded PostgreSQL, which it stops again if it started it, whatever comes of the command. */
export async function runHere(
  run: Command,
  start: (dataDir: string, say: (line: string) => void) => Promise<Embedded> = startPostgres,
): Promise<void> {
  let server: Embedded | null = null;
  const database = async () => {
    const { databaseUrl, dataDir } = readEnv();
    if (databaseUrl !== undefined) return databaseUrl;
    server = await start(dataDir, console.log);
    return server.url;
  };
  try {
    const { lines, exit } = await run(process.argv.slice(2), database, () => new Date());
    for (const line of lines) (exit === 0 ? console.log : console.error)(line);
    process.exitCode = exit;
  } finally {
    await (server as Embedded | null)?.stop();
  }
}

/** A subgraph's secret where this process runs: its own, or made from the root's. Throws CommandRefused where there is neither. */
export function secretHere(name: SubgraphName): string {
  const { subgraphSecret: own, rootSecret, dataDir } = readEnv();
  if (own !== undefined) return own;
  const root = rootSecret ?? textOf(rootSecretPath(dataDir));
  if (root === null)
    throw new CommandRefused(['There is no secret here: set SUBGRAPH_SECRET, GOODFAITH_SECRET or GOODFAITH_DATA_DIR as where it runs.']);
  return subgraphSecret(root, name);
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** A subgraph that acts by itself: as jobs do, but without a server around it. */
export interface OwnRight<Tx> {
  readonly actor: Actor;
  readonly requestId: string;
  now(): Date;
  newId(): string;
  write<R>(run: (tx: Tx) => Promise<R>): Promise<R>;
  stop(): Promise<void>;
}

/** Acts by the subgraph's own right and under its own role, so that row-level security holds here as it does for a job. */
export function ownRightOn<Tx extends RawTx>(
  name: SubgraphName,
  createClient: (adapter: PrismaPg) => Client<Tx>,
  { url, now, what }: { readonly url: string; readonly now: () => Date; readonly what: string },
): OwnRight<Tx> {
  const options = `-c search_path=${name},public -c role=${rolesOf(name).app}`;
  const client = createClient(new PrismaPg({ connectionString: url, max: 1, options }, { schema: name }));
  const ask = { service: name, as: 'service', user: null, documentHash: '', expiresAt: Number.MAX_SAFE_INTEGER } as const;
  const actor = actorFromAsk(ask, null);
  const newId = () => newUuid(now());
  return {
    ...{ actor, now, newId, requestId: `${name}-${what}-${newId()}` },
    write: (run) => withActor(client, settingsOf(actor, now()), run),
    stop: () => client.$disconnect(),
  };
}
