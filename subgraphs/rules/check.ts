/** What is wrong with the packs. Pure: files in, faults out. */

import { entryProblems } from './check-entry.ts';
import { type Fields, faultsOf, isRecord } from './check-fields.ts';
import { jurisdictionShapes, type Problem, RELEASES_FILE, releaseProblems, releaseShapes } from './check-lists.ts';
import { canonical, releaseText, standsIn } from './digest.ts';
import { type PackEntry, type PackFile, type Release, reliedUponFrom, subjects } from './rule.ts';

/** A state or district, as `packs/jurisdictions.json` lists it. */
export interface Jurisdiction {
  readonly code: string;
  readonly name: string;
}

/** A release as `packs/releases.json` writes it. Sealed by the digest of its text; only the newest may still be open. */
export interface ReleaseEntry extends Release {
  readonly digest?: string;
}

/** SHA-256 of a text in hexadecimal. Given by whoever can compute one. */
export type Digest = (text: string) => string;

/** What a pack file has. */
export const packFields: Fields = {
  $schema: () => null,
  // Not written in the file: it is the file's own name.
  file: () => null,
  subject: () => null,
  title: () => null,
  owner: () => null,
  rules: () => null,
};

const FEDERAL = 'US';
const FOREVER = '9999-12-31';

/** Every fault of the packs, by file and in the order of the file; none when they are good. Digests are compared when there is a way to compute them. */
export function problemsOf(
  files: readonly PackFile[],
  releases: readonly ReleaseEntry[],
  jurisdictions: readonly Jurisdiction[],
  digest?: Digest,
): Problem[] {
  const misshapen = [...releaseShapes(releases), ...jurisdictionShapes(jurisdictions)];
  if (misshapen.length > 0) return misshapen;
  const order = new Map(releases.map((release, index) => [release.version, index]));
  const known = new Set([FEDERAL, ...jurisdictions.map(({ code }) => code)]);
  const found = [
    ...releaseProblems(releases),
    ...files.flatMap((file) => fileProblems(file, files, known, order)),
    ...overlaps(files, releases, order),
  ];
  return digest === undefined || found.length > 0 ? found : [...found, ...changedReleases(files, releases, order, digest)];
}

/** One line a fault: `file: rule id: reason`. */
export function problemLine({ file, ruleId, reason }: Problem): string {
  return [file, ruleId, reason].filter((part) => part !== null).join(': ');
}

function fileProblems(
  file: PackFile,
  files: readonly PackFile[],
  jurisdictions: ReadonlySet<string>,
  order: ReadonlyMap<string, number>,
): Problem[] {
  const at = (ruleId: string | null, reason: string): Problem => ({ file: file.file, ruleId, reason });
  if (Object.keys(file).every((name) => name === 'file')) return [at(null, 'is not an object with a subject, a title, an owner and rules')];
  const found = faultsOf({ ...file }, packFields).map((fault) => at(null, fault));
  if (!subjects.includes(file.subject)) found.push(at(null, `no pack is about ${JSON.stringify(file.subject)}`));
  if (files.find((one) => one.subject === file.subject) !== file) found.push(at(null, `a second pack about ${file.subject}`));
  if (typeof file.owner !== 'string' || file.owner.trim() === '') found.push(at(null, 'the owner is missing'));
  if (typeof file.title !== 'string' || file.title.trim() === '') found.push(at(null, 'the title is missing'));
  if (!Array.isArray(file.rules)) return [...found, at(null, 'there is no list of rules')];
  const texts = new Set<string>();
  for (const [index, entry] of (file.rules as readonly unknown[]).entries()) {
    if (!isEntry(entry)) {
      found.push(at(null, `number ${index + 1} of the rules is not an object`));
      continue;
    }
    const text = canonical(entry);
    const twice = texts.has(text) ? ['the same entry twice'] : [];
    texts.add(text);
    const reasons = [...twice, ...entryProblems(entry, { subject: file.subject, jurisdictions, order })];
    found.push(...reasons.map((reason) => at(nameOf(entry), reason)));
  }
  return found;
}

function isEntry(entry: unknown): entry is PackEntry {
  return isRecord(entry);
}

function nameOf(entry: PackEntry): string {
  return typeof entry.id === 'string' ? entry.id : `(an entry without an id, ${JSON.stringify(entry.id) ?? 'nothing'})`;
}

interface Placed {
  readonly file: string;
  readonly entry: PackEntry;
  readonly from: string;
  readonly to: string;
}

// Two entries of one rule may not both answer for one day in one release: nobody could say which of them did.
function overlaps(files: readonly PackFile[], releases: readonly ReleaseEntry[], order: ReadonlyMap<string, number>): Problem[] {
  const byId = new Map<string, Placed[]>();
  for (const { file, rules } of files) {
    for (const entry of Array.isArray(rules) ? rules.filter(isEntry) : []) {
      const from = reliedUponFrom({ asOf: entry.asOf, effectiveFrom: entry.effectiveFrom ?? null });
      const placed = { file, entry, from, to: entry.effectiveTo ?? FOREVER };
      byId.set(entry.id, [...(byId.get(entry.id) ?? []), placed]);
    }
  }
  const found: Problem[] = [];
  for (const [ruleId, placed] of byId) {
    for (const [index, one] of placed.entries()) {
      for (const other of placed.slice(index + 1)) {
        if (one.from > other.to || other.from > one.to || canonical(one.entry) === canonical(other.entry)) continue;
        const release = releases.find((_, place) => standsIn(one.entry, place, order) && standsIn(other.entry, place, order));
        if (release === undefined) continue;
        const reason = `two entries overlap in release ${release.version}: ${span(one)} and ${span(other)}`;
        found.push({ file: other.file, ruleId, reason });
      }
    }
  }
  return found;
}

function span({ from, to }: Placed): string {
  return to === FOREVER ? `from ${from} on` : `from ${from} to ${to}`;
}

function changedReleases(
  files: readonly PackFile[],
  releases: readonly ReleaseEntry[],
  order: ReadonlyMap<string, number>,
  digest: Digest,
): Problem[] {
  return releases
    .filter((release) => release.digest && release.digest !== digest(releaseText(files, release.version, order)))
    .map(({ version }) => ({
      file: RELEASES_FILE,
      ruleId: null,
      reason: `release ${version} no longer reads as it was released: leave its entries as they are, close them with "until" and add new ones`,
    }));
}
