import type { Moves } from '#kernel/states.ts';

/** Every state an engagement can be in. */
export type EngagementState = 'DRAFT' | 'DECLINED' | 'WITHDRAWN' | 'ACTIVE' | 'SUSPENDED' | 'ENDING' | 'ENDED';

/** A date alone ends an engagement, so nothing moves to ENDED. One that was suspended under notice goes back to ENDING. */
export const engagementMoves: Moves<EngagementState> = {
  DRAFT: ['ACTIVE', 'DECLINED', 'WITHDRAWN'],
  DECLINED: [],
  WITHDRAWN: [],
  ACTIVE: ['SUSPENDED', 'ENDING'],
  SUSPENDED: ['ACTIVE', 'ENDING'],
  ENDING: ['SUSPENDED'],
  ENDED: [],
};

/** The states of an engagement that was accepted and that no verb has ended. A draft is one side's wish. */
export const living: string[] = ['ACTIVE', 'SUSPENDED', 'ENDING'];
