/** Refills that no law allows, known as soon as an order is written down: the gate of signing asks the same once more, with all its facts. */

import type { Asking } from './asking.ts';
import { refillResults } from './controlled-limits.ts';
import { controlledAmong, NOT_KNOWN, placesThatCount, strictest } from './controlled-schedule.ts';
import type { IngredientFact } from './facts.ts';
import { library } from './packs.ts';
import { stateOf } from './place.ts';
import type { RuleResult } from './results.ts';

/** As much of a draft as says how often its preparation may be filled again. */
export interface RefillsDrafted {
  readonly ingredients: readonly IngredientFact[];
  readonly refills: number;
  readonly daysSupply: number;
  /** Where it goes, and where it is made. */
  readonly patientState: string;
  readonly pharmacyState: string | null | undefined;
}

/** The limits of its schedule that it breaks; nothing of what is not controlled, and of what only an entity's word could settle. */
export function refillsRefused(
  { ingredients, refills, daysSupply, patientState, pharmacyState }: RefillsDrafted,
  on: string,
): RuleResult[] {
  const patient = stateOf(patientState);
  if (patient === null) return [];
  const asking: Asking = { rules: library.on(on), on, attestations: null, entityName: null };
  const places = placesThatCount(patient, { pharmacyState, prescriberState: null });
  const controlled = controlledAmong(ingredients, places, asking);
  const schedule = controlled.length === 0 ? NOT_KNOWN : strictest(controlled);
  if (schedule === NOT_KNOWN) return [];
  return refillResults({ refills, daysSupply }, schedule, places, asking).filter(({ outcome }) => outcome === 'FAIL');
}
