/** Beyond-use-date maxima (USP <795>, <797>) as data. A kind is a row family; storage picks the row. */

import type { StorageCondition } from './facts.ts';
import { library } from './packs.ts';
import type { Rule } from './rule.ts';
import type { RuleSet } from './rule-set.ts';

/** One maximum. A null limit means that the preparation may not be kept so at all. */
export interface BeyondUseLimit {
  readonly category: string;
  readonly preparationType: string;
  readonly processing: string;
  readonly startingComponents: string;
  readonly sterilityTest: string;
  readonly storage: string;
  readonly maxBudValue: number | null;
  readonly maxBudUnit: 'd' | 'h' | null;
}

const storages: Readonly<Record<StorageCondition, string>> = {
  CONTROLLED_ROOM_TEMPERATURE: 'controlled-room-temperature',
  REFRIGERATED: 'refrigerator',
  FROZEN: 'freezer',
};

const PREFIX = 'US.bud.';

const limitIn = (rule: Rule) => rule.value as BeyondUseLimit;
const kindOf = (rule: Rule) => rule.id.slice(PREFIX.length).replace(/-(CRT|REF|FRZ)$/, '');

// In-use and immediate-use limits run from opening or preparation at the bedside: no pharmacy dispenses on them.
function rowsOf(rules: RuleSet): readonly Rule[] {
  const known = rowsBySet.get(rules);
  if (known !== undefined) return known;
  const found = rules.rules.filter(
    (rule) => rule.id.startsWith(PREFIX) && limitIn(rule).category !== 'in use' && limitIn(rule).category !== 'immediate use',
  );
  rowsBySet.set(rules, found);
  return found;
}

// A rule set never changes, so its table is looked out once.
const rowsBySet = new WeakMap<RuleSet, readonly Rule[]>();

/** The kinds of preparation that one release knows. */
export function kindsIn(rules: RuleSet): ReadonlySet<string> {
  return new Set(rowsOf(rules).map(kindOf));
}

/** The kinds of preparation a formulary item can be: `797-C2-ASEP-TEST` is Category 2, aseptically processed, sterility-tested. */
export const preparationKinds: readonly string[] = [...kindsIn(library.latest)];

/** Whether a kind of preparation is sterile: everything USP <797> speaks of. Null for a kind that is none. */
export function isSterileKind(kind: string): boolean | null {
  return preparationKinds.includes(kind) ? kind.startsWith('797-') : null;
}

/** The key of the rule for a kind kept that way; null when the table has none, which blocks. */
export function beyondUseKey(rules: RuleSet, kind: string, storage: StorageCondition): string | null {
  const row = rowsOf(rules).find((rule) => kindOf(rule) === kind && limitIn(rule).storage === storages[storage]);
  return row?.key ?? null;
}
