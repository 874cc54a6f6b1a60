import { builder } from '../builder.ts';
import { GoodFaithExam } from './exam.ts';

/** What tells whether a patient came late. */
interface Attendance {
  readonly status: string;
  readonly startsAt: Date | null;
  readonly arrivedAt: Date | null;
  readonly startedAt: Date | null;
}

/** Whole minutes by which a patient came after the beginning, or by now has not come; null where that is no question. */
export function minutesLate({ status, startsAt, arrivedAt, startedAt }: Attendance, now: Date): number | null {
  if (startsAt === null || status === 'CANCELLED' || status === 'NO_SHOW') return null;
  const came = [arrivedAt, startedAt].flatMap((moment) => moment?.getTime() ?? []);
  if (came.length === 0 && now < startsAt) return null;
  const until = came.length > 0 ? Math.min(...came) : now.getTime();
  return Math.max(0, Math.floor((until - startsAt.getTime()) / 60_000));
}

builder.objectFields(GoodFaithExam, (t) => ({
  arrivedAt: t.expose('arrivedAt', {
    type: 'DateTime',
    nullable: true,
    authScopes: { may: 'exam:read' },
    description: 'When the patient of a booked exam was checked in; none again once the exam is moved.',
  }),
  noShowAt: t.expose('noShowAt', {
    type: 'DateTime',
    nullable: true,
    authScopes: { may: 'exam:read' },
    description: 'When the patient was marked as not having come.',
  }),
  minutesLate: t.int({
    nullable: true,
    authScopes: { may: 'exam:read' },
    resolve: (exam, _args, ctx) => minutesLate(exam, ctx.now()),
    description:
      'Whole minutes after the beginning at which the patient came, or that they are missing by now; 0 for who came in time. None for a walk-in, before the beginning, and for what was cancelled or a no-show. Whoever was never checked in has come when the exam began.',
  }),
}));
