import type { Moves } from '#kernel/states.ts';

/** How a clinic's account with a pharmacy can stand. */
export const accountStatuses = ['APPLIED', 'INFO_REQUESTED', 'APPROVED', 'REFUSED', 'SUSPENDED', 'CLOSED'] as const;

/** One of them. */
export type AccountStatus = (typeof accountStatuses)[number];

/** What an account may become. A clinic that was refused, or whose account was closed, may apply again. */
export const accountMoves: Moves<AccountStatus> = {
  APPLIED: ['INFO_REQUESTED', 'APPROVED', 'REFUSED', 'CLOSED'],
  INFO_REQUESTED: ['APPLIED', 'APPROVED', 'REFUSED', 'CLOSED'],
  APPROVED: ['SUSPENDED', 'CLOSED'],
  SUSPENDED: ['APPROVED', 'CLOSED'],
  REFUSED: ['APPLIED', 'CLOSED'],
  CLOSED: ['APPLIED'],
};

/** Why an account does not stand, as a code. */
export const accountReasons = [
  'INFORMATION_MISSING',
  'LICENSE_NOT_VERIFIED',
  'NO_RESPONSIBLE_PHYSICIAN',
  'REQUIREMENT_NOT_MET',
  'STATE_NOT_SERVED',
  'NO_CAPACITY',
  'PAYMENT_OVERDUE',
  'CONDUCT',
  'CLINIC_LEFT',
  'OTHER',
] as const;

/** One of them. */
export type AccountReason = (typeof accountReasons)[number];
