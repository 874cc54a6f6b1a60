import type { Order } from '#prisma/generated/prescriptions/client.ts';
import { toId } from '#kernel/ids.ts';
import { consents } from '#rules/exam-completion.ts';
import type { OrderSigningFacts } from '#rules/facts.ts';
import { evaluateSigning } from '#rules/order-signing.ts';
import type { RuleResult } from '#rules/results.ts';
import type { Ctx } from '../builder.ts';
import { holdResult } from '../safety/safety-hold.ts';
import type { Chart } from './chart.ts';
import { signingQuestion } from './neighbour-facts.ts';
import { type ConsentFacts, consentFacts, formulaUnchanged, whereabouts } from './own-rules.ts';
import { type Neighbours, noNeighbours, signingFacts } from './signing-facts.ts';

/** Asks the neighbours about an order, its ids taken from a row the caller may see. What is not answered stays null. */
export async function askNeighbours(ctx: Ctx, order: Order, examinerId: string | null): Promise<Neighbours> {
  const prescriber = toId('practitioner', order.prescriberId);
  const examiner = examinerId === null ? prescriber : toId('practitioner', examinerId);
  const clinic = toId('clinic', order.clinicId);
  const told = await ctx.graph.ask(signingQuestion, {
    practitioners: [...new Set([prescriber, examiner])],
    clinics: [clinic],
    formularyItem: toId('formularyItem', order.formularyItemId),
    protocol: toId('protocolVersion', order.protocolId),
  });
  if (told === null) return noNeighbours;
  return {
    prescriber: told.practitionersFacts.find(({ id }) => id === prescriber) ?? null,
    examiner: told.practitionersFacts.find(({ id }) => id === examiner) ?? null,
    clinic: told.clinicFacts.find(({ id }) => id === clinic) ?? null,
    item: told.formularyItemFacts,
    protocol: told.protocolFacts,
  };
}

/** What a gate was told, and every rule it asked. */
export interface Evaluation<Facts> {
  readonly facts: Facts;
  readonly results: readonly RuleResult[];
}

/** May this order be signed now? The one gate behind `signOrder` and `Order.eligibility`: both ask exactly this. */
export function signingGate(chart: Chart, told: Neighbours, at: Date): Evaluation<OrderSigningFacts & ConsentFacts> {
  const facts = { ...signingFacts(chart, told), ...consentFacts(chart) };
  const own = [...consents(facts), whereabouts(chart), formulaUnchanged(chart, told.item), holdResult(chart.holds)];
  return { facts, results: [...evaluateSigning(facts, at.toISOString()), ...own] };
}
