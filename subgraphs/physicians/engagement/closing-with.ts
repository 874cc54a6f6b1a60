/** What closes when an engagement ends or its terms narrow, asked of everybody who directs the clinic. */

import { Unavailable } from '#kernel/errors.ts';
import type { Engagement as EngagementRow } from '#prisma/generated/physicians/client.ts';
import type { Context, Tx } from '../builder.ts';
import { clinicsTold } from './clinic-told.ts';
import { type Closing, closingServices, type Directing } from './closing-services.ts';
import { directorsThere, goodSuccessors } from './successors.ts';

/** A clinic with what it offers, and the engagements whose directors would be good on the first day without another. */
export interface DirectedClinic {
  readonly services: readonly string[];
  readonly good: ReadonlySet<string>;
}

/** Asks for what a director's leaving takes; before the transaction. Undefined when nobody tells of the clinic, or nothing rests on the role. */
export async function directedClinic(
  ctx: Context,
  { clinicId, role }: Pick<EngagementRow, 'clinicId' | 'role'>,
  firstDay: string,
): Promise<DirectedClinic | undefined> {
  if (role !== 'MEDICAL_DIRECTOR') return undefined;
  const told = (await clinicsTold(ctx, [clinicId])).get(clinicId);
  if (told === undefined) return undefined;
  const good = await goodSuccessors(ctx, { clinicId, state: told.address.state, firstDay });
  return { services: told.services.map(({ code }) => code), good };
}

/** The services that close after that day, and from when; null when none does. `coming` directs besides, once this is done. */
export async function closingWith(
  tx: Tx,
  ending: EngagementRow,
  lastDay: string,
  now: Date,
  clinic: DirectedClinic | undefined,
  coming: readonly Directing[] = [],
): Promise<Closing | null> {
  if (ending.role !== 'MEDICAL_DIRECTOR') return null;
  if (clinic === undefined) throw new Unavailable();
  const directors = await directorsThere(tx, ending.clinicId, clinic.good, now);
  return closingServices(ending, lastDay, clinic.services, [...directors, ...coming]);
}
