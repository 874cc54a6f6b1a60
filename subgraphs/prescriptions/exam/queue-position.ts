import type { GoodFaithExam } from '#prisma/generated/prescriptions/client.ts';
import type { Ctx } from '../builder.ts';

/** The place among the same clinic's waiting exams. Other clinics' are not counted: how many wait there is not this clinic's to know. */
export async function queuePosition(ctx: Ctx, exam: GoodFaithExam): Promise<number | null> {
  if (exam.status !== 'REQUESTED') return null;
  const [row] = await ctx.db.$queryRawUnsafe<{ place: number }[]>(
    `select count(*)::int as place from good_faith_exam
     where status = 'REQUESTED' and clinic_id = $1::uuid and (requested_at, id) <= ($2::timestamptz, $3::uuid)`,
    exam.clinicId,
    exam.requestedAt.toISOString(),
    exam.id,
  );
  return row?.place ?? null;
}
