import { InvalidInput } from '#kernel/errors.ts';
import type { PlacementRequest } from '#prisma/generated/physicians/client.ts';
import { addDays } from '#rules/dates.ts';
import { PROPOSAL_HOLDS_DAYS } from '../engagement/begin-engagement.ts';
import { dayIn } from '../lapse.ts';

/** The last day on which somebody can accept an offer of a request: as long as any proposal holds after its first day. */
const lastDayOf = ({ startsOn }: Pick<PlacementRequest, 'startsOn'>) => addDays(dayIn(startsOn), PROPOSAL_HOLDS_DAYS);

/** Whether nobody can accept an offer of a request any more, though it is open: its terms never change, so it is asked anew. */
export function isPastAccepting(request: Pick<PlacementRequest, 'startsOn'>, now: Date): boolean {
  return lastDayOf(request) < dayIn(now);
}

/** Refuses what concerns a request of which nobody can accept an offer any more, at the field that names it. */
export function requireAcceptable(request: Pick<PlacementRequest, 'startsOn'>, now: Date, field: 'requestId' | 'offerId'): void {
  if (!isPastAccepting(request, now)) return;
  const message = `Offers of this request could be accepted until ${lastDayOf(request)}: it is withdrawn, and asked anew.`;
  throw new InvalidInput([{ path: `input.${field}`, message }]);
}
