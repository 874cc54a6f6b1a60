import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '#prisma/generated/prescriptions/client.ts';
import { toFederated } from '#kernel/builder.ts';
import type { SubgraphDefinition } from '#kernel/subgraph.ts';
import { builder, type Tx } from './builder.ts';
import './references.ts';

/** The clinical side: the only place with charts. */
export const prescriptions: SubgraphDefinition<Tx> = {
  name: 'prescriptions',
  ...toFederated(builder),
  createClient: (adapter: PrismaPg) => new PrismaClient({ adapter }),
  recordModels: ['patient', 'intake', 'consent', 'slotHold', 'goodFaithExam', 'finding', 'examDecision'],
};
