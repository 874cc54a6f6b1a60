import { z } from 'zod';
import { builder } from '../builder.ts';

/** More answers than the longest questionnaire has questions. */
const MOST_ANSWERS = 200;

/** A list of answers, as an intake and an examiner give them. What each may be, the questionnaire says. */
export const answerList = z.array(z.unknown()).max(MOST_ANSWERS, `At most ${MOST_ANSWERS} answers.`);

export const AnswerInput = builder.inputType('AnswerInput', {
  description: 'The answer to one question.',
  fields: (t) => ({
    linkId: t.string({ required: true, description: 'The question.' }),
    value: t.field({
      type: 'JSON',
      required: true,
      description: 'A JSON scalar: true or false, a number, text, a date as text, or the code of a choice.',
    }),
  }),
  validate: z.looseObject({ linkId: z.string().max(100, 'The linkId of a question has at most 100 characters.') }),
});
