import { z } from 'zod';
import { unitMisprint } from '#kernel/identifiers-product.ts';
import { builder } from '../../builder.ts';
import { type CodingSystem, codeProblem } from './clinical-codes.ts';
import { type CodedRow, CodingSystemEnum } from './finding-coding.ts';

const FindingCodingInput = builder.inputType('FindingCodingInput', {
  description: 'A finding as a code of a terminology.',
  fields: (t) => ({
    system: t.field({ type: CodingSystemEnum, required: true, description: 'The terminology.' }),
    code: t.string({ required: true, description: 'The code; its shape and check digit are checked, not whether it is in use.' }),
    display: t.string({ required: true, description: 'What the code stands for: 1 to 300 characters.' }),
  }),
  validate: z
    .object({
      system: z.custom<CodingSystem>(),
      code: z.string(),
      display: z.string().trim().min(1, 'The words of the code are missing.').max(300, 'The words of a code have at most 300 characters.'),
    })
    .superRefine(({ system, code }, context) => {
      const problem = codeProblem(system, code);
      if (problem !== null) context.addIssue({ code: 'custom', path: ['code'], message: `A code ${problem}.` });
    }),
});

const unit = z
  .string()
  .regex(/^[!-~]{1,30}$/, 'A unit is a UCUM code such as kg/m2 or mmol/L.')
  .superRefine((code, context) => {
    const why = unitMisprint(code);
    if (why !== null) context.addIssue({ code: 'custom', message: `A unit is not ${code}: ${why}.` });
  });

const FindingValueInput = builder.inputType('FindingValueInput', {
  description: 'What was measured.',
  fields: (t) => ({
    value: t.field({ type: 'Decimal', required: true, description: 'The amount, exact: at most 30 digits.' }),
    unit: t.string({ required: true, description: 'The UCUM code of the unit.' }),
  }),
  validate: z.object({ value: z.string().max(32, 'An amount has at most 30 digits.'), unit }),
});

/** One thing the examiner found, as they tell it. */
export const FindingInput = builder.inputType('FindingInput', {
  description:
    'One thing the examiner found: in words, and where there is one with its code. An observation that is coded in LOINC has its value.',
  fields: (t) => ({
    text: t.string({ required: true, description: 'The finding in the examiner’s words: 1 to 2,000 characters.' }),
    coding: t.field({ type: FindingCodingInput, description: 'The same as a code.' }),
    value: t.field({ type: FindingValueInput, description: 'What was measured; only with a code of LOINC.' }),
  }),
  validate: z
    .looseObject({
      text: z.string().trim().min(1, 'A finding is empty.').max(2_000, 'A finding has at most 2,000 characters.'),
      coding: z.looseObject({ system: z.string() }).nullish(),
      value: z.unknown(),
    })
    .superRefine(({ coding, value }, context) => {
      const observed = coding?.system === 'LOINC';
      if (observed && value == null) context.addIssue({ code: 'custom', path: ['value'], message: 'An observation has its value.' });
      if (!observed && value != null)
        context.addIssue({ code: 'custom', path: ['value'], message: 'A value goes with a code of LOINC alone.' });
    }),
});

/** A finding as its row has it. */
export function findingRow({ text, coding, value }: typeof FindingInput.$inferInput): CodedRow & { readonly text: string } {
  return {
    text,
    ...{ codeSystem: coding?.system ?? null, code: coding?.code ?? null, codeDisplay: coding?.display.trim() ?? null },
    ...{ value: value?.value ?? null, unit: value?.unit ?? null },
  };
}
