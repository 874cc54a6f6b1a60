/** The prescription monitoring program: asked before every controlled prescription, whatever its state's mandate names. */

import type { Asking, Place } from './asking.ts';
import type { ControlledFacts, PdmpCheckFact } from './controlled-facts.ts';
import { isRaised, readRule, ruleId } from './reading.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';
import { wholeList } from './whole-list.ts';

/** For how long a query is good. The shortest interval on record (New York: no more than 24 hours before) is asked everywhere. */
export const PDMP_GOOD_FOR_HOURS = 24;

const HOUR_MS = 3_600_000;
const QUERY = 'Query the program and record its answer.';

type Cited = readonly [citation: string | null, version: string | undefined];

/** Whether the program of the patient's state was asked, what came of it, and how long ago. */
export function monitoringResults(
  facts: Pick<ControlledFacts, 'pdmpChecks' | 'daysSupply'> | null,
  place: Place,
  asking: Asking,
): RuleResult[] {
  const id = 'pdmp.query';
  const found = asking.rules.find(ruleId(place, 'pdmp.mandate'), asking.on);
  const rule = found.why === null ? found.rule : null;
  const cited: Cited = [rule?.citation ?? null, rule?.since];
  const mandate = rule === null ? 'its mandate is not recorded' : `its mandate: ${rule.value}`;
  const checks = wholeList(facts?.pdmpChecks);
  if (checks === null) return [notKnown(id, 'The queries of the monitoring program could not be read', 'Try again.', ...cited)];
  const now = Date.parse(asking.on);
  const here = checks.filter(({ state }) => state === place.code);
  const latest = here.toSorted((a, b) => String(a.checkedAt).localeCompare(String(b.checkedAt))).at(-1);
  if (latest === undefined) {
    return [notKnown(id, `No query of the prescription monitoring program of ${place.name} is on record; ${mandate}`, QUERY, ...cited)];
  }
  const at = Date.parse(latest.checkedAt ?? '');
  if (Number.isNaN(at) || Number.isNaN(now) || at > now)
    return [notKnown(id, 'It is not known when the program was queried', QUERY, ...cited)];
  if (now - at > PDMP_GOOD_FOR_HOURS * HOUR_MS) {
    return [failed(id, `The program of ${place.name} was queried more than ${PDMP_GOOD_FOR_HOURS} hours ago; ${mandate}`, QUERY, ...cited)];
  }
  return judged(latest, facts?.daysSupply, place, asking, cited);
}

function judged(check: PdmpCheckFact, daysSupply: ControlledFacts['daysSupply'], place: Place, asking: Asking, cited: Cited): RuleResult[] {
  const id = 'pdmp.query';
  if (check.decision === 'WITHHOLD') {
    return [failed(id, 'After the query it was decided not to prescribe', 'Query again and decide anew, or cancel the order.', ...cited)];
  }
  if (check.decision !== 'PRESCRIBE') return [notKnown(id, 'It is not known what was decided after the query', QUERY, ...cited)];
  if (check.outcome === 'FAILED') {
    if (!check.outage || check.outage === 'none') {
      const remedy = 'Query again; while the program is down, record why it may go on without it.';
      return [failed(id, `The program of ${place.name} did not answer`, remedy, ...cited)];
    }
    const message = `The program of ${place.name} did not answer; an exception with its reason is on record`;
    return [passed(id, message, ...cited), ...whileDown(daysSupply, place, asking)];
  }
  const matched = check.patientMatch === 'EXACT' || check.patientMatch === 'CONFIRMED';
  if (check.outcome === 'REVIEWED' && matched)
    return [passed(id, `The program of ${place.name} was queried and its report read`, ...cited)];
  if (check.outcome === 'NO_HISTORY') return [passed(id, `The program of ${place.name} has no history of this patient`, ...cited)];
  return [
    notKnown(id, 'The report may be of another patient', 'Make out which of the persons found is the patient, and record it.', ...cited),
  ];
}

// Some states limit what may be supplied while their program is down: one without such a rule asks nothing more.
function whileDown(daysSupply: ControlledFacts['daysSupply'], place: Place, asking: Asking): RuleResult[] {
  const key = 'controlled.pdmp-outage';
  if (!isRaised(asking, place, key)) return [];
  const id = ruleId(place, key);
  const reading = readRule(asking, place, key);
  if (reading.result !== null) return [reading.result];
  const cited: Cited = [reading.rule?.citation ?? null, reading.rule?.since];
  const { summary, mostDays } = reading.value as { readonly summary: string; readonly mostDays: number };
  const said = `${place.name}: ${summary}`;
  if (daysSupply == null) return [notKnown(id, "The order's days' supply could not be read", 'Read the order again.', ...cited)];
  if (daysSupply <= mostDays) return [passed(id, said, ...cited)];
  return [failed(id, said, `Order at most ${mostDays} days, or wait for the program.`, ...cited)];
}
