/** Does this physician fit what this clinic asks for? What every engagement asks at its beginning, then what both sides have said. */

import type { Asking, Place } from './asking.ts';
import { dayOf } from './dates.ts';
import { headsUnder, ratio } from './delegation.ts';
import { engagement } from './engagement.ts';
import type { Fact } from './facts.ts';
import { stateOf } from './place.ts';
import type { CandidateFact, PlacementFacts } from './placement-facts.ts';
import { askRule } from './reading.ts';
import { failed, isBlocked, notKnown, passed, type RuleResult } from './results.ts';
import { wholeList } from './whole-list.ts';

const ASK_FOR_MORE = 'Ask the physician to say so in what they publish, or choose another.';

/** Every reason in and out, in reading order. */
export function placement(facts: PlacementFacts, asking: Asking): RuleResult[] {
  const { practitioner, candidate } = facts;
  // Whoever is placed was looked up: what another gate may leave out is asked here.
  const looked = practitioner == null ? practitioner : { ...practitioner, exclusion: practitioner.exclusion ?? null };
  return [
    ...engagement({ ...facts, practitioner: looked }, asking).map(withoutDetails),
    open(facts),
    covers('placement.states', 'state', facts.states, candidate?.states),
    covers('placement.services', 'service', facts.services, candidate?.services, 'all'),
    starts(facts),
    capacity(candidate),
    covers('placement.specialty', 'specialty', folded(facts.specialties), folded(candidate?.specialties)),
    onSite(facts),
    ...stateOnSite(facts, asking),
    ...ratios(facts, asking),
    conflict(candidate),
    engagedThere(candidate),
  ];
}

/**
 * A clinic reads the lists and policies of those engaged with it, which a candidate is not: it learns whether something is clear, never
 * what was found or until when.
 */
function withoutDetails(result: RuleResult): RuleResult {
  const { id, outcome, citation } = result;
  if (id === 'exclusion.engaged') {
    if (outcome === 'PASS') return { ...result, message: 'Screening is clear' };
    return failed(id, 'Screening is not clear', 'Choose another, or wait until it is.', citation);
  }
  if (id !== 'insurance.engaged') return result;
  if (outcome === 'PASS') return { ...result, message: 'Insured for professional liability' };
  return { ...result, message: 'No professional liability policy is verified and in force' };
}

function open({ role, candidate }: PlacementFacts): RuleResult {
  const id = 'placement.available';
  const roles = wholeList(candidate?.roles);
  if (candidate?.open == null || role == null || roles === null) {
    return notKnown(id, 'It is not known whether and as what they are available', ASK_FOR_MORE);
  }
  if (!candidate.open) return failed(id, 'They take no work for now', 'Choose another, or wait until they do.');
  if (!roles.includes(role)) return failed(id, 'They do not take this role', 'Choose another.');
  return passed(id, 'They are available in this role');
}

/** Whether everything that is asked for is among what is offered. `empty: 'all'` reads an empty offer as everything, and an empty wish as all there is. */
function covers(id: string, what: string, wanted: Fact<readonly string[]>, offered: Fact<readonly string[]>, empty?: 'all'): RuleResult {
  const [wish, offer] = [wholeList(wanted), wholeList(offered)];
  if (wish === null || offer === null) return notKnown(id, `It is not known for which ${what} this is`, ASK_FOR_MORE);
  if (empty === 'all' && offer.length === 0) return passed(id, `They take every ${what}`);
  if (empty === 'all' && wish.length === 0) {
    return failed(id, `Every ${what} of the clinic is asked for, and they take only some`, `Name each ${what} that is needed.`);
  }
  const missing = wish.filter((one) => !offer.includes(one));
  if (missing.length > 0)
    return failed(id, `Not covered, of what is asked for by ${what}: ${missing.join(', ')}`, 'Choose another, or ask for less.');
  return passed(id, wish.length === 0 ? `No ${what} is asked for` : `They cover each ${what} that is asked for`);
}

function folded(names: Fact<readonly string[]>): Fact<readonly string[]> {
  return wholeList(names)?.map((name) => name.trim().toLowerCase());
}

