import type { Context as KernelContext } from '#kernel/context.ts';
import { createGraph } from '#kernel/shared-types.ts';
import type { Prisma } from '#prisma/generated/physicians/client.ts';
import type PrismaTypes from '#prisma/generated/physicians/pothos-types.ts';
import { getDatamodel } from '#prisma/generated/physicians/pothos-types.ts';

/** This subgraph's transaction client: its own models and no others. */
export type Tx = Prisma.TransactionClient;

/** What resolvers here are given. */
export type Context = KernelContext<Tx>;

export const { builder, graph } = createGraph<PrismaTypes, Tx>(getDatamodel(), {
  auditTrail: 'authorityAuditTrail',
  tenancyHandOff: 'authorityTenancyHandOff',
});

builder.mutationType({ description: 'What can be changed.' });
