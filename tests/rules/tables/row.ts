/** Rows of the tables: read from text, and asked of the rules. */

import { evaluate } from '#rules/evaluate.ts';
import type { GateFacts } from '#rules/facts.ts';
import { jurisdictions } from '#rules/packs.ts';
import { blockers, type RuleResult } from '#rules/results.ts';
import { now } from '../given.ts';
import { type AttestedWord, attestationsOf, attestedWords, type Decisions } from './decisions.ts';

/** One row: where, what, on whose word, with which answer. */
export interface Row {
  /** Its name. */
  readonly state: string;
  readonly decision: string;
  readonly attested: AttestedWord;
  /** `yes`, `not yet` (somebody must find out or attest), `no` (whatever is attested). */
  readonly answer: string;
  /** Rules that forbid, then rules that are not known. */
  readonly forbidden: string;
  readonly unknown: string;
}

/** Reads a table. A line that starts with `#` is for people; the first other one names the columns. */
export function rowsOf(text: string): Row[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return lines.slice(1).map((line) => {
    const [state = '', decision = '', word = '', answer = '', forbidden = '', unknown = ''] = line.split('|').map((cell) => cell.trim());
    const attested = attestedWords.find((one) => one === word);
    if (attested === undefined) throw new Error(`Nobody attests "${word}": ${line}`);
    return { state, decision, attested, answer, forbidden, unknown };
  });
}

/** What the rules answer to a row's question. */
export function answered({ state, decision, attested }: Pick<Row, 'state' | 'decision' | 'attested'>, decisions: Decisions): Row {
  const code = jurisdictions.find(({ name }) => name === state)?.code;
  if (code === undefined) throw new Error(`No state is called "${state}"`);
  const given = decisions[decision]?.(code);
  if (given === undefined) throw new Error(`No decision is called "${decision}"`);
  const stops = blockers(evaluate({ ...given, attestations: attestationsOf(attested, code) } as GateFacts, now));
  const ids = (outcome: RuleResult['outcome']) =>
    stops
      .filter((one) => one.outcome === outcome)
      .map(({ id }) => id)
      .join(', ');
  const [forbidden, unknown] = [ids('FAIL'), ids('UNKNOWN')];
  return { state, decision, attested, answer: forbidden ? 'no' : unknown ? 'not yet' : 'yes', forbidden, unknown };
}

/** A row as a line, so that a difference reads like the table. */
export function lineOf({ state, decision, attested, answer, forbidden, unknown }: Row): string {
  return [state, decision, attested, answer, forbidden, unknown].join(' | ').trimEnd();
}
