import { toId } from '#kernel/ids.ts';
import type { RuleResult } from '#rules/results.ts';
import { dayText } from '../calendar-day.ts';
import { canonicalText, digestOf } from '../document/canonical.ts';
import { settledForRecord } from '../intake/settled.ts';
import type { OutsideChart, OutsideTold } from './outside-facts.ts';

/** What a confirmation adds to what was reported. */
interface Confirmed {
  readonly examId: string;
  readonly findings: readonly { readonly id: string; readonly text: string }[];
  readonly validUntil: string | null;
  readonly attestationDigest: string | null;
  readonly rules: { readonly pack: string; readonly results: readonly RuleResult[] };
  readonly by: { readonly sub: string; readonly name: string };
  readonly at: Date;
}

/**
 * The record of an exam held elsewhere as canonical JSON (RFC 8785), and its SHA-256. It is not signed here: its examiner is not, and nobody else can sign for
 * them. Who answers for it stands in it.
 */
export function freezeOutside(
  { row, patient, intake, screening, settled }: OutsideChart,
  told: OutsideTold,
  confirmed: Confirmed,
): { record: string; digest: string } {
  const record = canonicalText({
    schema: 'goodfaith.outside-exam/2',
    exam: {
      ...{ id: toId('exam', confirmed.examId), clinic: toId('clinic', row.clinicId), service: row.service, modality: row.modality },
      ...{ patientState: row.patientState, completedAt: row.completedAt.toISOString() },
    },
    origin: {
      ...{ id: toId('outsideExam', row.id), provenance: row.provenance, source: row.source, externalId: row.externalId },
      ...{ vendor: row.vendorId === null ? null : toId('examVendor', row.vendorId), contentDigest: row.contentDigest },
      ...{ receivedAt: row.receivedAt.toISOString(), attestedDocument: confirmed.attestationDigest },
    },
    patient: {
      ...{ id: toId('patient', patient.id), givenName: patient.givenName, familyName: patient.familyName },
      ...{ birthDate: dayText(patient.birthDate), sexAtBirth: patient.sexAtBirth, allergies: patient.allergies },
    },
    examiner: {
      ...{ npi: row.examinerNpi, id: told.examiner?.id ?? null, name: told.examiner?.displayName ?? null },
      credential: told.examiner?.credential ?? null,
    },
    intake: {
      ...{ id: toId('intake', intake.id), version: intake.questionnaireVersion, submittedAt: intake.submittedAt.toISOString() },
      answers: intake.answers,
    },
    findings: confirmed.findings.map(({ id, text }) => ({ id: toId('finding', id), text })),
    screening: { flags: screening.flags, unanswered: screening.unanswered, settled: settledForRecord(settled) },
    decision: {
      ...{ outcome: row.outcome, rationale: row.rationale, answers: row.answers, validUntil: confirmed.validUntil },
      reportedValidUntil: row.validUntil === null ? null : dayText(row.validUntil),
    },
    confirmed: { by: confirmed.by, at: confirmed.at.toISOString() },
    rules: confirmed.rules,
  });
  return { record, digest: digestOf(record) };
}
