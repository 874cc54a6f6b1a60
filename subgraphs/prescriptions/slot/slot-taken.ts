import { Refusal } from '#kernel/errors.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import type { ExamPlan } from '../exam/exam-gate.ts';
import type { NeighbourFacts } from '../exam/gate-facts.ts';
import type { Slot } from '../schedule/slots.ts';
import { ExamSlot } from './exam-slots.ts';
import { offeredSlots } from './offered-slots.ts';

/** Somebody else was quicker. Which times are next is looked up only when asked for, after the transaction has let go of the calendar. */
export class SlotTaken extends Refusal {
  readonly code = 'SLOT_TAKEN';
  readonly plan: ExamPlan;
  readonly facts: NeighbourFacts;
  constructor(plan: ExamPlan, facts: NeighbourFacts) {
    super('This time has just been taken.');
    this.plan = plan;
    this.facts = facts;
  }
}

/** A front end offers a handful instead. */
const NEXT = 5;
const WEEK_MS = 7 * 86_400_000;

builder.objectType(SlotTaken, {
  name: 'SlotTaken',
  description: 'Somebody else has taken this time.',
  interfaces: [graph.RefusalInterface],
  fields: (t) => ({
    nextSlots: t.field({
      type: [ExamSlot],
      resolve: (taken, _args, ctx) => nextSlots(ctx, taken),
      description: 'The next free times from there on, within a week: the same examiner’s, or anybody’s when that one has none.',
    }),
  }),
});

/** The next times that are free, the examiner's own or, where they have none, anybody's. */
export async function nextSlots(ctx: Ctx, { plan, facts }: Pick<SlotTaken, 'plan' | 'facts'>): Promise<Slot[]> {
  const enough = { count: NEXT, after: null };
  const { examinerId, ...wanted } = { ...plan, from: plan.startsAt, to: new Date(plan.startsAt.getTime() + WEEK_MS), enough };
  const own = await offeredSlots(ctx, { ...wanted, examinerId }, facts);
  return (own.length > 0 ? own : await offeredSlots(ctx, wanted)).slice(0, NEXT);
}
