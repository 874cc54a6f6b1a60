/** The rule packs of this installation, checked once as they are loaded. A broken pack keeps the process from starting. */

import { BrokenPacks } from './broken-packs.ts';
import { substanceNameProblems } from './check-lists.ts';
import { type Jurisdiction, problemLine, problemsOf, type ReleaseEntry } from './check.ts';
import { sha256 } from './digest-sha256.ts';
import adverseEvents from './packs/adverse-events.json' with { type: 'json' };
import authority from './packs/authority.json' with { type: 'json' };
import beyondUseDates from './packs/beyond-use-dates.json' with { type: 'json' };
import chartReview from './packs/chart-review.json' with { type: 'json' };
import controlledSubstances from './packs/controlled-substances.json' with { type: 'json' };
import corporatePractice from './packs/corporate-practice.json' with { type: 'json' };
import delegation from './packs/delegation.json' with { type: 'json' };
import exam from './packs/exam.json' with { type: 'json' };
import rawJurisdictions from './packs/jurisdictions.json' with { type: 'json' };
import pharmacyLicensing from './packs/pharmacy-licensing.json' with { type: 'json' };
import prescribing from './packs/prescribing.json' with { type: 'json' };
import prescriptionContent from './packs/prescription-content.json' with { type: 'json' };
import rawReleases from './packs/releases.json' with { type: 'json' };
import rawSubstanceNames from './packs/substance-names.json' with { type: 'json' };
import substances from './packs/substances.json' with { type: 'json' };
import supervision from './packs/supervision.json' with { type: 'json' };
import { packFileOf } from './pack-file.ts';
import { type Library, libraryOf } from './rule-set.ts';
import { type PackFile, type Subject, subjects } from './rule.ts';

const bySubject: Readonly<Record<Subject, unknown>> = {
  exam,
  prescribing,
  authority,
  'corporate-practice': corporatePractice,
  supervision,
  delegation,
  'pharmacy-licensing': pharmacyLicensing,
  substances,
  'controlled-substances': controlledSubstances,
  'beyond-use-dates': beyondUseDates,
  'prescription-content': prescriptionContent,
  'chart-review': chartReview,
  'adverse-events': adverseEvents,
};

/** A substance that rules speak of. */
export interface Substance {
  /** The UNII, or the name as a slug: the part of rule ids that names the substance. */
  readonly key: string;
  readonly name: string;
  readonly unii: string | null;
}

/** Lays good packs out by release; throws `BrokenPacks` for others, and for sealed releases that were edited. */
export function load(
  files: readonly PackFile[],
  releases: readonly ReleaseEntry[],
  known: readonly Jurisdiction[],
  names: readonly Substance[] = [],
): Library {
  const problems = [...problemsOf(files, releases, known, sha256), ...substanceNameProblems(names)];
  if (problems.length > 0) throw new BrokenPacks(problems.map(problemLine));
  return libraryOf(files, releases);
}

/** The pack files as they are written, in the order of the subjects. */
export const packFiles: readonly PackFile[] = subjects.map((subject) => packFileOf(`${subject}.json`, bySubject[subject]));

/** The 50 states and DC. */
export const jurisdictions: readonly Jurisdiction[] = rawJurisdictions;

/** The releases as they are written, with their digests. */
export const releaseEntries: readonly ReleaseEntry[] = rawReleases;

/** Every substance that a rule speaks of, in the order of the list. */
export const substanceNames: readonly Substance[] = rawSubstanceNames;

/** The rules, by release. */
export const library: Library = load(packFiles, releaseEntries, jurisdictions, substanceNames);
