import { toId, tryId } from '#kernel/ids.ts';
import type { ScreeningFlag } from '#rules/screening.ts';
import { builder, type Ctx } from '../builder.ts';
import { Patient } from '../patient/patient.ts';
import { patientVisibleTo } from '../patient/visible-to.ts';
import { intakeStatuses } from './intake-status.ts';

export const IntakeStatus = builder.enumType('IntakeStatus', {
  description:
    'How an intake came out: nothing found, notes only, something for the examiner to review, or an answer that stands in the way.',
  values: intakeStatuses,
});

/** An answer that a screening rule picked out. */
export const IntakeFlag = builder.objectRef<ScreeningFlag>('IntakeFlag').implement({
  description: 'An answer that a screening rule picked out.',
  fields: (t) => ({
    linkId: t.exposeString('linkId', { description: 'The question.' }),
    severity: t.exposeString('severity', { description: 'block, physician-review or flag.' }),
    message: t.exposeString('message', { description: 'Why it was picked out.' }),
  }),
});

/** The answers of one patient for one service, screened as they came in. */
export const Intake = builder.prismaObject('Intake', {
  description: 'A patient’s answers for one service, and what screening made of them.',
  directives: { key: { fields: 'id' } },
  authScopes: { may: ['intake:submit', 'chart:read'] },
  extensions: { apollo: { subgraph: { resolveReference } } },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('intake', row.id), description: 'Id of the intake.' }),
    status: t.field({ type: IntakeStatus, resolve: (row) => row.status as 'CLEARED', description: 'How it came out.' }),
    flags: t.field({
      type: [IntakeFlag],
      resolve: (row) => row.flags as unknown as ScreeningFlag[],
      description: 'The answers that were picked out.',
    }),
    service: t.exposeString('service', { description: 'Code of the service.' }),
    questionnaireVersion: t.exposeString('questionnaireVersion', { description: 'The version that was answered.' }),
    submittedAt: t.expose('submittedAt', { type: 'DateTime', description: 'When it came in.' }),
    answers: t.field({
      type: 'JSON',
      nullable: true,
      authScopes: { may: 'chart:read' },
      resolve: (row, _args, ctx) => (ctx.actor.places('chart:read').includes(row.clinicId) ? row.answers : null),
      description: 'The answers as given: linkId and value.',
    }),
    patient: t.field({
      type: Patient,
      nullable: true,
      resolve: (row, _args, ctx) => ctx.load<typeof Patient.$inferType>('patient', row.patientId, patientVisibleTo(ctx)),
      description: 'Whose answers these are.',
    }),
  }),
});

/** The intakes of the clinics where the caller takes intakes or reads charts. */
export function intakeVisibleTo(ctx: Pick<Ctx, 'actor'>) {
  return { clinicId: { in: [...new Set([...ctx.actor.places('intake:submit'), ...ctx.actor.places('chart:read')])] } };
}

async function resolveReference(reference: { id: string }, ctx: Ctx) {
  const id = tryId('intake', reference.id);
  return id === null ? null : ctx.load('intake', id, intakeVisibleTo(ctx));
}
