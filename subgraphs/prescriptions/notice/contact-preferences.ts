import { audit } from '#kernel/audit.ts';
import { InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import type { ContactPreference } from '#prisma/generated/prescriptions/client.ts';
import { builder } from '../builder.ts';
import { lockPatient } from '../exam/exam-rows.ts';
import { Patient } from '../patient/patient.ts';

interface Preferences {
  readonly appointmentMail: boolean;
  readonly setAt: Date | null;
}

const ContactPreferences = builder.objectRef<Preferences>('ContactPreferences').implement({
  description: 'What a patient agreed to be written to about.',
  fields: (t) => ({
    appointmentMail: t.exposeBoolean('appointmentMail', {
      description:
        'Whether they agreed to e-mail about the times of their appointments, at the address they have now. Agreed to at another address, or never asked, it is false.',
    }),
    setAt: t.expose('setAt', { type: 'DateTime', nullable: true, description: 'When they last said so; none when they were never asked.' }),
  }),
});

builder.objectField(Patient, 'contactPreferences', (t) =>
  t.field({
    type: ContactPreferences,
    authScopes: { may: 'patient:read' },
    description: 'What the patient agreed to be written to about.',
    resolve: async (patient, _args, ctx): Promise<Preferences> => {
      if (!ctx.actor.places('patient:read').includes(patient.clinicId)) throw new NotFound();
      const last = await ctx.db.contactPreference.findFirst({ where: { patientId: patient.id }, orderBy: { position: 'desc' } });
      return { appointmentMail: agreedAt(last) !== null && agreedAt(last) === patient.email, setAt: last?.at ?? null };
    },
  }),
);

function agreedAt(preference: ContactPreference | null): string | null {
  return preference?.appointmentMail ? preference.email : null;
}

const SetContactPreferencesInput = builder.inputType('SetContactPreferencesInput', {
  description: 'What a patient agrees to be written to about.',
  fields: (t) => ({
    patientId: t.id({ required: true, description: 'The patient.' }),
    appointmentMail: t.boolean({
      required: true,
      description: 'Whether they agree to e-mail about the times of their appointments, at the address the clinic has of them.',
    }),
  }),
});

builder.mutationField('setContactPreferences', (t) =>
  t.field({
    type: Patient,
    description:
      'Records what a patient agrees to be written to about. It holds for the address they have now: with another one they are asked anew. Nobody is written to without.',
    authScopes: { may: 'consent:give' },
    args: { input: t.arg({ type: SetContactPreferencesInput, required: true, description: 'What the patient says.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'patient' }, async (tx) => {
        const { appointmentMail } = args.input;
        const patientId = fromId('patient', args.input.patientId);
        const where = { id: patientId, clinicId: { in: [...ctx.actor.places('consent:give')] } };
        if ((await tx.patient.count({ where })) === 0) throw new NotFound();
        await lockPatient(tx, patientId, 'update');
        const patient = await tx.patient.findUniqueOrThrow({ where: { id: patientId } });
        if (appointmentMail && patient.email === null)
          throw new InvalidInput([{ path: 'input.appointmentMail', message: 'needs an e-mail address: record it with amendPatient' }]);
        const position = 1 + (await tx.contactPreference.count({ where: { patientId } }));
        const email = appointmentMail ? patient.email : null;
        const said = { appointmentMail, email, at: ctx.now(), recordedBy: ctx.actor.sub };
        await tx.contactPreference.create({ data: { id: ctx.newId(), clinicId: patient.clinicId, patientId, position, ...said } });
        const subject = { tenantId: patient.clinicId, subjectKind: 'patient', subjectId: patientId, patientId } as const;
        await audit(tx, ctx, { action: 'patient.contact-preferences-set', ...subject, detail: { appointmentMail } });
        return patient;
      }),
  }),
);
