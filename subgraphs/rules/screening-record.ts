/** Answers that say what is on record elsewhere too: they are held against it. */

import { stateOf } from './place.ts';
import type { Answer, ScreeningFlag, ScreeningReport } from './screening.ts';

const BIRTH_DATE = 'core.dob';
const LOCATION = 'core.location';

/** What an intake raises beside the questionnaire's own rules: another date of birth than the record's, a place that is no state. */
export function againstRecord(answers: readonly Answer[], birthDate: string): ScreeningFlag[] {
  return answers.flatMap(({ linkId, value }): ScreeningFlag[] => {
    if (linkId === BIRTH_DATE && value !== birthDate) return [review(linkId, 'The date of birth given is another than the one on record')];
    if (linkId === LOCATION && placeIn(value) === null) return [review(linkId, 'The place given is no state of the United States')];
    return [];
  });
}

/** The report with what the intake raised against the record, and a note where the patient named another state than the one the exam is held for. */
export function withRecord(
  report: ScreeningReport,
  { answers, flags }: { readonly answers: readonly Answer[]; readonly flags: readonly ScreeningFlag[] },
  patientState: string,
): ScreeningReport {
  const raised = flags.filter(({ linkId }) => linkId === BIRTH_DATE || linkId === LOCATION);
  const named = answers.flatMap(({ linkId, value }) => (linkId === LOCATION ? (placeIn(value) ?? []) : []));
  const elsewhere = named
    .filter((state) => state !== patientState)
    .map((state): ScreeningFlag => {
      return {
        linkId: LOCATION,
        severity: 'flag',
        message: `The patient named ${state}, and the exam is held for a patient in ${patientState}`,
      };
    });
  return { ...report, flags: [...report.flags, ...raised, ...elsewhere] };
}

function placeIn(value: unknown): string | null {
  return typeof value === 'string' ? (stateOf(value.trim().toUpperCase())?.code ?? null) : null;
}

function review(linkId: string, message: string): ScreeningFlag {
  return { linkId, severity: 'physician-review', message };
}
