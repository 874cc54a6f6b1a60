/** Which services lose the director they stand on, when an engagement ends. */

import { addDays } from '#rules/dates.ts';
import { dayIn } from '../lapse.ts';

/** An engagement as far as succession goes. */
export interface Directing {
  readonly id: string;
  readonly role: string;
  readonly status: string;
  readonly startsOn: Date;
  readonly endsOn: Date | null;
  /** Empty for all that the clinic offers. */
  readonly services: readonly string[];
  /** What their licences count as today, with their last days. */
  readonly licensed: readonly { readonly state: string; readonly status: string; readonly expiresOn: Date }[];
}

const directs = ({ services }: Pick<Directing, 'services'>, service: string) => services.length === 0 || services.includes(service);

/**
 * The services of a clinic that an engagement carries and that nobody else carries on the day after its last one, in the order offered.
 * A successor is a director whose engagement is in force that day, and whose licence in the clinic's state is active and lasts.
 */
export function closingServices(
  ending: Pick<Directing, 'id' | 'role' | 'services'>,
  lastDay: string,
  clinic: { readonly state: string; readonly services: readonly string[] },
  engagements: readonly Directing[],
): string[] {
  if (ending.role !== 'MEDICAL_DIRECTOR') return [];
  const next = addDays(lastDay, 1);
  const successors = engagements.filter(
    ({ id, role, status, startsOn, endsOn, licensed }) =>
      id !== ending.id &&
      role === 'MEDICAL_DIRECTOR' &&
      (status === 'ACTIVE' || status === 'ENDING') &&
      dayIn(startsOn) <= next &&
      (endsOn === null || dayIn(endsOn) >= next) &&
      licensed.some((one) => one.state === clinic.state && one.status === 'ACTIVE' && dayIn(one.expiresOn) >= next),
  );
  return clinic.services.filter((service) => directs(ending, service) && !successors.some((one) => directs(one, service)));
}
