import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { ClientBase } from 'pg';
import { library } from '#rules/packs.ts';
import { questionnaireVersion, questionsOf } from '#rules/questionnaire.ts';
import { ruleOf, triggers } from '#rules/screening-rule.ts';
import { isService } from '#rules/service-codes.ts';
import { pick, uuidOf } from './invent.ts';
import { foldedName, type InventedPatient, inventPatients, patientId } from './patients.ts';
import { examinerClinics, personas } from './personas.ts';
import { clinicOf, placeId } from './places.ts';
import { practitionerId, practitionerOf } from './people.ts';
import { atDays, inDays, insertRows, type SeedTime } from './rows.ts';

/** ISO weekdays with their hours on the wall clock of the examiner's zone. */
const week = [1, 2, 3, 4, 5]
  .map((weekday) => ({ weekday, starts: '08:00', ends: '18:00' }))
  .concat({ weekday: 6, starts: '09:00', ends: '13:00' });

const examinerZone: Readonly<Record<string, string>> = {
  examiner: 'America/Chicago',
  'examiner-ca': 'America/Los_Angeles',
  'pa-austin': 'America/Chicago',
  'np-arizona': 'America/Phoenix',
  'examiner-b': 'America/Chicago',
};

/** An answer that hits no screening rule, for every question a patient is asked. */
function quietAnswers(service: string): { linkId: string; value: unknown }[] {
  if (!isService(service)) return [];
  return questionsOf(service, 'patient').flatMap((item) => {
    const rule = ruleOf(item);
    const options = item.type === 'choice' ? (item.answerOption ?? []).map((option): unknown => option.valueCoding.code) : [];
    const candidates: unknown[] =
      item.type === 'boolean' ? [false, true] : item.type === 'choice' ? options : item.type === 'date' ? ['1990-01-01'] : ['None'];
    const value = candidates.find((candidate) => rule === null || !triggers(rule, candidate));
    return value === undefined ? [] : [{ linkId: item.linkId, value }];
  });
}

interface PastExam {
  readonly patient: InventedPatient;
  readonly examiner: string;
  readonly service: string;
  readonly daysAgo: number;
  readonly intakeId: string;
  readonly id: string;
}

/** Who examines at a clinic in this world's past: an examiner licensed in its state. */
function examinerAt(patient: InventedPatient): string | null {
  const found = Object.entries(examinerClinics).find(
    ([key, clinics]) =>
      clinics.includes(patient.clinic.key) && practitionerOf(key).licenses.some((licence) => licence.state === patient.clinic.state),
  );
  return found?.[0] ?? null;
}

function pastExams(patients: readonly InventedPatient[]): PastExam[] {
  return patients.flatMap((patient) => {
    const examiner = examinerAt(patient);
    if (examiner === null || pick(`${patient.key}:history`, 3) === 0) return [];
    const service = patient.clinic.services[pick(`${patient.key}:service`, patient.clinic.services.length)] ?? 'weight-loss';
    return [
      {
        patient,
        examiner,
        service,
        daysAgo: 3 + pick(`${patient.key}:when`, 150),
        intakeId: uuidOf(`intake:${patient.key}`),
        id: uuidOf(`exam:${patient.key}`),
      },
    ];
  });
}

/** The clinical side: patients, their consents, intakes and past exams, and when examiners can be booked. No orders: those are signed by people. */
export async function seedPrescriptions(client: ClientBase, time: SeedTime): Promise<void> {
  const patients = inventPatients(time);
  const exams = pastExams(patients);
  await insertRows(
    client,
    'prescriptions.patient',
    patients.map((patient) => ({
      id: patientId(patient.key),
      clinic_id: placeId(patient.clinic.key),
      given_name: patient.givenName,
      family_name: patient.familyName,
      search_name: foldedName(patient.givenName, patient.familyName),
      birth_date: patient.birthDate,
      sex_at_birth: patient.sexAtBirth,
      email: patient.email,
      phone: patient.phone,
      line1: patient.line1,
      line2: null,
      city: patient.clinic.city,
      state: patient.clinic.state,
      postal_code: patient.clinic.postalCode,
      allergies: patient.allergies,
      version: 1,
      registered_at: atDays(time, -200 + pick(`${patient.key}:registered`, 40)),
      amended_at: atDays(time, -150),
    })),
  );
  await insertRows(
    client,
    'prescriptions.consent',
    exams.flatMap((exam) =>
      ['TELEHEALTH', 'TREATMENT'].map((kind) => ({
        id: uuidOf(`consent:${exam.patient.key}:${kind}`),
        clinic_id: placeId(exam.patient.clinic.key),
        patient_id: patientId(exam.patient.key),
        kind,
        version: '2026-01',
        signed_name: `${exam.patient.givenName} ${exam.patient.familyName}`,
        given_at: atDays(time, -exam.daysAgo - 1),
        taken_by: personas['front-desk']?.sub ?? 'seed',
        revoked_at: null,
      })),
    ),
  );
  await insertRows(
    client,
    'prescriptions.intake',
    exams.map((exam) => ({
      id: exam.intakeId,
      clinic_id: placeId(exam.patient.clinic.key),
      patient_id: patientId(exam.patient.key),
      service: exam.service,
      questionnaire_version: isService(exam.service) ? questionnaireVersion(exam.service) : 'none',
      answers: quietAnswers(exam.service),
      flags: [],
      status: 'CLEARED',
      submitted_at: atDays(time, -exam.daysAgo - 1),
      submitted_by: personas['front-desk']?.sub ?? 'seed',
    })),
  );
  await seedExams(client, time, exams);
  await seedSchedules(client, time);
}

