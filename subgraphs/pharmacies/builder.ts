import type { Prisma } from '#prisma/generated/pharmacies/client.ts';
import type PrismaTypes from '#prisma/generated/pharmacies/pothos-types.ts';
import { getDatamodel } from '#prisma/generated/pharmacies/pothos-types.ts';
import type { Context } from '#kernel/context.ts';
import { createGraph } from '#kernel/shared-types.ts';

/** The transaction client of this subgraph's own models. */
export type Tx = Prisma.TransactionClient;

/** What a resolver of this subgraph may touch. */
export type Ctx = Context<Tx>;

export const { builder, graph } = createGraph<PrismaTypes, Tx>(getDatamodel(), {
  auditTrail: 'supplyAuditTrail',
  tenancyHandOff: 'supplyTenancyHandOff',
});

builder.mutationType({ description: 'What can be changed.' });
