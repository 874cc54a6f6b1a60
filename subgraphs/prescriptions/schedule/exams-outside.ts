import { toId } from '#kernel/ids.ts';
import type { modalities } from '#kernel/shared-types.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import { Practitioner, practitionerOf } from '../references.ts';
import { forClinic, type Kept, keptBy } from './hours-of-clinic.ts';
import { openTimes } from './open-times.ts';

/** Why a booked exam no longer fits. */
export type Misfit = 'OUTSIDE_HOURS' | 'TIME_OFF' | 'NOT_ON_PANEL';

/** A booked exam that its examiner's schedule or the clinic's panel no longer has room for. Ids are stored ones. */
export interface ExamOutside {
  readonly examId: string;
  readonly examinerId: string;
  readonly startsAt: Date;
  readonly service: string;
  readonly modality: string;
  readonly why: Misfit;
}

const MisfitEnum = builder.enumType('ExamMisfit', {
  description: 'Why a booked exam no longer fits.',
  values: {
    OUTSIDE_HOURS: { description: 'It does not lie within hours in which its examiner can be booked that way.' },
    TIME_OFF: { description: 'Its examiner has that time off.' },
    NOT_ON_PANEL: { description: 'Its examiner is no longer asked to take this service for patients there.' },
  },
});

export const ExamOutsideType = builder.objectRef<ExamOutside>('ExamOutside').implement({
  description: 'A booked exam that no longer fits a schedule. It stays booked: somebody moves it, calls it off, or lets it stand.',
  authScopes: { may: 'schedule:read' },
  fields: (t) => ({
    examId: t.id({ resolve: ({ examId }) => toId('exam', examId), description: 'Id of the exam.' }),
    examiner: t.field({
      type: Practitioner,
      nullable: true,
      resolve: ({ examinerId }) => practitionerOf(examinerId),
      description: 'Who is to hold it.',
    }),
    startsAt: t.expose('startsAt', { type: 'DateTime', description: 'When it begins.' }),
    service: t.exposeString('service', { description: 'Code of the service it is for.' }),
    modality: t.field({
      type: graph.Modality,
      resolve: ({ modality }) => modality as (typeof modalities)[number],
      description: 'How it is to be held.',
    }),
    why: t.field({ type: MisfitEnum, resolve: ({ why }) => why, description: 'Why it no longer fits.' }),
  }),
});

/**
 * The examiner's booked exams ahead, among those the caller sees, that lie outside what is now kept of their time. It is
 * worked out at each reading: what has been put right is gone from the list.
 */
export async function examsOutsideHours(ctx: Ctx, examinerId: string): Promise<ExamOutside[]> {
  const exams = await ctx.db.goodFaithExam.findMany({
    where: { examinerId, status: 'BOOKED', startsAt: { gt: ctx.now() } },
    orderBy: [{ startsAt: 'asc' }, { id: 'asc' }],
    select: { id: true, clinicId: true, service: true, modality: true, startsAt: true, endsAt: true, holdId: true, squeezeIns: true },
  });
  const booked = exams.flatMap(({ startsAt, endsAt, ...exam }) => (startsAt && endsAt ? [{ ...exam, startsAt, endsAt }] : []));
  const last = booked.at(-1);
  if (last === undefined) return [];
  const kept = await keptBy(ctx.db, [examinerId], { from: ctx.now(), to: last.endsAt });
  return booked.flatMap(({ id, service, modality, startsAt, holdId, squeezeIns, ...exam }) => {
    // What was squeezed in is meant to lie where it does, for the reasons that were overridden and for no others.
    const meant = squeezeIns.find((squeezed) => squeezed.holdId === holdId)?.overrode ?? [];
    const why = misfits(kept, { ...exam, startsAt, modality }).find((one) => !meant.includes(one));
    return why === undefined ? [] : [{ examId: id, examinerId, startsAt, service, modality, why }];
  });
}

/** Why an exam does not fit what its examiner keeps; empty when it does. */
export function misfits(
  { hours, exceptions, off }: Kept,
  exam: { readonly clinicId: string; readonly modality: string; readonly startsAt: Date; readonly endsAt: Date },
): Misfit[] {
  const [from, to] = [exam.startsAt.getTime(), exam.endsAt.getTime()];
  const open = openTimes(forClinic(hours, exam.clinicId), forClinic(exceptions, exam.clinicId), { from: exam.startsAt, to: exam.endsAt });
  const within = open.some((one) => one.modality === exam.modality && one.from <= from && to <= one.to);
  return [
    ...(within ? [] : ['OUTSIDE_HOURS' as const]),
    ...(off.some((one) => one.from < to && from < one.to) ? ['TIME_OFF' as const] : []),
  ];
}
