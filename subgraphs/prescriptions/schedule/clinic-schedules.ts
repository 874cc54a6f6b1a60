import { toId, tryId } from '#kernel/ids.ts';
import { builder, type Ctx } from '../builder.ts';
import { dayText } from '../calendar-day.ts';

interface Schedule {
  readonly clinicId: string;
  readonly examinerIds: readonly string[];
}

const ClinicSchedule = builder.objectRef<Schedule>('ClinicSchedule').implement({
  description: 'For the other subgraphs: who has published hours at a clinic. No exam and no patient is in it.',
  authScopes: { may: 'schedule-facts:read' },
  fields: (t) => ({
    clinicId: t.id({ resolve: ({ clinicId }) => toId('clinic', clinicId), description: 'The clinic’s id.' }),
    examinerIds: t.idList({
      resolve: ({ examinerIds }) => examinerIds.map((id) => toId('practitioner', id)),
      description: 'The examiners who take exams there and have hours on or after the day asked about.',
    }),
  }),
});

/** Two statements for however many clinics. Hours without a clinic are for each that their examiner works for. */
async function schedulesOf(ctx: Ctx, clinicIds: readonly string[], on: string): Promise<Schedule[]> {
  const works = await ctx.db.examinerClinic.findMany({ where: { clinicId: { in: [...clinicIds] } }, orderBy: { examinerId: 'asc' } });
  const hours = await ctx.db.workingHours.findMany({
    where: {
      examinerId: { in: [...new Set(works.map(({ examinerId }) => examinerId))] },
      OR: [{ validTo: null }, { validTo: { gte: new Date(`${on}T00:00:00Z`) } }],
    },
    select: { examinerId: true, clinicId: true },
  });
  return clinicIds.map((clinicId) => ({
    clinicId,
    examinerIds: works
      .filter((one) => one.clinicId === clinicId)
      .map(({ examinerId }) => examinerId)
      .filter((id) => hours.some((one) => one.examinerId === id && (one.clinicId === null || one.clinicId === clinicId))),
  }));
}

builder.queryField('clinicSchedules', (t) =>
  t.field({
    type: [ClinicSchedule],
    description: 'For the other subgraphs: who has published hours at these clinics, in the order asked for.',
    authScopes: { may: 'schedule-facts:read' },
    args: {
      clinicIds: t.arg.idList({ required: true, description: 'The clinics’ ids.' }),
      on: t.arg({ type: 'Date', description: 'From which day on; today when left out.' }),
    },
    resolve: (_root, { clinicIds, on }, ctx) =>
      schedulesOf(ctx, [...new Set(clinicIds.flatMap((id) => tryId('clinic', id) ?? []))], on ?? dayText(ctx.now())),
  }),
);
