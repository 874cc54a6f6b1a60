import { Unavailable } from '#kernel/errors.ts';
import type { Ctx } from '../builder.ts';
import { type NeighbourFacts, putGateFacts } from '../exam/gate-facts.ts';
import { examinersAsked, hoursAt } from '../schedule/hours-of-clinic.ts';
import { openTimes } from '../schedule/open-times.ts';
import { settingsOf } from '../schedule/settings-of.ts';
import { inOrder, type Slot, slotsByDay } from '../schedule/slots.ts';
import { allowing } from './allowed-slots.ts';
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
  /** The earliest so many after a slot, or from the beginning on; all when left out. There may be a few more. */
  readonly enough?: { readonly count: number; readonly after: Slot | null };
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
  const takers = await examinersAsked(ctx.db, wanted);
  if (takers.length === 0) return [];
  // The neighbours answer while their time is read here.
  const answer = known === undefined ? await putGateFacts(ctx, takers, [wanted.clinicId]) : () => Promise.resolve(known);
  const { hours, exceptions, off } = await hoursAt(ctx.db, { ...wanted, ...window }, takers);
  const open = openTimes(hours, exceptions, window);
  const examiners = [...new Set(open.map((one) => one.examinerId))];
  if (examiners.length === 0) return [];
  const taken = await takenBetween(ctx.db, examiners, window.from, window.to, ctx.now());
  const { count, after } = wanted.enough ?? { count: Number.POSITIVE_INFINITY, after: null };
  const found: Slot[] = [];
  let allowed: ((slot: Slot) => boolean) | undefined;
  for (const slots of slotsByDay(open, { off, taken }, window, rule, after?.from)) {
    if (slots.length === 0) continue;
    allowed ??= allowing(open, wanted, readable(await answer()), ctx.now());
    for (const slot of slots) if (allowed(slot) && (after === null || inOrder(slot, after) > 0)) found.push(slot);
    if (found.length >= count) break;
  }
  return found;
}

function readable(facts: NeighbourFacts): NeighbourFacts {
  if (!facts.answered) throw new Unavailable();
  return facts;
}
