/** The state records as data: one record for each of the 50 states and DC. Territories have none, and that refuses. */

import rawPack from './data/state-rules.json' with { type: 'json' };

/** How far a value is to be trusted. `uncertain` counts only once it is attested, `unknown` never. */
export type Confidence = 'verified' | 'known' | 'uncertain' | 'unknown';

/** One dated, cited value of a state. */
export interface StateField {
  readonly value: unknown;
  readonly citation: string | null;
  readonly effectiveFrom: string | null;
  readonly effectiveTo: string | null;
  readonly confidence: Confidence;
  readonly note?: string;
}

/** The record of one state. */
export interface StateRecord {
  readonly code: string;
  readonly name: string;
  readonly fields: Readonly<Record<string, StateField | undefined>>;
}

const pack = rawPack as unknown as { readonly jurisdictions: readonly StateRecord[] };

const records: ReadonlyMap<string, StateRecord> = new Map(pack.jurisdictions.map((record) => [record.code, record]));

/** The states that have a record, in the order of the data. */
export const jurisdictions: readonly string[] = pack.jurisdictions.map((record) => record.code);

/** The record of a state; null for a territory, a code that is none, or no code at all. */
export function stateRecord(code: string | null | undefined): StateRecord | null {
  return (code ? records.get(code) : undefined) ?? null;
}
