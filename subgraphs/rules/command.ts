/**
 * `npm run rules -- check | diff | explain | coverage | release`: the packs for people. The only place of this folder, with
 * `command/read-packs.ts`, that reads or writes anything.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { BrokenPacks } from './broken-packs.ts';
import { asksForHelp, dayNamed, parse, placeNamed, Refused, releaseNamed, serviceNamed } from './command/arguments.ts';
import { coveragePage } from './command/coverage-text.ts';
import { diffText } from './command/diff-text.ts';
import { explainText } from './command/explain-text.ts';
import { folderNamed, ownFolder, readPacks, readSchema } from './command/read-packs.ts';
import { problemLine, problemsOf } from './check.ts';
import { RELEASES_FILE, substanceNameProblems } from './check-lists.ts';
import { releaseText } from './digest.ts';
import { sha256 } from './digest-sha256.ts';
import { loadPacks } from './packs-loading.ts';

const usage = `npm run rules -- check [folder]                               whether the packs are in order; exits 1 when not
npm run rules -- diff [from] [to] [--json]                    what changed between two releases (default: the last two)
npm run rules -- explain <state|US> [service] [--on DAY] [--as-known RELEASE|DAY] [--json]
npm run rules -- coverage [--write | --check]                 how much is known of each state; COVERAGE.md
npm run rules -- release [version] [--write]                  the digest that seals a release
npm run rules -- help                                         this`;

/** What a run says, and the exit code. */
export interface Ran {
  readonly lines: readonly string[];
  readonly exit: number;
}

const coverageFile = new URL('COVERAGE.md', import.meta.url);
const NARROWEST = 60;

/** Runs one command. `today` serves where no day is given, `width` is the terminal's. */
export async function run(given: readonly string[], today: string, width: number): Promise<Ran> {
  const [command, ...rest] = given;
  const wide = Math.max(NARROWEST, width);
  if (asksForHelp(given)) return { lines: [usage], exit: 0 };
  try {
    switch (command) {
      case 'check':
        return await check(rest);
      case 'diff':
        return await diff(rest, wide);
      case 'explain':
        return await explain(rest, today, wide);
      case 'coverage':
        return await coverage(rest);
      case 'release':
        return release(rest);
      default:
        return { lines: [command === undefined ? 'Say what to do.' : `There is no command ${command}.`, usage], exit: 1 };
    }
  } catch (error) {
    if (error instanceof Refused) return { lines: [error.message], exit: 1 };
    if (error instanceof BrokenPacks) return { lines: error.message.split('\n'), exit: 1 };
    throw error;
  }
}

async function check(given: readonly string[]): Promise<Ran> {
  const { words } = parse(given, { words: 1 });
  const packs = readPacks(words[0] === undefined ? ownFolder : folderNamed(words[0]));
  if (packs.problems.length > 0) return { lines: packs.problems.map(problemLine), exit: 1 };
  const { files, releases } = packs;
  // The digest of a release is that of all packs together.
  const problems = problemsOf(files, releases, packs.jurisdictions, packs.whole ? sha256 : undefined);
  const shapes = await (await import('./command/schema-check.ts')).schemaProblems(files, readSchema());
  const all = [...problems, ...substanceNameProblems(packs.substanceNames), ...shapes].map(problemLine);
  if (all.length > 0) return { lines: [...new Set(all)], exit: 1 };
  const rules = files.reduce((sum, file) => sum + file.rules.length, 0);
  const counted = (count: number, one: string, more: string) => `${count} ${count === 1 ? one : more}`;
  const of = [counted(rules, 'entry', 'entries'), 'in', counted(files.length, 'pack', 'packs')].join(' ');
  const sealed = packs.whole ? '' : ' by themselves (whether releases read as they were released is seen on all packs together)';
  return { lines: [`${of}, ${counted(releases.length, 'release', 'releases')}: in order${sealed}`], exit: 0 };
}

