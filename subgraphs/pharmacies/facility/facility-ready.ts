import { Refusal } from '#kernel/errors.ts';
import type { Prisma } from '#prisma/generated/pharmacies/client.ts';
import { facilityDuties } from '#rules/facility-duties.ts';
import { graph } from '../builder.ts';
import { dayOf } from '../calendar-day.ts';
import { facilityPapers } from './facility-facts.ts';
import { inRecordedOrder, statusToday } from './license-history.ts';

/** Without its licence and the papers that cover all it does, a facility is not let in. */
export class FacilityNotReady extends Refusal {
  readonly code = 'FACILITY_NOT_READY';
  constructor(missing: readonly string[]) {
    super(`It is not admitted before this is on record: ${missing.join('; ')}.`);
  }
}

graph.refusal(FacilityNotReady, 'The facility’s licence or papers are not on record, not looked up by a second person, or not good today.');

/** What is read of a facility to judge it. */
export const judged = { licenses: { include: { standings: inRecordedOrder } }, ...facilityPapers } satisfies Prisma.PharmacyInclude;

/** What a facility must show before it is let in: its own state's licence, looked up, and what covers everything it makes, or either kind of it. */
export function missingOf(facility: Prisma.PharmacyGetPayload<{ include: typeof judged }>, now: Date): string[] {
  const today = dayOf(now);
  const kind = facility.facilityClass === 'OUTSOURCING_503B' ? 'OUTSOURCING' : 'PHARMACY';
  const licensed = facility.licenses.some(
    (one) =>
      one.kind === kind &&
      one.state === facility.homeState &&
      dayOf(one.expiresOn) >= today &&
      statusToday(one, one.standings, now) === 'ACTIVE',
  );
  const shown = (wanted: string) =>
    facility.evidence.some((one) => one.kind === wanted && dayOf(one.validFrom) <= today && today <= dayOf(one.expiresOn));
  const duties = facilityDuties.filter(({ of }) => of === facility.facilityClass);
  const always = duties.filter(({ covers }) => covers === 'ALL');
  const either = duties.filter((duty) => ['STERILE', 'NONSTERILE'].includes(duty.covers) && duty.kind.startsWith('USP_'));
  return [
    ...(licensed ? [] : [`its ${kind} licence in ${facility.homeState}, found good by another person than recorded it`]),
    ...always.filter((duty) => !shown(duty.kind)).map(({ what }) => what),
    ...(either.length > 0 && !either.some((duty) => shown(duty.kind)) ? [either.map(({ what }) => what).join(' or ')] : []),
  ];
}
