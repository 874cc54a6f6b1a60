/**
 * May a preparation bear this beyond-use date? The day of compounding is day 0, a date ends at 23:59 of that day, and a limit in hours
 * needs the hour. A beyond-use date is capped by the USP maximum and by the formula's own limit.
 */

import { type Asking, unitedStates } from './asking.ts';
import { type BeyondUseLimit, beyondUseKey, kindsIn } from './beyond-use-table.ts';
import { addDays, dayOf, isDay, isInstant, localDay } from './dates.ts';
import type { DispensingFacts } from './facts.ts';
import { readRule } from './reading.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

const MS_PER_HOUR = 3_600_000;
const EARLIER = 'Give an earlier beyond-use date.';

/** What a beyond-use date is judged by. */
export type BeyondUseFacts = Pick<
  DispensingFacts,
  'preparationKind' | 'storage' | 'compoundedAt' | 'beyondUseDate' | 'formulaDays' | 'formulaStorage' | 'timeZone'
>;

/** Every rule on time and storage is answered, also when an earlier one already blocks. */
export function beyondUse(facts: BeyondUseFacts, asking: Asking): RuleResult[] {
  const { on } = asking;
  return [compoundedAt(facts, on), notPassed(facts, on), storage(facts), uspMaximum(facts, asking), formulaMaximum(facts)];
}

function compoundedAt(facts: BeyondUseFacts, on: string): RuleResult {
  const id = 'dispense.compoundedAt';
  if (!isInstant(facts.compoundedAt) || dayOf(on) === null)
    return notKnown(id, 'It is not known when it was compounded', 'Give the time of compounding.');
  const now = isInstant(on) ? Date.parse(on) : Date.parse(`${on}T23:59:59Z`);
  if (Date.parse(facts.compoundedAt) > now)
    return failed(id, 'The time of compounding lies in the future', 'Correct the time of compounding.');
  return passed(id, `Compounded at ${facts.compoundedAt}`);
}

function notPassed(facts: BeyondUseFacts, on: string): RuleResult {
  const id = 'bud.notPassed';
  const compounded = isInstant(facts.compoundedAt) ? localDay(facts.compoundedAt, facts.timeZone) : null;
  const bud = facts.beyondUseDate;
  // Without a zone the UTC day: in the fifty states it is never the earlier one.
  const today = isInstant(on) && facts.timeZone ? localDay(on, facts.timeZone) : dayOf(on);
  const day = dayOf(bud);
  if (compounded === null || today === null || day === null)
    return notKnown(id, 'The beyond-use date cannot be compared', 'Give compounding time and beyond-use date.');
  const gone = isInstant(bud) && isInstant(on) ? Date.parse(bud) < Date.parse(on) : day < today;
  if (gone) return failed(id, `The beyond-use date ${bud} has passed`, 'Dispense another lot.');
  if (day < compounded) return failed(id, `The beyond-use date ${bud} lies before compounding`, 'Correct the beyond-use date.');
  return passed(id, `The beyond-use date ${bud} has not passed`);
}

function storage(facts: BeyondUseFacts): RuleResult {
  const id = 'dispense.storage';
  if (facts.storage == null || facts.formulaStorage == null)
    return notKnown(id, 'It is not known how the preparation is to be kept', 'Record the storage.');
  if (facts.storage !== facts.formulaStorage) {
    return failed(
      id,
      `The formula is to be kept ${facts.formulaStorage}, not ${facts.storage}`,
      'Dispense a lot that was kept as the formula says.',
    );
  }
  return passed(id, `Kept ${facts.storage}, as the formula says`);
}

function uspMaximum(facts: BeyondUseFacts, asking: Asking): RuleResult {
  const id = 'bud.uspMaximum';
  if (facts.preparationKind == null || !kindsIn(asking.rules).has(facts.preparationKind)) {
    return notKnown(id, 'It is not known what kind of preparation this is', 'Record the kind of preparation on the formulary item.');
  }
  const key = facts.storage == null ? null : beyondUseKey(asking.rules, facts.preparationKind, facts.storage);
  if (key === null) {
    return notKnown(
      id,
      `No beyond-use limit is recorded for ${facts.preparationKind} kept ${facts.storage ?? 'in a way not known'}`,
      'Keep it in a way that has a limit.',
    );
  }
  const reading = readRule(asking, unitedStates, key);
  if (reading.result !== null) return { ...reading.result, id };
  const limit = reading.value as BeyondUseLimit;
  const citation = reading.rule?.citation ?? null;
  const version = reading.rule?.since;
  const most = limit.maxBudValue;
  if (most === null) {
    const remedy = 'Keep it in a way that the standard permits.';
    return failed(id, `${inWords(limit)} may not be kept ${facts.storage}`, remedy, citation, version);
  }
  const found =
    limit.maxBudUnit === 'h'
      ? withinHours(facts, id, most, inWords(limit), citation)
      : withinDays(facts, id, most, inWords(limit), citation);
  return version === undefined ? found : { ...found, version };
}

function formulaMaximum(facts: BeyondUseFacts): RuleResult {
  const id = 'bud.formula';
  const days = facts.formulaDays;
  if (days == null || !Number.isInteger(days) || days < 1)
    return notKnown(id, "The formula's own beyond-use limit is not known", 'Record it on the formulary item.');
  return withinDays(facts, id, days, 'The formula', null);
}

/** Whether the beyond-use date lies within so many days of compounding. */
export function withinDays(facts: BeyondUseFacts, id: string, days: number, what: string, citation: string | null): RuleResult {
  const compounded = isInstant(facts.compoundedAt) ? localDay(facts.compoundedAt, facts.timeZone) : null;
  const bud = facts.beyondUseDate;
  const day = isInstant(bud) ? localDay(bud, facts.timeZone) : dayOf(bud);
  if (compounded === null || day === null)
    return notKnown(id, 'The beyond-use date cannot be compared', 'Give compounding time and beyond-use date.', citation);
  const last = addDays(compounded, days);
  // A moment is counted by the hour; a mere day ends at its own midnight.
  const tooLate = isInstant(bud) ? Date.parse(bud) > Date.parse(facts.compoundedAt as string) + days * 24 * MS_PER_HOUR : day > last;
  if (tooLate) return failed(id, `${what} allows ${days} days, until ${last}; the beyond-use date is ${bud}`, EARLIER, citation);
  return passed(id, `${what} allows ${days} days, until ${last}`, citation);
}

/** Whether the beyond-use moment lies within so many hours of compounding; a date without the hour does not say enough. */
export function withinHours(facts: BeyondUseFacts, id: string, hours: number, what: string, citation: string | null): RuleResult {
  const bud = facts.beyondUseDate;
  const remedy = 'Give the beyond-use date with its hour.';
  if (isDay(bud))
    return notKnown(id, `${what} is limited to ${hours} hours; a date without the hour does not say enough`, remedy, citation);
  if (!isInstant(bud) || !isInstant(facts.compoundedAt)) return notKnown(id, 'The beyond-use date cannot be compared', remedy, citation);
  const tooLate = Date.parse(bud) > Date.parse(facts.compoundedAt) + hours * MS_PER_HOUR;
  if (tooLate) return failed(id, `${what} allows ${hours} hours; the beyond-use date is ${bud}`, EARLIER, citation);
  return passed(id, `${what} allows ${hours} hours`, citation);
}

function inWords(limit: BeyondUseLimit): string {
  return limit.category === 'nonsterile'
    ? `A nonsterile preparation (${limit.preparationType})`
    : `${limit.category} (${limit.processing}, ${limit.startingComponents}, sterility test ${limit.sterilityTest})`;
}
