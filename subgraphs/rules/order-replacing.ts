/** May one order take the place of another: asked when it is drafted and signed, and again before it goes out. */

import type { OrderLifeFacts, ReplacedOrderFact } from './order-life-facts.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

const id = 'order.replaces';
const AGAIN = 'Try again; if it lasts, look at the order it takes the place of.';

/** Whether the other order may still be amended, or may be renewed. Nothing where it takes no other's place. */
export function mayReplace({ replaces }: OrderLifeFacts): RuleResult[] {
  if (replaces === undefined) return [];
  if (replaces === null) return [notKnown(id, 'The order it takes the place of could not be read', AGAIN)];
  if (replaces.relation === 'AMENDS') return [mayAmend(replaces)];
  if (replaces.relation === 'RENEWS') return [mayRenew(replaces)];
  return [notKnown(id, 'How it takes the place of another order is not known', AGAIN)];
}

function mayAmend({ status, atPharmacy, changeAsked, settled }: ReplacedOrderFact): RuleResult {
  if (settled == null) return notKnown(id, 'Whether the order it amends counts yet is not known', AGAIN);
  if (!settled) {
    const message = 'The order it amends waits itself until a pharmacy has given another back';
    return notKnown(id, message, 'Wait for the pharmacy’s answer.');
  }
  if (status === 'SIGNED') return passed(id, 'The order it amends is signed and at no pharmacy');
  if (status === 'SENT') return atItsPharmacy(atPharmacy, changeAsked);
  if (status == null) return notKnown(id, 'Where the order it amends stands is not known', AGAIN);
  return failed(
    id,
    `The order it amends is ${status}`,
    status === 'COMPLETED' || status === 'EXPIRED' ? 'Renew it instead.' : 'Draft a new order.',
  );
}

function atItsPharmacy(told: ReplacedOrderFact['atPharmacy'], changeAsked: ReplacedOrderFact['changeAsked']): RuleResult {
  switch (told) {
    case 'NONE':
      return passed(id, 'The pharmacy has not begun on the order it amends');
    case 'CLAIMED':
      if (changeAsked == null) return notKnown(id, 'Whether the pharmacy asked for a change is not known', AGAIN);
      if (changeAsked) return passed(id, 'The pharmacy that works on the order it amends asked for a change');
      return failed(
        id,
        'A pharmacy works on the order it amends and has asked for no change',
        'Cancel that order, which asks the pharmacy to give it back, or wait until the pharmacy asks.',
      );
    case 'DISPENSED':
      return failed(id, 'The order it amends has been dispensed', 'Renew it once it is completed.');
    default:
      return notKnown(id, 'What the pharmacy does with the order it amends is not known', AGAIN);
  }
}

function mayRenew({ status }: ReplacedOrderFact): RuleResult {
  if (status === 'COMPLETED' || status === 'EXPIRED') return passed(id, 'The order it renews has run its course');
  if (status == null) return notKnown(id, 'Where the order it renews stands is not known', AGAIN);
  const remedy = status === 'SIGNED' || status === 'SENT' ? 'Amend it, or wait until it is completed.' : 'Draft a new order.';
  return failed(id, `The order it renews is ${status}`, remedy);
}

/** Whether the order that an amendment replaces is out of the way, so that nobody can fill both. A renewal asks nothing here. */
export function hasReplaced({ replaces }: OrderLifeFacts): RuleResult[] {
  if (replaces === undefined || replaces?.relation === 'RENEWS') return [];
  if (replaces === null) return [notKnown(id, 'The order it takes the place of could not be read', AGAIN)];
  if (replaces.status === 'SUPERSEDED') return [passed(id, 'The order it amends counts no more')];
  if (replaces.status === 'CANCEL_REQUESTED')
    return [notKnown(id, 'The pharmacy has not answered yet whether it gives back the order this one amends', 'Wait for its answer.')];
  if (replaces.status == null) return [notKnown(id, 'Where the order it amends stands is not known', AGAIN)];
  return [failed(id, `The order it amends is ${replaces.status}`, 'Cancel this order: the one before it stands.')];
}
