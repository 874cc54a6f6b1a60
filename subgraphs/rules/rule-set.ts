/** The rules as one release has them. Immutable: to ask "what if", make another. */

import { dayOf } from './dates.ts';
import { type PackFile, type Release, reliedUponFrom, type Rule } from './rule.ts';

/** What a rule set has on one rule on one day. */
export type Found =
  | { readonly rule: Rule; readonly why: null }
  /** `no-release`: nothing was released by then. `none`: no value is recorded. `not-in-force`: only for other days; `rule` is the nearest. */
  | { readonly rule: null; readonly why: 'no-release' | 'none' }
  | { readonly rule: Rule; readonly why: 'not-in-force' };

/** All rules of one release. */
export interface RuleSet {
  /** The release, or `none` before the first. */
  readonly version: string;
  /** Every entry, by id and then by date. */
  readonly rules: readonly Rule[];
  find(id: string, on: string): Found;
  /** Every dated entry of one rule in this release, oldest first. */
  entries(id: string): readonly Rule[];
  /** The release, up to this one, that last brought, changed or took out the rule; null when none ever had it. */
  changedIn(id: string): string | null;
  /** The entry that somebody saw in force under a release on a day; null for an open question, undefined for a release nobody knows. */
  seenUnder(version: string, id: string, on: string): Rule | null | undefined;
  /** The same set without one rule. */
  without(id: string): RuleSet;
  /** The same set with one rule put in another's place. */
  replacing(rule: Rule): RuleSet;
}

/** What a rule set knows of the other releases. */
interface Past {
  readonly changes: ReadonlyMap<string, string>;
  readonly seenUnder: RuleSet['seenUnder'];
}

function make(version: string, rules: readonly Rule[], past: Past): RuleSet {
  const byId = new Map<string, Rule[]>();
  for (const rule of rules) byId.set(rule.id, [...(byId.get(rule.id) ?? []), rule]);
  for (const entries of byId.values()) entries.sort((a, b) => (reliedUponFrom(a) < reliedUponFrom(b) ? -1 : 1));
  const entries = (id: string): readonly Rule[] => byId.get(id) ?? [];
  return {
    version,
    rules,
    entries,
    find(id, on) {
      if (version === NO_RELEASE) return { rule: null, why: 'no-release' };
      const today = dayOf(on);
      const all = entries(id);
      const nearest = all.at(-1);
      if (nearest === undefined) return { rule: null, why: 'none' };
      const inForce = all.find(
        (rule) => today !== null && reliedUponFrom(rule) <= today && (rule.effectiveTo === null || rule.effectiveTo >= today),
      );
      return inForce ? { rule: inForce, why: null } : { rule: nearest, why: 'not-in-force' };
    },
    changedIn: (id) => past.changes.get(id) ?? null,
    seenUnder: past.seenUnder,
    without: (id) =>
      make(
        version,
        rules.filter((rule) => rule.id !== id),
        past,
      ),
    replacing: (rule) => make(version, [...rules.filter((one) => one.id !== rule.id), rule], past),
  };
}

const NO_RELEASE = 'none';

/** Before the first release there are no rules, so everything is unknown. */
export const noRules: RuleSet = make(NO_RELEASE, [], { changes: new Map(), seenUnder: () => undefined });

/** All releases, each as a rule set. */
export interface Library {
  readonly releases: readonly Release[];
  readonly latest: RuleSet;
  /** The release that decides on that day or moment; `noRules` before the first. */
  on(on: string): RuleSet;
  /** One release by its version; null when there is none such. */
  of(version: string): RuleSet | null;
}

/** Lays the pack files out by release. It trusts them: `check.ts` says what is wrong with them. */
export function libraryOf(files: readonly PackFile[], releases: readonly Release[]): Library {
  const order = new Map(releases.map((release, index) => [release.version, index]));
  const at = (version: string) => order.get(version) ?? Number.POSITIVE_INFINITY;
  const all = files.flatMap((file) => file.rules.map((entry): Rule => fullRule(entry, file)));
  const made = new Map<string, RuleSet>();
  function of(version: string): RuleSet | null {
    const place = order.get(version);
    if (place === undefined) return null;
    let set = made.get(version);
    if (set === undefined) {
      const changes = new Map<string, string>();
      for (const rule of all) {
        for (const release of [rule.since, rule.until]) {
          if (release === null || at(release) > place) continue;
          const before = changes.get(rule.id);
          if (before === undefined || at(before) < at(release)) changes.set(rule.id, release);
        }
      }
      const standing = all.filter((rule) => at(rule.since) <= place && (rule.until === null || at(rule.until) > place));
      set = make(version, standing, { changes, seenUnder });
      made.set(version, set);
    }
    return set;
  }
  // Nobody reads a release before it is out: an earlier day is taken as the first day it decided.
  function seenUnder(version: string, id: string, on: string): Rule | null | undefined {
    const set = of(version);
    const release = releases.find((one) => one.version === version);
    if (set === null || release === undefined) return undefined;
    const day = dayOf(on);
    const found = set.find(id, day !== null && day > release.on ? day : release.on);
    return found.why === null ? found.rule : null;
  }
  return {
    releases,
    get latest() {
      return of(releases.at(-1)?.version ?? '') ?? noRules;
    },
    on(on) {
      const today = dayOf(on);
      const release = today === null ? undefined : releases.findLast((one) => one.on <= today);
      return (release && of(release.version)) ?? noRules;
    },
    of,
  };
}

function fullRule(entry: PackFile['rules'][number], { subject, owner }: PackFile): Rule {
  return {
    id: entry.id,
    jurisdiction: entry.jurisdiction,
    key: entry.id.slice(entry.jurisdiction.length + 1),
    subject,
    value: entry.value,
    citation: entry.citation,
    source: entry.source ?? null,
    sourceTier: entry.sourceTier ?? null,
    confidence: entry.confidence,
    asOf: entry.asOf,
    effectiveFrom: entry.effectiveFrom ?? null,
    effectiveTo: entry.effectiveTo ?? null,
    basis: entry.basis ?? null,
    note: entry.note ?? null,
    since: entry.since,
    until: entry.until ?? null,
    owner,
  };
}
