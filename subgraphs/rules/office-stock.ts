/** What is asked of stock for a clinic beside facility, licence and substances: who buys, and what may not be bought so. */

import type { Asking } from './asking.ts';
import { controlledAmong } from './controlled-schedule.ts';
import { notExcluded } from './exclusion.ts';
import { pharmacyOpen } from './chart-standing.ts';
import type { AttestedFacts, Fact, IngredientFact, PractitionerFact } from './facts.ts';
import { licenceIn } from './licence.ts';
import { stateOf } from './place.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

/** Facts on a purchase. Null is not known and blocks. */
export interface OfficeStockFacts extends AttestedFacts {
  readonly clinicState: string;
  readonly facilityState: Fact<string>;
  readonly purchaser: Fact<PractitionerFact>;
  /** Whether the facility has approved the clinic's account. */
  readonly accountOpen: Fact<boolean>;
  /** Of every line. */
  readonly ingredients: Fact<readonly IngredientFact[]>;
  /** What the facility says of each of them; null in it is one that it says is not controlled. */
  readonly schedules: Fact<readonly (string | null)[]>;
  readonly facilityStatus: Fact<string>;
  /** Every line, and whether the facility still offers it. */
  readonly offered: Fact<readonly { readonly name: string; readonly active: boolean }[]>;
}

/** Purchaser, account, facility, what it offers and controlled substances, in this order: when it is bought, when it is accepted and when it comes. */
export function officeStock(facts: OfficeStockFacts, asking: Asking): RuleResult[] {
  const { clinicState, purchaser } = facts;
  const excluded = notExcluded('purchaser', 'The purchaser', purchaser);
  return [
    licenceIn({ id: 'licence.purchaser', holder: 'The purchaser', state: clinicState }, purchaser?.licences ?? null, asking.on),
    ...excluded,
    account(facts.accountOpen),
    pharmacyOpen(facts.facilityStatus),
    offered(facts.offered),
    controlled(facts, asking),
  ];
}

function offered(lines: OfficeStockFacts['offered']): RuleResult {
  const id = 'officeStock.offered';
  if (lines == null || lines.length === 0)
    return notKnown(id, 'What the facility offers could not be read', 'Try again; if it lasts, ask the facility.');
  const withdrawn = lines.filter(({ active }) => !active).map(({ name }) => name);
  return withdrawn.length === 0
    ? passed(id, 'The facility offers every preparation of it')
    : failed(
        id,
        `The facility does not offer any more: ${withdrawn.join(', ')}`,
        'Decline or cancel it, and order what is offered. Do not take it into stock.',
      );
}

function account(open: Fact<boolean>): RuleResult {
  const id = 'account.facility';
  if (open == null)
    return notKnown(id, 'Whether the facility fills for the clinic could not be read', 'Try again; if it lasts, ask the facility.');
  return open
    ? passed(id, 'The facility fills for the clinic')
    : failed(id, 'The facility does not fill for the clinic', 'Apply for an account with the facility.');
}

// The facility's word alone is not enough: what federal law or either state schedules is controlled whatever a formulary says.
function controlled({ schedules, ingredients, clinicState, facilityState }: OfficeStockFacts, asking: Asking): RuleResult {
  const id = 'officeStock.controlled';
  const places = [stateOf(clinicState), stateOf(facilityState)].filter((place) => place !== null);
  if (schedules == null || ingredients == null || places.length < 2)
    return notKnown(id, 'Whether an ingredient is controlled could not be read', 'Try again; if it lasts, ask the facility.');
  return schedules.every((schedule) => schedule === null) && controlledAmong(ingredients, places, asking).length === 0
    ? passed(id, 'Nothing in it is controlled')
    : failed(
        id,
        'Controlled substances are not ordered as office stock here',
        'Order them under the registration of whoever is to keep them.',
      );
}
