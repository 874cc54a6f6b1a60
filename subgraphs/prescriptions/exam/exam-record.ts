import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { toId } from '#kernel/ids.ts';
import type { ExamPhoto, GoodFaithExam, Intake, Patient, ScreeningResolution } from '#prisma/generated/prescriptions/client.ts';
import { licenceIn } from '#rules/licence.ts';
import type { RuleResult } from '#rules/results.ts';
import type { ScreeningReport } from '#rules/screening.ts';
import { dayText } from '../calendar-day.ts';
import type { ConsentInForce } from '../consent/consents-in-force.ts';
import { settledForRecord } from '../intake/settled.ts';
import { frozenCoding, type FoundRow } from './decision/finding-coding.ts';
import { photosForRecord } from '../photo/photos-in-record.ts';
import { type LicenceAnswer, type PractitionerAnswer, practisingLicences } from '../neighbour/practitioner.ts';

/** Raised when the shape of the record changes; records keep the one they were written in. */
const RECORD_SCHEMA = 'goodfaith.exam/4';

/** Everything the record of an exam holds, as the rows stood in the transaction that completes it. */
interface Encounter {
  readonly exam: GoodFaithExam;
  readonly patient: Patient;
  readonly intake: Intake;
  readonly examiner: PractitionerAnswer | undefined;
  readonly consents: readonly ConsentInForce[];
  readonly findings: readonly FoundRow[];
  /** Those that were neither withdrawn nor out of consent. */
  readonly photos: readonly ExamPhoto[];
  readonly decided: object;
  readonly screening: ScreeningReport;
  /** What clinicians settled of the intake's answers and the examiner's. */
  readonly settled: readonly ScreeningResolution[];
  /** What the gate answered, and the release of the packs that did. */
  readonly rules: { readonly pack: string; readonly results: readonly RuleResult[] };
  readonly completedAt: Date;
}

/** The record as canonical JSON (RFC 8785) and its SHA-256: the elements a good-faith exam must have, with the rules in force. Never rebuilt from rows. */
export function freezeExam(encounter: Encounter): { record: string; digest: string } {
  const { exam, patient, intake, examiner } = encounter;
  const question = { id: 'licence.examiner', holder: 'The examiner', state: exam.patientState };
  const on = encounter.completedAt.toISOString();
  // The one the gate was content with: of several in a state, one may have lapsed.
  const licence = (examiner ? practisingLicences(examiner) : []).find((one) => licenceIn(question, [one], on).outcome === 'PASS');
  const record = canonicalize({
    schema: RECORD_SCHEMA,
    exam: {
      id: toId('exam', exam.id),
      clinic: toId('clinic', exam.clinicId),
      service: exam.service,
      modality: exam.modality,
      patientState: exam.patientState,
      identityVerifiedBy: exam.identityVerifiedBy,
      requestedAt: exam.requestedAt.toISOString(),
      startedAt: exam.startedAt?.toISOString() ?? null,
      completedAt: encounter.completedAt.toISOString(),
      protocol: exam.protocolId === null ? null : { id: toId('protocolVersion', exam.protocolId), digest: exam.protocolDigest },
    },
    patient: {
      id: toId('patient', patient.id),
      givenName: patient.givenName,
      familyName: patient.familyName,
      birthDate: dayText(patient.birthDate),
      sexAtBirth: patient.sexAtBirth,
      allergies: patient.allergies,
    },
    examiner: {
      id: toId('practitioner', exam.examinerId ?? ''),
      name: examiner?.displayName ?? null,
      npi: examiner?.npi ?? null,
      credential: examiner?.credential ?? null,
      licence: licence === undefined ? null : frozenLicence(licence),
    },
    intake: {
      id: toId('intake', intake.id),
      version: intake.questionnaireVersion,
      submittedAt: intake.submittedAt.toISOString(),
      answers: intake.answers,
    },
    consents: encounter.consents.map(({ id, kind, version, givenAt }) => ({
      id: toId('consent', id),
      kind,
      version,
      givenAt: givenAt.toISOString(),
    })),
    findings: encounter.findings.map((found) => ({ id: toId('finding', found.id), text: found.text, ...frozenCoding(found) })),
    photographs: photosForRecord(encounter.photos),
    screening: {
      flags: encounter.screening.flags,
      unanswered: encounter.screening.unanswered,
      settled: settledForRecord(encounter.settled),
    },
    decision: encounter.decided,
    rules: encounter.rules,
  });
  if (record === undefined) throw new Error('The record of an exam could not be written as JSON.');
  return { record, digest: createHash('sha256').update(record).digest('hex') };
}

function frozenLicence({ state, number, status, verifiedAt, expiresOn }: LicenceAnswer) {
  return { state, number, status, verifiedAt, expiresOn };
}
