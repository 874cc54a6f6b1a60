import type { Prisma } from '#prisma/generated/physicians/client.ts';
import { addDays } from '#rules/dates.ts';
import type { Context } from '../builder.ts';
import { living } from '../engagement/engagement-moves.ts';
import { dayIn, storedDay } from '../lapse.ts';

/** So long after an engagement ended its clinic still reads: what is found out later may be of when they worked there. */
const READ_FOR_DAYS = 90;

/** An engagement, as far as it opens somebody's credentials. */
interface Opening {
  readonly clinicId: string;
  readonly status: string;
  readonly endsOn: Date | null;
}

const firstDay = (now: Date): Date => storedDay(addDays(dayIn(now), -READ_FOR_DAYS));

/** Whether an engagement opens somebody's credentials to its clinic: one that was accepted, and did not end long ago. */
export function opensCredentials({ status, endsOn }: Opening, now: Date): boolean {
  return living.includes(status) && (endsOn === null || endsOn >= firstDay(now));
}

/** The practitioners whose credentials a caller manages: those engaged with a clinic of theirs, which a mere proposal does not make them. Neighbours that decide see all. */
export function credentialsVisibleTo(ctx: Context): Prisma.PractitionerWhereInput {
  if (ctx.actor.everywhere('authority-facts:read')) return {};
  return {
    engagements: {
      some: {
        ...{ status: { in: living }, clinicId: { in: [...ctx.actor.places('credential:read')] } },
        OR: [{ endsOn: null }, { endsOn: { gte: firstDay(ctx.now()) } }],
      },
    },
  };
}
