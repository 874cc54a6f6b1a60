import type { Moves } from '#kernel/states.ts';

/** What a version's row can be. What it shows besides is worked out at reading. */
export type StoredProtocolStatus = 'DRAFT' | 'IN_REVIEW' | 'AWAITING_SIGNATURES' | 'ACTIVE' | 'SUSPENDED' | 'RETIRED';

/** The life of a version. Only the last required signature leads into force, and the database holds to the same table. */
export const protocolMoves: Moves<StoredProtocolStatus> = {
  DRAFT: ['IN_REVIEW', 'RETIRED'],
  IN_REVIEW: ['DRAFT', 'AWAITING_SIGNATURES', 'RETIRED'],
  AWAITING_SIGNATURES: ['DRAFT', 'ACTIVE', 'RETIRED'],
  ACTIVE: ['SUSPENDED', 'RETIRED'],
  SUSPENDED: ['RETIRED'],
  RETIRED: [],
};
