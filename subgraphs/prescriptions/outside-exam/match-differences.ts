import { Refusal } from '#kernel/errors.ts';
import type { OutsideExam as OutsideExamRow, Patient } from '#prisma/generated/prescriptions/client.ts';
import { builder, graph, type Tx } from '../builder.ts';
import { matchOf } from './match-score.ts';
import { likelyPatients } from './proposed-matches.ts';

/** In what the person who was examined differs from the patient who is named, as far as a person may still say that it is they. */
export const OutsideMatchDifference = builder.enumType('OutsideMatchDifference', {
  description:
    'In what the person examined elsewhere and the patient who is named differ. Another birth date is none that could be confirmed: the rule `exam.samePerson` refuses it.',
  values: {
    GIVEN_NAME: { description: 'The given names are not the same, though they may be similar.' },
    FAMILY_NAME: { description: 'The family names are not the same, though they may be similar.' },
    LIKELIER_PATIENT: { description: 'Another patient of the clinic fits better: see `proposedMatches`.' },
  } as const,
});

type Difference = typeof OutsideMatchDifference.$inferType;

/** The patient is not, or not best, the person who was examined, and nobody has confirmed that it is they all the same. */
export class OutsideMatchDiffers extends Refusal {
  readonly code = 'OUTSIDE_MATCH_DIFFERS';
  readonly differences: readonly Difference[];
  constructor(differences: readonly Difference[]) {
    super('The person examined and the patient differ. Choose the patient who was examined, or confirm each difference.');
    this.differences = differences;
  }
}

builder.objectType(OutsideMatchDiffers, {
  name: 'OutsideMatchDiffers',
  description: 'The patient differs from the person examined in what the input does not confirm. Nothing of either is told.',
  interfaces: [graph.RefusalInterface],
  fields: (t) => ({
    differences: t.field({
      type: [OutsideMatchDifference],
      resolve: (refused) => [...refused.differences],
      description: 'All of them, those that the input confirms included: name them in `confirmedDifferences`.',
    }),
  }),
});

/** In what the patient differs from the person examined. Throws OutsideMatchDiffers when one of it is not confirmed; another birth date is for the rules to refuse. */
export async function requireConfirmed(
  tx: Tx,
  row: OutsideExamRow,
  patient: Patient,
  confirmed: readonly Difference[],
): Promise<readonly Difference[]> {
  const { score, reasons } = matchOf(row, patient);
  if (reasons.includes('BIRTH_DATE_DIFFERS')) return [];
  const differences: Difference[] = [];
  if (!reasons.includes('GIVEN_NAME')) differences.push('GIVEN_NAME');
  if (!reasons.includes('FAMILY_NAME')) differences.push('FAMILY_NAME');
  const likely = await likelyPatients(tx, row);
  if (likely.some((other) => other.patient.id !== patient.id && other.score > score)) differences.push('LIKELIER_PATIENT');
  if (differences.some((one) => !confirmed.includes(one))) throw new OutsideMatchDiffers(differences);
  return differences;
}
