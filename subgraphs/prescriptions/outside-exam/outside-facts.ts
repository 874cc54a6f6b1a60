/** From a reported exam and what neighbours tell to what completing asks of it. Nothing is judged here. */

import { question } from '#kernel/context.ts';
import type { ExamVendor, OutsideExam, Patient } from '#prisma/generated/prescriptions/client.ts';
import type { ExamCompletionFacts, Modality, OutsideProvenance } from '#rules/facts.ts';
import type { ScreeningReport } from '#rules/screening.ts';
import { attestedFacts, type ClinicAnswer, clinicFields } from '../neighbour/clinic.ts';
import { licensedThen, type PractitionerAnswer, practitionerFact, practitionerFields } from '../neighbour/practitioner.ts';

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
  readonly screening: ScreeningReport;
}

/** The facts of the completion gate for an exam held elsewhere, as known at a moment. */
export function confirmationFacts({ row, patient, vendor, isAttested, consents, screening }: OutsideChart, told: OutsideTold, at: Date) {
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
    rationale: row.rationale,
    identityVerified: null,
    outside: {
      provenance: row.provenance as OutsideProvenance,
      vendorStatus: vendor?.status ?? (row.vendorId === null ? 'none' : null),
      attested: isAttested,
      examinerLicenceThen: licensedThen(told.examiner, row.patientState, row.completedAt.toISOString().slice(0, 10), at),
      sameBirthDate: row.birthDate.getTime() === patient.birthDate.getTime(),
    },
  } satisfies ExamCompletionFacts;
}
