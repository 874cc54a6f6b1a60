import type { Prisma } from '#prisma/generated/prescriptions/client.ts';
import type PrismaTypes from '#prisma/generated/prescriptions/pothos-types.ts';
import { getDatamodel } from '#prisma/generated/prescriptions/pothos-types.ts';
import type { Context } from '#kernel/context.ts';
import { createGraph } from '#kernel/shared-types.ts';

/** The transaction client of this subgraph's own models. */
export type Tx = Prisma.TransactionClient;

/** What a resolver of this subgraph may touch. */
export type Ctx = Context<Tx>;

export const { builder, graph } = createGraph<PrismaTypes, Tx>(getDatamodel(), {
  auditTrail: 'auditTrail',
  tenancyHandOff: 'clinicalTenancyHandOff',
});

builder.mutationType({ description: 'What can be changed.' });
builder.subscriptionType({ description: 'What can be followed.' });