async function diff(given: readonly string[], width: number): Promise<Ran> {
  const { words, options } = parse(given, { words: 2, flags: ['json'] });
  const { library } = await loadPacks();
  const { changesBetween } = await import('./diff.ts');
  const [from, to] = [words[0] ?? library.releases.at(-2)?.version ?? 'none', words[1] ?? library.latest.version];
  const [before, after] = [releaseNamed(from, library), releaseNamed(to, library)];
  const changes = changesBetween(before, after);
  if (options.has('json')) return { lines: [json({ from: before.version, to: after.version, changes })], exit: 0 };
  return { lines: diffText(before.version, after.version, changes, width), exit: 0 };
}

async function explain(given: readonly string[], today: string, width: number): Promise<Ran> {
  const { words, options } = parse(given, { words: 2, valued: ['on', 'as-known'], flags: ['json'] });
  const { library, jurisdictions } = await loadPacks();
  const { explainTable } = await import('./explain-table.ts');
  const { whatFollows } = await import('./what-follows.ts');
  const place = placeNamed(words[0], jurisdictions);
  const service = serviceNamed(words[1]);
  const on = dayNamed(String(options.get('on') ?? today));
  const asKnown = options.get('as-known');
  const rules = asKnown === undefined ? library.on(on) : releaseNamed(String(asKnown), library);
  const table = explainTable(rules, on, place, service);
  const follows = whatFollows(table, rules);
  if (options.has('json')) return { lines: [json({ ...table, follows })], exit: 0 };
  return { lines: explainText(table, follows, library.releases, width), exit: 0 };
}

async function coverage(given: readonly string[]): Promise<Ran> {
  const { options } = parse(given, { words: 0, flags: ['write', 'check'] });
  const { library, jurisdictions } = await loadPacks();
  const { coverageOf } = await import('./coverage.ts');
  const on = library.releases.at(-1)?.on ?? '';
  const page = coveragePage(coverageOf(library.latest, on, jurisdictions));
  if (options.has('write')) {
    writeFileSync(coverageFile, page);
    return { lines: ['subgraphs/rules/COVERAGE.md says what the packs say'], exit: 0 };
  }
  if (!options.has('check')) return { lines: [page.trimEnd()], exit: 0 };
  const same = written(coverageFile) === page;
  return same
    ? { lines: ['subgraphs/rules/COVERAGE.md says what the packs say'], exit: 0 }
    : { lines: ['subgraphs/rules/COVERAGE.md is not what the packs say: run npm run rules -- coverage --write'], exit: 1 };
}

function release(given: readonly string[]): Ran {
  const { words, options } = parse(given, { words: 1, flags: ['write'] });
  const packs = readPacks(ownFolder);
  const { files, releases } = packs;
  const problems = packs.problems.length > 0 ? packs.problems : problemsOf(files, releases, packs.jurisdictions);
  if (problems.length > 0) return { lines: problems.map(problemLine), exit: 1 };
  const version = words[0] ?? releases.at(-1)?.version ?? '';
  const entry = releases.find((one) => one.version === version);
  if (entry === undefined)
    throw new Refused(`There is no release ${version}: say one of ${releases.map((one) => one.version).join(', ')}.`);
  const order = new Map(releases.map((one, index) => [one.version, index]));
  const digest = sha256(releaseText(files, version, order));
  if (options.has('write')) {
    // What was released stays as it was: only an open release can be sealed.
    if (entry.digest && entry.digest !== digest) throw new Refused(`Release ${version} is sealed and no longer reads as it was released.`);
    const sealed = releases.map((one) => (one.version === version ? { ...one, digest } : one));
    writeFileSync(new URL(RELEASES_FILE, ownFolder), `${json(sealed)}\n`);
  }
  return { lines: [digest], exit: 0 };
}

function written(file: URL): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

if (import.meta.main) {
  const today = new Date().toISOString().slice(0, 10);
  const { lines, exit } = await run(process.argv.slice(2), today, process.stdout.columns ?? 100);
  const say = exit === 0 ? console.log : console.error;
  for (const line of lines) say(line);
  process.exitCode = exit;
}
