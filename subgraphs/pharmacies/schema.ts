import type { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '#prisma/generated/pharmacies/client.ts';
import { toFederated } from '#kernel/builder.ts';
import { foldMetricsOf } from '#kernel/metric-days.ts';
import type { SubgraphDefinition } from '#kernel/subgraph.ts';
import { builder, type Tx } from './builder.ts';
import './references.ts';
import './pharmacy/pharmacy.ts';
import './facility/pharmacy-license-standing.ts';
import './facility/record-pharmacy-license.ts';
import './facility/record-pharmacy-license-standing.ts';
import './facility/facility-evidence.ts';
import './facility/record-facility-evidence.ts';
import './facility/withdraw-facility-evidence.ts';
import './facility/facility-inspection.ts';
import './facility/record-inspection.ts';
import './facility/close-inspection-finding.ts';
import './facility/register-pharmacy.ts';
import './facility/decide-pharmacy.ts';
import './facility/suspend-pharmacy.ts';
import './facility/reinstate-pharmacy.ts';
import './facility/close-pharmacy.ts';
import './facility/amend-facility.ts';
import './ingredient-source/ingredient-source.ts';
import './ingredient-source/record-ingredient-source.ts';
import './ingredient-source/withdraw-ingredient-source.ts';
import './facility/facility-expirables.ts';
import './account/account.ts';
import './account/set-account-requirements.ts';
import './account/apply-for-account.ts';
import './account/decide-account.ts';
import './account/close-account.ts';
import './formulary/formulary-item.ts';
import './formulary/formulary.ts';
import './formulary/supply-facts.ts';
import './formulary/clinic-pharmacies.ts';
import './formulary/route-candidates.ts';
import './formulary/unit-codes.ts';
import './formulary/amend-formulary-item.ts';
import './formulary/set-formulary-price.ts';
import './formulary/import-formulary.ts';
import './formulary/formulary-csv.ts';
import './fulfillment/fulfillment.ts';
import './fulfillment/order-fulfillment.ts';
import './hand-off/receive-order-hand-off.ts';
import './hand-off/receive-order-holds.ts';
import './verification/verify-order.ts';
import './verification/verify-orders.ts';
import './verification/verify-document.ts';
import './verification/verify-short-form.ts';
import './claim/claim.ts';
import './claim/claim-held.ts';
import './claim/set-claim-term.ts';
import './claim/claim-order.ts';
import './claim/return-order.ts';
import './claim/reject-order.ts';
import './dispense/lot.ts';
import './dispense/record-dispense.ts';
import './dispense/prepare-fill.ts';
import './dispense/record-not-dispensed.ts';
import './lot/pharmacy-lots.ts';
import './label/dispense-label.ts';
import './label/facility-label.ts';
import './compounding/record-formulation.ts';
import './compounding/record-compounding.ts';
import './compounding/release-lot.ts';
import './shipment/record-shipment.ts';
import './shipment/parcel-contents.ts';
import './shipment/record-outcome.ts';
import './shipment/record-excursion.ts';
import './shipment/decide-excursion.ts';
import './shipment/reship-order.ts';
import './interstate/interstate-share.ts';
import './recall/start-recall.ts';
import './recall/acknowledge-recall.ts';
import { ACCOUNT_TOPIC, deliverAccountStep } from './account/account-step.ts';
import { deliverFacilityReminder, FACILITY_REMINDER_TOPIC, remindFacilities } from './facility/facility-reminders.ts';
import { CLAIM_ENDED_TOPIC, CLAIM_ENDING_TOPIC, deliverClaimNotice, endSilentClaims, noteEndingClaims } from './claim/end-silent-claims.ts';
import './recall/record-patient-contact.ts';
import './recall/recall-patients.ts';
import './recall/recall-notice-fields.ts';
import './recall/effectiveness.ts';
import './recall/reconcile-recall.ts';
import './recall/recall-parcels.ts';
import './recall/recall-balances.ts';
import './recall/record-recall-disposition.ts';
import './recall/close-recall.ts';
import { escalateRecalls } from './recall/escalation.ts';
import { deliverRecall, RECALL_TOPIC } from './recall/recall-events.ts';
import './office-stock/lot-facts.ts';
import './office-stock/office-stock-supply.ts';
import './office-stock/recalled-stock.ts';
import './office-stock/receive-office-stock-hand-off.ts';
import './lot-use/receive-lot-use-hand-off.ts';
import { returnFromClosed } from './fulfillment/return-from-closed.ts';
import { deliverHandBack, FULFILLMENT_TOPIC } from './hand-off/hand-back.ts';
import { publishMetrics } from './metrics/clinic-metrics.ts';

/** The supply side: who compounds, what came in, what left, and whom it reached. */
export const pharmacies: SubgraphDefinition<Tx> = {
  name: 'pharmacies',
  ...toFederated(builder),
  createClient: (adapter: PrismaPg) => new PrismaClient({ adapter }),
  recordModels: ['fulfillment', 'claim', 'verification', 'dispense', 'shipment', 'incident', 'recallContact', 'temperatureExcursion'],
  deliveries: {
    [FULFILLMENT_TOPIC]: deliverHandBack,
    [FACILITY_REMINDER_TOPIC]: deliverFacilityReminder,
    [ACCOUNT_TOPIC]: deliverAccountStep,
    [CLAIM_ENDING_TOPIC]: deliverClaimNotice,
    [CLAIM_ENDED_TOPIC]: deliverClaimNotice,
    [RECALL_TOPIC]: deliverRecall,
  },
  tasks: {
    'publish-metrics': (service) => service.write((tx) => publishMetrics(tx, service.now())),
    'remind-facilities': remindFacilities,
    'end-silent-claims': async (service) => {
      await noteEndingClaims(service);
      await endSilentClaims(service);
    },
    'return-from-closed': returnFromClosed,
    'escalate-recalls': escalateRecalls,
    'fold-metrics': foldMetricsOf('pharmacies'),
  },
  schedules: {
    'fold-metrics': '* * * * *',
    'remind-facilities': '23 * * * *',
    'end-silent-claims': '*/5 * * * *',
    'return-from-closed': '*/5 * * * *',
    'escalate-recalls': '*/5 * * * *',
  },
};
