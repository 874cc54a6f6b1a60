/** May so much be given from this container of this lot now? */

import Big from 'big.js';
import { type Asking, unitedStates } from './asking.ts';
import type { BeyondUseLimit } from './beyond-use-table.ts';
import { dayOf, isInstant, localDay } from './dates.ts';
import { type Amount, inUnit, isPositive, plain } from './dose-units.ts';
import { safetyHold } from './chart-standing.ts';
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
  /** Where hours count: the moment until which it may be used. Left out or null, it ends with its day. */
  readonly beyondUseAt?: Fact<string>;
  /** Of what came for this patient alone: where its parcel stands. Left out of the clinic's stock. */
  readonly parcel?: Fact<ParcelFact>;
  /** Reasons of the holds on the order, or on the patient as a whole. Left out, it is not asked. */
  readonly holds?: Fact<readonly string[]>;
  /** As the facility has it; `'not-on-record'` of a lot that the facility says it has not, which is taken as its label says. */
  readonly lot: Fact<LotFact | 'not-on-record'>;
  readonly vial: VialKind;
  /** When the container was first opened. */
  readonly openedAt: Fact<string>;
  readonly amount: Amount;
  readonly received: Fact<Amount>;
  /** What was given or thrown away of the lot before. */
  readonly given: Fact<readonly Amount[]>;
  /** The container it is given from. Left out, it is not asked. */
  readonly container?: ContainerFact;
}

/** A parcel as its pharmacy and the clinic told of it. */
export interface ParcelFact {
  readonly status: string;
  readonly mayBeUsed: boolean;
}

/** A container of a lot. */
export interface ContainerFact {
  /** As the clinic marks it. */
  readonly mark: string;
  /** When it is full. */
  readonly holds: Fact<Amount>;
  /** What was given or thrown away from it before. */
  readonly given: Fact<readonly Amount[]>;
}

const rows: Readonly<Record<VialKind, string>> = { SINGLE_DOSE: 'bud.797-SDC-INUSE', MULTIPLE_DOSE: 'bud.797-MDC-INUSE' };
const MS_PER_HOUR = 3_600_000;

/** As of the moment of recording. */
export function administering(facts: AdministeringFacts, asking: Asking): RuleResult[] {
  const lot = facts.lot === 'not-on-record' ? [] : [notRecalled(facts.lot)];
  const sent = facts.parcel === undefined ? [] : [usable(facts.parcel)];
  const held = facts.holds === undefined ? [] : [safetyHold(facts.holds)];
  const full = facts.container === undefined ? [] : [containerLeft(facts.amount, facts.container)];
  return [...lot, ...sent, ...held, inTime(facts, asking.on), notPassed(facts), inUse(facts, asking), left(facts), ...full];
}

function usable(parcel: Fact<ParcelFact>): RuleResult {
  const id = 'administration.parcel';
  if (parcel == null) return notKnown(id, 'Nothing was told of this parcel', 'Wait until the pharmacy has shipped it.');
  if (parcel.status === 'LOST' || parcel.status === 'SPOILED')
    return failed(id, `The parcel is ${parcel.status}`, 'Use the one that the pharmacy sends in its place.');
  if (!parcel.mayBeUsed)
    return failed(id, 'The parcel was too warm or too cold, and no pharmacist has said that it may be used', 'Ask the pharmacy to decide.');
  if (parcel.status !== 'DELIVERED') return failed(id, 'The parcel is not recorded as delivered', 'Record that it was delivered.');
  return passed(id, 'The parcel was delivered and may be used');
}

function inTime({ givenAt }: AdministeringFacts, on: string): RuleResult {
  const id = 'administration.at';
  if (!isInstant(givenAt) || !isInstant(on)) return notKnown(id, 'It is not known when it was given', 'Give the time.');
  if (Date.parse(givenAt) > Date.parse(on)) return failed(id, 'The time lies in the future', 'Correct the time.');
  return passed(id, `Given at ${givenAt}`);
}

// A date ends at 23:59 where the clinic is, and no sooner: the clinic's clock says which day it was given on.
function notPassed({ givenAt, timeZone, beyondUseOn, beyondUseAt }: AdministeringFacts): RuleResult {
  const id = 'administration.beyondUse';
  if (isInstant(givenAt) && isInstant(beyondUseAt)) {
    if (Date.parse(givenAt) > Date.parse(beyondUseAt))
      return failed(id, `The beyond-use time ${beyondUseAt} has passed`, 'Use another lot.');
    return passed(id, `The beyond-use time ${beyondUseAt} has not passed`);
  }
  const day = isInstant(givenAt) && timeZone ? localDay(givenAt, timeZone) : null;
  if (day === null)
    return notKnown(id, 'It is not known which day it is at the clinic', 'Try again; if it lasts, check the clinic’s time zone.');
  if (beyondUseOn == null || dayOf(beyondUseOn) === null) return notKnown(id, 'The beyond-use date cannot be compared', 'Read the label.');
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

/** Whether so much is left of what came of the lot. */
export function left(
  { amount, received, given }: Pick<AdministeringFacts, 'amount' | 'received' | 'given'>,
  id = 'administration.quantityLeft',
): RuleResult {
  const rest = restOf(amount, received, given);
  if (rest === null)
    return notKnown(id, 'How much is left cannot be compared', `Give the amount in ${received?.unit ?? 'the unit it came in'}.`);
  const message = `Of what came ${rest.words} are left`;
  return rest.suffices ? passed(id, message) : failed(id, message, 'Take the rest from another lot, and record it as its own.');
}

/** Whether so much is left in the container. */
export function containerLeft(amount: Amount, { mark, holds, given }: ContainerFact, id = 'administration.containerLeft'): RuleResult {
  if (holds == null)
    return notKnown(id, `It is not known what container ${mark} holds`, 'Say what it holds when it is full: `containerHolds`.');
  const rest = restOf(amount, holds, given);
  if (rest === null) return notKnown(id, `How much is left in container ${mark} cannot be compared`, `Give the amount in ${holds.unit}.`);
  const message = `In container ${mark} ${rest.words} are left`;
  return rest.suffices ? passed(id, message) : failed(id, message, 'Take the rest from another container, and record it as its own.');
}

/** What is left of a whole, and whether an amount is in it; null where the units cannot be compared. */
function restOf(amount: Amount, whole: Fact<Amount>, given: Fact<readonly Amount[]>): { words: string; suffices: boolean } | null {
  if (whole == null || given == null || !isPositive(amount.value)) return null;
  const [now, ...before] = [amount, ...given].map((one) => inUnit(one, whole.unit));
  if (now == null || before.includes(null)) return null;
  const rest = before.reduce<Big>((sum, one) => sum.minus(one ?? 0), Big(whole.value));
  return { words: `${plain(rest)} ${whole.unit}`, suffices: now.lte(rest) };
}
