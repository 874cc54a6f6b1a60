/** The one evaluator. Pure: the same facts, date and release always give the same bytes. */

import { administering, type AdministeringFacts } from './administering.ts';
import type { Asking } from './asking.ts';
import { clinicService } from './clinic-service.ts';
import { collaboration } from './collaboration.ts';
import { compounding, type LotCompoundingFacts, lotRelease, type LotReleaseFacts } from './compounding.ts';
import { delegation } from './delegation.ts';
import { dispensing } from './dispensing.ts';
import { engagement } from './engagement.ts';
import { bookingAgreed, bookingOpen } from './exam-booking.ts';
import { completion, validUntil } from './exam-completion.ts';
import { coverage } from './exam-covers.ts';
import type { AttestedFacts, ExamCoverageFacts, Fact, FactsByGate, Gate, GateFacts } from './facts.ts';
import { mayPerform } from './may-perform.ts';
import { claiming, sending, shipping } from './order-moving.ts';
import { routing } from './order-routing.ts';
import { signing } from './order-signing.ts';
import { library } from './packs.ts';
import { officeStock, type OfficeStockFacts } from './office-stock.ts';
import { placement } from './placement.ts';
import { notKnown, type RuleResult } from './results.ts';
import { noRules, type RuleSet } from './rule-set.ts';
import { screeningResolution } from './screening-resolution.ts';
import { type MaterialFacts, materialStands } from './substance-conditions.ts';
import { substances } from './substances.ts';

const gates: { readonly [G in Gate]: (facts: FactsByGate[G], asking: Asking) => RuleResult[] } = {
  'exam-booking': bookingOpen,
  'exam-start': bookingAgreed,
  'exam-completion': completion,
  'screening-resolution': screeningResolution,
  'order-signing': signing,
  'order-sending': sending,
  'order-routing': routing,
  'order-claiming': claiming,
  'order-dispensing': dispensing,
  'order-shipping': shipping,
  'clinic-service': clinicService,
  delegation,
  engagement,
  placement,
  'may-perform': mayPerform,
  collaboration,
  substances,
};

// The product's own rules came with a release like all others: before the first, nothing is answered at all.
const NOTHING_RELEASED = 'No rules had been released by that date';
const ASK_LATER = 'Ask as of a date that has a release.';

/** The names of the gates. */
export const gateNames = Object.keys(gates) as readonly Gate[];

/** Whether a text names a gate. */
export function isGate(name: unknown): name is Gate {
  return typeof name === 'string' && Object.hasOwn(gates, name);
}

/**
 * Every rule the gate asks, in the order in which it asks, with its answer. `on` is a day or an RFC 3339 moment. Without a rule set,
 * the release that decides on that day is asked; before the first one everything is unknown.
 */
export function evaluate(facts: GateFacts, on: string, rules: RuleSet = library.on(on)): RuleResult[] {
  const ask = gates[facts.gate] as (facts: GateFacts, asking: Asking) => RuleResult[];
  return underRelease(ask(facts, askingOf(facts, on, rules)), rules);
}

function underRelease(results: readonly RuleResult[], rules: RuleSet): RuleResult[] {
  if (rules === noRules) return results.map(({ id }) => ({ ...notKnown(id, NOTHING_RELEASED, ASK_LATER), version: rules.version }));
  return results.map((result) => (result.version === '' ? { ...result, version: rules.version } : result));
}

/** The last day on which an exam completed at that moment may be relied upon, `YYYY-MM-DD`; null while nobody has said for how long. */
export function examValidUntil(
  facts: AttestedFacts & { readonly patientState: Fact<string> },
  completedAt: string,
  on: string,
  rules: RuleSet = library.on(on),
): string | null {
  return validUntil(facts.patientState, completedAt, askingOf(facts, on, rules));
}

/** Whether an exam covers a patient for a service on a day: every rule that signing asks of an exam, but those about an order's ingredients. */
export function examCoverage(facts: ExamCoverageFacts, on: string, rules: RuleSet = library.on(on)): RuleResult[] {
  return underRelease(coverage(facts, askingOf(facts, on, rules)), rules);
}

/** What is asked of the materials behind a formula, by themselves. */
export function materialAsked(facts: MaterialFacts, on: string, rules: RuleSet = library.on(on)): RuleResult[] {
  return underRelease(materialStands(facts, { rules, on, attestations: null, entityName: null }), rules);
}

/** What is asked of stock for a clinic beside facility, licence and substances. */
export function officeStockPurchase(facts: OfficeStockFacts, on: string, rules: RuleSet = library.on(on)): RuleResult[] {
  return underRelease(officeStock(facts, askingOf(facts, on, rules)), rules);
}

/** What is asked of a lot when it is recorded how it was made. */
export function lotCompounding(facts: LotCompoundingFacts, on: string, rules: RuleSet = library.on(on)): RuleResult[] {
  return underRelease(compounding(facts, { rules, on, attestations: null, entityName: null }), rules);
}

/** What is asked of a lot when it is checked. */
export function lotChecked(facts: LotReleaseFacts, on: string, rules: RuleSet = library.on(on)): RuleResult[] {
  return underRelease(lotRelease(facts), rules);
}

/** What is asked when something is given to a patient from a clinic's stock. */
export function administration(facts: AdministeringFacts, on: string, rules: RuleSet = library.on(on)): RuleResult[] {
  return underRelease(administering(facts, { rules, on, attestations: null, entityName: null }), rules);
}

function askingOf(facts: GateFacts | AttestedFacts, on: string, rules: RuleSet): Asking {
  const told = 'attestations' in facts ? facts : null;
  return { rules, on, attestations: told?.attestations ?? null, entityName: told?.entityName ?? null };
}