async function seedExams(client: ClientBase, time: SeedTime, exams: readonly PastExam[]): Promise<void> {
  const rows = exams.map((exam) => {
    const examiner = practitionerOf(exam.examiner);
    const approved = pick(`${exam.patient.key}:outcome`, 10) > 0;
    const record = canonicalize({
      schema: 'goodfaith-exam-history',
      exam: exam.id,
      patient: patientId(exam.patient.key),
      service: exam.service,
      outcome: approved ? 'APPROVED' : 'DECLINED',
      completedAt: atDays(time, -exam.daysAgo),
      rulePack: library.latest.version,
    });
    return {
      id: exam.id,
      clinic_id: placeId(exam.patient.clinic.key),
      patient_id: patientId(exam.patient.key),
      service: exam.service,
      patient_state: exam.patient.clinic.state,
      modality: 'SYNC_VIDEO',
      status: 'COMPLETED',
      intake_id: exam.intakeId,
      examiner_id: practitionerId(exam.examiner),
      hold_id: null,
      requested_at: atDays(time, -exam.daysAgo - 0.5),
      requested_by: personas['front-desk']?.sub ?? 'seed',
      starts_at: atDays(time, -exam.daysAgo - 0.02),
      ends_at: atDays(time, -exam.daysAgo - 0.006),
      claimed_at: null,
      started_at: atDays(time, -exam.daysAgo - 0.015),
      identity_verified_by: 'GOVERNMENT_ID',
      cancelled_at: null,
      cancel_reason: null,
      completed_at: atDays(time, -exam.daysAgo),
      outcome: approved ? 'APPROVED' : 'DECLINED',
      rationale: approved ? 'No contraindication found in history or on video.' : 'Not indicated today.',
      conditions: [],
      services: approved ? [exam.service] : [],
      answers: [],
      examiner_credential: examiner.credential,
      valid_until: approved ? inDays(time, 365 - exam.daysAgo) : null,
      digest: createHash('sha256')
        .update(record ?? '')
        .digest('hex'),
      record,
      revoked_at: null,
      revoked_reason: null,
    };
  });
  await insertRows(client, 'prescriptions.good_faith_exam', rows);
  await insertRows(
    client,
    'prescriptions.finding',
    exams
      .filter((exam) => exam.patient.allergies.length > 0)
      .map((exam) => ({
        id: uuidOf(`finding:${exam.patient.key}`),
        clinic_id: placeId(exam.patient.clinic.key),
        patient_id: patientId(exam.patient.key),
        exam_id: exam.id,
        position: 0,
        text: `Reports a reaction to ${exam.patient.allergies.join(', ')}`,
      })),
  );
}

async function seedSchedules(client: ClientBase, time: SeedTime): Promise<void> {
  const examiners = Object.entries(examinerClinics);
  await insertRows(
    client,
    'prescriptions.examiner_clinic',
    examiners.flatMap(([key, clinics]) =>
      clinics.map((clinic) => ({
        id: uuidOf(`examiner-clinic:${key}:${clinic}`),
        examiner_id: practitionerId(key),
        clinic_id: placeId(clinic),
        services: clinicOf(clinic).services,
      })),
    ),
  );
  await insertRows(
    client,
    'prescriptions.working_hours',
    examiners.flatMap(([key]) =>
      week.map((day) => ({
        id: uuidOf(`hours:${key}:${day.weekday}`),
        examiner_id: practitionerId(key),
        clinic_id: null,
        time_zone: examinerZone[key] ?? 'America/Chicago',
        weekday: day.weekday,
        starts_at: day.starts,
        ends_at: day.ends,
        modality: 'SYNC_VIDEO',
        valid_from: inDays(time, -300),
        valid_to: null,
      })),
    ),
  );
}
