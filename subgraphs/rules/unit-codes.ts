/** Units: the UCUM codes that orders are written in, and the NCI Thesaurus codes that SCRIPT messages carry for some of them. */

import data from './data/unit-codes.json' with { type: 'json' };

/** One unit. A mapping carries how sure it is, since a wrong unit on a prescription is a wrong dose. */
export interface UnitCode {
  /** Null for what SCRIPT counts and UCUM has no code for. */
  readonly ucum: string | null;
  readonly meaning: string;
  /** What is measured: units of another dimension never convert. Null when UCUM has no code. */
  readonly dimension: string | null;
  /** NCI Thesaurus code; null where no mapping is on record. */
  readonly nci: string | null;
  readonly nciMeaning: string | null;
  /** Of the mapping: verified (a source was opened), known, uncertain; null without one. */
  readonly confidence: string | null;
}

/** Every unit that is taken, and the two that only SCRIPT has, in the order of the table. */
export const unitCodes: readonly UnitCode[] = data.units;

/** Where the table comes from, the day it was made, and what to know before a mapping is sent. */
export const unitCodeSource: { readonly asOf: string; readonly source: string; readonly note: string } = data;
