import { addDays } from '#rules/dates.ts';
import { dayIn } from '../lapse.ts';

/** An agreement with the last time its two sides met. */
export interface Cadence {
  readonly cadenceDays: number | null;
  readonly startsOn: Date;
  /** Newest first; one is enough. */
  readonly events: readonly { readonly heldOn: Date }[];
}

/** The day by which the two have to meet again: counted from the last time, or from the first day of the agreement; null without a cadence. */
export function dueOn({ cadenceDays, startsOn, events }: Cadence): string | null {
  return cadenceDays === null ? null : addDays(dayIn(events[0]?.heldOn ?? startsOn), cadenceDays);
}
