/** May so much be given from this container of this lot now? */

import Big from 'big.js';
import { type Asking, unitedStates } from './asking.ts';
import type { BeyondUseLimit } from './beyond-use-table.ts';
import { dayOf, isInstant, localDay } from './dates.ts';
import { type Amount, inUnit, isPositive, plain } from './dose-units.ts';
import type { Fact, LotFact } from './facts.ts';
import { notRecalled } from './order-moving.ts';
import { readRule } from './reading.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

/** What a preparation is given from. */
export type VialKind = 'SINGLE_DOSE' | 'MULTIPLE_DOSE';

/** Facts for `recordAdministration`. */
export interface AdministeringFacts {
  /** When it was given, RFC 3339. */
  readonly givenAt: Fact<string>;
  /** The clinic's IANA zone. */
  readonly timeZone: Fact<string>;
  /** The last day on which the lot may be used. */
  readonly beyondUseOn: Fact<string>;
  /** As the facility has it; `'not-on-record'` of a lot that the facility says it has not, which is taken as its label says. */
  readonly lot: Fact<LotFact | 'not-on-record'>;
  readonly vial: VialKind;
  /** When the container was first opened. */
  readonly openedAt: Fact<string>;
  readonly amount: Amount;
  readonly received: Fact<Amount>;
  /** What was given of the receipt before. */
  readonly given: Fact<readonly Amount[]>;
}

const rows: Readonly<Record<VialKind, string>> = { SINGLE_DOSE: 'bud.797-SDC-INUSE', MULTIPLE_DOSE: 'bud.797-MDC-INUSE' };
const MS_PER_HOUR = 3_600_000;

/** As of the moment of recording. */
export function administering(facts: AdministeringFacts, asking: Asking): RuleResult[] {
  const lot = facts.lot === 'not-on-record' ? [] : [notRecalled(facts.lot)];
  return [...lot, inTime(facts, asking.on), notPassed(facts), inUse(facts, asking), left(facts)];
}

function inTime({ givenAt }: AdministeringFacts, on: string): RuleResult {
  const id = 'administration.at';
  if (!isInstant(givenAt) || !isInstant(on)) return notKnown(id, 'It is not known when it was given', 'Give the time.');
  if (Date.parse(givenAt) > Date.parse(on)) return failed(id, 'The time lies in the future', 'Correct the time.');
  return passed(id, `Given at ${givenAt}`);
}

// A date ends at 23:59 where the clinic is; without its zone the UTC day is taken, which is never the earlier one.
function notPassed({ givenAt, timeZone, beyondUseOn }: AdministeringFacts): RuleResult {
  const id = 'administration.beyondUse';
  const day = isInstant(givenAt) ? (timeZone ? localDay(givenAt, timeZone) : dayOf(givenAt)) : null;
  if (day === null || dayOf(beyondUseOn) === null || beyondUseOn == null)
    return notKnown(id, 'The beyond-use date cannot be compared', 'Read the label.');
  if (day > beyondUseOn) return failed(id, `The beyond-use date ${beyondUseOn} has passed`, 'Use another lot.');
  return passed(id, `The beyond-use date ${beyondUseOn} has not passed`);
}

function inUse({ givenAt, openedAt, vial }: AdministeringFacts, asking: Asking): RuleResult {
  const id = 'administration.inUse';
  const reading = readRule(asking, unitedStates, rows[vial]);
  if (reading.result !== null) return { ...reading.result, id };
  const { maxBudValue: most, maxBudUnit: unit } = reading.value as BeyondUseLimit;
  const citation = reading.rule?.citation ?? null;
  if (!isInstant(givenAt) || !isInstant(openedAt) || most === null)
    return notKnown(id, 'It is not known when the container was opened', 'Give the time it was first opened.', citation);
  const words = `Once opened, it may be used for ${most} ${unit === 'h' ? 'hours' : 'days'}`;
  if (Date.parse(openedAt) > Date.parse(givenAt))
    return failed(id, 'The container was opened after it was given from', 'Correct the times.', citation);
  const last = Date.parse(openedAt) + most * (unit === 'h' ? 1 : 24) * MS_PER_HOUR;
  if (Date.parse(givenAt) > last) return failed(id, `${words}, since ${openedAt}`, 'Open another container.', citation);
  return passed(id, words, citation);
}

function left({ amount, received, given }: AdministeringFacts): RuleResult {
  const id = 'administration.quantityLeft';
  const now = isPositive(amount.value) && received != null ? inUnit(amount, received.unit) : null;
  if (received == null || given == null || now === null)
    return notKnown(id, 'How much is left cannot be compared', `Give the amount in ${received?.unit ?? 'the unit it came in'}.`);
  let rest = Big(received.value);
  for (const one of given) rest = rest.minus(inUnit(one, received.unit) ?? 0);
  const message = `Of what came ${plain(rest)} ${received.unit} are left`;
  return now.gt(rest) ? failed(id, message, 'Take the rest from another lot, and record it as its own.') : passed(id, message);
}
