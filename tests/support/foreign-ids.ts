import { toId } from '#kernel/ids.ts';
import { uuidOf } from '#prisma/seed/invent.ts';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { awaitingVersionId } from '#prisma/seed/protocols.ts';
import type { Asker } from './graph.ts';
import type { StorySoFar } from './story-so-far.ts';

/** Ids of records that belong to the first MSO, taken from a story that was played there. */
export interface Harvested {
  readonly patient: string;
  readonly exam: string;
  readonly order: string;
  readonly clinic: string;
  readonly mso: string;
  readonly recall: string;
  readonly consent: string;
  readonly intake: string;
  readonly license: string;
  readonly check: string;
  readonly entity: string;
  readonly attestation: string;
  readonly protocolVersion: string;
  readonly membership: string;
  readonly engagement: string;
  readonly facilityLicense: string;
  readonly agreement: string;
  readonly practitioner: string;
  readonly deaRegistration: string;
  readonly insurancePolicy: string;
  readonly pharmacy: string;
  readonly clinicPharmacyAccount: string;
  readonly facilityEvidence: string;
  readonly ingredientSource: string;
  readonly pharmacyLicense: string;
  readonly formularyItem: string;
  readonly dispense: string;
  readonly lot: string;
  readonly shipment: string;
}

/** The ids of a story's records. */
export function harvested(story: StorySoFar): Harvested {
  const id = (operation: string): string => story.answerOf(operation).id;
  return {
    ...{ patient: id('RegisterPatient'), exam: id('BookExam'), order: id('DraftOrder'), clinic: id('ClinicServices') },
    ...{ dispense: id('RecordDispense'), lot: story.answerOf('RecordDispense').lot.id, shipment: id('RecordShipment') },
    ...{ mso: id('MsoDashboard'), recall: id('StartRecall'), consent: id('GiveConsent'), intake: id('SubmitIntake') },
    // Everybody may read the register; only where its holder works is anything recorded.
    license: toId('license', uuidOf('license:examiner:TX')),
    check: toId('credentialCheck', uuidOf('check:examiner:TX')),
    ...{ entity: placeTypeId('entity-a1'), attestation: toId('attestation', uuidOf('attestation:entity-a1:TX.gfe.validityMonths')) },
    protocolVersion: toId('protocolVersion', awaitingVersionId),
    agreement: toId('collaborativeAgreement', uuidOf('collaboration:examiner:TX')),
    engagement: toId('engagement', uuidOf('engagement:director:austin')),
    facilityLicense: toId('facilityLicense', uuidOf('facility:austin:CLIA_WAIVER')),
    ...{ practitioner: colleague, deaRegistration: toId('deaRegistration', uuidOf('dea:prescriber:TX')) },
    insurancePolicy: toId('insurancePolicy', uuidOf('policy:prescriber')),
    pharmacy: placeTypeId('pharmacy-a'),
    clinicPharmacyAccount: toId('clinicPharmacyAccount', uuidOf('account:pharmacy-a:austin')),
    facilityEvidence: toId('facilityEvidence', uuidOf('evidence:pharmacy-a:USP_797')),
    ingredientSource: toId('ingredientSource', uuidOf('ingredient-source:pharmacy-a:NAD+ (nadide)')),
    formularyItem: toId('formularyItem', uuidOf('item:a-naltrexone')),
    pharmacyLicense: toId('pharmacyLicense', uuidOf('pharmacy-license:pharmacy-a:TX:PHARMACY')),
    membership: toId('membership', uuidOf(`membership:compliance:COMPLIANCE_OFFICER:${placeTypeId('entity-a1')}`)),
  };
}

/** Ids of the same kinds that nothing has. */
export const nowhere = {
  check: toId('credentialCheck', '019aaaaa-0000-7000-8000-000000000001'),
  agreement: toId('collaborativeAgreement', '019aaaaa-0000-7000-8000-000000000001'),
  ...Object.fromEntries(
    (
      [
        'patient',
        'exam',
        'order',
        'clinic',
        'mso',
        'recall',
        'consent',
        'intake',
        'license',
        'entity',
        'attestation',
        'membership',
        'engagement',
        'facilityLicense',
        'practitioner',
        'deaRegistration',
        'insurancePolicy',
        'pharmacy',
        'clinicPharmacyAccount',
        'facilityEvidence',
        'ingredientSource',
        'pharmacyLicense',
        'formularyItem',
        'dispense',
        'lot',
        'shipment',
      ] as const
    ).map((kind) => [kind, toId(kind, '019aaaaa-0000-7000-8000-000000000001')]),
  ),
} as unknown as Harvested;

/** What a protocol says, in as few words as it may. */
const protocolSays =
  'content: { indications: ["x"], contraindications: [{ linkId: "glp1-weight-loss.gl-mtc", finding: "x", consequence: BLOCKS }], doseLimits: [], monitoring: ["x"], escalation: ["x"], emergencyPlan: "x", aftercare: ["x"], education: ["x"], consents: ["x"] }';

/** People and a protocol of the first MSO: everybody may look them up, and only who works with them does anything with them. */
const colleague = toId('practitioner', uuidOf('practitioner:examiner'));
const physicianThere = toId('practitioner', uuidOf('practitioner:director'));
const protocolInForce = toId('protocolVersion', uuidOf('protocol-version:weight-loss'));

