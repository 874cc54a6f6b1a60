import type { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '#prisma/generated/pharmacies/client.ts';
import { toFederated } from '#kernel/builder.ts';
import type { SubgraphDefinition } from '#kernel/subgraph.ts';
import { builder, type Tx } from './builder.ts';
import './references.ts';
import './pharmacy/pharmacy.ts';
import './formulary/formulary-item.ts';
import './formulary/formulary.ts';
import './formulary/supply-facts.ts';
import './formulary/clinic-pharmacies.ts';
import './formulary/unit-codes.ts';
import './fulfillment/fulfillment.ts';
import './fulfillment/order-fulfillment.ts';
import './hand-off/receive-order-hand-off.ts';
import './verification/verify-order.ts';
import './verification/verify-document.ts';
import './verification/verify-short-form.ts';
import './claim/claim.ts';
import './claim/claim-held.ts';
import './claim/claim-order.ts';
import './claim/return-order.ts';
import './claim/reject-order.ts';
import './dispense/lot.ts';
import './dispense/record-dispense.ts';
import './lot/pharmacy-lots.ts';
import './compounding/record-formulation.ts';
import './compounding/record-compounding.ts';
import './compounding/release-lot.ts';
import './shipment/record-shipment.ts';
import './recall/start-recall.ts';
import './recall/acknowledge-recall.ts';
import { deliverHandBack, FULFILLMENT_TOPIC } from './hand-off/hand-back.ts';
import { publishMetrics } from './metrics/clinic-metrics.ts';

/** The supply side: who compounds, what came in, what left, and whom it reached. */
export const pharmacies: SubgraphDefinition<Tx> = {
  name: 'pharmacies',
  ...toFederated(builder),
  createClient: (adapter: PrismaPg) => new PrismaClient({ adapter }),
  recordModels: ['fulfillment', 'claim', 'verification', 'dispense', 'shipment', 'incident'],
  deliveries: { [FULFILLMENT_TOPIC]: deliverHandBack },
  tasks: { 'publish-metrics': (service) => service.write((tx) => publishMetrics(tx, service.now())) },
};
