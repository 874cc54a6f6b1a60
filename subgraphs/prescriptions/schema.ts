import type { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '#prisma/generated/prescriptions/client.ts';
import { toFederated } from '#kernel/builder.ts';
import { foldMetricsOf } from '#kernel/metric-days.ts';
import type { SubgraphDefinition } from '#kernel/subgraph.ts';
import { builder, type Tx } from './builder.ts';
import './references.ts';
import './own-refusals.ts';
// Patients
import './patient/patient.ts';
import './patient/patients.ts';
import './patient/register-patient.ts';
import './patient/amend-patient.ts';
import './intake/questionnaire.ts';
import './intake/intake.ts';
import './intake/submit-intake.ts';
import './intake/screening-resolution.ts';
import './intake/resolve-flag.ts';
import './intake/override-block.ts';
import './consent/consent.ts';
import './consent/consent-texts.ts';
import './consent/give-consent.ts';
import './slot/exam-slots.ts';
import './slot/slot-hold.ts';
import './slot/hold-slot.ts';
import './exam/exam.ts';
import './exam/exam-chart.ts';
import './exam/exam-lists.ts';
import './exam/exam-updated.ts';
import './exam/book-exam.ts';
import './exam/reschedule-exam.ts';
import './exam/cancel-exam.ts';
import './exam/check-in-patient.ts';
import './exam/mark-no-show.ts';
import './exam/undo-check-in.ts';
import './exam/exam-attendance.ts';
import './exam/squeeze-in.ts';
import './exam/squeeze-in-exam.ts';
import './exam/start-exam.ts';
import './exam/complete-exam.ts';
import './queue/request-exam-now.ts';
import './queue/exam-queue.ts';
import './queue/claim-next-exam.ts';
import './queue/keep-claim.ts';
import './queue/return-to-queue.ts';
import './queue/claim-fields.ts';
import './queue/estimated-wait.ts';
import './queue/waiting-room.ts';
import './photo/add-exam-photo.ts';
import './photo/withdraw-exam-photo.ts';
import './call/call-pass.ts';
import './call/join-call.ts';
import './call/invite-to-call.ts';
import './call/record-call-event.ts';
import './call/record-call-quality.ts';
import './call/exam-call.ts';
import './call/broken-off.ts';
import './call/break-off-exam.ts';
import './call/request-exam-again.ts';
import './exam/decision/exam-signature.ts';
import './exam/decision/add-addendum.ts';
import './exam/decision/mark-entered-in-error.ts';
import './exam/decision/confirm-entered-in-error.ts';
import './exam/decision/reject-entered-in-error.ts';
import './exam/decision/decide-deferred.ts';
import './exam/decision/revoke-exam.ts';
import './exam/decision/meet-condition.ts';
import './exam/decision/exam-coverage.ts';
import './outside-exam/exam-vendor.ts';
import './outside-exam/register-exam-vendor.ts';
import './outside-exam/rotate-exam-vendor-secret.ts';
import './outside-exam/suspend-exam-vendor.ts';
import './outside-exam/resume-exam-vendor.ts';
import './outside-exam/end-exam-vendor.ts';
import './outside-exam/receive-outside-exam-hand-off.ts';
import './outside-exam/outside-exam.ts';
import './outside-exam/record-outside-exam.ts';
import './outside-exam/attest-outside-exam.ts';
import './outside-exam/confirm-outside-match.ts';
import './outside-exam/reject-outside-match.ts';
import './outside-exam/provenance.ts';
import './schedule/clinic-schedules.ts';
import './schedule/examiner-schedule.ts';
import './schedule/set-working-hours.ts';
import './schedule/schedule-exceptions.ts';
import './schedule/time-off.ts';
import './schedule/exam-settings.ts';
import './schedule/examiner-panel.ts';
import './schedule/set-examiner-panel.ts';
import './metrics/clinic-metrics.ts';
import './notice/calendar-invitation.ts';
import './notice/contact-preferences.ts';
import './notice/exam-message.ts';
// Orders
import './safety/safety-hold.ts';
import './safety/hold-order.ts';
import './safety/release-hold.ts';
import './safety/order-standing.ts';
import './order/order-ship-to.ts';
import './order/order.ts';
import './order/orders.ts';
import './order/draft-order.ts';
import './order/sign-order.ts';
import './order/send-order.ts';
import './route/route-options.ts';
import './route/route-order.ts';
import './drug-screening/order-screening.ts';
import './drug-screening/waive-screening.ts';
import './controlled/in-person-evaluation.ts';
import './controlled/record-in-person-evaluation.ts';
import './controlled/withdraw-in-person-evaluation.ts';
import './controlled/pdmp-check.ts';
import './controlled/record-pdmp-check.ts';
import './controlled/access.ts';
import './controlled/propose-controlled-signing.ts';
import './controlled/grant-controlled-signing.ts';
import './controlled/revoke-controlled-signing.ts';
import './controlled/epcs-review.ts';
import './controlled/sign-controlled-order.ts';
import './controlled/audit-report.ts';
import './controlled/signing-log.ts';
import './order/cancel-order.ts';
import './order/expiry/last-fill-on.ts';
import './order/change/amend-order.ts';
import './order/refill/refill-order.ts';
import './order/refill/refill-fields.ts';
import './order/change/succession-fields.ts';
import './change-request/change-request.ts';
import './change-request/change-awaited.ts';
import './change-request/request-change.ts';
import './change-request/answer-change.ts';
import './change-request/withdraw-change-request.ts';
import './order/receive-fulfillment-hand-off.ts';
import './parcel/order-parcels.ts';
import './difference/difference-case.ts';
import './difference/review-difference.ts';
import './order-template/order-template.ts';
import './order-template/order-templates.ts';
import './order-template/create-order-template.ts';
import './order-template/retire-order-template.ts';
import './order-template/favorite-template.ts';
import './order-template/unfavorite-template.ts';
import './order-template/order-set.ts';
import './order-template/create-order-set.ts';
import './order-template/retire-order-set.ts';
import './order-template/draft-from-template.ts';
import './office-stock/office-stock-order.ts';
import './office-stock/office-stock-orders.ts';
import './office-stock/place-office-stock-order.ts';
import './office-stock/answer-office-stock-order.ts';
import './office-stock/receive-office-stock.ts';
import './administration/record-administration.ts';
import './administration/record-wastage.ts';
import './administration/confirm-wastage.ts';
import './administration/containers.ts';
import './office-stock/cancel-office-stock-order.ts';
import './office-stock/close-office-stock-order.ts';
import './office-stock/office-stock-receipts.ts';
import './affected/affected-by.ts';
import './at-risk/record-at-risk.ts';
import './at-risk/at-risk.ts';
import './attention/attention.ts';
import './document/document-keys.ts';
import './document/rotate-signing-key.ts';
import './document/revoke-signing-key.ts';
import './document/status-list.ts';
import { ATTENTION_TOPIC, deliverAttention, noteAttention } from './attention/note-attention.ts';
import './document/short-form.ts';
import './document/offline-kit.ts';
import { publishedSchema } from './document/document-schema.ts';
import { deliverTampered, TAMPERED_TOPIC } from './document/intact.ts';
import { DOCUMENT_SCHEMA } from './document/order-document.ts';
import { auditControlledDays } from './controlled/daily-audit.ts';
import { COVER_ENDED_TOPIC, deliverCoverEnded } from './order/expiry/note-cover-ended.ts';
import { noteExpired } from './order/expiry/note-expired.ts';
import { deliverSigningLog, logControlledSignings, SIGNING_LOG_TOPIC } from './controlled/monthly-log.ts';
import { AT_RISK_TOPIC, deliverAtRisk, noteAtRisk } from './at-risk/note-at-risk.ts';
import { deliverWaiting, noteWaiting, WAITING_TOPIC } from './queue/note-waiting.ts';
import { tidyClaims } from './queue/tidy-claims.ts';
import { CHANGE_REQUEST_TOPIC, deliverChangeRequest } from './change-request/told.ts';
import { deliverAppointment, deliverReminder } from './notice/deliver-notice.ts';
import { MESSAGE_TOPIC } from './notice/exam-message.ts';
import { APPOINTMENT_TOPIC } from './notice/note-appointment.ts';
import { REMINDER_TOPIC, remindOfExams } from './notice/remind-of-exams.ts';
import { deliverMessage } from './notice/send-message.ts';
import { deliverLotUse, LOT_USE_TOPIC } from './administration/lot-use-hand-off.ts';
import { deliverOfficeStock, OFFICE_STOCK_TOPIC } from './office-stock/stock-hand-off.ts';
import { deliverOrderChanged, ORDER_CHANGED_TOPIC } from './order/order-changed.ts';
import { deliverHolds, HOLDS_TOPIC } from './safety/tell-holds.ts';
import { deliverOrderHandOff, ORDER_TOPIC } from './order/hand-off.ts';

/** The signed order as it is published for those who read one without us: the name of its version, and its JSON Schema. */
export const publishedDocument = { name: DOCUMENT_SCHEMA, schema: publishedSchema };

/** The clinical side: the only place with charts. */
export const prescriptions: SubgraphDefinition<Tx> = {
  name: 'prescriptions',
  ...toFederated(builder),
  createClient: (adapter: PrismaPg) => new PrismaClient({ adapter }),
  recordModels: [
    'patient',
    'intake',
    'screeningResolution',
    'consent',
    'slotHold',
    'goodFaithExam',
    'examSqueezeIn',
    'finding',
    'examPhoto',
    'examPhotoWithdrawal',
    'examDecision',
    'examAppointment',
    'examMessage',
    'contactPreference',
    'callPass',
    'callEvent',
    'callSample',
    'callInvitation',
    'examDocument',
    'examAddendum',
    'examErrorReport',
    'examErrorAnswer',
    'examDirectorDecision',
    'examRevocation',
    'examConditionMet',
    'outsideExam',
    'outsideExamAttestation',
    'order',
    'orderEvent',
    'orderDecision',
    'screeningWaiver',
    'changeRequest',
    'orderTemplateUse',
    'inPersonEvaluation',
    'pdmpCheck',
    'safetyHold',
    'routeDecision',
  ],
  deliveries: {
    [ORDER_TOPIC]: deliverOrderHandOff,
    [OFFICE_STOCK_TOPIC]: deliverOfficeStock,
    [LOT_USE_TOPIC]: deliverLotUse,
    [HOLDS_TOPIC]: deliverHolds,
    [ORDER_CHANGED_TOPIC]: deliverOrderChanged,
    [COVER_ENDED_TOPIC]: deliverCoverEnded,
    [TAMPERED_TOPIC]: deliverTampered,
    [AT_RISK_TOPIC]: deliverAtRisk,
    [ATTENTION_TOPIC]: deliverAttention,
    [SIGNING_LOG_TOPIC]: deliverSigningLog,
    [CHANGE_REQUEST_TOPIC]: deliverChangeRequest,
    [APPOINTMENT_TOPIC]: deliverAppointment,
    [REMINDER_TOPIC]: deliverReminder,
    [WAITING_TOPIC]: deliverWaiting,
    [MESSAGE_TOPIC]: deliverMessage,
  },
  tasks: {
    'audit-controlled-days': auditControlledDays,
    'fold-metrics': foldMetricsOf('prescriptions'),
    'log-controlled-signings': logControlledSignings,
    'note-at-risk': noteAtRisk,
    'note-attention': noteAttention,
    'note-expired': noteExpired,
    'remind-of-exams': remindOfExams,
    'tidy-claims': tidyClaims,
    'note-waiting': noteWaiting,
  },
  schedules: {
    'audit-controlled-days': '20 0 * * *',
    'fold-metrics': '* * * * *',
    'log-controlled-signings': '40 0 * * *',
    'note-at-risk': '*/5 * * * *',
    'note-attention': '*/5 * * * *',
    'note-expired': '*/5 * * * *',
    'remind-of-exams': '* * * * *',
    'tidy-claims': '* * * * *',
    'note-waiting': '* * * * *',
  },
};
