/** Whether an item's beyond-use limit can be: no longer than USP allows for its kind kept that way. */

import { type BeyondUseLimit, beyondUseKey, isSterileKind } from '#rules/beyond-use-table.ts';
import type { StorageCondition } from '#rules/facts.ts';
import { library } from '#rules/packs.ts';
import type { Rule } from '#rules/rule.ts';
import type { CellProblem, FormularyRow } from './row.ts';

const HOURS_A_DAY = 24;

/** What is wrong; null is nothing. Without a row of the table, or with one in hours below a day, nothing can be offered so. */
export function beyondUseProblem({
  preparationType,
  sterile,
  storage,
  beyondUseDays,
}: Pick<FormularyRow, 'preparationType' | 'sterile' | 'storage' | 'beyondUseDays'>): CellProblem | null {
  const isSterile = isSterileKind(preparationType);
  if (isSterile === null) return { column: 'preparationType', message: 'is no kind of preparation that the beyond-use table has' };
  if (isSterile !== sterile)
    return { column: 'sterile', message: `does not fit ${preparationType}, which is ${isSterile ? '' : 'not '}sterile` };
  const rule = ruleFor(preparationType, storage as StorageCondition);
  if (rule === null) return { column: 'storage', message: `has no beyond-use limit for ${preparationType}` };
  const limit = rule?.value as BeyondUseLimit | undefined;
  if (rule === undefined || limit === undefined || limit.maxBudValue === null)
    return { column: 'storage', message: `is not allowed for ${preparationType} (${rule?.citation ?? 'USP'})` };
  const days = limit.maxBudUnit === 'h' ? limit.maxBudValue / HOURS_A_DAY : limit.maxBudValue;
  return beyondUseDays <= days
    ? null
    : { column: 'beyondUseDays', message: `is at most ${days} for ${preparationType} kept ${storage} (${rule.citation})` };
}

/** The row of the table for a kind kept that way; null when it has none. A list asks of the same few again and again, and the packs do not change. */
function ruleFor(kind: string, storage: StorageCondition): Rule | null | undefined {
  const asked = `${kind} ${storage}`;
  const known = rules.get(asked);
  if (known !== undefined) return known;
  const key = beyondUseKey(library.latest, kind, storage);
  const rule = key === null ? null : library.latest.entries(`US.${key}`).at(-1);
  if (rule !== undefined) rules.set(asked, rule);
  return rule;
}

const rules = new Map<string, Rule | null>();
