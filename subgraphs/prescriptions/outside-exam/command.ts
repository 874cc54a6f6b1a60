/** `npm run import-exams`: imports a list of exams held elsewhere for a clinic, and says of each row what became of it. */

import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { PrismaPg } from '@prisma/adapter-pg';
import { actorFromAsk } from '#kernel/actor.ts';
import { settingsOf, withActor } from '#kernel/db.ts';
import { EnvRefused, readEnv } from '#kernel/env.ts';
import { InvalidInput } from '#kernel/errors.ts';
import { newUuid, tryId } from '#kernel/ids.ts';
import { PrismaClient } from '#prisma/generated/prescriptions/client.ts';
import { startPostgres } from '#prisma/postgres.ts';
import { rolesOf } from '#prisma/roles.ts';
import { StartRefused } from '#prisma/start-refused.ts';
import { type Importer, importList, type ImportReport, ImportRefused } from './import-list.ts';
import { readMapping } from './mapping.ts';

const usage = `npm run import-exams -- --file <list.csv> --mapping <mapping.json> --clinic <cli_…> [--partial]
  --partial  with broken rows: imports the others; without it nothing of a list with a broken row is imported
  exit 0: every row is imported or was known; 1: a row is broken, with --partial too, or nothing could be read`;

const text = { type: 'string' } as const;

function valuesIn(given: readonly string[]) {
  try {
    const options = { file: text, mapping: text, clinic: text, partial: { type: 'boolean', default: false } } as const;
    return parseArgs({ args: [...given], options }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ImportRefused([error.message, usage]);
  }
}

async function asked(given: readonly string[]) {
  const { file, mapping, clinic, partial } = valuesIn(given);
  if (file === undefined || mapping === undefined || clinic === undefined) throw new ImportRefused([usage]);
  const clinicId = tryId('clinic', clinic);
  if (clinicId === null) throw new ImportRefused([`${clinic} is no id of a clinic.`]);
  const list = await contentOf(file);
  return { text: list, mapping: readMapping(jsonIn(await contentOf(mapping), mapping), 'mapping'), clinicId, partial };
}

async function contentOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new ImportRefused([`${path} cannot be read.`]);
  }
}

function jsonIn(content: string, path: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw new ImportRefused([`${path} is not JSON.`]);
  }
}

/** Acts by the subgraph's own right and under its own role. */
function importerOn(url: string, now: () => Date): Importer & { stop(): Promise<void> } {
  const { app } = rolesOf('prescriptions');
  const options = `-c search_path=prescriptions,public -c role=${app}`;
  const client = new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max: 1, options }, { schema: 'prescriptions' }) });
  const ask = { service: 'prescriptions', as: 'service', user: null, documentHash: '', expiresAt: Number.MAX_SAFE_INTEGER } as const;
  const actor = actorFromAsk(ask, null);
  const newId = () => newUuid(now());
  return {
    ...{ actor, now, newId, requestId: `prescriptions-import-exams-${newId()}` },
    write: (run) => withActor(client, settingsOf(actor, now()), run),
    stop: () => client.$disconnect(),
  };
}

/** A report as lines for people: of each row what became of it, and nothing of the person. */
function linesOf({ written, rows }: ImportReport): string[] {
  const count = (result: string) => rows.filter((row) => row.result === result).length;
  const each = rows.map(
    ({ line, result, id, issues }) =>
      `  line ${line}: ${result}${id === null ? '' : ` ${id}`}${issues.length > 0 ? ` ${issues.join('; ')}` : ''}`,
  );
  if (!written) return [`Nothing was imported: ${count('BROKEN')} broken. Put them right, or import the others with --partial.`, ...each];
  return [`${count('IMPORTED')} imported, ${count('KNOWN')} known already, ${count('BROKEN')} broken`, ...each];
}

/** What a run says, and the exit code. */
export interface Ran {
  readonly lines: readonly string[];
  readonly exit: number;
}

/** Runs the command on a database; what is wrong with the arguments or the files is said in lines of their own. */
export async function run(given: readonly string[], database: () => Promise<string>, now: () => Date): Promise<Ran> {
  try {
    const list = await asked(given);
    const importer = importerOn(await database(), now);
    try {
      const report = await importList(importer, list);
      const isWhole = report.written && report.rows.every(({ result }) => result !== 'BROKEN');
      return { lines: linesOf(report), exit: isWhole ? 0 : 1 };
    } finally {
      await importer.stop();
    }
  } catch (error) {
    if (error instanceof ImportRefused) return { lines: error.reasons, exit: 1 };
    if (error instanceof InvalidInput) return { lines: error.issues.map(({ path, message }) => `${path} ${message}`), exit: 1 };
    if (error instanceof EnvRefused) return { lines: error.problems, exit: 1 };
    if (error instanceof StartRefused) return { lines: [error.message], exit: 1 };
    throw error;
  }
}

if (import.meta.main) {
  let server: Awaited<ReturnType<typeof startPostgres>> | null = null;
  const database = async () => {
    const { databaseUrl, dataDir } = readEnv();
    if (databaseUrl !== undefined) return databaseUrl;
    server = await startPostgres(dataDir, console.log);
    return server.url;
  };
  const { lines, exit } = await run(process.argv.slice(2), database, () => new Date());
  for (const line of lines) (exit === 0 ? console.log : console.error)(line);
  await (server as { stop(): Promise<void> } | null)?.stop();
  process.exitCode = exit;
}
