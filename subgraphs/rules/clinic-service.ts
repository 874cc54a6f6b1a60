/** May this clinic offer this service: the readiness of one service, with a reason for everything that keeps it closed. */

import type { Asking, Place } from './asking.ts';
import { dayOf } from './dates.ts';
import { validity } from './exam-validity.ts';
import type { ClinicLegs, ClinicServiceFacts, DirectorFact } from './clinic-facts.ts';
import { facilityLicences } from './facility.ts';
import type { ExamBookingFacts, Fact, Modality } from './facts.ts';
import { notExcluded } from './exclusion.ts';
import { licenceIn } from './licence.ts';
import { modality, modalityFields } from './modality.ts';
import { placeOf, serviceProblems, stateOf } from './place.ts';
import { protocolInForce } from './protocol.ts';
import { askRule, type Verdict } from './reading.ts';
import { bestOf, blockers, failed, notKnown, passed, type RuleResult } from './results.ts';
import { wholeList } from './whole-list.ts';

/** State fields, medical director, protocol, facility. */
export function clinicService(facts: ClinicServiceFacts, asking: Asking): RuleResult[] {
  const { on } = asking;
  const problems = [...serviceProblems(facts.service), ...offered(facts)];
  const { place, result } = placeOf('jurisdiction.clinic', facts.state, "The clinic's state");
  const rest = [protocol(facts, on), ...facilityLicences(facts, on)];
  if (place === null) return [...problems, result, ...rest];
  return [...problems, ...stateRules(facts, place, asking), ...director(facts, place, on), ...rest];
}

/**
 * The same for one way of examining, as booking asks it: what another way of examining would need closes nothing here. Results that
 * `asked` gave already are not given twice.
 */
export function clinicOpen(facts: ExamBookingFacts, asking: Asking, asked: readonly RuleResult[]): RuleResult[] {
  const { legs, service, modality: way, clinicServices } = facts;
  if (legs === undefined) return [];
  const unknown: ClinicLegs = { state: null, directors: null, protocols: null, facilityLicences: null };
  const modalities = wholeList(clinicServices)?.find(({ code }) => code === service)?.modalities as readonly Modality[] | undefined;
  const told = { ...(legs ?? unknown), service, offered: true, modalities, attestations: facts.attestations, entityName: facts.entityName };
  const fields = Object.entries(modalityFields).flatMap(([how, field]) => (how === way ? [] : [field]));
  const others = way === 'IN_PERSON' ? ['gfe.telehealthAllowed', ...fields] : fields;
  const known = new Set([
    ...asked.map(({ id }) => id),
    ...others.map((field) => `${legs?.state}.${field}`),
    'modality',
    'modality.in-person',
  ]);
  return clinicService(told, asking).filter(({ id }) => !known.has(id));
}

function offered(facts: ClinicServiceFacts): RuleResult[] {
  if (facts.offered === true) return [];
  if (facts.offered === false) return [failed('service.offered', 'The clinic does not offer this service', 'Offer the service.')];
  return [notKnown('service.offered', 'It is not known whether the clinic offers this service', 'Record what the clinic offers.')];
}

function stateRules(facts: ClinicServiceFacts, place: Place, asking: Asking): RuleResult[] {
  const modes = new Map<string, RuleResult>();
  for (const how of facts.modalities ?? []) for (const result of modality(how, place, asking)) modes.set(result.id, result);
  if (modes.size === 0)
    modes.set(
      'modality',
      notKnown('modality', 'It is not known how exams for this service are held', 'Record the modalities of the service.'),
    );
  return [
    ...modes.values(),
    askRule(asking, place, 'gfe.performers', (value) => ({
      means: 'permits',
      message: `${place.name} lets ${(value as readonly string[]).join(', ')} hold the exam`,
    })),
    validity(place, asking),
    askRule(asking, place, 'prescribing.inPersonBeforeFirstRx', (value) => visitFirst(value, facts, place)),
    askRule(asking, place, 'md.onSite', (value) =>
      value === 'not-required'
        ? { means: 'permits', message: `${place.name} asks for no physician on site` }
        : { means: 'on-condition', message: `${place.name}: a physician on site is ${value}` },
    ),
    // The rule is prose: that this clinic's supervision fits it is for a person to say.
    askRule(asking, place, 'md.supervision', (value) => ({
      means: 'on-condition',
      message: `${place.name} on supervision: ${value}`,
    })),
  ];
}

function visitFirst(value: unknown, facts: ClinicServiceFacts, place: Place): Verdict {
  const message = `${place.name}: a visit in person before a first prescription is ${value}`;
  if (value === 'not-required' || facts.modalities?.includes('IN_PERSON') === true) return { means: 'permits', message };
  if (value === 'required-with-exceptions') return { means: 'on-condition', message };
  return { means: 'forbids', message, remedy: 'Offer exams in person.' };
}

function director(facts: ClinicServiceFacts, place: Place, on: string): RuleResult[] {
  const id = 'director.engaged';
  const directors = wholeList(facts.directors);
  if (directors === null)
    return [notKnown(id, "The clinic's medical directors could not be read", 'Try again; if it lasts, check the engagements.')];
  const best = bestDirector(directors, facts.service, place, on);
  if (best === null) return [failed(id, 'The clinic has no medical director', 'Engage a medical director.')];
  return judgeDirector(best, facts.service, place, on);
}

