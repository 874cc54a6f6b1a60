import { NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import { Clinic, clinicOf, Practitioner, practitionerOf } from '../references.ts';
import { type ExamOutside, ExamOutsideType } from './exams-outside.ts';

/** As many exams as are worth reading at once; the next appear when these have been dealt with. */
const MOST_LISTED = 500;

const PanelExaminer = builder.prismaObject('ExaminerClinic', {
  name: 'PanelExaminer',
  description: 'Somebody whom a clinic asks to hold exams. Whether they may is asked again at every booking.',
  authScopes: { may: 'schedule:read' },
  fields: (t) => ({
    examiner: t.field({
      type: Practitioner,
      nullable: true,
      resolve: ({ examinerId }) => practitionerOf(examinerId),
      description: 'Who.',
    }),
    services: t.exposeStringList('services', { description: 'Codes of the services they are asked to take; empty for all.' }),
    states: t.field({
      type: [graph.UsState],
      resolve: ({ states }) => states,
      description: 'The states of patients whom they are asked to examine; empty for all in which they may.',
    }),
  }),
});

/** Who examines for a clinic. Its row says when it was last arranged; its members are read by the clinic's id, which is also its own. */
export const ExaminerPanel = builder.objectRef<{ readonly id: string }>('ExaminerPanel').implement({
  description: 'Whom a clinic asks to hold its exams, for which services and for patients in which states.',
  authScopes: { may: 'schedule:read' },
  fields: (t) => ({
    clinic: t.field({ type: Clinic, resolve: ({ id }) => clinicOf(id), description: 'The clinic.' }),
    examiners: t.field({
      type: [PanelExaminer],
      resolve: ({ id }, _args, ctx) => ctx.db.examinerClinic.findMany({ where: { clinicId: id }, orderBy: { examinerId: 'asc' } }),
      description: 'Who, in the order of their ids.',
    }),
    examsOutside: t.field({
      type: [ExamOutsideType],
      authScopes: { may: 'at-risk:read' },
      resolve: ({ id }, _args, ctx) => examsOffPanel(ctx, id),
      description:
        'Booked exams of the clinic whose examiner is no longer asked to take them. None is ever moved by a change of the panel. At most 500, the earliest.',
    }),
  }),
});

/** Ids, times and services alone: who arranges the panel need not be one who may see exams. */
function examsOffPanel(ctx: Ctx, clinicId: string): Promise<ExamOutside[]> {
  return ctx.db.$queryRawUnsafe<ExamOutside[]>(
    `select f.id::text as "examId", f.practitioner_id::text as "examinerId", f.due as "startsAt", f.service, f.modality, 'NOT_ON_PANEL' as why
     from prescriptions_at_risk.in_flight($1::uuid[], null, $2::timestamptz) f
     where f.kind = 'EXAM' and f.due > $2::timestamptz and not exists (
       select 1 from examiner_clinic e where e.clinic_id = f.clinic_id and e.examiner_id = f.practitioner_id
         and (cardinality(e.services) = 0 or f.service = any (e.services)) and (cardinality(e.states) = 0 or f.state = any (e.states)))
     order by f.due, f.id limit ${MOST_LISTED}`,
    [clinicId],
    ctx.now().toISOString(),
  );
}

builder.queryField('examinerPanel', (t) =>
  t.field({
    type: ExaminerPanel,
    description: 'Whom a clinic asks to hold its exams.',
    authScopes: { may: 'schedule:read' },
    args: { clinicId: t.arg.id({ required: true, description: 'The clinic.' }) },
    resolve: (_root, args, ctx) => {
      const id = fromId('clinic', args.clinicId);
      if (!ctx.actor.places('schedule:read').includes(id)) throw new NotFound();
      return { id };
    },
  }),
);
