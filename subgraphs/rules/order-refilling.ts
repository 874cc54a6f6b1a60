/** May a completed order be filled again: how often, and when. */

import { addDays, dayOf } from './dates.ts';
import type { Fact } from './facts.ts';
import type { RefillFact } from './order-life-facts.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

/** A supply is nearly used when this part of its days is left, and never more than so many days. */
const EARLIEST_PART = 4;
const EARLIEST_DAYS = 7;

/** The first day of the next fill: a quarter of the days before the supply ends, at most seven. */
export function nextFillFrom(completedOn: string, daysSupply: number): string {
  return addDays(completedOn, daysSupply - Math.min(EARLIEST_DAYS, Math.floor(daysSupply / EARLIEST_PART)));
}

/** The rules of a refill itself, asked with those of sending. Left out, it is none and nothing is asked. */
export function ofRefill(fact: Fact<RefillFact>, on: string): RuleResult[] {
  return fact === undefined ? [] : [left(fact), due(fact, on), notRenewed(fact)];
}

function left(fact: Fact<RefillFact>): RuleResult {
  const id = 'refill.left';
  if (fact?.filled == null || fact.refills == null)
    return notKnown(id, 'How often it was filled is not known', 'Check the order’s timeline.');
  const remaining = fact.refills + 1 - fact.filled;
  if (remaining < 1) return failed(id, `It was filled ${fact.filled} times, which is all that was ordered`, 'Renew the order.');
  return passed(id, `${remaining} of ${fact.refills} refills ${remaining === 1 ? 'is' : 'are'} left`);
}

function due(fact: Fact<RefillFact>, on: string): RuleResult {
  const id = 'refill.due';
  const today = dayOf(on);
  const completed = dayOf(fact?.completedOn);
  if (today === null || completed === null || fact?.daysSupply == null)
    return notKnown(id, 'When the last supply began is not known', 'Check the order’s timeline.');
  const from = nextFillFrom(completed, fact.daysSupply);
  if (today < from)
    return failed(id, `The last supply of ${completed} is not nearly used: the next may be filled from ${from} on`, `Wait until ${from}.`);
  return passed(id, `The supply of ${completed} lasts ${fact.daysSupply} days and is nearly used since ${from}`);
}

function notRenewed(fact: Fact<RefillFact>): RuleResult {
  const id = 'refill.notRenewed';
  if (fact?.renewed == null) return notKnown(id, 'Whether it was renewed is not known', 'Try again; if it lasts, look for a renewal.');
  if (fact.renewed) return failed(id, 'A signed renewal has taken its place', 'Send the renewal.');
  return passed(id, 'No renewal has taken its place');
}
