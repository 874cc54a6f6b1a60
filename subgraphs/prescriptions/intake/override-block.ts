import { z } from 'zod';
import { InvalidInput } from '#kernel/errors.ts';
import { fromId } from '#kernel/ids.ts';
import { builder, graph } from '../builder.ts';
import { ScreeningResolution } from './screening-resolution.ts';
import { settleAnswer, tellOfSettling } from './settle-answer.ts';

const OverrideBlockInput = builder.inputType('OverrideBlockInput', {
  description: 'Why a patient is treated although an answer blocks. Say either who gives the treatment or that the patient takes it.',
  fields: (t) => ({
    intakeId: t.id({ required: true, description: 'The intake the exam is to be held on.' }),
    linkId: t.string({ required: true, description: 'The question.' }),
    answer: t.field({
      type: 'JSON',
      description: 'Of a question for clinicians: the answer as `completeExam` will give it. Left out for the patient’s own answers.',
    }),
    reason: t.string({ required: true, description: 'Why, in words: 20 to 4,000 characters.' }),
    patientState: t.field({ type: graph.UsState, required: true, description: 'Where the patient is, or will be during the exam.' }),
    performerId: t.id({ description: 'The practitioner who is to give the treatment: anybody but the caller.' }),
    takenByPatient: t.boolean({ description: 'True where the patient takes it themselves.' }),
  }),
  validate: z.looseObject({
    linkId: z.string().max(100, 'The linkId of a question has at most 100 characters.'),
    reason: z.string().trim().min(20, 'A reason has at least 20 characters.').max(4_000, 'A reason has at most 4,000 characters.'),
  }),
});

builder.mutationField('overrideBlock', (t) =>
  t.field({
    type: ScreeningResolution,
    description:
      'A physician overrides an answer that blocks, for this intake and this answer, with a written reason and a second factor. Never where the block rests on the law or on consent, and never by whoever gives the treatment. The exam’s record shows it.',
    authScopes: { may: 'exam:resolve' },
    args: { input: t.arg({ type: OverrideBlockInput, required: true, description: 'The answer and the reason.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const { linkId, answer, reason, patientState, performerId, takenByPatient } = args.input;
      if ((performerId != null) === (takenByPatient === true)) {
        throw new InvalidInput([
          { path: 'input.performerId', message: 'says who gives the treatment, or takenByPatient says that the patient takes it' },
        ]);
      }
      const settling = {
        ...{ kind: 'OVERRIDE' as const, intakeId: fromId('intake', args.input.intakeId), linkId, answer },
        ...{ reason: reason.trim(), patientState: String(patientState) },
        performerId: performerId == null ? null : fromId('practitioner', performerId),
      };
      const told = await tellOfSettling(ctx, settling);
      return ctx.write({ info, args, answer: 'screeningResolution' }, (tx) => {
        ctx.requireStepUp();
        return settleAnswer(tx, ctx, settling, told);
      });
    },
  }),
);
