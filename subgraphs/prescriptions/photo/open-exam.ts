import { IllegalTransition } from '#kernel/errors.ts';
import type { GoodFaithExam } from '#prisma/generated/prescriptions/client.ts';

const open: ReadonlySet<string> = new Set(['REQUESTED', 'HELD', 'BOOKED', 'IN_PROGRESS']);

/** Throws IllegalTransition for an exam that is over: nothing is added to its photographs then, and nothing taken away. */
export function requireOpenExam(exam: Pick<GoodFaithExam, 'status'>, to: 'PHOTOGRAPHED' | 'WITHDRAWN'): void {
  if (!open.has(exam.status)) throw new IllegalTransition(exam.status, to);
}
