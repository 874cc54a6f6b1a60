import { questionnaireVersion, questionsOf } from '#rules/questionnaire.ts';
import { ruleOf, triggers } from '#rules/screening-rule.ts';
import type { ServiceCode } from '#rules/service-codes.ts';
import { personas } from '#prisma/seed/personas.ts';
import type { Asker, Data, TestGraph } from '../support/graph.ts';

/** The examiner of most stories: a nurse practitioner with Texas and Florida licences. */
export const examinerId = personas['examiner']?.sub ?? '';

/** The Texas clinic of the front desk. */
export async function clinicOf(desk: Asker): Promise<string> {
  const { viewer } = await desk.get('{ viewer { clinics(first: 1) { nodes { id } } } }');
  return viewer.clinics.nodes[0].id;
}

export const registerPatient = `mutation ($input: RegisterPatientInput!) { registerPatient(input: $input) {
  __typename
  ... on Patient { id givenName familyName birthDate sexAtBirth email phone address { line1 line2 city state postalCode } allergies version possibleDuplicates { id } clinic { id } }
  ... on Refusal { code message } ... on InvalidInput { issues { path message } } } }`;

/** Somebody to examine; every field can be said otherwise. */
export function newPatient(clinicId: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    clinicId,
    givenName: 'Ana',
    familyName: 'Whitfield',
    birthDate: '1988-04-17',
    sexAtBirth: 'FEMALE',
    address: { line1: '1200 Barton Springs Rd', city: 'Austin', state: 'TX', postalCode: '78704' },
    ...more,
  };
}

export async function registered(desk: Asker, clinicId: string, more: Record<string, unknown> = {}): Promise<string> {
  const { registerPatient: patient } = await desk.get(registerPatient, { input: newPatient(clinicId, more) });
  return patient.id;
}

/** Answers that hit nothing, to everything a patient is asked. */
export function quietAnswers(service: ServiceCode): { linkId: string; value: unknown }[] {
  return questionsOf(service, 'patient').flatMap((item) => {
    const rule = ruleOf(item);
    const codes = (item.answerOption ?? []).map((option): unknown => option.valueCoding.code);
    const candidates: unknown[] =
      item.type === 'boolean'
        ? [false, true]
        : item.type === 'choice'
          ? codes
          : item.type === 'date'
            ? ['1988-04-17']
            : item.linkId === 'core.location'
              ? ['TX']
              : ['None'];
    const value = candidates.find((candidate) => rule === null || !triggers(rule, candidate));
    return value === undefined ? [] : [{ linkId: item.linkId, value }];
  });
}

export const submitIntake = `mutation ($input: SubmitIntakeInput!) { submitIntake(input: $input) {
  __typename
  ... on Intake { id status service questionnaireVersion flags { linkId severity message } }
  ... on Refusal { code message } ... on InvalidInput { issues { path message } } } }`;

export async function screened(
  desk: Asker,
  patientId: string,
  service: ServiceCode = 'weight-loss',
  answers = quietAnswers(service),
): Promise<string> {
  const { submitIntake: intake } = await desk.get(submitIntake, {
    input: { patientId, service, questionnaireVersion: questionnaireVersion(service), answers },
  });
  return intake.id;
}

export const giveConsent = `mutation ($input: GiveConsentInput!) { giveConsent(input: $input) {
  __typename
  ... on Consent { id kind version signedName givenAt revokedAt }
  ... on Refusal { code message } ... on InvalidInput { issues { path message } } } }`;

export async function consented(desk: Asker, patientId: string, kinds = ['TELEHEALTH', 'TREATMENT']): Promise<void> {
  for (const kind of kinds) await desk.get(giveConsent, { input: { patientId, kind, version: '2026-01', signedName: 'Ana Whitfield' } });
}

/** A patient ready to be examined for weight loss. */
export async function readyPatient(desk: Asker, clinicId: string): Promise<{ patientId: string; intakeId: string }> {
  const patientId = await registered(desk, clinicId);
  const intakeId = await screened(desk, patientId);
  await consented(desk, patientId);
  return { patientId, intakeId };
}

export const examSlots = `query ($clinicId: ID!, $service: String!, $patientState: UsState!, $from: DateTime!, $to: DateTime!, $first: Int, $after: String) {
  examSlots(clinicId: $clinicId, service: $service, patientState: $patientState, from: $from, to: $to, first: $first, after: $after) {
    nodes { startsAt endsAt modality examiner { id } } pageInfo { hasNextPage endCursor } } }`;

/** Free times of the examiner with the Texas licence, from so many days on. */
export async function freeTimes(desk: Asker, graph: TestGraph, clinicId: string, days = 2): Promise<string[]> {
  const from = new Date(graph.clock.now().getTime() + days * 86_400_000);
  const to = new Date(from.getTime() + 7 * 86_400_000);
  const found = await desk.get(examSlots, {
    clinicId,
    service: 'weight-loss',
    patientState: 'TX',
    from: from.toISOString(),
    to: to.toISOString(),
    first: 200,
  });
  return found.examSlots.nodes.filter((slot: Data) => slot.examiner.id === examinerId).map((slot: Data) => slot.startsAt);
}

