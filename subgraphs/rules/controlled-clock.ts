/** Whether the clock that stamps a controlled signature is right: within so many minutes of official time (21 CFR 1311.120(b)). */

import { type Asking, unitedStates } from './asking.ts';
import { isRaised, readRule, ruleId } from './reading.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

const KEY = 'controlled.signing-clock';
const MINUTE_MS = 60_000;

/** Milliseconds by which the clock is ahead of the time source; negative when it is behind; null when the source did not answer. */
export type ClockDrift = number | null;

/** Nothing where the deployment has no time source, or the release no such rule. */
export function clockResults(drift: ClockDrift | undefined, asking: Asking): RuleResult[] {
  if (drift === undefined || !isRaised(asking, unitedStates, KEY)) return [];
  const id = ruleId(unitedStates, KEY);
  const reading = readRule(asking, unitedStates, KEY);
  if (reading.result !== null) return [reading.result];
  const cited = [reading.rule?.citation ?? null, reading.rule?.since] as const;
  const { minutes } = reading.value as { readonly minutes: number };
  if (drift === null || Number.isNaN(drift)) {
    return [notKnown(id, 'The time source did not answer, so that nobody knows whether the clock is right', 'Try again.', ...cited)];
  }
  if (Math.abs(drift) <= minutes * MINUTE_MS) return [passed(id, `The clock is within ${minutes} minutes of the time source`, ...cited)];
  const message = `The clock is more than ${minutes} minutes ${drift > 0 ? 'ahead of' : 'behind'} the time source`;
  return [failed(id, message, 'Set the clock of this deployment right; nothing controlled is signed until then.', ...cited)];
}
