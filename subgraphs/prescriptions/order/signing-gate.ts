import { type Decided, decideAt } from '../decided.ts';
import type { Chart } from './chart.ts';
import { type Neighbours, signingFacts } from './signing-facts.ts';

/** May this order be signed now? The one gate behind `signOrder` and `Order.eligibility`: both ask exactly this. */
export function signingGate(chart: Chart, told: Neighbours, at: Date): Decided {
  return decideAt({ gate: 'order-signing', ...signingFacts(chart, told, at) }, at);
}