/** Of several directors the one the gate answers about: whoever has least standing in the way. Null of none, or of a list not read whole. */
export function standingDirector(
  { directors, state, service }: Pick<ClinicServiceFacts, 'directors' | 'state' | 'service'>,
  on: string,
): DirectorFact | null {
  const place = stateOf(state);
  return place === null ? null : bestDirector(wholeList(directors) ?? [], service, place, on);
}

function bestDirector(directors: readonly DirectorFact[], service: Fact<string>, place: Place, on: string): DirectorFact | null {
  const judged = directors.map((one) => ({ one, against: blockers(judgeDirector(one, service, place, on)).length }));
  return judged.toSorted((a, b) => a.against - b.against)[0]?.one ?? null;
}

function judgeDirector(one: DirectorFact, service: Fact<string>, place: Place, on: string): RuleResult[] {
  const today = dayOf(on);
  const starts = dayOf(one.engagementStartsOn);
  const ends = dayOf(one.engagementEndsOn);
  const licence = licenceIn({ id: 'licence.director', holder: 'The medical director', state: place.code }, one.licences, on);
  return [engaged(), physician(), licence, insured(), ...notExcluded('director', 'The medical director', one)];

  function engaged(): RuleResult {
    const id = 'director.engaged';
    const remedy = 'Engage a medical director.';
    if (today === null || one.engagementStatus == null || starts === null || (ends === null && one.engagementNoEnd !== true)) {
      return notKnown(id, "The medical director's engagement is not fully recorded", 'Record status, start and end of the engagement.');
    }
    const runs = one.engagementStatus === 'ACTIVE' || one.engagementStatus === 'ENDING';
    if (!runs || starts > today || (ends !== null && ends < today))
      return failed(id, "The medical director's engagement is not in force", remedy);
    // Of an engagement for some services, for which must be known; left out, it is for all.
    if (one.engagementServices === null || (one.engagementServices !== undefined && service == null))
      return notKnown(id, 'It is not known for which services the medical director is engaged', 'Record the services of the engagement.');
    if (one.engagementServices !== undefined && one.engagementServices.length > 0 && !one.engagementServices.includes(service ?? ''))
      return failed(id, 'The medical director is not engaged for this service', 'Engage a medical director for this service.');
    return passed(id, 'A medical director is engaged');
  }

  function physician(): RuleResult {
    const id = 'credential.director';
    if (one.credential == null) return notKnown(id, "The medical director's credential is not recorded", 'Record the credential.');
    if (one.credential === 'MD' || one.credential === 'DO') return passed(id, 'The medical director is a physician');
    return failed(id, `The medical director is a ${one.credential}`, 'Engage a physician.');
  }

  function insured(): RuleResult {
    const id = 'insurance.director';
    const remedy = 'Renew the professional liability insurance.';
    if (one.insured !== undefined) return covered(one.insured, remedy);
    const until = dayOf(one.insuredUntil);
    if (one.insuredUntil === 'none') return failed(id, 'The medical director is not insured', remedy);
    if (today === null || until === null) return notKnown(id, "The medical director's insurance is not recorded", 'Record the policy.');
    if (until < today) return failed(id, `The medical director's insurance ended on ${until}`, remedy);
    return passed(id, `The medical director is insured until ${until}`);
  }

  function covered(given: DirectorFact['insured'], remedy: string): RuleResult {
    const id = 'insurance.director';
    const terms = wholeList(given)?.map(({ from, until }) => ({ from: dayOf(from), until: dayOf(until) })) ?? null;
    if (today === null || terms === null || terms.some(({ from, until }) => from === null || until === null))
      return notKnown(id, "The medical director's insurance is not recorded", 'Record the policy.');
    const last = (of: typeof terms) =>
      of
        .map(({ until }) => until ?? '')
        .toSorted()
        .at(-1);
    const until = last(terms.filter((term) => (term.from ?? '') <= today && (term.until ?? '') >= today));
    if (until !== undefined) return passed(id, `The medical director is insured until ${until}`);
    const begins = terms
      .map(({ from }) => from ?? '')
      .filter((from) => from > today)
      .toSorted()[0];
    if (begins !== undefined) return failed(id, `The medical director's insurance begins on ${begins}`, remedy);
    const ended = last(terms);
    return failed(
      id,
      ended === undefined ? 'The medical director is not insured' : `The medical director's insurance ended on ${ended}`,
      remedy,
    );
  }
}

function protocol(facts: ClinicServiceFacts, on: string): RuleResult {
  const protocols = wholeList(facts.protocols);
  if (protocols === null)
    return notKnown('protocol.inForce', "The clinic's protocols could not be read", 'Try again; if it lasts, check the protocols.');
  const possible = protocols.filter((one) => one.service == null || one.service === facts.service);
  return (
    bestOf(possible.map((one) => protocolInForce(one, facts.service, on))) ??
    failed('protocol.inForce', 'The clinic has no protocol for this service', 'Ask the medical director to sign a protocol.')
  );
}
