/** Controlled substances: schedule, limits, telemedicine, registrations, the monitoring program, and how they are signed. */

import { type Asking, type Place, unitedStates } from './asking.ts';
import type { ControlledFacts } from './controlled-facts.ts';
import { midLevelLimits, refillResults } from './controlled-limits.ts';
import { monitoringResults } from './controlled-pdmp.ts';
import { deaRegistration, federalSchedules, stateRegistration } from './controlled-registration.ts';
import { type Controlled, controlledAmong, placesThatCount, scheduleResult, strictest } from './controlled-schedule.ts';
import { addMonths, dayOf } from './dates.ts';
import type { OrderSigningFacts } from './facts.ts';
import { askRule, isRaised, readRule, ruleId } from './reading.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';

/** The results that only a controlled ingredient adds; none for a formula without one. */
export function controlledResults(facts: OrderSigningFacts, place: Place, asking: Asking): RuleResult[] {
  if (facts.controlled === undefined) return asItWas(facts, place, asking);
  const said = facts.controlled;
  const places = placesThatCount(place, said);
  const controlled = controlledAmong(facts.ingredients, places, asking);
  if (controlled.length === 0) return [];
  const schedule = strictest(controlled);
  const federal = federalSchedules(controlled);
  return [
    scheduleResult(controlled, said),
    ...refillResults(said, schedule, places, asking),
    telemedicine(facts, controlled, asking),
    stateTelehealth(facts, place, asking),
    ...examAge(facts, place, asking),
    ...midLevel(facts, place, asking),
    ...midLevelLimits(facts.prescriber?.credential, said, schedule, place, asking),
    ...(federal.length === 0 ? [] : [deaRegistration(facts.prescriber, federal, place, asking.on)]),
    ...stateRegistration(facts.prescriber, wantedOf(controlled), place, asking),
    ...monitoringResults(said, place, asking),
    access(said, asking),
  ];
}

// Of decisions kept before any of it was asked: every controlled order was refused then, and asked again must be refused in the same words.
function asItWas(facts: OrderSigningFacts, place: Place, asking: Asking): RuleResult[] {
  const controlled = controlledAmong(facts.ingredients, [place], asking);
  if (controlled.length === 0) return [];
  const named = controlled.map(({ substance, schedule }) => `${substance.name} (schedule ${schedule})`).join(', ');
  const found = asking.rules.find('US.controlled.signing', asking.on);
  const rule = found.why === null ? found.rule : null;
  return [
    notKnown(
      'US.controlled.signing',
      `${named}: signing controlled substances electronically is not offered yet`,
      'Prescribe it through a system certified for electronic prescribing of controlled substances.',
      rule?.citation ?? null,
      rule?.since,
    ),
    telemedicine(facts, controlled, asking),
    stateTelehealth(facts, place, asking),
    ...examAge(facts, place, asking),
    ...midLevel(facts, place, asking),
    deaRegistration(facts.prescriber, wantedOf(controlled), place, asking.on),
    ...stateRegistration(facts.prescriber, wantedOf(controlled), place, asking),
    unasked(place, asking),
  ];
}

function unasked(place: Place, asking: Asking): RuleResult {
  const [result] = monitoringResults({ pdmpChecks: [], daysSupply: null }, place, asking);
  const remedy = 'Query the program and keep the reference of its answer.';
  return result === undefined ? notKnown('pdmp.query', 'No query is on record', remedy) : { ...result, remedy };
}

const wantedOf = (controlled: readonly Controlled[]): string[] => controlled.map(({ schedule }) => schedule);

// Who may sign at all is for two people to say; that each signature has its own two factors is asked when it is given.
function access(said: ControlledFacts | null, asking: Asking): RuleResult {
  const id = 'US.controlled.signing';
  const found = asking.rules.find(id, asking.on);
  const rule = found.why === null ? found.rule : null;
  const cited = [rule?.citation ?? null, rule?.since] as const;
  const remedy =
    'Two people must grant it at this clinic, one of them a DEA registrant (`proposeControlledSigning`, `grantControlledSigning`).';
  if (said?.access == null)
    return notKnown(id, 'Whether the prescriber may sign controlled prescriptions at this clinic is not known', remedy, ...cited);
  if (said.access === 'GRANTED') {
    return passed(id, 'The prescriber may sign controlled prescriptions at this clinic, each by itself with two factors', ...cited);
  }
  const why = { PROPOSED: 'is proposed and not yet granted', REVOKED: 'was revoked', none: 'was never granted' }[said.access];
  return failed(id, `Signing controlled prescriptions ${why} to the prescriber at this clinic`, remedy, ...cited);
}

