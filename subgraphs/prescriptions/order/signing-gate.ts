import { consents } from '#rules/exam-completion.ts';
import type { OrderSigningFacts } from '#rules/facts.ts';
import { evaluateSigning } from '#rules/order-signing.ts';
import type { RuleResult } from '#rules/results.ts';
import { holdResult } from '../safety/safety-hold.ts';
import type { Chart } from './chart.ts';
import { type ConsentFacts, consentFacts, formulaUnchanged, whereabouts } from './own-rules.ts';
import { type Neighbours, signingFacts } from './signing-facts.ts';

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
