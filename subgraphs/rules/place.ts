import { notKnown, type RuleResult } from './results.ts';
import { isService } from './service-codes.ts';
import { type StateRecord, stateRecord } from './state-pack.ts';

/** A state with a record, or the result that refuses a territory, a code that is none, or no state at all. */
export function placeOf(
  id: string,
  state: string | null | undefined,
  whose: string,
): { readonly record: StateRecord; readonly result: null } | { readonly record: null; readonly result: RuleResult } {
  const record = stateRecord(state);
  if (record !== null) return { record, result: null };
  const message = state ? `No rules are recorded for ${state}` : `${whose} is not known`;
  return { record: null, result: notKnown(id, message, 'Only the 50 states and DC have rules; elsewhere nothing is allowed.') };
}

/** Refuses a service that is none: no rule could be asked for it. Empty when the service is known. */
export function serviceProblems(service: unknown): RuleResult[] {
  return isService(service) ? [] : [notKnown('service', 'The service is not one we have rules for', 'Use a code of the service list.')];
}
