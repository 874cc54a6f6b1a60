/** `npm run import-exams`: imports a list of exams held elsewhere for a clinic, and says of each row what became of it. */

import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type Command, ownRightOn, runHere, sayingWhy } from '#kernel/command.ts';
import { tryId } from '#kernel/ids.ts';
import { PrismaClient } from '#prisma/generated/prescriptions/client.ts';
import { importList, type ImportReport, ImportRefused } from './import-list.ts';
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

const importExams: Command = async (given, database, now) => {
  const list = await asked(given);
  const importer = ownRightOn('prescriptions', (adapter) => new PrismaClient({ adapter }), {
    url: await database(),
    now,
    what: 'import-exams',
  });
  try {
    const report = await importList(importer, list);
    const isWhole = report.written && report.rows.every(({ result }) => result !== 'BROKEN');
    return { lines: linesOf(report), exit: isWhole ? 0 : 1 };
  } finally {
    await importer.stop();
  }
};

/** Runs the command on a database; what is wrong with the arguments or the files is said in lines of their own. */
export const run = sayingWhy(importExams);

if (import.meta.main) await runHere(run);