function stateTelehealth(facts: OrderSigningFacts, place: Place, asking: Asking): RuleResult {
  return askRule(asking, place, 'prescribing.controlledTelehealth', (value) =>
    seenInPerson(facts, asking.on)
      ? { means: 'permits', message: `${place.name} on controlled substances by telehealth: the patient was seen in person` }
      : { means: 'on-condition', message: `${place.name} on controlled substances by telehealth: ${value}` },
  );
}

// Only some states limit the age of the exam behind a controlled prescription: one without such a rule asks nothing here.
function examAge(facts: OrderSigningFacts, place: Place, asking: Asking): RuleResult[] {
  if (!isRaised(asking, place, 'controlled.exam-age')) return [];
  return [
    askRule(asking, place, 'controlled.exam-age', (value) => {
      const { months } = value as { readonly months: number };
      const [today, completed] = [dayOf(asking.on), dayOf(facts.exam?.completedAt)];
      const message = `${place.name}: the exam behind a controlled prescription is at most ${months} months old`;
      if (today !== null && completed !== null && addMonths(completed, months) >= today) return { means: 'permits', message };
      return { means: 'forbids', message, remedy: 'Hold a new exam.' };
    }),
  ];
}

function midLevel(facts: OrderSigningFacts, place: Place, asking: Asking): RuleResult[] {
  const credential = facts.prescriber?.credential;
  if (credential !== 'NP' && credential !== 'PA') return [];
  return [
    askRule(asking, place, credential === 'NP' ? 'np.controlled' : 'pa.controlled', (value) => ({
      means: 'on-condition',
      message: `${place.name} on controlled substances by a prescriber with the credential ${credential}: ${value}`,
    })),
  ];
}

function seenInPerson(facts: OrderSigningFacts, on: string): boolean {
  const [today, seen] = [dayOf(on), dayOf(facts.inPersonEvaluationOn)];
  return examInPerson(facts) || (today !== null && seen !== null && seen <= today);
}

// The evaluation in person must be the prescriber's own: another's visit is an exam, and no such evaluation.
function examInPerson({ exam, controlled }: OrderSigningFacts): boolean {
  return exam?.modality === 'IN_PERSON' && (controlled === undefined || controlled?.examByPrescriber === true);
}

function telemedicine(facts: OrderSigningFacts, controlled: readonly Controlled[], asking: Asking): RuleResult {
  const key = 'controlled.telemedicine';
  const id = ruleId(unitedStates, key);
  const law = '21 USC 829(e)';
  if (examInPerson(facts)) return passed(id, 'The exam was held in person', law);
  if (seenInPerson(facts, asking.on)) return passed(id, `An in-person evaluation of ${facts.inPersonEvaluationOn} is on record`, law);
  const reading = readRule(asking, unitedStates, key);
  if (reading.result !== null) {
    const message = 'No in-person evaluation is on record, and no telemedicine flexibility is known to hold on that date';
    return { ...reading.result, message, remedy: 'Record an in-person evaluation, or load the rule that succeeds the flexibility.' };
  }
  const flexibility = reading.value as { readonly modalities: readonly string[]; readonly schedules: readonly string[] };
  const cited = [reading.rule?.citation ?? null, reading.rule?.since] as const;
  const until = reading.rule?.effectiveTo;
  if (!flexibility.modalities.includes(facts.exam?.modality ?? '')) {
    const message = 'The telemedicine flexibility is relied upon for live video only';
    return notKnown(id, message, 'Hold the exam by live video or in person.', ...cited);
  }
  if (!controlled.every(({ schedule }) => flexibility.schedules.includes(schedule))) {
    return notKnown(id, 'The telemedicine flexibility does not reach this schedule', 'See the patient in person.', ...cited);
  }
  return passed(id, `The telemedicine flexibility covers a live video exam${until ? ` until ${until}` : ''}`, ...cited);
}
