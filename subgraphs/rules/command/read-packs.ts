/** The packs of a folder as they are written, read without trusting them. */

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Jurisdiction, ReleaseEntry } from '../check.ts';
import { JURISDICTIONS_FILE, type Problem, RELEASES_FILE, SUBSTANCE_NAMES_FILE } from '../check-lists.ts';
import { BrokenPacks } from '../broken-packs.ts';
import { packFileOf } from '../pack-file.ts';
import { notJson } from '../packs-loading.ts';
import { type PackFile, subjects } from '../rule.ts';
import { Refused } from './arguments.ts';

/** What a folder holds. The types are what should be there: nothing is checked but that the files are JSON. */
export interface Packs {
  readonly files: readonly PackFile[];
  readonly releases: readonly ReleaseEntry[];
  readonly jurisdictions: readonly Jurisdiction[];
  readonly substanceNames: unknown;
  /** Whether every pack is there: only all together have a digest. */
  readonly whole: boolean;
  readonly problems: readonly Problem[];
}

const SCHEMA_FILE = 'pack.schema.json';
const lists = [RELEASES_FILE, JURISDICTIONS_FILE, SUBSTANCE_NAMES_FILE, SCHEMA_FILE];

/** The packs of this installation. */
export const ownFolder = new URL('../packs/', import.meta.url);

/** A folder as a person writes it. */
export function folderNamed(word: string): URL {
  if (word.trim() === '') throw new Refused('Say which folder.');
  return new URL(`${pathToFileURL(word).href.replace(/\/$/, '')}/`);
}

/**
 * Reads the packs of a folder. The lists beside them are those of the folder, else ours: a reviewer may check one pack file alone. A folder
 * with releases of its own is a whole, and so are ours: there a pack that is missing is a fault.
 */
export function readPacks(folder: URL): Packs {
  const problems: Problem[] = [];
  const names = listed(folder);
  const at = (file: string, reason: string) => void problems.push({ file, ruleId: null, reason });
  const parsed = (file: string, from: URL): unknown => {
    const { content, fault } = readJson(new URL(file, from));
    if (fault !== null) at(file, fault);
    return content;
  };
  const complete = folder.href === ownFolder.href || names.includes(RELEASES_FILE);
  const beside = (file: string) => parsed(file, names.includes(file) ? folder : ownFolder);
  const missing = subjects.map((subject) => `${subject}.json`).filter((file) => !names.includes(file));
  if (complete) for (const file of missing) at(file, 'is missing');
  const written = names.filter((name) => name.endsWith('.json') && !lists.includes(name));
  if (written.length === 0 && !complete) throw new Refused(`There is no pack in ${fileURLToPath(folder)}.`);
  return {
    files: written.map((file) => packFileOf(file, parsed(file, folder))),
    releases: beside(RELEASES_FILE) as ReleaseEntry[],
    jurisdictions: beside(JURISDICTIONS_FILE) as Jurisdiction[],
    substanceNames: beside(SUBSTANCE_NAMES_FILE),
    whole: missing.length === 0,
    problems,
  };
}

/** The JSON Schema of a pack file. */
export function readSchema(): object {
  const { content, fault } = readJson(new URL(SCHEMA_FILE, ownFolder));
  if (fault !== null) throw new BrokenPacks([`${SCHEMA_FILE}: ${fault}`]);
  return content as object;
}

function readJson(file: URL): { readonly content: unknown; readonly fault: string | null } {
  try {
    return { content: JSON.parse(readFileSync(file, 'utf8')), fault: null };
  } catch (error) {
    const gone = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return { content: null, fault: error instanceof SyntaxError ? notJson(error) : gone ? 'is missing' : 'cannot be read' };
  }
}

function listed(folder: URL): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    throw new Refused(`There is no folder ${fileURLToPath(folder)}.`);
  }
}
