import type { Moves } from '#kernel/states.ts';

/** The life of a lot. */
export const lotStatuses = ['QUARANTINED', 'RELEASED', 'REFUSED', 'RECALLED'] as const;

/** Where a lot stands. */
export type LotStatus = (typeof lotStatuses)[number];

/** What was made waits for its check; a recall ends everything but what was refused, which never left. */
export const lotMoves: Moves<LotStatus> = {
  QUARANTINED: ['RELEASED', 'REFUSED', 'RECALLED'],
  RELEASED: ['RECALLED'],
  REFUSED: [],
  RECALLED: [],
};
