/** May a lot have been made so, and may it bear this beyond-use date; and may it be released. */

import type { Asking } from './asking.ts';
import { beyondUseKey } from './beyond-use-table.ts';
import { type BeyondUseFacts, beyondUse, withinDays, withinHours } from './beyond-use.ts';
import { dayOf, isInstant, localDay } from './dates.ts';
import type { Fact } from './facts.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

/** What went into a lot, or was to go into it. */
export interface ComponentFact {
  readonly name: string;
  readonly unii: string | null;
}

/** Facts for `recordCompounding`. */
export interface LotCompoundingFacts extends BeyondUseFacts {
  /** How long the formulation says a lot may be used, and what that rests on. */
  readonly formulationLimit: Fact<{ readonly value: number; readonly unit: 'h' | 'd'; readonly reference: string }>;
  /** What the formulation says goes in. */
  readonly planned: Fact<readonly ComponentFact[]>;
  /** What went in, each with the last day its supplier stands for. */
  readonly used: Fact<readonly (ComponentFact & { readonly number: string; readonly expiresOn: string })[]>;
}

/** As of the moment of recording. Every rule is answered, also when an earlier one already blocks. */
export function compounding(facts: LotCompoundingFacts, asking: Asking): RuleResult[] {
  return [
    ...beyondUse(facts, asking).map((result) => withRow(result, facts, asking)),
    formulation(facts),
    unexpired(facts),
    components(facts),
    asPlanned(facts),
  ];
}

// The row of the table stands in the answer: whoever is refused looks it up there.
function withRow(result: RuleResult, { preparationKind, storage }: LotCompoundingFacts, { rules }: Asking): RuleResult {
  if (result.id !== 'bud.uspMaximum' || preparationKind == null || storage == null) return result;
  const key = beyondUseKey(rules, preparationKind, storage);
  return key === null ? result : { ...result, message: `${result.message} (row ${key.replace(/^bud\./, '')})` };
}

function formulation(facts: LotCompoundingFacts): RuleResult {
  const id = 'bud.formulation';
  const limit = facts.formulationLimit;
  if (limit == null) return notKnown(id, 'The limit of the formulation is not known', 'Record the formulation.');
  const what = `The formulation (${limit.reference})`;
  return limit.unit === 'h' ? withinHours(facts, id, limit.value, what, null) : withinDays(facts, id, limit.value, what, null);
}

const READ_LABELS = 'Give the expiry of every component.';

// An expiry is a day: it ends at 23:59 where the lot was made.
function unexpired({ used, compoundedAt, timeZone }: LotCompoundingFacts): RuleResult {
  const id = 'compounding.componentsUnexpired';
  const day = isInstant(compoundedAt) ? localDay(compoundedAt, timeZone) : null;
  if (used == null || day === null || used.some(({ expiresOn }) => dayOf(expiresOn) === null))
    return notKnown(id, 'Whether the components had expired is not known', READ_LABELS);
  const gone = used.filter(({ expiresOn }) => expiresOn < day);
  if (gone.length === 0) return passed(id, 'No component had expired when the lot was made');
  const names = gone.map(({ name, number, expiresOn }) => `${name} (lot ${number}) expired on ${expiresOn}`).join('; ');
  return failed(id, `${names}, before the lot was made`, 'Do not use the lot; make another from components in date.');
}

function components({ used, beyondUseDate, timeZone }: LotCompoundingFacts): RuleResult {
  const id = 'bud.components';
  const day = isInstant(beyondUseDate) ? localDay(beyondUseDate, timeZone) : dayOf(beyondUseDate);
  const [first] = used == null ? [] : [...used].sort((a, b) => (a.expiresOn < b.expiresOn ? -1 : 1));
  if (first === undefined || day === null || dayOf(first.expiresOn) === null)
    return notKnown(id, 'The shortest expiry of a component is not known', READ_LABELS);
  const message = `${first.name} (lot ${first.number}) expires first, on ${first.expiresOn}`;
  if (day > first.expiresOn) return failed(id, `${message}; the beyond-use date is ${beyondUseDate}`, 'Give an earlier beyond-use date.');
  return passed(id, message);
}

// By UNII where both have one, or else by name.
function sameSubstance(a: ComponentFact, b: ComponentFact): boolean {
  if (a.unii !== null && b.unii !== null) return a.unii === b.unii;
  return a.name.trim().toLowerCase() === b.name.trim().toLowerCase();
}

function asPlanned({ planned, used }: LotCompoundingFacts): RuleResult {
  const id = 'compounding.asFormulated';
  if (planned == null || used == null) return notKnown(id, 'What was to go in is not known', 'Record the formulation.');
  const missing = planned.filter((one) => !used.some((other) => sameSubstance(one, other)));
  const extra = used.filter((one) => !planned.some((other) => sameSubstance(one, other)));
  const remedy = 'Record what went in, or a new version of the formulation first.';
  if (missing.length > 0) return failed(id, `The formulation has ${namesOf(missing)}, which the record does not`, remedy);
  if (extra.length > 0) return failed(id, `The record has ${namesOf(extra)}, which the formulation does not`, remedy);
  return passed(id, 'What went in is what the formulation says');
}

function namesOf(components: readonly ComponentFact[]): string {
  return [...new Set(components.map(({ name }) => name))].join(', ');
}

/** Facts for `releaseLot`. */
export interface LotReleaseFacts {
  /** Each quality control of the formulation as it came out. */
  readonly quality: Fact<readonly { readonly name: string; readonly passed: boolean }[]>;
  readonly madeByChecker: Fact<boolean>;
}

/** What must hold before a lot is released. */
export function lotRelease({ quality, madeByChecker }: LotReleaseFacts): RuleResult[] {
  return [qualityPassed(quality), anotherPerson(madeByChecker)];
}

function qualityPassed(quality: LotReleaseFacts['quality']): RuleResult {
  const id = 'compounding.quality';
  if (quality == null) return notKnown(id, 'The quality controls could not be read', 'Check the compounding record.');
  const failing = quality.filter(({ passed: good }) => !good).map(({ name }) => name);
  if (failing.length > 0) return failed(id, `Did not pass: ${failing.join(', ')}`, 'Refuse the lot.');
  return passed(id, 'Every quality control passed');
}

function anotherPerson(same: LotReleaseFacts['madeByChecker']): RuleResult {
  const id = 'compounding.finalCheck';
  if (same == null) return notKnown(id, 'It is not known who made the lot', 'Check the compounding record.');
  if (same) return failed(id, 'Whoever made the lot cannot check it too', 'Let another pharmacist check it.');
  return passed(id, 'Another person made the lot');
}
