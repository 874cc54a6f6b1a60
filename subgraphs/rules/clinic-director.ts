/** The medical director a service stands on. */

import type { Place } from './asking.ts';
import type { ClinicServiceFacts, DirectorFact } from './clinic-facts.ts';
import { dayOf } from './dates.ts';
import { notExcluded } from './exclusion.ts';
import type { Fact } from './facts.ts';
import { licenceIn } from './licence.ts';
import { stateOf } from './place.ts';
import { blockers, failed, notKnown, passed, type RuleResult } from './results.ts';
import { wholeList } from './whole-list.ts';

/** Whether one of the clinic's medical directors answers for the service. */
export function director(facts: ClinicServiceFacts, place: Place, on: string): readonly RuleResult[] {
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

/** One director answers for every service of a clinic, and most engagements ask the same of all of them. */
const judged = new WeakMap<DirectorFact, Map<string, readonly RuleResult[]>>();
const MOMENTS_KEPT = 500;

function judgeDirector(one: DirectorFact, service: Fact<string>, place: Place, on: string): readonly RuleResult[] {
  const forAll = one.engagementServices !== null && (one.engagementServices ?? []).length === 0;
  const asked = [on, place.code, service == null ? '' : forAll ? 'any' : `for ${service}`].join(' ');
  const known = judged.get(one) ?? new Map<string, readonly RuleResult[]>();
  judged.set(one, known);
  const results = known.get(asked) ?? judgeAnew(one, service, place, on);
  if (known.size >= MOMENTS_KEPT) known.clear();
  known.set(asked, results);
  return results;
}

function judgeAnew(one: DirectorFact, service: Fact<string>, place: Place, on: string): RuleResult[] {
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
