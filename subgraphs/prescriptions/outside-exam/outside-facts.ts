/** From a reported exam and what neighbours tell to what completing asks of it. Nothing is judged here. */

import { question } from '#kernel/context.ts';
import type { ExamVendor, Intake, OutsideExam, Patient, ScreeningResolution } from '#prisma/generated/prescriptions/client.ts';
import type { ExamCompletionFacts, Modality, OutsideProvenance } from '#rules/facts.ts';
import type { Answer, ScreeningReport } from '#rules/screening.ts';
import { givenIn, settledFacts } from '../intake/settled.ts';
import { attestedFacts, type ClinicAnswer, clinicFields } from '../neighbour/clinic.ts';
import { licencesThen, licensedThen, type PractitionerAnswer, practitionerFact, practitionerFields } from '../neighbour/practitioner.ts';

/** What neighbours tell of whoever examined, and of the clinic. Null is unknown. */
export interface OutsideTold {
  readonly examiner: PractitionerAnswer | null;
  readonly clinic: ClinicAnswer | null;
}

/** Whoever has that identifier, and under which attestations the clinic works. */
export const outsideQuestion = question<
  { practitionersByNpiFacts: readonly PractitionerAnswer[]; clinicFacts: readonly ClinicAnswer[] },
  { npis: readonly string[]; clinics: readonly string[] }
>(
  'service',
  `query OutsideExamFacts($npis: [String!]!, $clinics: [ID!]!) {
  practitionersByNpiFacts(npis: $npis) { ${practitionerFields} }
  clinicFacts(ids: $clinics) { ${clinicFields} }
}`,
);

/** The rows a confirmation rests on. */
export interface OutsideChart {
  readonly row: OutsideExam;
  readonly patient: Patient;
  readonly vendor: Pick<ExamVendor, 'status'> | null;
  readonly isAttested: boolean;
  readonly consents: readonly string[];
  readonly intake: Intake;
  /** The patient's own answers and the examiner's, as reported, screened together. */
  readonly screening: ScreeningReport;
  /** What clinicians of the clinic settled of them. The vendor's own words settle none. */
  readonly settled: readonly ScreeningResolution[];
}

/** The patient's own answers, given here, and the examiner's, as reported. */
export function allAnswers(row: Pick<OutsideExam, 'answers'>, intake: Pick<Intake, 'answers'>): readonly Answer[] {
  return [...givenIn(intake), ...(row.answers as unknown as Answer[])];
}

/** The facts of the completion gate for an exam held elsewhere, as known at a moment. */
export function confirmationFacts(chart: OutsideChart, told: OutsideTold, at: Date) {
  const { row, patient, vendor, isAttested, consents, screening } = chart;
  const heldOn = row.completedAt.toISOString().slice(0, 10);
  return {
    ...attestedFacts(told.clinic),
    clinicServices: told.clinic?.services ?? null,
    patientState: row.patientState,
    modality: row.modality as Modality,
    service: row.service,
    startsAt: row.completedAt.toISOString(),
    examiner: practitionerFact(told.examiner, at),
    consents,
    outcome: row.outcome,
    screening,
    settled: settledFacts(chart.settled, allAnswers(row, chart.intake)),
    rationale: row.rationale,
    identityVerified: null,
    outside: {
      provenance: row.provenance as OutsideProvenance,
      vendorStatus: vendor?.status ?? (row.vendorId === null ? 'none' : null),
      attested: isAttested,
      examinerLicenceThen: licensedThen(told.examiner, row.patientState, heldOn, at),
      licencesThen: licencesThen(told.examiner, row.patientState, heldOn, at),
      sameBirthDate: row.birthDate.getTime() === patient.birthDate.getTime(),
    },
  } satisfies ExamCompletionFacts;
}
