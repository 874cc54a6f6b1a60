import { Refusal } from '#kernel/errors.ts';
import { builder, graph } from '../builder.ts';
import { ExamSlot } from './exam-slots.ts';
import { offeredSlots, type SlotsWanted } from './offered-slots.ts';

/** Somebody else was quicker. Which times are next is looked up only when asked for, after the transaction has let go of the calendar. */
export class SlotTaken extends Refusal {
  readonly code = 'SLOT_TAKEN';
  readonly wanted: SlotsWanted;
  constructor(wanted: SlotsWanted) {
    super('This time has just been taken.');
    this.wanted = wanted;
  }
}

/** A front end offers a handful instead. */
const NEXT = 5;

builder.objectType(SlotTaken, {
  name: 'SlotTaken',
  description: 'Somebody else has taken this time.',
  interfaces: [graph.RefusalInterface],
  fields: (t) => ({
    nextSlots: t.field({
      type: [ExamSlot],
      resolve: async (taken, _args, ctx) => (await offeredSlots(ctx, taken.wanted)).slice(0, NEXT),
      description: 'The next free times from there on, within a week.',
    }),
  }),
});
