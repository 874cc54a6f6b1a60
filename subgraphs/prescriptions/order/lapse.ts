import type { Chart } from './chart.ts';

/** Whether a signed order's last day is over: that of the exam it rests on, in UTC. An exam that cannot be read is for the gate to say. */
export function hasLapsed({ exam }: Pick<Chart, 'exam'>, at: Date): boolean {
  const until = exam?.validUntil ?? null;
  return until !== null && until.toISOString().slice(0, 10) < at.toISOString().slice(0, 10);
}