function starts({ startsOn, candidate }: PlacementFacts): RuleResult {
  const id = 'placement.start';
  const [first, from, until] = [dayOf(startsOn), dayOf(candidate?.availableFrom), dayOf(candidate?.availableUntil)];
  if (first === null || from === null || (until === null && candidate?.noEnd !== true)) {
    return notKnown(id, 'It is not known from when until when they are available', ASK_FOR_MORE);
  }
  if (from > first) return failed(id, `They are available from ${from} on`, 'Begin later, or choose another.');
  if (until !== null && until < first) return failed(id, `They are available until ${until}`, 'Begin earlier, or choose another.');
  return passed(id, `They are available on ${first}`);
}

function capacity(candidate: Fact<CandidateFact>): RuleResult {
  const id = 'placement.capacity';
  const [directs, most] = [candidate?.directs, candidate?.mostClinics];
  if (directs == null || most == null) return notKnown(id, 'It is not known how many clinics they direct and would direct', ASK_FOR_MORE);
  if (directs >= most)
    return failed(id, `They direct ${directs} of at most ${most} clinics`, 'Choose another, or wait until one has ended.');
  return passed(id, `They direct ${directs} of at most ${most} clinics`);
}

function onSite({ onSite: need, clinicState, candidate }: PlacementFacts): RuleResult {
  const id = 'placement.onSite';
  if (need === 'NONE') return passed(id, 'Nobody is asked to come to the premises');
  const states = wholeList(candidate?.onSiteStates);
  if (need == null || clinicState == null || states === null) {
    return notKnown(id, 'It is not known who is to come to the premises where', ASK_FOR_MORE);
  }
  if (states.includes(clinicState)) return passed(id, `They come to premises in ${clinicState}`);
  return failed(id, `They do not come to premises in ${clinicState}`, 'Ask for work from afar, or choose another.');
}

function stateOnSite({ clinicState, candidate }: PlacementFacts, asking: Asking): RuleResult[] {
  const place = stateOf(clinicState);
  // A clinic without a state is refused by what every engagement asks.
  if (place === null) return [];
  const comes = wholeList(candidate?.onSiteStates)?.includes(place.code) === true;
  return [
    askRule(asking, place, 'md.onSite', (value) => {
      const message = `${place.name}: a physician on site is ${value}`;
      if (value === 'not-required' || comes) return { means: 'permits', message };
      if (value === 'conditional') return { means: 'on-condition', message };
      return { means: 'forbids', message, remedy: 'Choose a physician who comes to the premises there.' };
    }),
  ];
}

/** Whether there is room for one more of each who would prescribe under them, in each state. Of several answers in one state the first that blocks counts. */
function ratios({ states, prescribers, candidate }: PlacementFacts, asking: Asking): RuleResult[] {
  const who = wholeList(prescribers);
  if (who === null) return [notKnown('placement.prescribers', 'It is not known who would prescribe under them', 'State who prescribes.')];
  const places = (wholeList(states) ?? []).map(stateOf).filter((place): place is Place => place !== null);
  return places.flatMap((place) => {
    const heads = headsUnder(candidate?.supervised?.[place.code]);
    const results = who.map((credential) => ratio(heads, credential, place, asking));
    const [first] = [...results.filter((one) => isBlocked([one])), ...results];
    return first === undefined ? [] : [first];
  });
}

function conflict(candidate: Fact<CandidateFact>): RuleResult {
  const id = 'placement.conflict';
  switch (candidate?.conflict) {
    case 'none':
      return passed(id, 'No conflict is declared');
    case 'declared':
      return failed(id, 'A conflict is declared', 'Choose another.');
    case 'own':
      return failed(id, 'They speak for the clinic themselves', 'Choose another: nobody is on both sides of an engagement.');
    default:
      return notKnown(id, 'It is not known whether there is a conflict', ASK_FOR_MORE);
  }
}

function engagedThere(candidate: Fact<CandidateFact>): RuleResult {
  const id = 'placement.engagedThere';
  if (candidate?.engagedThere == null)
    return notKnown(id, 'It is not known whether the clinic engages them already', 'Look at its engagements.');
  if (candidate.engagedThere) return failed(id, 'The clinic engages them in this role already', 'Choose another, or renew the engagement.');
  return passed(id, 'The clinic does not engage them in this role yet');
}
