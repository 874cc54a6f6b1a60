import { toId } from '#kernel/ids.ts';
import { builder, graph } from '../builder.ts';
import { Patient } from '../patient/patient.ts';
import { Practitioner, practitionerOf } from '../references.ts';
import { EvaluationWithdrawalReason } from './controlled-kinds.ts';

/** A medical evaluation in person, as a clinician recorded it. */
export const InPersonEvaluation = builder.prismaObject('InPersonEvaluation', {
  description:
    'A medical evaluation of a patient in person (21 USC 829(e)(2)), as a clinician recorded it. Of controlled substances it carries only what the evaluator prescribes.',
  authScopes: { may: 'chart:read' },
  fields: (t) => ({
    id: t.id({ resolve: (row) => toId('inPersonEvaluation', row.id), description: 'Id of the evaluation.' }),
    evaluator: t.field({
      type: Practitioner,
      nullable: true,
      resolve: (row) => practitionerOf(row.evaluatorId),
      description: 'Who evaluated.',
    }),
    evaluatedOn: t.expose('evaluatedOn', { type: 'Date', description: 'On which day.' }),
    state: t.field({ type: graph.UsState, resolve: (row) => row.state, description: 'In which state.' }),
    place: t.exposeString('place', { description: 'Where, in words.' }),
    evidenceDigest: t.exposeString('evidenceDigest', { description: 'SHA-256 of the note or letter that proves it, hex.' }),
    recordedBy: t.exposeString('recordedBy', { description: 'Subject of whoever recorded it.' }),
    recordedAt: t.expose('recordedAt', { type: 'DateTime', description: 'When it was recorded.' }),
    withdrawnReason: t.field({
      type: EvaluationWithdrawalReason,
      nullable: true,
      select: { withdrawal: true },
      resolve: ({ withdrawal }) => (withdrawal?.reason ?? null) as 'OTHER' | null,
      description: 'Why it counts no longer; null while it counts.',
    }),
  }),
});

builder.objectField(Patient, 'inPersonEvaluations', (t) =>
  t.field({
    type: [InPersonEvaluation],
    nullable: true,
    authScopes: { may: 'chart:read' },
    description: 'Evaluations in person on record, the latest first; those taken back included. At most 100.',
    resolve: (patient, _args, ctx) =>
      ctx.db.inPersonEvaluation.findMany({
        where: { patientId: patient.id, clinicId: { in: [...ctx.actor.places('chart:read')] } },
        orderBy: [{ evaluatedOn: 'desc' }, { id: 'desc' }],
        take: 100,
      }),
  }),
);
