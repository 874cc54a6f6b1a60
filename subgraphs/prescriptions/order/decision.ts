import type { Order } from '#prisma/generated/prescriptions/client.ts';
import type { RuleResult } from '#rules/results.ts';
import { packVersion } from '#rules/version.ts';
import { builder, graph, type Tx } from '../builder.ts';
import type { Evaluation } from './signing-gate.ts';

/** Keeps what a gate was told and what it answered, in the transaction of the move that it let pass. */
export async function keepDecision(
  tx: Tx,
  ctx: { now(): Date; newId(): string },
  order: Pick<Order, 'id' | 'clinicId' | 'patientId'>,
  gate: 'SIGN' | 'SEND',
  { facts, results }: Evaluation<object>,
): Promise<void> {
  await tx.orderDecision.create({
    data: {
      id: ctx.newId(),
      clinicId: order.clinicId,
      patientId: order.patientId,
      orderId: order.id,
      gate,
      at: ctx.now(),
      // What is undefined is unknown; in the record that reads null.
      facts: JSON.parse(JSON.stringify(facts, (_key, value: unknown) => value ?? null)) as object,
      results: JSON.parse(JSON.stringify(results)) as object[],
      packVersion,
    },
  });
}

/** A decision as the record has it. */
export const OrderDecision = builder.prismaObject('OrderDecision', {
  description: 'What a gate was told and what it answered when it let an order pass.',
  authScopes: { may: 'chart:read' },
  fields: (t) => ({
    gate: t.exposeString('gate', { description: 'Which gate: SIGN or SEND.' }),
    at: t.expose('at', { type: 'DateTime', description: 'When it was asked.' }),
    facts: t.field({ type: 'JSON', resolve: (decision) => decision.facts, description: 'The facts it stood on, as they were read then.' }),
    rules: t.field({
      type: [graph.RuleResult],
      resolve: (decision) => decision.results as unknown as RuleResult[],
      description: 'Every rule with its answer.',
    }),
    packVersion: t.exposeString('packVersion', { description: 'Version of the rule data.' }),
  }),
});
