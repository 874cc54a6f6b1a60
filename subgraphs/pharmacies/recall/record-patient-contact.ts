import { audit } from '#kernel/audit.ts';
import { NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder } from '../builder.ts';
import { Patient, patientOf } from '../references.ts';
import { reached } from './reached.ts';

export const RecallContactOutcome = builder.enumType('RecallContactOutcome', {
  description:
    'How a try to reach a patient about a recall ended: REACHED (told), LEFT_MESSAGE, UNREACHABLE (given up), RETURNED (what was left came back) or USED (nothing was left).',
  values: ['REACHED', 'LEFT_MESSAGE', 'UNREACHABLE', 'RETURNED', 'USED'] as const,
});

export const RecallContact = builder.prismaObject('RecallContact', {
  description: 'One try of a clinic to reach a patient about a recall.',
  authScopes: { may: 'recall:read' },
  fields: (t) => ({
    patient: t.field({
      type: Patient,
      nullable: true,
      select: { patientId: true },
      resolve: (row) => patientOf(row.patientId),
      description: 'Whom.',
    }),
    outcome: t.field({ type: RecallContactOutcome, resolve: (row) => row.outcome as 'REACHED', description: 'How it ended.' }),
    contactedAt: t.expose('contactedAt', { type: 'DateTime', description: 'When it was recorded.' }),
  }),
});

const Input = builder.inputType('RecordPatientContactInput', {
  description: 'A try to reach a patient about a recall.',
  fields: (t) => ({
    recallId: t.id({ required: true, description: 'The recall.' }),
    clinicId: t.id({ required: true, description: 'The clinic that tried.' }),
    patientId: t.id({ required: true, description: 'The patient, one of `Recall.patients`.' }),
    outcome: t.field({ type: RecallContactOutcome, required: true, description: 'How it ended.' }),
  }),
});

const isReached = `select 1 from (${reached}) as reached where clinic_id = $2::uuid and patient_id = $3::uuid limit 1`;

builder.mutationField('recordPatientContact', (t) =>
  t.field({
    description:
      'A clinic records a try to reach one of its own patients about a recall, also after the recall was closed. Every try is kept; the last one says how it stands.',
    type: RecallContact,
    authScopes: { may: 'recall:contact' },
    args: { input: t.arg({ type: Input, required: true, description: 'The try.' }) },
    errors: { types: [] },
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'recallContact' }, async (tx) => {
        const [recallId, clinicId] = [fromId('recall', args.input.recallId), fromId('clinic', args.input.clinicId)];
        const patientId = fromId('patient', args.input.patientId);
        if (!ctx.actor.places('recall:contact').includes(clinicId)) throw new NotFound();
        const notice = await tx.recallNotice.findUnique({ where: { recallId_clinicId: { recallId, clinicId } } });
        const found = await tx.$queryRawUnsafe<unknown[]>(isReached, recallId, clinicId, patientId);
        // Another clinic's patient and one who got nothing answer the same.
        if (notice === null || found.length === 0) throw new NotFound();
        const { pharmacyId } = notice;
        const { outcome } = args.input;
        const contact = await tx.recallContact.create({
          data: {
            ...{ id: ctx.newId(), recallId, pharmacyId, clinicId, patientId, outcome },
            ...{ contactedBy: ctx.actor.sub, contactedAt: ctx.now() },
          },
        });
        await audit(tx, ctx, {
          ...{ action: 'recall.patient-contacted', tenantId: clinicId, subjectKind: 'recall', subjectId: recallId, patientId },
          detail: { outcome },
        });
        return contact;
      }),
  }),
);
