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
import './fulfillment/fulfillment.ts';
import './dispense/lot.ts';
import './hand-off/receive-order-hand-off.ts';

/** The supply side: who compounds, what came in, what left, and whom it reached. */
export const pharmacies: SubgraphDefinition<Tx> = {
  name: 'pharmacies',
  ...toFederated(builder),
  createClient: (adapter: PrismaPg) => new PrismaClient({ adapter }),
  recordModels: ['fulfillment', 'claim', 'verification', 'dispense', 'shipment', 'incident'],
};
