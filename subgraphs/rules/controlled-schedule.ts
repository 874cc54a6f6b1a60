/** In which schedule a formula is: the strictest of its ingredients, each the strictest of every jurisdiction it touches. */

import { type Asking, type Place, unitedStates } from './asking.ts';
import type { ControlledFacts } from './controlled-facts.ts';
import type { Fact, IngredientFact } from './facts.ts';
import { jurisdictions, library } from './packs.ts';
import { stateOf } from './place.ts';
import { isRaised, ruleId } from './reading.ts';
import { notKnown, passed, type RuleResult } from './results.ts';
import { type Substance, substanceOf, substanceRuleKey } from './substance-table.ts';
import { wholeList } from './whole-list.ts';

/** A controlled ingredient with the strictest schedule it has anywhere it matters. */
export interface Controlled {
  readonly substance: Substance;
  readonly schedule: string;
  /** The federal one, for which the DEA registers; null for a substance that only a state schedules. */
  readonly federal: string | null;
  /** The section that places it there. */
  readonly citation: string | null;
}

/** Of a substance that some release had in a schedule, while no entry says so for the day. Nothing covers it. */
export const NOT_KNOWN = 'not known';

// From the loosest to the strictest; what is not known is stricter than all.
const schedules = ['V', 'IV', 'III', 'II', 'I', NOT_KNOWN];

/** The controlled ingredients of a formula, as federal law and the places given have them. A state may put a drug higher, never lower. */
export function controlledAmong(ingredients: Fact<readonly IngredientFact[]>, places: readonly Place[], asking: Asking): Controlled[] {
  return (wholeList(ingredients) ?? []).flatMap((ingredient) => controlledIn(substanceOf(ingredient), places, asking));
}

/** The stricter of two schedules. */
export function stricter(one: string, other: string): string {
  return schedules.indexOf(other) > schedules.indexOf(one) ? other : one;
}

/** The schedule of the whole: a compound is in that of its most tightly scheduled ingredient. */
export function strictest(controlled: readonly Controlled[]): string {
  return controlled.map(({ schedule }) => schedule).reduce(stricter);
}

/** The places whose schedules count: the patient's, then the pharmacy's and the prescriber's as far as they are known. */
export function placesThatCount(
  patient: Place,
  facts: Pick<ControlledFacts, 'pharmacyState' | 'prescriberState'> | null | undefined,
): Place[] {
  const others = [stateOf(facts?.pharmacyState), stateOf(facts?.prescriberState)].filter((place) => place !== null);
  return [...new Map([patient, ...others].map((place) => [place.code, place])).values()];
}

/** Says in which schedule the order is; unknown when a schedule, or a place whose schedules count, is. */
export function scheduleResult(
  controlled: readonly Controlled[],
  facts: Pick<ControlledFacts, 'pharmacyState' | 'prescriberState'> | null,
): RuleResult {
  const id = 'controlled.schedule';
  const named = controlled.map(({ substance, schedule }) => `${substance.name} (schedule ${schedule})`).join(', ');
  const schedule = strictest(controlled);
  const citation = controlled.find((one) => one.schedule === schedule)?.citation ?? null;
  if (stateOf(facts?.pharmacyState) === null || stateOf(facts?.prescriberState) === null) {
    const message = `${named}: where the pharmacy or the prescriber stands is not known, and their states may schedule it higher`;
    return notKnown(id, message, "Record the pharmacy's and the clinic's state.", citation);
  }
  if (schedule === NOT_KNOWN) return notKnown(id, `${named}: its schedule on that date is not known`, 'Load the schedule.', citation);
  return passed(id, `${named}: the order is in schedule ${schedule}`, citation);
}

interface Placed {
  readonly place: Place;
  readonly schedule: string;
  readonly citation: string | null;
}

function controlledIn(substance: Substance | null, places: readonly Place[], asking: Asking): Controlled[] {
  if (substance === null) return [];
  const key = substanceRuleKey(substance, 'schedule');
  const found = [unitedStates, ...places].flatMap((place): Placed[] => {
    const { rule, why } = asking.rules.find(ruleId(place, key), asking.on);
    if (why === null) return [{ place, schedule: String(rule.value), citation: rule.citation }];
    return isRaised(asking, place, key) ? [{ place, schedule: NOT_KNOWN, citation: null }] : [];
  });
  const [top] = found.toSorted((a, b) => schedules.indexOf(b.schedule) - schedules.indexOf(a.schedule));
  if (top === undefined) return [];
  const federal = found.find(({ place }) => place === unitedStates)?.schedule ?? null;
  return [{ substance, schedule: top.schedule, federal, citation: top.citation }];
}

/** In which schedule an order is, and the federal schedules among its ingredients: those the DEA registers for. */
export interface OrderedSchedule {
  readonly schedule: string;
  readonly federal: readonly string[];
}

/** The schedule of a formula on a day; null when nothing of it is controlled anywhere that counts, or the patient's state has no rules. */
export function scheduleOn(
  ingredients: readonly IngredientFact[],
  patientState: string,
  places: Pick<ControlledFacts, 'pharmacyState' | 'prescriberState'>,
  on: string,
): OrderedSchedule | null {
  const patient = stateOf(patientState);
  if (patient === null) return null;
  const asking: Asking = { rules: library.on(on), on, attestations: null, entityName: null };
  const controlled = controlledAmong(ingredients, placesThatCount(patient, places), asking);
  if (controlled.length === 0) return null;
  return { schedule: strictest(controlled), federal: controlled.flatMap(({ federal }) => (federal === null ? [] : [federal])) };
}

/** Whether any release ever had anything of a formula in a schedule, anywhere: what decides if a controlled prescription's facts are read at all. */
export function everControlled(ingredients: readonly IngredientFact[]): boolean {
  return ingredients.some((ingredient) => {
    const substance = substanceOf(ingredient);
    if (substance === null) return false;
    const key = substanceRuleKey(substance, 'schedule');
    return [unitedStates, ...jurisdictions].some((place) => library.latest.entries(ruleId(place, key)).length > 0);
  });
}
