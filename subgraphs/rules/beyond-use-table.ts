/** Beyond-use-date maxima (USP <795>, <797>) as data. A kind is a row family; storage picks the row. */

import rawTable from './data/beyond-use-dates.json' with { type: 'json' };
import type { StorageCondition } from './facts.ts';

/** One maximum. A null limit means that the preparation may not be kept so at all. */
export interface BeyondUseLimit {
  readonly id: string;
  readonly category: string;
  readonly preparationType: string;
  readonly processing: string;
  readonly startingComponents: string;
  readonly sterilityTest: string;
  readonly storage: string;
  readonly maxBudValue: number | null;
  readonly maxBudUnit: 'd' | 'h' | null;
  readonly citation: string;
}

const storages: Readonly<Record<StorageCondition, string>> = {
  CONTROLLED_ROOM_TEMPERATURE: 'controlled-room-temperature',
  REFRIGERATED: 'refrigerator',
  FROZEN: 'freezer',
};

// In-use and immediate-use limits run from opening or preparation at the bedside: no pharmacy dispenses on them.
const rows = (rawTable as unknown as { readonly rows: readonly BeyondUseLimit[] }).rows.filter(
  (row) => row.category !== 'in use' && row.category !== 'immediate use',
);

const kindOf = (row: BeyondUseLimit) => row.id.replace(/-(CRT|REF|FRZ)$/, '');

/** The kinds of preparation a formulary item can be: `797-C2-ASEP-TEST` is Category 2, aseptically processed, sterility-tested. */
export const preparationKinds: readonly string[] = [...new Set(rows.map(kindOf))];

/** Whether a kind of preparation is sterile: everything USP <797> speaks of. Null for a kind that is none. */
export function isSterileKind(kind: string): boolean | null {
  return preparationKinds.includes(kind) ? kind.startsWith('797-') : null;
}

/** The row for a kind kept that way; null when the table has none, which blocks. */
export function beyondUseLimit(kind: string, storage: StorageCondition): BeyondUseLimit | null {
  return rows.find((row) => kindOf(row) === kind && row.storage === storages[storage]) ?? null;
}