/** One question for each way to name somebody else's record. */
export const questions: readonly ((id: Harvested) => string)[] = [
  ({ patient }) => `{ patient(id: "${patient}") { id familyName possibleDuplicates { id } } }`,
  ({ exam }) => `{ exam(id: "${exam}") { id outcome patient { familyName } } }`,
  ({ order }) => `{ order(id: "${order}") { id status drug { name } fulfillment { id } } }`,
  ({ order }) => `{ verifyOrder(orderId: "${order}") { verdict document } }`,
  ({ order }) => `{ routeOptions(orderId: "${order}") { formularyItemId } }`,
  ({ order }) =>
    `mutation { routeOrder(input: { orderId: "${order}", formularyItemId: "fmi_01h455vb4pex5vsknk084sn02q" }) { __typename ... on Refusal { code message } } }`,
  ({ order }) => `{ verifyOrders(orderIds: ["${order}"]) { verdict document } }`,
  ({ pharmacy }) => `{ interstateShare(pharmacyId: "${pharmacy}", from: "2026-01", to: "2026-12") { months { orders } } }`,
  ({ dispense }) => `{ dispenseLabel(dispenseId: "${dispense}") { pdf } }`,
  ({ lot }) => `{ facilityLabel(lotId: "${lot}") { pdf } }`,
  ({ order }) =>
    `mutation { prepareFill(input: { orderId: "${order}", secret: "x", lotNumber: "A1", quantity: { value: "1", unit: "mL" } }) { __typename ... on Refusal { code message } } }`,
  ({ order }) =>
    `mutation { recordNotDispensed(input: { orderId: "${order}", secret: "x", reason: OTHER, note: "It is not ours." }) { __typename ... on Refusal { code message } } }`,
  ({ order }) =>
    `mutation { recordShipment(input: { orderId: "${order}", secret: "x", carrier: "UPS", trackingNumber: "1Z999AA10123456784", coldChain: true }) { __typename ... on Refusal { code message } } }`,
  ({ order }) =>
    `mutation { reshipOrder(input: { orderId: "${order}", secret: "x", lotNumber: "A1", quantity: { value: "1", unit: "mL" }, carrier: "UPS", trackingNumber: "1Z999AA10123456784", coldChain: true }) { __typename ... on Refusal { code message } } }`,
  ({ shipment }) =>
    `mutation { recordShipmentOutcome(input: { shipmentId: "${shipment}", outcome: LOST, at: "2026-11-01T00:00:00Z" }) { __typename ... on Refusal { code message } } }`,
  ({ shipment }) =>
    `mutation { recordExcursion(input: { shipmentId: "${shipment}", source: LOGGER, lowestCelsius: "1", highestCelsius: "30", minutes: 60 }) { __typename ... on Refusal { code message } } }`,
  ({ order }) => `{ ordersById(ids: ["${order}"]) { status } }`,
  ({ order }) => `{ verifyDocument(text: "${order}") { verdict order { id } } }`,
  ({ clinic }) => `{ patients(clinicId: "${clinic}") { nodes { id } } }`,
  ({ clinic }) => `{ exams(clinicId: "${clinic}", day: "2026-11-23") { nodes { id } } }`,
  ({ clinic }) => `{ orders(clinicId: "${clinic}") { nodes { id } } }`,
  ({ clinic }) => `{ atRisk(clinicId: "${clinic}") { nodes { subjectId } } }`,
  ({ clinic }) =>
    `{ examSlots(clinicId: "${clinic}", service: "weight-loss", patientState: TX, from: "2026-11-23T00:00:00Z", to: "2026-11-30T00:00:00Z") { nodes { startsAt } } }`,
  ({ practitioner }) => `{ workingHours(examinerId: "${practitioner}") { hours { weekday } timeOff { startsAt } } }`,
  ({ clinic }) => `{ examSettings(clinicId: "${clinic}", service: "weight-loss") { minutes source } }`,
  ({ clinic }) => `{ examinerPanel(clinicId: "${clinic}") { examiners { services } examsOutside { examId } } }`,
  ({ clinic }) =>
    `mutation { setExamSettings(input: { clinicId: "${clinic}", minutes: 20 }) { __typename ... on Refusal { code message } } }`,
  ({ clinic }) =>
    `mutation { setExaminerPanel(input: { clinicId: "${clinic}", examiners: [] }) { __typename ... on Refusal { code message } } }`,
  ({ clinic }) =>
    `mutation { addScheduleException(input: { clinicId: "${clinic}", day: "2099-01-01", timeZone: "America/Chicago", hours: [] }) { __typename ... on Refusal { code message } } }`,
  ({ clinic }) =>
    `mutation { setWorkingHours(input: { clinicId: "${clinic}", validFrom: "2099-01-01", timeZone: "America/Chicago", hours: [] }) { __typename ... on Refusal { code message } } }`,
  ({ clinic }) => `{ expirables(at: "${clinic}", withinDays: 3650) { nodes { kind label } } }`,
  ({ clinic }) => `{ lapses(clinicId: "${clinic}") { nodes { id label } } }`,
  ({ clinic }) => `{ activeProtocols(clinicId: "${clinic}", service: "weight-loss") { nodes { id } } }`,
  ({ clinic }) => `{ standingOrders(clinicId: "${clinic}") { nodes { id } } }`,
  ({ protocolVersion }) =>
    `mutation { cosignProtocol(input: { versionId: "${protocolVersion}", digest: "x" }) { __typename ... on Refusal { code message } } }`,
  ({ clinic }) => `{ protocolVersions(clinicId: "${clinic}") { nodes { id status signers { state } } } }`,
  ({ clinic }) =>
    `mutation { draftProtocolVersion(input: { service: "weight-loss", clinicIds: ["${clinic}"], version: "x", title: "x", effectiveFrom: "2027-01-01", expiresOn: "2027-06-01", ${protocolSays} }) { __typename ... on Refusal { code message } } }`,
  ({ protocolVersion }) =>
    `mutation { draftProtocolVersion(input: { follows: "${protocolVersion}", version: "x", title: "x", effectiveFrom: "2027-01-01", expiresOn: "2027-06-01", ${protocolSays} }) { __typename ... on Refusal { code message } } }`,
  ({ protocolVersion }) =>
    `mutation { amendProtocolVersion(input: { versionId: "${protocolVersion}", digest: "x", title: "x", effectiveFrom: "2027-01-01", expiresOn: "2027-06-01", ${protocolSays} }) { __typename ... on Refusal { code message } } }`,
  ({ protocolVersion }) =>
    `mutation { submitProtocol(input: { versionId: "${protocolVersion}", digest: "x", for: SIGNATURES }) { __typename ... on Refusal { code message } } }`,
  ({ protocolVersion }) =>
    `mutation { signProtocol(input: { versionId: "${protocolVersion}", digest: "x" }) { __typename ... on Refusal { code message } } }`,
  ({ protocolVersion }) =>
    `mutation { suspendProtocol(input: { versionId: "${protocolVersion}", note: "It is not ours." }) { __typename ... on Refusal { code message } } }`,
  ({ protocolVersion }) =>
    `mutation { retireProtocol(input: { versionId: "${protocolVersion}", note: "It is not ours." }) { __typename ... on Refusal { code message } } }`,
  ({ protocolVersion }) =>
    `mutation { renewProtocol(input: { versionId: "${protocolVersion}", version: "y", effectiveFrom: "2027-01-01", expiresOn: "2027-06-01" }) { __typename ... on Refusal { code message } } }`,
  ({ mso }) => `{ mso(id: "${mso}") { name clinics { nodes { id } } engagements { nodes { id } } } }`,
  ({ recall }) =>
    `{ recall(id: "${recall}") { reason notices { nodes { status } } fulfillments { nodes { id } } patients { nodes { tries } } effectiveness { patients } } }`,
  ({ recall, clinic }) =>
    `{ recall(id: "${recall}") { parcels { nodes { parcelId } } balances(clinicId: "${clinic}") { unit } dispositions { nodes { recordedAt } } } }`,
  ({ patient }) =>
    `mutation { amendPatient(input: { patientId: "${patient}", version: 1, givenName: "X" }) { __typename ... on Refusal { code message } } }`,
  ({ exam }) => `{ exam(id: "${exam}") { calendarInvitation messages { status } } }`,
  ({ patient }) => `{ patient(id: "${patient}") { contactPreferences { appointmentMail } } }`,
  ({ patient }) =>
    `mutation { setContactPreferences(input: { patientId: "${patient}", appointmentMail: false }) { __typename ... on Refusal { code message } } }`,
  ({ patient }) =>
    `mutation { recordAllergies(input: { patientId: "${patient}", version: 1, allergies: [] }) { __typename ... on Refusal { code message } } }`,
  ({ consent }) => `mutation { revokeConsent(input: { consentId: "${consent}" }) { __typename ... on Refusal { code message } } }`,
  ({ patient }) =>
    `mutation { giveConsent(input: { patientId: "${patient}", kind: TREATMENT, version: "2026-01", signedName: "X" }) { __typename ... on Refusal { code message } } }`,
  ({ exam }) =>
    `mutation { cancelExam(input: { examId: "${exam}", reason: CLINIC_REQUEST }) { __typename ... on Refusal { code message } } }`,
  ({ exam }) => `mutation { checkInPatient(input: { examId: "${exam}" }) { __typename ... on Refusal { code message } } }`,
  ({ exam }) => `mutation { undoCheckIn(input: { examId: "${exam}", reason: WRONG_EXAM }) { __typename ... on Refusal { code message } } }`,
  ({ exam }) => `mutation { markNoShow(input: { examId: "${exam}" }) { __typename ... on Refusal { code message } } }`,
  ({ clinic, patient, intake, practitioner }) =>
    `mutation { squeezeInExam(input: { clinicId: "${clinic}", patientId: "${patient}", intakeId: "${intake}", service: "weight-loss", patientState: TX, examinerId: "${practitioner}", startsAt: "2099-01-01T08:00:00Z", modality: SYNC_VIDEO, reason: "It is not ours." }) { __typename ... on Refusal { code message } } }`,
  ({ exam }) =>
    `mutation { startExam(input: { examId: "${exam}", patientState: TX, identityVerifiedBy: GOVERNMENT_ID }) { __typename ... on Refusal { code message } } }`,
  ({ exam }) => `{ exam(id: "${exam}") { brokenOffReason follows { id } call { togetherSeconds participants { person } events { id } } } }`,
  ({ exam }) => `mutation { joinCall(input: { examId: "${exam}", as: OBSERVER }) { __typename ... on Refusal { code message } } }`,
  ({ exam }) =>
    `mutation { inviteToCall(input: { examId: "${exam}", person: "${colleague}", patientAgreed: true }) { __typename ... on Refusal { code message } } }`,
  ({ exam }) =>
    `mutation { breakOffExam(input: { examId: "${exam}", reason: PATIENT_LEFT }) { __typename ... on Refusal { code message } } }`,
  ({ exam }) => `{ exam(id: "${exam}") { claimedAt claimHoldsUntil claimReturns { reason } } }`,
  ({ clinic }) => `{ waitingRoom(clinicId: "${clinic}") { waiting { exam { id } } expected { exam { id } } } }`,
  ({ exam }) => `mutation { keepClaim(input: { examId: "${exam}" }) { __typename ... on Refusal { code message } } }`,
  ({ exam }) =>
    `mutation { returnToQueue(input: { examId: "${exam}", reason: CALLED_AWAY }) { __typename ... on Refusal { code message } } }`,
  ({ exam }) => `mutation { requestExamAgain(input: { examId: "${exam}" }) { __typename ... on Refusal { code message } } }`,
  ({ patient }) => `{ examCoverage(patientId: "${patient}", service: "weight-loss") { covered until exam { id } missing { id } } }`,
  ({ exam }) => `mutation { addAddendum(input: { examId: "${exam}", text: "x" }) { __typename ... on Refusal { code message } } }`,
  ({ clinic }) => `{ examVendors(clinicId: "${clinic}") { nodes { id name } } }`,
  ({ clinic }) => `{ outsideExams(clinicId: "${clinic}") { nodes { id familyName } } }`,
  ({ exam }) => `{ exam(id: "${exam}") { provenance outsideExam { id } } }`,
  ({ clinic }) =>
    `mutation { registerExamVendor(input: { clinicId: "${clinic}", name: "x", services: ["weight-loss"], provenance: EXTERNAL_VERIFIED, mapping: {} }) { __typename ... on Refusal { code message } } }`,
  ({ clinic }) =>
    `mutation { recordOutsideExam(input: { clinicId: "${clinic}", documentDigest: "${'0'.repeat(64)}", givenName: "x", familyName: "x", birthDate: "1990-01-01", service: "weight-loss", patientState: TX, modality: IN_PERSON, outcome: APPROVED, completedAt: "2026-01-01T00:00:00Z", examinerNpi: "1234567893", rationale: "x" }) { __typename ... on Refusal { code message } } }`,
  ({ patient, intake }) =>
    `mutation { confirmOutsideMatch(input: { outsideExamId: "oex_01h455vb4pex5vsknk084sn02q", patientId: "${patient}", intakeId: "${intake}" }) { __typename ... on Refusal { code message } } }`,
  ({ exam }) =>
    `mutation { markEnteredInError(input: { examId: "${exam}", reason: OTHER, note: "x" }) { __typename ... on Refusal { code message } } }`,
  ({ intake }) =>
    `mutation { resolveFlag(input: { intakeId: "${intake}", linkId: "core.anaphylaxis", resolution: "x", patientState: TX }) { __typename ... on Refusal { code message } } }`,
  ({ intake }) =>
    `mutation { overrideBlock(input: { intakeId: "${intake}", linkId: "core.adult", reason: "xxxxxxxxxxxxxxxxxxxx", patientState: TX, takenByPatient: true }) { __typename ... on Refusal { code message } } }`,
  () => `mutation { revokeSigningKey(input: { kid: "x", reason: LOST }) { __typename ... on Refusal { code message } } }`,
  ({ exam }) =>
    `mutation { revokeExam(input: { examId: "${exam}", reason: OTHER, note: "x" }) { __typename ... on Refusal { code message } } }`,
  ({ exam }) =>
    `mutation { addExamPhoto(input: { examId: "${exam}", digest: "${'0'.repeat(64)}", mediaType: "image/png", size: 1, takenAt: "2026-01-01T00:00:00Z", bodySite: { code: "89545001", display: "x" } }) { __typename ... on Refusal { code message } } }`,
  () =>
    `mutation { withdrawExamPhoto(input: { photoId: "pho_01h455vb4pex5vsknk084sn02q", reason: OTHER }) { __typename ... on Refusal { code message } } }`,
  ({ exam }) => `{ exam(id: "${exam}") { photos { id digest } } }`,
  ({ exam }) =>
    `mutation { meetCondition(input: { examId: "${exam}", position: 1, statement: "x" }) { __typename ... on Refusal { code message } } }`,
  ({ exam }) =>
    `mutation { decideDeferred(input: { examId: "${exam}", digest: "x", outcome: DECLINED, reason: "x" }) { __typename ... on Refusal { code message } } }`,
  ({ order }) => `{ order(id: "${order}") { changeAwaited changeRequests { id note } } }`,
  ({ order }) => `{ claimHeld(orderId: "${order}", secret: "x") { attempt } }`,
  ({ order }) =>
    `mutation { requestChange(input: { orderId: "${order}", secret: "x", kind: SIG, note: "x" }) { __typename ... on Refusal { code message } } }`,
  ({ clinic }) => `{ attention(clinicId: "${clinic}") { nodes { orderId kind officeStockOrder { id } } } }`,
  ({ clinic }) => `{ orderTemplates(clinicId: "${clinic}") { nodes { id } } }`,
  ({ clinic }) => `{ officeStockOrders(clinicId: "${clinic}") { nodes { id } } }`,
  ({ order }) => `{ officeStockOrder(id: "${order}") { id } }`,
  ({ shipment }) => `{ parcelContents(shipmentId: "${shipment}") { lotNumber lotStatus quantity { value unit } } }`,
  ({ order }) => `{ order(id: "${order}") { wastages { vial reason } containers { mark left { value } } } }`,
  ({ order }) => `{ order(id: "${order}") { administrations { vial patient { familyName } } } }`,
  ({ clinic }) => `{ officeStockReceipts(clinicId: "${clinic}") { nodes { id lotNumber recalls { id } } } }`,
  ({ recall }) => `{ recall(id: "${recall}") { officeStock { nodes { id recalls { id } } } } }`,
  ({ order }) =>
    `mutation { closeOfficeStockOrder(input: { officeStockOrderId: "${order}", reason: "x" }) { __typename ... on Refusal { code message } } }`,
  ({ clinic }) =>
    `mutation { placeOfficeStockOrder(input: { clinicId: "${clinic}", lines: [{ formularyItemId: "x", quantity: { value: "1", unit: "mL" } }] }) { __typename ... on Refusal { code message } } }`,
  ({ clinic }) => `{ orderSets(clinicId: "${clinic}") { nodes { id } } }`,
  ({ order }) => `{ order(id: "${order}") { draftedFrom { digest } } }`,
  ({ clinic }) =>
    `mutation { createOrderTemplate(input: { clinicId: "${clinic}", name: "x", formularyItemId: "x", protocolId: "x", service: "weight-loss", sig: "x", quantity: { value: "1", unit: "mL" }, daysSupply: 1, refills: 0 }) { __typename ... on Refusal { code message } } }`,
  ({ clinic }) =>
    `mutation { createOrderSet(input: { clinicId: "${clinic}", name: "x", templateIds: ["x"] }) { __typename ... on Refusal { code message } } }`,
  ({ order }) =>
    `mutation { waiveScreening(input: { orderId: "${order}", kind: ALLERGY, reason: "xxxxxxxxxxxxxxxxxxxx" }) { __typename ... on Refusal { code message } } }`,
  ({ order }) => `{ order(id: "${order}") { screening { kinds { outcome waiver { id } } } } }`,
  ({ clinic }) => `{ differenceReviews(clinicId: "${clinic}") { nodes { writtenAt } } }`,
  ({ clinic }) => `{ differenceReuse(clinicId: "${clinic}", from: "2026-01-01", to: "2026-12-31") { differences } }`,
  ({ order }) =>
    `mutation { reviewDifference(input: { orderId: "${order}", outcome: DISTINCT, reason: "x" }) { __typename ... on Refusal { code message } } }`,
  ({ order }) => `mutation { signOrder(input: { orderId: "${order}" }) { __typename ... on Refusal { code message } } }`,
  ({ order }) =>
    `mutation { signControlledOrder(input: { orderId: "${order}", reviewDigest: "x", readyToSign: true }) { __typename ... on Refusal { code message } } }`,
  ({ order }) =>
    `mutation { recordPdmpCheck(input: { orderId: "${order}", state: TX, checkedAt: "2026-01-01T00:00:00Z", outcome: NO_HISTORY, patientMatch: NONE, resultReference: "x", decision: PRESCRIBE }) { __typename ... on Refusal { code message } } }`,
  ({ patient }) =>
    `mutation { recordInPersonEvaluation(input: { patientId: "${patient}", evaluatedOn: "2026-01-01", state: TX, place: "x", evidenceDigest: "${'0'.repeat(64)}" }) { __typename ... on Refusal { code message } } }`,
  () =>
    `mutation { withdrawInPersonEvaluation(input: { evaluationId: "ipe_01h455vb4pex5vsknk084sn02q", reason: OTHER }) { __typename ... on Refusal { code message } } }`,
  ({ clinic, practitioner }) =>
    `mutation { proposeControlledSigning(input: { clinicId: "${clinic}", practitionerId: "${practitioner}", authorityVerified: true }) { __typename ... on Refusal { code message } } }`,
  ({ clinic, practitioner }) =>
    `mutation { grantControlledSigning(input: { clinicId: "${clinic}", practitionerId: "${practitioner}" }) { __typename ... on Refusal { code message } } }`,
  ({ clinic, practitioner }) =>
    `mutation { revokeControlledSigning(input: { clinicId: "${clinic}", practitionerId: "${practitioner}", reason: OTHER }) { __typename ... on Refusal { code message } } }`,
  ({ clinic }) =>
    `{ controlledAuditReport(clinicId: "${clinic}", from: "2026-11-01", to: "2026-11-22") { digest events { kind } days { day } } }`,
  ({ order }) => `{ order(id: "${order}") { pdmpChecks { id } epcsReview { digest } } }`,
  ({ patient }) => `{ patient(id: "${patient}") { inPersonEvaluations { id } } }`,
  ({ order }) => `mutation { sendOrder(input: { orderId: "${order}" }) { __typename ... on Refusal { code message } } }`,
  ({ order }) =>
    `mutation { cancelOrder(input: { orderId: "${order}", reason: PATIENT_REQUEST }) { __typename ... on Refusal { code message } } }`,
  ({ order }) =>
    `mutation { amendOrder(input: { orderId: "${order}", changes: { refills: 0 } }) { __typename ... on Refusal { code message } } }`,
  ({ order }) =>
    `mutation { holdOrder(input: { orderId: "${order}", reason: CLINICAL_CONCERN, note: "n" }) { __typename ... on Refusal { code message } } }`,
  ({ order }) => `mutation { refillOrder(input: { orderId: "${order}" }) { __typename ... on Refusal { code message } } }`,
  ({ order }) => `mutation { renewOrder(input: { orderId: "${order}" }) { __typename ... on Refusal { code message } } }`,
  ({ order }) => `mutation { claimOrder(input: { orderId: "${order}" }) { __typename ... on Refusal { code message } } }`,
  ({ order }) =>
    `mutation { rejectOrder(input: { orderId: "${order}", secret: "x", reason: "OTHER" }) { __typename ... on Refusal { code message } } }`,
  ({ license }) =>
    `mutation { recordLicenseStanding(input: { licenseId: "${license}", status: REVOKED, effectiveFrom: "2026-03-01" }) { __typename ... on Refusal { code message } } }`,
  ({ check }) =>
    `mutation { clearPossibleMatch(input: { checkId: "${check}", reason: "Another birthday, another face." }) { __typename ... on Refusal { code message } } }`,
  ({ clinic }) => `{ engagements(clinicId: "${clinic}") { nodes { id } } }`,
  ({ clinic }) => `{ placementRequests(clinicId: "${clinic}") { nodes { id offers { id } candidates { in } } } }`,
  ({ clinic }) =>
    `mutation { requestPlacement(input: { clinicId: "${clinic}", role: MEDICAL_DIRECTOR, states: [TX], monthlyVolume: 1, onSite: NONE, prescribingModel: NOBODY, model: REMOTE, feeBasis: FIXED_MONTHLY, startsOn: "2099-01-01", promisedHours: 24 }) { __typename ... on Refusal { code message } } }`,
  ({ clinic }) =>
    `mutation { proposeEngagement(input: { clinicId: "${clinic}", practitionerId: "${toId('practitioner', uuidOf('practitioner:director-b'))}", role: MEDICAL_DIRECTOR, model: REMOTE, states: [TX], feeBasis: FIXED_MONTHLY, startsOn: "2099-01-01", documents: [{ kind: AGREEMENT, sha256: "${'0'.repeat(64)}", signedOn: "2026-01-01" }] }) { __typename ... on Refusal { code message } } }`,
  ({ engagement }) =>
    `mutation { acceptEngagement(input: { engagementId: "${engagement}", documentDigests: [] }) { __typename ... on Refusal { code message } } }`,
  ({ engagement }) =>
    `mutation { suspendEngagement(input: { engagementId: "${engagement}", reason: "We want another." }) { __typename ... on Refusal { code message } } }`,
  ({ engagement }) =>
    `mutation { resumeEngagement(input: { engagementId: "${engagement}", reason: "We want this one." }) { __typename ... on Refusal { code message } } }`,
  ({ engagement }) =>
    `mutation { declineProposal(input: { engagementId: "${engagement}", reason: "We want another." }) { __typename ... on Refusal { code message } } }`,
  ({ engagement }) =>
    `mutation { withdrawProposal(input: { engagementId: "${engagement}", reason: "We want another." }) { __typename ... on Refusal { code message } } }`,
  ({ engagement }) =>
    `mutation { amendEngagement(input: { engagementId: "${engagement}", model: REMOTE, states: [TX], feeBasis: FIXED_MONTHLY, startsOn: "2099-01-01", documents: [{ kind: AGREEMENT, sha256: "${'0'.repeat(64)}", signedOn: "2026-01-01" }] }) { __typename ... on Refusal { code message } } }`,
  ({ engagement }) =>
    `mutation { logDirectorWork(input: { engagementId: "${engagement}", doneOn: "2026-11-01", minutes: 5, task: OTHER }) { __typename ... on Refusal { code message } } }`,
  ({ engagement }) =>
    `mutation { giveNotice(input: { engagementId: "${engagement}", lastDay: "2099-01-01", reason: "We want another." }) { __typename ... on Refusal { code message } } }`,
  ({ engagement }) =>
    `mutation { scheduleAudit(input: { engagementId: "${engagement}", dueOn: "2099-01-01" }) { __typename ... on Refusal { code message } } }`,
  ({ entity }) =>
    `mutation { openClinic(input: { entityId: "${entity}", name: "x", address: { line1: "x", city: "x", state: TX, postalCode: "78704" }, timeZone: "America/Chicago", phone: "+15125550142" }) { __typename ... on Refusal { code message } } }`,
  ({ clinic }) =>
    `mutation { recordClinicPhone(input: { clinicId: "${clinic}", phone: "+15125550144" }) { __typename ... on Refusal { code message } } }`,
  ({ clinic }) =>
    `mutation { offerService(input: { clinicId: "${clinic}", code: "laser-ipl", name: "x", modalities: [IN_PERSON] }) { __typename ... on Refusal { code message } } }`,
  ({ clinic }) =>
    `mutation { withdrawService(input: { clinicId: "${clinic}", code: "weight-loss", reason: "x" }) { __typename ... on Refusal { code message } } }`,
  ({ clinic }) =>
    `mutation { recordFacilityLicense(input: { clinicId: "${clinic}", kind: CLIA_WAIVER, number: "1", expiresOn: "2029-01-01" }) { __typename ... on Refusal { code message } } }`,
  ({ facilityLicense }) =>
    `mutation { recordFacilityLicenseStatus(input: { facilityLicenseId: "${facilityLicense}", status: REVOKED, since: "2026-11-01", reason: "x" }) { __typename ... on Refusal { code message } } }`,
  ({ clinic }) =>
    `mutation { registerDevice(input: { clinicId: "${clinic}", code: "laser", maker: "x", model: "x", serial: "x" }) { __typename ... on Refusal { code message } } }`,
  ({ practitioner }) =>
    `mutation { recordLicense(input: { practitionerId: "${practitioner}", state: WY, type: NURSE_PRACTITIONER, number: "1", issuedOn: "2020-01-01", expiresOn: "2027-01-01" }) { __typename ... on Refusal { code message } } }`,
  ({ license }) =>
    `mutation { renewLicense(input: { licenseId: "${license}", expiresOn: "2035-01-01" }) { __typename ... on Refusal { code message } } }`,
  ({ practitioner }) =>
    `mutation { recordDeaRegistration(input: { practitionerId: "${practitioner}", number: "MD1234563", state: WY, schedules: ["V"], expiresOn: "2028-01-01" }) { __typename ... on Refusal { code message } } }`,
  ({ practitioner }) =>
    `mutation { recordControlledSubstanceRegistration(input: { practitionerId: "${practitioner}", number: "1", state: WY, schedules: ["V"], expiresOn: "2028-01-01" }) { __typename ... on Refusal { code message } } }`,
  ({ practitioner }) =>
    `mutation { recordInsurancePolicy(input: { practitionerId: "${practitioner}", kind: CYBER, basis: OCCURRENCE, carrier: "c", policyNumber: "1", perClaimLimit: 1, aggregateLimit: 1, coversCompounding: true, effectiveFrom: "2026-11-01", expiresOn: "2027-10-31", certificateSha256: "${'0'.repeat(64)}" }) { __typename ... on Refusal { code message } } }`,
  ({ insurancePolicy }) =>
    `mutation { cancelInsurancePolicy(input: { policyId: "${insurancePolicy}", cancelledOn: "2026-11-20", reason: "It is not ours." }) { __typename ... on Refusal { code message } } }`,
  ({ practitioner }) =>
    `mutation { recordBoardCertification(input: { practitionerId: "${practitioner}", board: "b", specialty: "s", certifiedOn: "2020-01-01" }) { __typename ... on Refusal { code message } } }`,
  ({ practitioner }) =>
    `mutation { recordTraining(input: { practitionerId: "${practitioner}", kind: BLS, issuer: "i", completedOn: "2026-01-01", sha256: "${'0'.repeat(64)}" }) { __typename ... on Refusal { code message } } }`,
  ({ practitioner }) =>
    `mutation { recordCurriculumVitae(input: { practitionerId: "${practitioner}", sha256: "${'0'.repeat(64)}", entries: [{ role: "r", place: "p", from: "2020-01-01" }] }) { __typename ... on Refusal { code message } } }`,
  ({ deaRegistration }) =>
    `mutation { recordCredentialCheck(input: { subjectId: "${deaRegistration}", source: DEA, result: NOT_FOUND, reference: "x" }) { __typename ... on Refusal { code message } } }`,
  ({ clinic }) => `{ explain(clinicId: "${clinic}", input: { routing: {} }) { blocked facts } }`,
  ({ entity }) => `{ rules(jurisdiction: "TX", subject: EXAM) { nodes { id attestation(entityId: "${entity}") { id value note } } } }`,
  ({ entity }) => `{ ruleCoverage(jurisdiction: "TX") { attested(entityId: "${entity}") } }`,
  ({ entity }) =>
    `mutation { attestRule(input: { entityId: "${entity}", ruleId: "TX.gfe.validityMonths", value: 6, note: "Read in the statute, and so.", expiresOn: "2027-01-01" }) { __typename ... on Refusal { code message } } }`,
  ({ attestation }) =>
    `mutation { revokeAttestation(input: { attestationId: "${attestation}", note: "No longer so at our clinics." }) { __typename ... on Refusal { code message } } }`,
  ({ clinic }) => `{ memberships(at: "${clinic}") { nodes { id name subject } } }`,
  ({ mso }) => `{ memberships(at: "${mso}") { nodes { id name subject } } }`,
  ({ entity }) => `{ invitations(at: "${entity}") { nodes { id name subject } } }`,
  ({ entity }) =>
    `mutation { inviteMember(input: { at: "${entity}", role: COMPLIANCE_OFFICER, name: "X" }) { __typename ... on Refusal { code message } } }`,
  ({ clinic }) =>
    `mutation { inviteMember(input: { at: "${clinic}", role: FRONT_DESK, name: "X" }) { __typename ... on Refusal { code message } } }`,
  ({ membership }) => `mutation { endMembership(input: { membershipId: "${membership}" }) { __typename ... on Refusal { code message } } }`,
  ({ clinic }) => `{ clinicAccounts(clinicId: "${clinic}") { id status } }`,
  ({ pharmacy }) => `{ formularyCsv(pharmacyId: "${pharmacy}") }`,
  ({ pharmacy }) =>
    `mutation { importFormulary(input: { pharmacyId: "${pharmacy}", csv: "item" }) { __typename ... on Refusal { code message } } }`,
  ({ formularyItem }) =>
    `mutation { amendFormularyItem(input: { itemId: "${formularyItem}", active: true }) { __typename ... on Refusal { code message } } }`,
  ({ formularyItem }) =>
    `mutation { setFormularyPrice(input: { itemId: "${formularyItem}", cents: 1, effectiveFrom: "2029-01-01" }) { __typename ... on Refusal { code message } } }`,
  ({ pharmacy }) => `{ facilityExpirables(pharmacyId: "${pharmacy}") { recordId } }`,
  ({ pharmacy, clinic }) =>
    `mutation { applyForAccount(input: { pharmacyId: "${pharmacy}", clinicId: "${clinic}", responsiblePhysicianId: "x", answers: [] }) { __typename ... on Refusal { code message } } }`,
  ({ clinicPharmacyAccount }) =>
    `mutation { decideAccount(input: { accountId: "${clinicPharmacyAccount}", decision: APPROVED }) { __typename ... on Refusal { code message } } }`,
  ({ clinicPharmacyAccount }) =>
    `mutation { closeAccount(input: { accountId: "${clinicPharmacyAccount}", reason: "x" }) { __typename ... on Refusal { code message } } }`,
  ({ facilityEvidence }) =>
    `mutation { withdrawFacilityEvidence(input: { evidenceId: "${facilityEvidence}", reason: "x" }) { __typename ... on Refusal { code message } } }`,
  ({ ingredientSource }) =>
    `mutation { withdrawIngredientSource(input: { sourceId: "${ingredientSource}", reason: "x" }) { __typename ... on Refusal { code message } } }`,
  ({ pharmacy }) =>
    `mutation { recordIngredientSource(input: { pharmacyId: "${pharmacy}", name: "x", supplier: "x", establishment: "3009000101", lotNumber: "A1", grade: USP, sterileSuitable: true, goodUntil: "2099-01-01" }) { __typename ... on Refusal { code message } } }`,
  ({ pharmacyLicense }) =>
    `mutation { recordPharmacyLicenseStanding(input: { licenseId: "${pharmacyLicense}", status: UNVERIFIED, effectiveFrom: "2026-11-01" }) { __typename ... on Refusal { code message } } }`,
  ({ pharmacy }) =>
    `mutation { recordFacilityEvidence(input: { pharmacyId: "${pharmacy}", kind: USP_797, issuer: "x", validFrom: "2026-11-01", expiresOn: "2027-01-01", reference: "x" }) { __typename ... on Refusal { code message } } }`,
  ({ pharmacy }) =>
    `mutation { recordInspection(input: { pharmacyId: "${pharmacy}", authority: FDA, inspectedOn: "2026-11-01", outcome: PENDING, findings: [] }) { __typename ... on Refusal { code message } } }`,
  ({ pharmacy }) =>
    `mutation { registerProgram(input: { pharmacyId: "${pharmacy}", clientId: "client:x", name: "X", endsOn: "2099-01-01" }) { __typename ... on Refusal { code message } } }`,
  ({ pharmacy }) =>
    `mutation { decidePharmacy(input: { pharmacyId: "${pharmacy}", decision: REFUSE, note: "x" }) { __typename ... on Refusal { code message } } }`,
  ({ pharmacy }) =>
    `mutation { suspendPharmacy(input: { pharmacyId: "${pharmacy}", reason: UNDER_REVIEW, note: "x" }) { __typename ... on Refusal { code message } } }`,
  ({ pharmacy }) =>
    `mutation { reinstatePharmacy(input: { pharmacyId: "${pharmacy}", reason: RESOLVED, note: "x" }) { __typename ... on Refusal { code message } } }`,
  ({ pharmacy }) =>
    `mutation { closePharmacy(input: { pharmacyId: "${pharmacy}", reason: OWN_REQUEST, note: "x" }) { __typename ... on Refusal { code message } } }`,
  ({ pharmacy }) =>
    `mutation { amendFacility(input: { pharmacyId: "${pharmacy}", phone: "+12545550118" }) { __typename ... on Refusal { code message } } }`,
  ({ pharmacy }) =>
    `mutation { setAccountRequirements(input: { pharmacyId: "${pharmacy}", requirements: [] }) { __typename ... on Refusal { code message } } }`,
  ({ pharmacy }) =>
    `mutation { recordPharmacyLicense(input: { pharmacyId: "${pharmacy}", state: TX, kind: STERILE, number: "1", issuedOn: "2026-01-01", expiresOn: "2027-01-01" }) { __typename ... on Refusal { code message } } }`,
  ({ recall, clinic }) =>
    `mutation { acknowledgeRecall(input: { recallId: "${recall}", clinicId: "${clinic}" }) { __typename ... on Refusal { code message } } }`,
  ({ recall, clinic, patient }) =>
    `mutation { recordPatientContact(input: { recallId: "${recall}", clinicId: "${clinic}", patientId: "${patient}", outcome: REACHED }) { __typename ... on Refusal { code message } } }`,
  ({ recall, clinic }) =>
    `mutation { recordRecallDisposition(input: { recallId: "${recall}", clinicId: "${clinic}", lotNumber: "A1", unit: "mL", returned: "0", destroyed: "0", quarantined: "0", lost: "0", withPatients: "0" }) { __typename ... on Refusal { code message } } }`,
  ({ recall }) =>
    `mutation { reconcileRecall(input: { recallId: "${recall}", lotNumber: "A1", unit: "mL", made: "1", returned: "0", destroyed: "0", held: "0" }) { __typename ... on Refusal { code message } } }`,
  ({ recall }) =>
    `mutation { closeRecall(input: { recallId: "${recall}", reason: "It is not ours to close." }) { __typename ... on Refusal { code message } } }`,
  ({ clinic }) => `{ delegations(clinicId: "${clinic}") { nodes { id } } }`,
  ({ clinic }) => `{ mayPerform(practitionerId: "${colleague}", service: "weight-loss", clinicId: "${clinic}") { allowed } }`,
  ({ clinic }) =>
    `mutation { recordCompetency(input: { clinicId: "${clinic}", practitionerId: "${colleague}", service: "weight-loss", course: "c", handsOnCount: 1, assessedOn: "2026-11-01", expiresOn: "2027-01-01" }) { __typename ... on Refusal { code message } } }`,
  ({ clinic }) =>
    `mutation { delegate(input: { clinicId: "${clinic}", delegateId: "${colleague}", service: "weight-loss", level: 3, protocolVersionId: "${protocolInForce}", states: [TX], startsOn: "2027-01-01", endsOn: "2027-02-01" }) { __typename ... on Refusal { code message } } }`,
  ({ clinic }) =>
    `mutation { draftAgreement(input: { clinicId: "${clinic}", supervisorId: "${physicianThere}", superviseeId: "${colleague}", state: TX, startsOn: "2029-01-01", endsOn: "2029-02-01", cadenceDays: 30, digest: "${'0'.repeat(64)}" }) { __typename ... on Refusal { code message } } }`,
  ({ agreement }) =>
    `mutation { signAgreement(input: { agreementId: "${agreement}", digest: "${'0'.repeat(64)}" }) { __typename ... on Refusal { code message } } }`,
  ({ agreement }) =>
    `mutation { renewAgreement(input: { agreementId: "${agreement}", endsOn: "2029-01-01", cadenceDays: 30, digest: "${'0'.repeat(64)}" }) { __typename ... on Refusal { code message } } }`,
  ({ agreement }) =>
    `mutation { fileAgreement(input: { agreementId: "${agreement}", filingNumber: "1", filedOn: "2026-11-01" }) { __typename ... on Refusal { code message } } }`,
  ({ agreement }) =>
    `mutation { terminateAgreement(input: { agreementId: "${agreement}", reason: "x" }) { __typename ... on Refusal { code message } } }`,
  ({ agreement }) =>
    `mutation { recordSupervision(input: { agreementId: "${agreement}", kind: MEETING, heldOn: "2026-11-01", minutes: 5 }) { __typename ... on Refusal { code message } } }`,
];

/** An answer told apart only by what it says, not by the ids that were asked for. */
export async function said(who: Asker, question: (id: Harvested) => string, ids: Harvested): Promise<string> {
  const { data, errors } = await who.ask(question(ids));
  return Object.values(ids).reduce((text, id) => text.replaceAll(id, 'ID'), JSON.stringify({ data, errors }));
}
