import { z } from 'zod';
import { fromId } from '#kernel/ids.ts';
import { builder, graph } from '../builder.ts';
import { ScreeningResolution } from './screening-resolution.ts';
import { settleAnswer, tellOfSettling } from './settle-answer.ts';

const ResolveFlagInput = builder.inputType('ResolveFlagInput', {
  description: 'How an answer that needs review was weighed.',
  fields: (t) => ({
    intakeId: t.id({ required: true, description: 'The intake the exam is held on.' }),
    linkId: t.string({ required: true, description: 'The question.' }),
    answer: t.field({
      type: 'JSON',
      description: 'Of a question for clinicians: the answer as `completeExam` will give it. Left out for the patient’s own answers.',
    }),
    resolution: t.string({ required: true, description: 'How it was weighed: 1 to 4,000 characters.' }),
    patientState: t.field({ type: graph.UsState, required: true, description: 'Where the patient is, or will be during the exam.' }),
  }),
  validate: z.looseObject({
    linkId: z.string().max(100, 'The linkId of a question has at most 100 characters.'),
    resolution: z.string().trim().min(1, 'The resolution is missing.').max(4_000, 'A resolution has at most 4,000 characters.'),
  }),
});

builder.mutationField('resolveFlag', (t) =>
  t.field({
    type: ScreeningResolution,
    description:
      'A clinician resolves an answer that needs review, for this intake and this answer. A nurse practitioner or physician assistant may where the state lets them examine and no protocol in force gives no treatment after it; otherwise a physician does.',
    authScopes: { may: 'exam:resolve' },
    args: { input: t.arg({ type: ResolveFlagInput, required: true, description: 'The answer and how it was weighed.' }) },
    errors: {},
    resolve: async (_root, args, ctx, info) => {
      const { linkId, answer, resolution, patientState } = args.input;
      const settling = {
        ...{ kind: 'RESOLUTION' as const, intakeId: fromId('intake', args.input.intakeId), linkId, answer },
        ...{ reason: resolution.trim(), patientState: String(patientState) },
      };
      const told = await tellOfSettling(ctx, settling);
      return ctx.write({ info, args, answer: 'screeningResolution' }, (tx) => settleAnswer(tx, ctx, settling, told));
    },
  }),
);
