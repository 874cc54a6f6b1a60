/** What is wrong with the packs. Pure: files in, faults out. */

import { entryProblems } from './check-entry.ts';
import { isDay } from './dates.ts';
import { canonical, releaseText, standsIn } from './digest.ts';
import { type PackEntry, type PackFile, type Release, reliedUponFrom, subjects } from './rule.ts';

/** One fault: the file, the rule (null when it is about the file), the reason. */
export interface Problem {
  readonly file: string;
  readonly ruleId: string | null;
  readonly reason: string;
}

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

/** The file in which releases are listed. */
export const RELEASES_FILE = 'releases.json';

const FEDERAL = 'US';
const FOREVER = '9999-12-31';

/** Every fault of the packs, by file and in the order of the file; none when they are good. Digests are compared when there is a way to compute them. */
export function problemsOf(
  files: readonly PackFile[],
  releases: readonly ReleaseEntry[],
  jurisdictions: readonly Jurisdiction[],
  digest?: Digest,
): Problem[] {
  if (!Array.isArray(releases)) return [{ file: RELEASES_FILE, ruleId: null, reason: 'is not a list of releases' }];
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

function releaseProblems(releases: readonly ReleaseEntry[]): Problem[] {
  const at = (reason: string): Problem => ({ file: RELEASES_FILE, ruleId: null, reason });
  if (releases.length === 0) return [at('there is no release')];
  const found: Problem[] = [];
  const seen = new Set<string>();
  for (const [index, release] of releases.entries()) {
    if (seen.has(release.version)) found.push(at(`release ${release.version} is listed twice`));
    seen.add(release.version);
    if (!isDay(release.on)) found.push(at(`release ${release.version} is not of a day: ${JSON.stringify(release.on)}`));
    const before = releases[index - 1];
    if (before && release.on < before.on)
      found.push(at(`release ${release.version} of ${release.on} is older than the one before, of ${before.on}`));
    if (index < releases.length - 1 && !release.digest)
      found.push(at(`release ${release.version} has no digest: only the newest may be open`));
  }
  return found;
}

function fileProblems(
  file: PackFile,
  files: readonly PackFile[],
  jurisdictions: ReadonlySet<string>,
  order: ReadonlyMap<string, number>,
): Problem[] {
  const at = (ruleId: string | null, reason: string): Problem => ({ file: file.file, ruleId, reason });
  const found: Problem[] = [];
  if (!subjects.includes(file.subject)) found.push(at(null, `no pack is about ${JSON.stringify(file.subject)}`));
  if (files.find((one) => one.subject === file.subject) !== file) found.push(at(null, `a second pack about ${file.subject}`));
  if (typeof file.owner !== 'string' || file.owner.trim() === '') found.push(at(null, 'the owner is missing'));
  if (typeof file.title !== 'string' || file.title.trim() === '') found.push(at(null, 'the title is missing'));
  if (!Array.isArray(file.rules)) return [...found, at(null, 'there is no list of rules')];
  const texts = new Set<string>();
  for (const entry of file.rules) {
    const text = canonical(entry);
    const twice = texts.has(text) ? ['the same entry twice'] : [];
    texts.add(text);
    const reasons = [...twice, ...entryProblems(entry, { subject: file.subject, jurisdictions, order })];
    found.push(...reasons.map((reason) => at(nameOf(entry), reason)));
  }
  return found;
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
    for (const entry of Array.isArray(rules) ? rules : []) {
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
