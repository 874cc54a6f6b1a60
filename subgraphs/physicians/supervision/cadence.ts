import { addDays } from '#rules/dates.ts';
import { library } from '#rules/packs.ts';
import { supervisionGraceDays } from '#rules/supervision-grace.ts';
import { dayIn } from '../lapse.ts';

/** An agreement with the last time its two sides met. */
export interface Cadence {
  readonly cadenceDays: number | null;
  readonly startsOn: Date;
  readonly supervisorSignedAt: Date | null;
  readonly superviseeSignedAt: Date | null;
  /** Newest first; one is enough. */
  readonly events: readonly { readonly heldOn: Date }[];
}

/** The first day on which an agreement was one: none before both had signed it. */
export function agreedFrom({ startsOn, supervisorSignedAt, superviseeSignedAt }: Omit<Cadence, 'cadenceDays' | 'events'>): string {
  const days = [startsOn, supervisorSignedAt, superviseeSignedAt].flatMap((at) => (at === null ? [] : [dayIn(at)]));
  return days.toSorted().at(-1) ?? dayIn(startsOn);
}

/** The day by which the two have to meet again: counted from the last time, or from when it was agreed; null without a cadence. */
export function dueOn(agreement: Cadence): string | null {
  const { cadenceDays, events } = agreement;
  if (cadenceDays === null) return null;
  return addDays(events[0] === undefined ? agreedFrom(agreement) : dayIn(events[0].heldOn), cadenceDays);
}

/** Whether they are so late that the agreement carries nothing until they have met. Of one from before cadences were kept it is not asked. */
export function isNeglected(agreement: Cadence, now: Date): boolean {
  const due = dueOn(agreement);
  const grace = supervisionGraceDays(library.on(now.toISOString()), dayIn(now));
  return due !== null && grace !== null && addDays(due, grace) < dayIn(now);
}
