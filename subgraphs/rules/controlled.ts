/** Controlled substances. Signing them electronically is not offered, so every one of them blocks; the reasons are all shown. */

import { type Asking, type Place, unitedStates } from './asking.ts';
import { addMonths, dayOf } from './dates.ts';
import type { DeaFact, Fact, OrderSigningFacts } from './facts.ts';
import { askRule, isRaised, readRule, ruleId } from './reading.ts';
import { bestOf, failed, notKnown, passed, type RuleResult } from './results.ts';
import { type Substance, substanceOf, substanceRuleKey } from './substance-table.ts';
import { wholeList } from './whole-list.ts';

/** A controlled ingredient with its schedule where the patient is. */
interface Controlled {
  readonly substance: Substance;
  readonly schedule: string;
}

/** Of a substance that some release had in a schedule, while no entry says so for the day. Nothing covers it. */
const NOT_KNOWN = 'not known';

const schedules = ['V', 'IV', 'III', 'II', 'I', NOT_KNOWN];

/** The results that only a controlled ingredient adds; none for a formula without one. */
export function controlledResults(facts: OrderSigningFacts, place: Place, asking: Asking): RuleResult[] {
  const controlled = (wholeList(facts.ingredients) ?? []).flatMap((ingredient) => controlledIn(substanceOf(ingredient), place, asking));
  if (controlled.length === 0) return [];
  const named = controlled.map(({ substance, schedule }) => `${substance.name} (schedule ${schedule})`).join(', ');
  return [
    signing(named, asking),
    telemedicine(facts, controlled, asking),
    askRule(asking, place, 'prescribing.controlledTelehealth', (value) =>
      seenInPerson(facts, asking.on)
        ? { means: 'permits', message: `${place.name} on controlled substances by telehealth: the patient was seen in person` }
        : { means: 'on-condition', message: `${place.name} on controlled substances by telehealth: ${value}` },
    ),
    ...examAge(facts, place, asking),
    ...midLevel(facts, place, asking),
    deaRegistration(facts.prescriber?.deaRegistrations, controlled, place, asking.on),
    ...stateRegistration(facts, controlled, place, asking),
    monitoring(place, asking),
  ];
}

// The law's conditions are those of a certified application, which this is not: what the rule says is shown, and it blocks.
function signing(named: string, asking: Asking): RuleResult {
  const found = asking.rules.find('US.controlled.signing', asking.on);
  const rule = found.why === null ? found.rule : null;
  return notKnown(
    'US.controlled.signing',
    `${named}: signing controlled substances electronically is not offered yet`,
    'Prescribe it through a system certified for electronic prescribing of controlled substances.',
    rule?.citation ?? null,
    rule?.since,
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

// Queried for every schedule wherever the patient is, whatever the mandate names: the mandate is shown, the missing query blocks.
function monitoring(place: Place, asking: Asking): RuleResult {
  const found = asking.rules.find(ruleId(place, 'pdmp.mandate'), asking.on);
  const rule = found.why === null ? found.rule : null;
  const mandate = rule === null ? 'its mandate is not recorded' : `its mandate: ${rule.value}`;
  return notKnown(
    'pdmp.query',
    `No query of the prescription monitoring program of ${place.name} is on record; ${mandate}`,
    'Query the program and keep the reference of its answer.',
    rule?.citation ?? null,
    rule?.since,
  );
}

// The stricter of federal and state schedule wins: a state may put a drug higher, never lower.
function controlledIn(substance: Substance | null, place: Place, asking: Asking): Controlled[] {
  if (substance === null) return [];
  const found = [unitedStates, place].flatMap((at) => {
    const key = substanceRuleKey(substance, 'schedule');
    const { rule, why } = asking.rules.find(ruleId(at, key), asking.on);
    if (why === null) return [String(rule.value)];
    return isRaised(asking, at, key) ? [NOT_KNOWN] : [];
  });
  const [strictest] = found.toSorted((a, b) => schedules.indexOf(b) - schedules.indexOf(a));
  return strictest === undefined ? [] : [{ substance, schedule: strictest }];
}

function seenInPerson(facts: OrderSigningFacts, on: string): boolean {
  const [today, seen] = [dayOf(on), dayOf(facts.inPersonEvaluationOn)];
  return facts.exam?.modality === 'IN_PERSON' || (today !== null && seen !== null && seen <= today);
}

function telemedicine(facts: OrderSigningFacts, controlled: readonly Controlled[], asking: Asking): RuleResult {
  const key = 'controlled.telemedicine';
  const id = ruleId(unitedStates, key);
  const law = '21 USC 829(e)';
  if (facts.exam?.modality === 'IN_PERSON') return passed(id, 'The exam was held in person', law);
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

function deaRegistration(given: Fact<readonly DeaFact[]>, controlled: readonly Controlled[], place: Place, on: string): RuleResult {
  const asked = { id: 'dea.prescriber', what: 'DEA registration', citation: '21 CFR 1301.12, 1306.03' };
  return registration(asked, given, controlled, place, on);
}

// Some states ask for a registration of their own beside the DEA's. Of the others it is an open question, which blocks.
function stateRegistration(facts: OrderSigningFacts, controlled: readonly Controlled[], place: Place, asking: Asking): RuleResult[] {
  const given = facts.prescriber?.stateRegistrations;
  if (given === undefined) return [];
  const reading = readRule(asking, place, 'csr.required');
  if (reading.result !== null) return [reading.result];
  if (reading.value !== true) return [];
  const asked = { id: 'csr.prescriber', what: 'state registration for controlled substances', citation: reading.rule?.citation ?? null };
  return [registration(asked, given, controlled, place, asking.on)];
}

function registration(
  { id, what, citation }: { readonly id: string; readonly what: string; readonly citation: string | null },
  given: Fact<readonly DeaFact[]>,
  controlled: readonly Controlled[],
  place: Place,
  on: string,
): RuleResult {
  const registrations = wholeList(given);
  if (registrations === null) {
    return notKnown(id, `The prescriber's ${what}s could not be read`, 'Try again; if it lasts, check the registration record.', citation);
  }
  const wanted = controlled.map(({ schedule }) => schedule);
  if (wanted.includes(NOT_KNOWN)) return notKnown(id, 'The schedule to be registered for is not known', 'Load the schedule.', citation);
  const today = dayOf(on);
  const possible = registrations.filter((one) => one.state == null || one.state === place.code);
  const judged = possible.map((one) => {
    const expires = dayOf(one.expiresOn);
    if (today === null || one.state == null || one.status == null || expires === null || one.schedules == null) {
      return notKnown(id, `A ${what} is not fully recorded`, 'Record state, status, schedules and expiry.', citation);
    }
    const good = one.status === 'ACTIVE' && expires >= today && wanted.every((schedule) => one.schedules?.includes(schedule));
    return good
      ? passed(id, `The prescriber holds a ${what} in ${place.name}`, citation)
      : failed(
          id,
          `The prescriber's ${what} in ${place.name} does not cover this`,
          'Renew the registration, or choose another prescriber.',
          citation,
        );
  });
  return bestOf(judged) ?? failed(id, `The prescriber has no ${what} in ${place.name}`, 'Choose another prescriber.', citation);
}
