import type { ScreeningReport } from '#rules/screening.ts';

/** How an intake came out: a blocking answer, something to review, notes only, or nothing at all. It never changes; another intake may come out otherwise. */
export const intakeStatuses = ['SUBMITTED', 'NEEDS_REVIEW', 'BLOCKED', 'CLEARED'] as const;

/** One way an intake can come out. */
export type IntakeStatus = (typeof intakeStatuses)[number];

/** The worst flag decides. Answers that only deserve a note leave it SUBMITTED: seen by the examiner, in nobody's way. */
export function intakeStatusOf(report: Pick<ScreeningReport, 'flags'>): IntakeStatus {
  const severities = report.flags.map((flag) => flag.severity);
  if (severities.includes('block')) return 'BLOCKED';
  if (severities.includes('physician-review')) return 'NEEDS_REVIEW';
  return severities.length > 0 ? 'SUBMITTED' : 'CLEARED';
}
