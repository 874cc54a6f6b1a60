/** How often and for how long a controlled prescription may be filled, and what narrows a prescriber who is no physician. */

import { type Asking, type Place, unitedStates } from './asking.ts';
import type { ControlledFacts } from './controlled-facts.ts';
import { addDays, addMonths, dayOf } from './dates.ts';
import type { Credential, Fact } from './facts.ts';
import { askRule, isRaised, readRule, ruleId } from './reading.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

interface RefillLimit {
  readonly summary: string;
  /** Null: as the prescriber authorises. */
  readonly refills?: number | null;
  /** Null: federal law states none. */
  readonly validityMonths?: number | null;
}

type Limited = Pick<ControlledFacts, 'refills' | 'daysSupply'> | null;

/** The limit on refills of its schedule: federal law's, and a state's own where it has one. */
export function refillResults(facts: Limited, schedule: string, places: readonly Place[], asking: Asking): RuleResult[] {
  const key = `controlled.refills-${schedule}`;
  const stateOwn = places.filter((place) => isRaised(asking, place, key));
  return [unitedStates, ...stateOwn].map((place) => refillsAt(facts, schedule, place, asking));
}

function refillsAt(facts: Limited, schedule: string, place: Place, asking: Asking): RuleResult {
  const key = `controlled.refills-${schedule}`;
  const id = ruleId(place, key);
  const reading = readRule(asking, place, key);
  if (reading.result !== null) return reading.result;
  const cited = [reading.rule?.citation ?? null, reading.rule?.since] as const;
  const { refills: most = null, validityMonths = null } = reading.value as RefillLimit;
  const [refills, days, today] = [facts?.refills, facts?.daysSupply, dayOf(asking.on)];
  if (refills == null || days == null || today === null) {
    return notKnown(id, "The order's refills or days' supply could not be read", 'Read the order again.', ...cited);
  }
  if (most !== null && refills > most) {
    const allowed = most === 0 ? 'is not refilled' : `is refilled at most ${most} times`;
    return failed(id, `What is in schedule ${schedule} ${allowed}; the order has ${refills}`, `Order at most ${most} refills.`, ...cited);
  }
  if (validityMonths !== null && refills > 0) {
    // The first fill is on the day it is written at the earliest, and each lasts its days.
    const lastRefill = addDays(today, days * refills);
    const until = addMonths(today, validityMonths);
    if (lastRefill > until) {
      const message = `The last of ${refills} refills of ${days} days would fall on ${lastRefill}, and none is filled after ${until}`;
      return failed(id, message, 'Order fewer refills or a shorter supply.', ...cited);
    }
  }
  const message = refills === 0 ? 'no refill' : refills === 1 ? 'one refill' : `${refills} refills`;
  return passed(id, `What is in schedule ${schedule} may be ordered with ${message}`, ...cited);
}

interface MidLevelLimits {
  readonly summary: string;
  readonly credentials: readonly string[];
  /** Schedules they may not prescribe at all here. */
  readonly barred?: readonly string[];
  /** The most days, by schedule. */
  readonly mostDays?: Readonly<Record<string, number>>;
  readonly withRefills?: boolean;
}

/** The schedules and days a state leaves to NPs and PAs, where a pack has them as numbers; their conditions are asked beside it. */
export function midLevelLimits(credential: Fact<Credential>, facts: Limited, schedule: string, place: Place, asking: Asking): RuleResult[] {
  const key = 'controlled.mid-level-limits';
  if ((credential !== 'NP' && credential !== 'PA') || !isRaised(asking, place, key)) return [];
  const reading = readRule(asking, place, key);
  if (reading.result !== null) return [reading.result];
  const { summary, credentials, barred = [], mostDays = {}, withRefills = false } = reading.value as MidLevelLimits;
  if (!credentials.includes(credential)) return [];
  const message = `${place.name} on prescribers with the credential ${credential}: ${summary}`;
  const most = mostDays[schedule];
  if (most !== undefined && (facts?.refills == null || facts.daysSupply == null)) {
    const [citation, since] = [reading.rule?.citation ?? null, reading.rule?.since];
    return [
      notKnown(ruleId(place, key), "The order's refills or days' supply could not be read", 'Read the order again.', citation, since),
    ];
  }
  const days = (facts?.daysSupply ?? 0) * (withRefills ? (facts?.refills ?? 0) + 1 : 1);
  return [
    askRule(asking, place, key, () => {
      if (barred.includes(schedule)) return { means: 'forbids', message, remedy: 'A physician must prescribe it.' };
      if (most !== undefined && days > most) {
        const remedy = `Order at most ${most} days${withRefills ? ', refills included' : ''}.`;
        return { means: 'forbids', message: `${message}; the order is for ${days} days`, remedy };
      }
      // What it keeps within was never read in the law itself: since when it holds is for the entity to say.
      return { means: 'on-condition', message };
    }),
  ];
}
