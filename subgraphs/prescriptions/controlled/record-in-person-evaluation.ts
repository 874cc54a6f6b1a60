import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId, toId } from '#kernel/ids.ts';
import { actingPractitioner } from '../acting-practitioner.ts';
import { builder, graph } from '../builder.ts';
import { InPersonEvaluation } from './in-person-evaluation.ts';

const RecordInPersonEvaluationInput = builder.inputType('RecordInPersonEvaluationInput', {
  description: 'An evaluation of a patient in person.',
  fields: (t) => ({
    patientId: t.id({ required: true, description: 'Who was evaluated.' }),
    evaluatorId: t.id({ description: 'The practitioner who evaluated; the caller when left out.' }),
    evaluatedOn: t.field({ type: 'Date', required: true, description: 'On which day: today or before.' }),
    state: t.field({ type: graph.UsState, required: true, description: 'In which state.' }),
    place: t.string({ required: true, description: 'Where: 1 to 200 characters.' }),
    evidenceDigest: t.string({ required: true, description: 'SHA-256 of the note or letter that proves it, hex.' }),
  }),
  validate: z.looseObject({
    place: z.string().trim().min(1, 'The place is missing.').max(200, 'A place has at most 200 characters.'),
    evidenceDigest: z.string().regex(/^[0-9a-f]{64}$/, 'A digest is a SHA-256 as 64 lower-case hexadecimal digits.'),
  }),
});

builder.mutationField('recordInPersonEvaluation', (t) =>
  t.field({
    type: InPersonEvaluation,
    description:
      'A clinician records that a patient was evaluated in person, and what proves it. What they evaluated and recorded themselves carries what they prescribe; what is recorded of somebody else is a note. It is never changed; `withdrawInPersonEvaluation` takes it back.',
    authScopes: { may: 'evaluation:record' },
    args: { input: t.arg({ type: RecordInPersonEvaluationInput, required: true, description: 'The evaluation.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'inPersonEvaluation' }, async (tx) => {
        ctx.requireStepUp();
        const recorder = actingPractitioner(ctx);
        const { input } = args;
        const patient = await tx.patient.findFirst({
          where: { id: fromId('patient', input.patientId), clinicId: { in: [...ctx.actor.places('evaluation:record')] } },
        });
        if (patient === null) throw new NotFound();
        const at = ctx.now();
        if (input.evaluatedOn > at.toISOString().slice(0, 10))
          throw new InvalidInput([{ path: 'input.evaluatedOn', message: 'is in the future' }]);
        const evaluatorId = input.evaluatorId == null ? recorder : fromId('practitioner', input.evaluatorId);
        const { id: patientId, clinicId } = patient;
        const row = await tx.inPersonEvaluation.create({
          data: {
            ...{ id: ctx.newId(), clinicId, patientId, evaluatorId, evaluatedOn: new Date(input.evaluatedOn), state: String(input.state) },
            ...{ place: input.place.trim(), evidenceDigest: input.evidenceDigest, recordedBy: ctx.actor.sub, recordedAt: at },
          },
        });
        await audit(tx, ctx, {
          ...{
            action: 'in-person-evaluation.recorded',
            tenantId: clinicId,
            subjectKind: 'inPersonEvaluation',
            subjectId: row.id,
            patientId,
          },
          detail: { evaluatorId: toId('practitioner', evaluatorId), evidenceDigest: row.evidenceDigest },
        });
        return row;
      }),
  }),
);
