import { Unavailable } from '#kernel/errors.ts';
import type { Ctx } from '../builder.ts';
import { askGateFacts, type NeighbourFacts } from '../exam/gate-facts.ts';
import { hoursOfClinic } from '../schedule/hours-of-clinic.ts';
import { openTimes } from '../schedule/open-times.ts';
import { settingsOf } from '../schedule/settings-of.ts';
import { type Slot, slotsIn } from '../schedule/slots.ts';
import { allowedSlots } from './allowed-slots.ts';
import { takenBetween } from './claims.ts';

const MINUTE_MS = 60_000;

/** Whose exam a slot is wanted for, and when. */
export interface SlotsWanted {
  readonly clinicId: string;
  readonly service: string;
  readonly patientState: string;
  readonly from: Date;
  readonly to: Date;
  /** Only this examiner's; everybody's when left out. */
  readonly examinerId?: string;
}

/**
 * Slots that are free and that a booking would be allowed to take, ordered by time. Throws Unavailable when who is
 * licensed cannot be read: an empty list would lie. Facts that were read a moment ago for the same examiner need not be
 * asked for again: an offer binds nobody.
 */
export async function offeredSlots(ctx: Ctx, wanted: SlotsWanted, known?: NeighbourFacts): Promise<Slot[]> {
  const { rule } = await settingsOf(ctx.db, wanted.clinicId, wanted.service);
  const window = { from: new Date(Math.max(wanted.from.getTime(), ctx.now().getTime() + rule.leadMinutes * MINUTE_MS)), to: wanted.to };
  if (window.from >= window.to) return [];
  const { hours, exceptions, off } = await hoursOfClinic(ctx.db, { ...wanted, ...window });
  const open = openTimes(hours, exceptions, window);
  const examiners = [...new Set(open.map((one) => one.examinerId))];
  if (examiners.length === 0) return [];
  const taken = await takenBetween(ctx.db, examiners, window.from, window.to, ctx.now());
  const slots = slotsIn(open, { off, taken }, window, rule);
  if (slots.length === 0) return [];
  const facts = known ?? (await askGateFacts(ctx, examiners, [wanted.clinicId]));
  if (!facts.answered) throw new Unavailable();
  return allowedSlots(slots, wanted, facts, ctx.now());
}
