/** What is wrong with the lists beside the packs: releases, jurisdictions, names of substances. It trusts nothing of what it is given. */

import { isDay } from './dates.ts';
import { faultsOf, isRecord, textFault, type Fields } from './check-fields.ts';

/** One fault: the file, the rule (null when it is about the file), the reason. */
export interface Problem {
  readonly file: string;
  readonly ruleId: string | null;
  readonly reason: string;
}

/** The file in which releases are listed. */
export const RELEASES_FILE = 'releases.json';

/** The file of the states, and DC. */
export const JURISDICTIONS_FILE = 'jurisdictions.json';

/** The file that says which substance a key means. */
export const SUBSTANCE_NAMES_FILE = 'substance-names.json';

/** What a release has. */
export const releaseFields: Fields = {
  version: textFault,
  on: () => null,
  summary: textFault,
  digest: (value) => (value === undefined || typeof value === 'string' ? null : 'is not a text'),
};

const jurisdictionFields: Fields = { code: textFault, name: textFault };

const substanceFields: Fields = {
  key: textFault,
  name: textFault,
  unii: (value) => (value === null ? null : textFault(value)),
};

/** Whether the releases are a list of releases at all; nothing else can be looked at where they are not. */
export function releaseShapes(releases: unknown): Problem[] {
  return shapes(RELEASES_FILE, 'releases', releases, releaseFields);
}

/** Whether the jurisdictions are a list of codes and names, each once. */
export function jurisdictionShapes(jurisdictions: unknown): Problem[] {
  return shapes(JURISDICTIONS_FILE, 'jurisdictions', jurisdictions, jurisdictionFields, 'code');
}

/** Whether the names of substances are a list of keys, names and UNIIs, each key once. */
export function substanceNameProblems(names: unknown): Problem[] {
  return shapes(SUBSTANCE_NAMES_FILE, 'substances', names, substanceFields, 'key');
}

function shapes(file: string, what: string, list: unknown, fields: Fields, once?: string): Problem[] {
  const at = (reason: string): Problem => ({ file, ruleId: null, reason });
  if (!Array.isArray(list)) return [at(`is not a list of ${what}`)];
  const seen = new Set<unknown>();
  return list.flatMap((one: unknown, index): Problem[] => {
    if (!isRecord(one)) return [at(`number ${index + 1} of the ${what} is not an object`)];
    const faults = faultsOf(one, fields).map((fault) => at(`number ${index + 1} of the ${what}: ${fault}`));
    if (once === undefined || !seen.has(one[once])) {
      if (once !== undefined) seen.add(one[once]);
      return faults;
    }
    return [...faults, at(`number ${index + 1} of the ${what}: ${JSON.stringify(one[once])} is listed twice`)];
  });
}

interface Dated {
  readonly version: string;
  readonly on: string;
  readonly digest?: string;
}

/** What is wrong with the order, the days and the seals of releases that have their shape. */
export function releaseProblems(releases: readonly Dated[]): Problem[] {
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
