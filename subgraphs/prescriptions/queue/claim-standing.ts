import { RuleBlocked } from '#kernel/errors.ts';
import type { GoodFaithExam, Prisma } from '#prisma/generated/prescriptions/client.ts';
import { failed } from '#rules/results.ts';

/** After how many minutes without a sign a claim has gone silent: what was claimed waits again from then on. */
export const CLAIM_MINUTES = 3;

type Claim = Pick<GoodFaithExam, 'status' | 'claimedAt' | 'claimKeptAt'>;

/** A claim whose last sign was at this moment or before is silent now. */
export function silentBefore(now: Date): Date {
  return new Date(now.getTime() - CLAIM_MINUTES * 60_000);
}

/** Until when a claim holds without another sign; null for what is not claimed. An exam that has begun is not a claim any more. */
export function claimHoldsUntil({ status, claimedAt, claimKeptAt }: Claim): Date | null {
  const last = claimKeptAt ?? claimedAt;
  return status === 'HELD' && last !== null ? new Date(last.getTime() + CLAIM_MINUTES * 60_000) : null;
}

/** Whether an examiner took it and has gone silent since. */
export function isSilent(exam: Claim, now: Date): boolean {
  const until = claimHoldsUntil(exam);
  return until !== null && until <= now;
}

/** The exam as everybody is to see it: a claim that went silent is none, whether or not the job that tidies it up has come by. */
export function asItStands<Exam extends Claim & Pick<GoodFaithExam, 'examinerId'>>(exam: Exam, now: Date): Exam {
  return isSilent(exam, now) ? { ...exam, status: 'REQUESTED', examinerId: null, claimedAt: null, claimKeptAt: null } : exam;
}

/** Exams that wait: nobody has taken them, or whoever did has gone silent. */
export function waitingAt(now: Date): Prisma.GoodFaithExamWhereInput {
  const lte = silentBefore(now);
  return {
    OR: [{ status: 'REQUESTED' }, { status: 'HELD', OR: [{ claimKeptAt: { lte } }, { claimKeptAt: null, claimedAt: { lte } }] }],
  };
}

/** The same as SQL over `e`; the parameter is what `silentBefore` answers. */
export function waitingSql(parameter: string): string {
  return `(e.status = 'REQUESTED' or (e.status = 'HELD' and coalesce(e.claim_kept_at, e.claimed_at) <= ${parameter}::timestamptz))`;
}

/** Throws RuleBlocked for whoever took an exam and fell silent: by now it may be anybody's. */
export function requireClaim(exam: Claim, now: Date): void {
  if (!isSilent(exam, now)) return;
  const message = `The claim had no sign for ${CLAIM_MINUTES} minutes: the exam waits in the queue again`;
  throw new RuleBlocked([
    failed('exam.claim', message, 'Claim it again with claimNextExam, and keep it with keepClaim about each minute.'),
  ]);
}
