import type { Order } from '#prisma/generated/prescriptions/client.ts';
import { isBlocked, type RuleResult } from '#rules/results.ts';
import { builder, type Ctx, graph } from '../builder.ts';
import { askAbout } from './ask-about.ts';
import { readChart } from './chart.ts';
import { signingGate } from './signing-gate.ts';

/** Whether an order could be signed at a moment, with all the reasons. */
interface Eligibility {
  readonly evaluatedAt: Date;
  readonly rules: readonly RuleResult[];
}

/** Asks the signing gate without signing. */
export async function eligibilityOf(ctx: Ctx, order: Order): Promise<Eligibility> {
  // Asked before the chart is read, so that the orders of a page ask in the same tick.
  const told = await askAbout(ctx, order);
  const chart = await readChart(ctx, order);
  const evaluatedAt = ctx.now();
  return { evaluatedAt, rules: signingGate(chart, told, evaluatedAt).results };
}

const Decision = builder.enumType('EligibilityDecision', {
  description: 'ELIGIBLE when every rule passes; one that fails or is unknown makes it BLOCKED.',
  values: ['ELIGIBLE', 'BLOCKED'] as const,
});

/** What `Order.eligibility` answers. */
export const EligibilityType = builder.objectRef<Eligibility>('Eligibility').implement({
  description: 'Whether an order could be signed at this moment, and why not.',
  fields: (t) => ({
    decision: t.field({ type: Decision, resolve: ({ rules }) => (isBlocked(rules) ? 'BLOCKED' : 'ELIGIBLE'), description: 'The answer.' }),
    evaluatedAt: t.expose('evaluatedAt', { type: 'DateTime', description: 'When it was asked: it may be another a minute later.' }),
    rules: t.field({
      type: [graph.RuleResult],
      resolve: ({ rules }) => [...rules],
      description: 'Every rule asked, passes included: the same as signing asks.',
    }),
  }),
});
