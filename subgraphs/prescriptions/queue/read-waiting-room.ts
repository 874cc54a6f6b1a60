import type { GoodFaithExam, Intake } from '#prisma/generated/prescriptions/client.ts';
import type { RuleResult } from '#rules/results.ts';
import type { Ctx } from '../builder.ts';
import { asItStands } from './claim-standing.ts';
import { missingOf } from './exam-readiness.ts';

/** As many of either list as a room shows. */
export const MOST_SHOWN = 200;
/** A booked patient is expected from so long before the beginning, until so long after it. */
const EXPECTED_MINUTES = { before: 60, after: 240 } as const;

/** Somebody in the room, or expected in it. */
export interface InRoom {
  readonly exam: GoodFaithExam;
  /** Since when they wait; null for who is not here yet. */
  readonly since: Date | null;
  /** From 1; null for who does not wait in the queue. */
  readonly position: number | null;
  readonly intake: Intake | null;
  readonly missing: readonly RuleResult[];
}

/** A clinic's waiting room as it is at a moment. */
export interface Room {
  readonly clinicId: string;
  readonly at: Date;
  readonly waiting: readonly InRoom[];
  readonly expected: readonly InRoom[];
}

/** Reads the room: walk-ins that wait or were claimed and have not begun, and booked patients of about now. */
export async function readWaitingRoom(ctx: Ctx, clinicId: string): Promise<Room> {
  const at = ctx.now();
  const queued = await ctx.db.goodFaithExam.findMany({
    where: { clinicId, status: { in: ['REQUESTED', 'HELD'] } },
    orderBy: [{ requestedAt: 'asc' }, { id: 'asc' }],
    take: MOST_SHOWN,
  });
  const booked = await ctx.db.goodFaithExam.findMany({
    where: {
      clinicId,
      status: 'BOOKED',
      startsAt: { gte: minutesFrom(at, -EXPECTED_MINUTES.after), lte: minutesFrom(at, EXPECTED_MINUTES.before) },
    },
    orderBy: [{ startsAt: 'asc' }, { id: 'asc' }],
    take: MOST_SHOWN,
  });
  const standing = await missingOf(ctx, [...queued, ...booked]);
  const waits = queued.map((exam) => asItStands(exam, at).status === 'REQUESTED');
  const waiting = queued.map((exam, index) => ({
    ...{ exam, since: exam.requestedAt, position: waits[index] === true ? waits.slice(0, index + 1).filter(Boolean).length : null },
    ...(standing[index] ?? { intake: null, missing: [] }),
  }));
  const expected = booked.map((exam, index) => ({
    ...{ exam, since: exam.arrivedAt, position: null },
    ...(standing[queued.length + index] ?? { intake: null, missing: [] }),
  }));
  return { clinicId, at, waiting, expected };
}

function minutesFrom(moment: Date, minutes: number): Date {
  return new Date(moment.getTime() + minutes * 60_000);
}
