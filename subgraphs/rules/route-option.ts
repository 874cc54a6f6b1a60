/** Whether a pharmacy is one an order may go to at all: asked beside the routing gate when pharmacies are weighed against one another. */

import { accountStands, type AccountStandingFacts } from './account-standing.ts';
import { pharmacyOpen } from './chart-standing.ts';
import type { Fact } from './facts.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

/** What is known of a preparation of some pharmacy, beside the one an order is for. */
export interface RouteOptionFacts extends AccountStandingFacts {
  readonly pharmacyStatus: Fact<string>;
  /** Whether it is offered today. */
  readonly offered: Fact<boolean>;
  /** Same ingredients, strengths, form and route. */
  readonly samePreparation: Fact<boolean>;
  /** `REJECTED` or `RETURNED` with its reason, where this pharmacy gave this order back; null where it did not. */
  readonly gaveBack: string | null;
}

/** What stands in the way of this pharmacy, beside law and licences. */
export function routeOption(facts: RouteOptionFacts): RuleResult[] {
  return [
    pharmacyOpen(facts.pharmacyStatus),
    samePreparation(facts.samePreparation),
    offered(facts.offered),
    ...accountStands(facts),
    notRejected(facts.gaveBack),
  ];
}

function samePreparation(same: Fact<boolean>): RuleResult {
  const id = 'route.samePreparation';
  if (same == null) return notKnown(id, 'The preparations could not be compared', 'Try again; if it lasts, ask the pharmacy.');
  return same
    ? passed(id, 'It is the same preparation')
    : failed(id, 'It is another strength, form or route', 'That is a clinical choice: amend the order with this preparation.');
}

function offered(isOffered: Fact<boolean>): RuleResult {
  const id = 'route.offered';
  if (isOffered == null) return notKnown(id, 'Whether it is offered could not be read', 'Try again; if it lasts, ask the pharmacy.');
  return isOffered ? passed(id, 'It is offered now') : failed(id, 'It is not offered now', 'Choose another pharmacy.');
}

// What one pharmacy could not fill it may be able to fill later; what it refused it has judged.
function notRejected(gaveBack: string | null): RuleResult {
  const id = 'route.notRejected';
  return gaveBack?.startsWith('REJECTED')
    ? failed(id, `This pharmacy has refused the order (${gaveBack})`, 'Read why, and amend the order or choose another pharmacy.')
    : passed(id, 'This pharmacy has not refused the order');
}
