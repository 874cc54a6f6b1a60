import { z } from 'zod';
import { audit } from '#kernel/audit.ts';
import { Conflict, InvalidInput, NotFound } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { againstRecord } from '#rules/screening-record.ts';
import { questionnaireVersion } from '#rules/questionnaire.ts';
import { type Answer, screen } from '#rules/screening.ts';
import { isService } from '#rules/service-codes.ts';
import { builder } from '../builder.ts';
import { dayText } from '../calendar-day.ts';
import { lockPatient } from '../exam/exam-rows.ts';
import { requireAdult } from '../patient/demographics.ts';
import { AnswerInput, answerList } from './answer-input.ts';
import { Intake } from './intake.ts';
import { intakeStatusOf } from './intake-status.ts';

const SubmitIntakeInput = builder.inputType('SubmitIntakeInput', {
  description: 'A patient’s answers to the questionnaire of one service.',
  fields: (t) => ({
    patientId: t.id({ required: true, description: 'The patient.' }),
    service: t.string({ required: true, description: 'Code of the service.' }),
    questionnaireVersion: t.string({ required: true, description: 'The version that was answered; it must be the current one.' }),
    answers: t.field({ type: [AnswerInput], required: true, description: 'One answer a question.' }),
  }),
  validate: z.looseObject({ answers: answerList }),
});

builder.mutationField('submitIntake', (t) =>
  t.field({
    type: Intake,
    description:
      'Hands in a patient’s answers. They are screened at once, and held against the birth date on record; a later intake for the same service replaces this one.',
    authScopes: { may: 'intake:submit' },
    args: { input: t.arg({ type: SubmitIntakeInput, required: true, description: 'The answers.' }) },
    errors: {},
    resolve: (_root, args, ctx, info) =>
      ctx.write({ info, args, answer: 'intake' }, async (tx) => {
        const { service, questionnaireVersion: version } = args.input;
        const patientId = fromId('patient', args.input.patientId);
        const patient = await tx.patient.findFirst({ where: { id: patientId, clinicId: { in: [...ctx.actor.places('intake:submit')] } } });
        if (patient === null) throw new NotFound();
        // For update: an exam that is being completed sees these answers, or ends before they came in.
        await lockPatient(tx, patientId, 'update');
        requireAdult(dayText(patient.birthDate), ctx.now());
        const answers = args.input.answers.map(({ linkId, value }): Answer => ({ linkId, value }));
        const flags = [...screened(service, version, answers), ...againstRecord(answers, dayText(patient.birthDate))];
        const id = ctx.newId();
        const status = intakeStatusOf({ flags });
        const subject = { tenantId: patient.clinicId, subjectKind: 'intake', subjectId: id, patientId } as const;
        await audit(tx, ctx, { action: 'intake.submitted', ...subject, detail: { service, version, status } });
        return tx.intake.create({
          data: {
            id,
            clinicId: patient.clinicId,
            patientId,
            service,
            questionnaireVersion: version,
            answers: answers.map(({ linkId, value }) => ({ linkId, value: value as string })),
            flags: flags.map((flag) => ({ ...flag })),
            status,
            submittedAt: ctx.now(),
            submittedBy: ctx.actor.sub,
          },
        });
      }),
  }),
);

/** The flags of a whole and readable set of answers; anything missing or misfitting throws InvalidInput with its question as the path. */
function screened(service: string, version: string, answers: readonly Answer[]) {
  if (!isService(service)) throw new InvalidInput([{ path: 'input.service', message: 'is not the code of a service' }]);
  if (version !== questionnaireVersion(service))
    throw new Conflict('The questionnaire has changed. Ask for it again, and have the new questions answered.');
  const report = screen(service, answers, 'patient');
  const issues = [...report.issues, ...report.unanswered.map((path) => ({ path, message: 'is not answered' }))];
  if (issues.length > 0) throw new InvalidInput(issues.map(({ path, message }) => ({ path: `input.answers.${path}`, message })));
  return report.flags;
}
