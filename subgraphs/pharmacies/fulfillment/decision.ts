/** What a gate of the pharmacy's was told and what it answered, as it is kept and shown. */

import { RuleBlocked } from '#kernel/errors.ts';
import type { FulfillmentDecision as Row } from '#prisma/generated/pharmacies/client.ts';
import { type Decision, recordOf, replay } from '#rules/decision.ts';
import { isBlocked } from '#rules/results.ts';
import { graph, type Tx } from '../builder.ts';

/** The gates an order passes at its pharmacy. */
export type PharmacyGate = 'CLAIM' | 'DISPENSE' | 'SHIP';

type Whose = Pick<Row, 'orderId' | 'pharmacyId' | 'clinicId' | 'patientId'> & { readonly id: string };

/** Throws RuleBlocked, with every rule asked, unless each of them passed. */
export function requirePass({ results }: Decision): void {
  if (isBlocked(results)) throw new RuleBlocked(results);
}

/** Keeps a decision in the transaction of the move that it let pass. `at` is the moment the gate was asked about. */
export async function keepDecision(
  tx: Tx,
  ctx: { newId(): string },
  { id: fulfillmentId, orderId, pharmacyId, clinicId, patientId }: Whose,
  gate: PharmacyGate,
  decision: Decision,
  at: Date,
): Promise<void> {
  // createMany, since a plain create reads the row back, and a technician may write decisions but not read them.
  await tx.fulfillmentDecision.createMany({
    data: [{ id: ctx.newId(), fulfillmentId, orderId, pharmacyId, clinicId, patientId, gate, at, ...recordOf(decision, at) }],
  });
}

/** A decision as the record has it. */
export const FulfillmentDecision = graph.decision<Row>('FulfillmentDecision', {
  description: 'What a gate was told and what it answered when it let a pharmacy claim, dispense or ship: CLAIM, DISPENSE or SHIP.',
  may: 'order:verify',
  replays: replay,
});
