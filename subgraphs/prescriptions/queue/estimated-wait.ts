import type { GoodFaithExam as ExamRow } from '#prisma/generated/prescriptions/client.ts';
import { builder, type Ctx } from '../builder.ts';
import { GoodFaithExam } from '../exam/exam.ts';
import { asItStands } from './claim-standing.ts';
import { lineOf } from './line-of.ts';
import { waitInLine } from './wait-estimate.ts';

/** How many minutes a waiting patient may expect to wait from now; null when that is unknown, or the exam does not wait. */
export async function waitOf(ctx: Ctx, exam: ExamRow): Promise<number | null> {
  if (asItStands(exam, ctx.now()).status !== 'REQUESTED') return null;
  return waitInLine(exam.id, await lineOf(ctx, exam));
}

builder.objectField(GoodFaithExam, 'estimatedWait', (t) =>
  t.int({
    nullable: true,
    authScopes: { may: 'exam:read' },
    resolve: (row, _args, ctx) => waitOf(ctx, row),
    description:
      'About how many minutes it will wait from now, rounded up: from how long the clinic’s last walk-ins for the service in the patient’s state took, which of its examiners are there, and who waits longer for them, whatever for. Empty when unknown, when more than two hours, and for what does not wait.',
  }),
);
