import { notKnown, type RuleResult } from './results.ts';
import { isService } from './service-codes.ts';
import type { Place } from './asking.ts';
import { jurisdictions } from './packs.ts';

const byCode: ReadonlyMap<string, Place> = new Map(jurisdictions.map((place) => [place.code, place]));

/** A state that has rules; null for a territory, a code that is none, or no code at all. */
export function stateOf(code: string | null | undefined): Place | null {
  return (code ? byCode.get(code) : undefined) ?? null;
}

/** A state with rules, or the result that refuses a territory, a code that is none, or no state at all. */
export function placeOf(
  id: string,
  state: string | null | undefined,
  whose: string,
): { readonly place: Place; readonly result: null } | { readonly place: null; readonly result: RuleResult } {
  const place = stateOf(state);
  if (place !== null) return { place, result: null };
  const message = state ? `No rules are recorded for ${state}` : `${whose} is not known`;
  const remedy = state ? 'Only the 50 states and DC have rules; elsewhere nothing is allowed.' : 'State it: its rules and licences decide.';
  return { place: null, result: notKnown(id, message, remedy) };
}

/** Refuses a service that is none: no rule could be asked for it. Empty when the service is known. */
export function serviceProblems(service: unknown): RuleResult[] {
  return isService(service) ? [] : [notKnown('service', 'The service is not one we have rules for', 'Use a code of the service list.')];
}
