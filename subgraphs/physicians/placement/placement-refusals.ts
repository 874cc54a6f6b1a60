import { Refusal } from '#kernel/errors.ts';
import { graph } from '../builder.ts';

/** Somebody else accepted first. */
export class PlacementTaken extends Refusal {
  readonly code = 'PLACEMENT_TAKEN';
  constructor() {
    super('Somebody else accepted this placement first.');
  }
}

graph.refusal(PlacementTaken, 'Somebody else accepted this placement first: nothing was changed.');
