import { z } from 'zod';
import { icd10Problem, ucumProblem } from '#kernel/identifiers-product.ts';
import { quantityShape } from '#kernel/shared-inputs.ts';
import { builder, graph } from '../builder.ts';
import { DosageInput, dosageShape } from '../dose/dosage-input.ts';
import { excludedExcipientsShape } from './excluded-excipients.ts';
import { ClinicalDifferenceInput } from '../difference/difference-input.ts';

const LONGEST_SUPPLY_DAYS = 365;
const MOST_REFILLS = 11;

const text = (what: string, longest: number) =>
  z.string().trim().min(1, `${what} is missing.`).max(longest, `${what} has at most ${longest} characters.`);

const diagnosis = z.string().superRefine((code, context) => {
  const problem = icd10Problem(code);
  if (problem !== null) context.addIssue({ code: 'custom', message: `A diagnosis ${problem}.` });
});

const quantity = quantityShape.extend({
  unit: z.string().superRefine((unit, context) => {
    const problem = ucumProblem(unit);
    if (problem !== null) context.addIssue({ code: 'custom', message: `A unit ${problem}.` });
  }),
});

/** What can be said about a draft before any record is read. */
export const draftShape = z.object({
  sig: text('The sig', 4000).nullish(),
  dosage: dosageShape.nullish(),
  sigOverrideReason: text('The reason', 500).nullish(),
  quantity,
  daysSupply: z
    .number()
    .int()
    .min(1, 'A supply lasts at least one day.')
    .max(LONGEST_SUPPLY_DAYS, `A supply lasts at most ${LONGEST_SUPPLY_DAYS} days.`),
  refills: z.number().int().min(0, 'Refills are none or more.').max(MOST_REFILLS, `At most ${MOST_REFILLS} refills.`),
  diagnosis: z
    .array(diagnosis)
    .min(1, 'At least one diagnosis is needed.')
    .max(12, 'At most twelve diagnoses.')
    .refine((codes) => new Set(codes).size === codes.length, 'A diagnosis is given twice.'),
  excludedExcipients: excludedExcipientsShape,
});

/** What a prescriber fills in. */
export const DraftOrderInput = builder.inputType('DraftOrderInput', {
  description: 'An order as its prescriber fills it in.',
  fields: (t) => ({
    examId: t.id({ required: true, description: 'The completed exam it rests on; the order is for that exam’s patient.' }),
    formularyItemId: t.id({ required: true, description: 'The preparation, from `formulary`.' }),
    protocolId: t.id({ required: true, description: 'The protocol version, from `activeProtocols`.' }),
    service: t.string({ required: true, description: 'Code of the service it is for.' }),
    sig: t.string({
      description:
        'Directions for the patient. Left out, they are generated from `dosage`; without a dosage they are read, and what cannot be read cannot be signed.',
    }),
    dosage: t.field({ type: [DosageInput], description: 'The dose as data, one step after the other: at least one, at most 24.' }),
    sigOverrideReason: t.string({
      description:
        'Why the sig has words of its own beside the dosage: at most 500 characters. What contradicts the dosage is refused all the same.',
    }),
    quantity: t.field({ type: graph.QuantityInput, required: true, description: 'How much is dispensed each time.' }),
    daysSupply: t.int({ required: true, description: 'How many days that lasts.' }),
    refills: t.int({ required: true, description: 'How often it may be filled again.' }),
    diagnosis: t.stringList({ required: true, description: 'The reason, as ICD-10-CM codes.' }),
    clinicalDifference: t.field({
      type: ClinicalDifferenceInput,
      description: 'Needed where the preparation is essentially a copy of a commercial drug.',
    }),
    excludedExcipients: t.stringList({
      description:
        'UNIIs of what this patient must not get. A preparation that contains one is refused; what is not recorded of it blocks signing.',
    }),
    shipTo: t.field({ type: graph.AddressInput, required: true, description: 'Where it goes: in the state where the patient is.' }),
  }),
  validate: draftShape.loose(),
});
