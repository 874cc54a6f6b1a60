import type { GoodFaithExam } from '#prisma/generated/prescriptions/client.ts';
import type { Ctx } from '../builder.ts';
import { asItStands, silentBefore, waitingSql } from './claim-standing.ts';

/** The place among the same clinic's waiting exams. Other clinics' are not counted: how many wait there is not this clinic's to know. */
export async function queuePosition(ctx: Ctx, exam: GoodFaithExam): Promise<number | null> {
  if (asItStands(exam, ctx.now()).status !== 'REQUESTED') return null;
  const [row] = await ctx.db.$queryRawUnsafe<{ place: number }[]>(
    `select count(*)::int as place from good_faith_exam e
     where ${waitingSql('$4')} and e.clinic_id = $1::uuid and (e.requested_at, e.id) <= ($2::timestamptz, $3::uuid)`,
    exam.clinicId,
    exam.requestedAt.toISOString(),
    exam.id,
    silentBefore(ctx.now()).toISOString(),
  );
  return row?.place ?? null;
}
