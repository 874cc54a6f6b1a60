/** `npm run verify-credentials`: looks everybody up in a list of a primary source, and says what it found. */

import { parseArgs } from 'node:util';
import { type Command, ownRightOn, runHere, sayingWhy } from '#kernel/command.ts';
import { credentialFile, type CredentialFile } from '#kernel/env.ts';
import { toId } from '#kernel/ids.ts';
import { PrismaClient } from '#prisma/generated/physicians/client.ts';
import { isDay } from '#rules/dates.ts';
import { dayIn, storedDay } from '../lapse.ts';
import { readList } from './read-list.ts';
import { runVerification, type Taken, type VerificationReport } from './run-verification.ts';
import { ListRefused } from './source.ts';

const usage = `npm run verify-credentials -- --source <OIG_LEIE | SAM | NPPES | STATE_BOARD:TX> --file <path> [--as-of DAY] [--partial | --whole]
  --as-of    of when the list is (default: when the file was last written)
  --partial  with broken rows, or with less than half of those that one had before: keeps what can be read; absence then proves nothing
  --whole    that it is all there is, although it has less than half of the rows that one had before: those after it are compared with it`;

/** What a run was asked for. */
interface Asked {
  readonly file: CredentialFile;
  readonly asOf: Date | undefined;
  readonly taken: Taken;
}

const flag = { type: 'boolean', default: false } as const;
const text = { type: 'string' } as const;

function valuesIn(given: readonly string[]) {
  try {
    return parseArgs({ args: [...given], options: { source: text, file: text, 'as-of': text, partial: flag, whole: flag } }).values;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ListRefused([error.message, usage]);
  }
}

/** Reads the arguments; what is wrong with them is said in one line. */
export function asked(given: readonly string[], now: Date): Asked {
  const { source, file: path, 'as-of': day, partial, whole } = valuesIn(given);
  if (source === undefined || path === undefined || (partial && whole)) throw new ListRefused([usage]);
  const file = credentialFile(`${source}=${path}`);
  if (file === null) throw new ListRefused([`${source} is no source that can be asked by a list.`, usage]);
  if (day !== undefined && !isDay(day)) throw new ListRefused([`${day} is no day: write it like 2026-11-22.`]);
  if (day !== undefined && day > dayIn(now)) throw new ListRefused([`${day} is still to come: nobody has a list of then.`]);
  return { file, asOf: day === undefined ? undefined : storedDay(day), taken: { partial, whole } };
}

/** The subgraph itself on a database, for a run of its own. */
export function verifierOn(url: string, now: () => Date) {
  return ownRightOn('physicians', (adapter) => new PrismaClient({ adapter }), { url, now, what: 'verify-credentials' });
}

/** A report as lines for people. */
export function linesOf({ file }: Asked, report: VerificationReport): string[] {
  const source = file.state === null ? file.source : `${file.source} ${file.state}`;
  const results = Object.entries(report.results).map(([result, count]) => `${count} ${result}`);
  return [
    `${source} of ${report.asOf.toISOString().slice(0, 10)}: ${report.rows} rows, ${report.lookedUp} people looked up: ${results.join(', ') || 'nobody'}`,
    ...leftOutOf(report),
    ...report.differences.map(({ practitionerId, licenseId, before, after }) => {
      const whose = [toId('practitioner', practitionerId), ...(licenseId === null ? [] : [toId('license', licenseId)])].join(' ');
      return `  ${whose}: ${before ?? 'never asked'} → ${after}`;
    }),
    ...report.unkept.map((id) => `  ${toId('practitioner', id)}: not kept, since somebody was at the record: read the list again`),
    `run ${toId('verificationRun', report.runId)}, ${report.differences.length} different from the last`,
  ];
}

function leftOutOf({ leftOut }: VerificationReport): string[] {
  if (leftOut.length === 0) return [];
  const rows = leftOut.length === 1 ? '1 row was' : `${leftOut.length} rows were`;
  return [`${rows} left out, so absence proves nothing:`, ...leftOut.map(({ line, reason }) => `  line ${line} ${reason}`)];
}

const verifyCredentials: Command = async (given, database, now) => {
  const what = asked(given, now());
  const list = await readList(what.file, now(), what.asOf);
  const verifier = verifierOn(await database(), now);
  try {
    const report = await runVerification(verifier, list, what.taken);
    return { lines: linesOf(what, report), exit: report.unkept.length === 0 ? 0 : 1 };
  } finally {
    await verifier.stop();
  }
};

/** Runs the command on a database; what is wrong with the arguments or the list is said in lines of their own. */
export const run = sayingWhy(verifyCredentials);

if (import.meta.main) await runHere(run);
