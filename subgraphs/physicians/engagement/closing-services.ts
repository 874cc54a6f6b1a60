/** Which services lose the director they stand on, when an engagement ends. */

import { addDays } from '#rules/dates.ts';
import { dayIn } from '../lapse.ts';

/** An engagement as a director, as far as succession goes. */
export interface Directing {
  readonly id: string;
  readonly status: string;
  readonly startsOn: Date;
  readonly endsOn: Date | null;
  /** Empty for all that the clinic offers. */
  readonly services: readonly string[];
  /** Whether they could carry the clinic as a person: physician, licensed there, insured, not excluded. */
  readonly isGood: boolean;
}

/** Services that close, and the first day on which one of them is closed. */
export interface Closing {
  readonly services: readonly string[];
  readonly closesOn: string;
}

const directs = ({ services }: Pick<Directing, 'services'>, service: string) => services.length === 0 || services.includes(service);

/**
 * The services of a clinic that an engagement carries and that nobody else carries on a day between its new last one and the one
 * it had, in the order offered; null when there are none. Every day on which a successor begins or ends is looked at: two who
 * leave one after the other name each other.
 */
export function closingServices(
  ending: { readonly id: string; readonly services: readonly string[]; readonly endsOn: Date | null },
  lastDay: string,
  offered: readonly string[],
  directors: readonly Directing[],
): Closing | null {
  const others = directors.filter(({ id, status, isGood }) => id !== ending.id && isGood && (status === 'ACTIVE' || status === 'ENDING'));
  const first = addDays(lastDay, 1);
  const turns = [first, ...others.flatMap(({ endsOn }) => (endsOn === null ? [] : [addDays(dayIn(endsOn), 1)]))];
  const days = [...new Set(turns)].filter((day) => day >= first && (ending.endsOn === null || day <= dayIn(ending.endsOn))).sort();
  const carried = offered.filter((service) => directs(ending, service));
  const closed = days.map((day) => ({
    day,
    services: carried.filter((service) => !others.some((one) => directs(one, service) && runs(one, day))),
  }));
  const services = carried.filter((service) => closed.some((one) => one.services.includes(service)));
  const closesOn = closed.find((one) => one.services.length > 0)?.day;
  return closesOn === undefined ? null : { services, closesOn };
}

function runs({ startsOn, endsOn }: Directing, day: string): boolean {
  return dayIn(startsOn) <= day && (endsOn === null || dayIn(endsOn) >= day);
}
