import { Refusal } from '#kernel/errors.ts';
import { builder, type Tx, graph } from '../builder.ts';
import type { NeighbourFacts } from '../exam/gate-facts.ts';
import { settingsOf } from '../schedule/settings-of.ts';
import { ExamSlot } from './exam-slots.ts';
import { isTooSoon, scheduleObstacles, type SlotObstacle, SlotObstacleEnum, type TimeWanted } from './obstacles.ts';
import { nextSlots } from './slot-taken.ts';

/** The held time was closed while it was held. */
export class SlotClosed extends Refusal {
  readonly code = 'SLOT_CLOSED';
  readonly plan: TimeWanted;
  readonly facts: NeighbourFacts;
  readonly why: readonly SlotObstacle[];
  constructor(plan: TimeWanted, facts: NeighbourFacts, why: readonly SlotObstacle[]) {
    super('The examiner can no longer be booked at this time. Hold another.');
    this.plan = plan;
    this.facts = facts;
    this.why = why;
  }
}

builder.objectType(SlotClosed, {
  name: 'SlotClosed',
  description:
    'While the time was held, the examiner’s hours or what the clinic arranged have changed: it is no time to be booked any more.',
  interfaces: [graph.RefusalInterface],
  fields: (t) => ({
    why: t.field({ type: [SlotObstacleEnum], resolve: ({ why }) => [...why], description: 'What stands against it now.' }),
    nextSlots: t.field({
      type: [ExamSlot],
      resolve: (closed, _args, ctx) => nextSlots(ctx, closed),
      description: 'The next free times from there on, within a week: the same examiner’s, or anybody’s when that one has none.',
    }),
  }),
});

/**
 * Throws SlotClosed when a held time is none that could be booked now. How long the exam is and what is kept clear around it
 * stays as it was held, and a lead time counts from the moment of the hold: the ten minutes of a hold are the patient's.
 */
export async function requireStillOpen(tx: Tx, hold: TimeWanted & { readonly heldAt: Date }, facts: NeighbourFacts): Promise<void> {
  const { rule } = await settingsOf(tx, hold.clinicId, hold.service);
  const kept = await scheduleObstacles(tx, hold);
  const why: SlotObstacle[] = isTooSoon(hold.startsAt, hold.heldAt, rule) ? [...kept, 'LEAD_TIME'] : kept;
  if (why.length > 0) throw new SlotClosed(hold, facts, why);
}