export const holdSlot = `mutation ($input: HoldSlotInput!) { holdSlot(input: $input) {
  __typename
  ... on SlotHold { id startsAt endsAt expiresAt modality examiner { id } }
  ... on Refusal { code message } ... on SlotTaken { nextSlots { startsAt endsAt } }
  ... on InvalidInput { issues { path message } } ... on RuleBlocked { rules { id outcome message citation remedy } } } }`;

export function holdInput(
  clinicId: string,
  patientId: string,
  startsAt: string,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return { clinicId, patientId, service: 'weight-loss', patientState: 'TX', examinerId, startsAt, modality: 'SYNC_VIDEO', ...more };
}

export async function held(desk: Asker, clinicId: string, patientId: string, startsAt: string): Promise<string> {
  const { holdSlot: hold } = await desk.get(holdSlot, { input: holdInput(clinicId, patientId, startsAt) });
  return hold.id;
}

const exam = `__typename
  ... on GoodFaithExam { id status service patientState startsAt endsAt startedAt completedAt modality outcome validUntil queuePosition examiner { id } clinic { id } patient { id } }
  ... on Refusal { code message } ... on InvalidInput { issues { path message } } ... on IllegalTransition { from to }
  ... on RuleBlocked { rules { id outcome message citation remedy } }`;

export const bookExam = `mutation ($input: BookExamInput!) { bookExam(input: $input) { ${exam} } }`;
export const requestExamNow = `mutation ($input: RequestExamNowInput!) { requestExamNow(input: $input) { ${exam} } }`;
export const rescheduleExam = `mutation ($input: RescheduleExamInput!) { rescheduleExam(input: $input) { ${exam} } }`;
export const cancelExam = `mutation ($input: CancelExamInput!) { cancelExam(input: $input) { ${exam} } }`;
export const claimNextExam = `mutation { claimNextExam { ${exam} } }`;
export const startExam = `mutation ($input: StartExamInput!) { startExam(input: $input) { ${exam} } }`;
export const completeExam = `mutation ($input: CompleteExamInput!) { completeExam(input: $input) {
  __typename
  ... on GoodFaithExam { id status outcome completedAt validUntil digest record rationale services conditions findings { id text } }
  ... on Refusal { code message } ... on InvalidInput { issues { path message } } ... on IllegalTransition { from to }
  ... on RuleBlocked { rules { id outcome message citation remedy } } } }`;

/** An exam booked for the first free time. */
export async function booked(
  desk: Asker,
  graph: TestGraph,
  clinicId: string,
  startsAt?: string,
): Promise<{ examId: string; patientId: string; intakeId: string; startsAt: string }> {
  const { patientId, intakeId } = await readyPatient(desk, clinicId);
  const time = startsAt ?? (await freeTimes(desk, graph, clinicId))[0] ?? '';
  const holdId = await held(desk, clinicId, patientId, time);
  const { bookExam: row } = await desk.get(bookExam, { input: { holdId, intakeId } });
  return { examId: row.id, patientId, intakeId, startsAt: time };
}

/** Looks everybody's licences and the exclusion lists up at the moment the clock shows. */
export async function lookUpLicences(graph: TestGraph): Promise<void> {
  const now = graph.clock.now().toISOString();
  await graph.sql('update physicians.license set verified_at = $1', [now]);
  await graph.sql('update physicians.exclusion_screening set as_of = $1', [now]);
}

/** An exam that its examiner has begun. */
export async function started(graph: TestGraph, clinicId: string): Promise<{ examId: string; patientId: string }> {
  const { examId, patientId } = await booked(await graph.as('front-desk'), graph, clinicId);
  const examiner = await graph.as('examiner');
  await examiner.get(startExam, { input: { examId, patientState: 'TX', identityVerifiedBy: 'GOVERNMENT_ID' } });
  return { examId, patientId };
}

/** What an examiner says when nothing stands in the way. */
export function approval(examId: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    examId,
    outcome: 'APPROVED',
    rationale: 'No contraindication found in history or on video; BMI 33; counselled on titration and side effects.',
    findings: [{ text: 'Reports hives after an injection preserved with benzyl alcohol' }],
    services: ['weight-loss'],
    answers: [
      { linkId: 'glp1-weight-loss.gl-bmi', value: 33.1 },
      { linkId: 'glp1-weight-loss.gl-comorbid', value: true },
      { linkId: 'glp1-weight-loss.gl-approved', value: true },
    ],
    ...more,
  };
}

const attended = `__typename
  ... on GoodFaithExam { id status startsAt endsAt arrivedAt noShowAt minutesLate squeezeIn { overrode squeezedBy } }
  ... on Refusal { code message } ... on InvalidInput { issues { path message } } ... on IllegalTransition { from to }
  ... on RuleBlocked { rules { id outcome message citation remedy } }`;
export const checkInPatient = `mutation ($input: CheckInPatientInput!) { checkInPatient(input: $input) { ${attended} } }`;
export const undoCheckIn = `mutation ($input: UndoCheckInInput!) { undoCheckIn(input: $input) { ${attended} } }`;
export const markNoShow = `mutation ($input: MarkNoShowInput!) { markNoShow(input: $input) { ${attended} } }`;
export const squeezeInExam = `mutation ($input: SqueezeInExamInput!) { squeezeInExam(input: $input) { ${attended} ... on SlotTaken { nextSlots { startsAt } } } }`;
