import type { Moves } from '#kernel/states.ts';

/** Where an exam stands. HELD: an examiner has taken it from the queue and has not begun. */
export const examStatuses = ['REQUESTED', 'HELD', 'BOOKED', 'IN_PROGRESS', 'COMPLETED', 'CANCELLED', 'NO_SHOW'] as const;

/** One place an exam can stand. */
export type ExamStatus = (typeof examStatuses)[number];

/** Every move of an exam. A completed one never moves again: a revocation is written beside it. A booked one may be booked anew. */
export const examMoves: Moves<ExamStatus> = {
  REQUESTED: ['HELD', 'CANCELLED'],
  HELD: ['REQUESTED', 'IN_PROGRESS', 'CANCELLED'],
  BOOKED: ['BOOKED', 'IN_PROGRESS', 'CANCELLED', 'NO_SHOW'],
  IN_PROGRESS: ['COMPLETED'],
  COMPLETED: [],
  CANCELLED: [],
  NO_SHOW: [],
};

/** What an examiner can decide. */
export const examOutcomes = ['APPROVED', 'APPROVED_WITH_CONDITIONS', 'DEFERRED', 'DECLINED', 'NEEDS_IN_PERSON', 'NOT_COMPLETED'] as const;

/** One thing an examiner can decide. */
export type ExamOutcome = (typeof examOutcomes)[number];

/** Whether the outcome clears the patient for anything. */
export function isApproval(outcome: string): boolean {
  return outcome === 'APPROVED' || outcome === 'APPROVED_WITH_CONDITIONS';
}
