/** May a clinic engage this physician on these terms? How the fee is worked out, who it is, and, before anything begins, licence and insurance. */

import { type Asking, type Place, unitedStates } from './asking.ts';
import { dayOf } from './dates.ts';
import { directing } from './directing.ts';
import { notExcluded } from './exclusion.ts';
import type { AttestedFacts, Fact, PractitionerFact } from './facts.ts';
import { licenceIn } from './licence.ts';
import { placeOf, stateOf } from './place.ts';
import { askRule, isRaised, ruleId, type Verdict } from './reading.ts';
import { failed, notKnown, passed, type RuleResult } from './results.ts';
import { wholeList } from './whole-list.ts';

/** How the fee of an engagement is worked out. */
export type FeeBasis = 'FIXED_MONTHLY' | 'HOURLY' | 'PER_CASE' | 'PER_PRESCRIPTION' | 'PERCENTAGE';

/** What is asked only when the practitioner accepts: until then nothing begins. */
export interface EngagementStanding {
  /** Last day of the professional liability policy in force; `'none'` when there is none. */
  readonly insuredUntil: Fact<string>;
  /** At how many other clinics of a state they are director in that term, for every state of it; `'counted-before'` where that was asked at the beginning. */
  readonly directorships: Fact<Readonly<Record<string, number>> | 'counted-before'>;
  /** The same of clinics mainly for skin care that are not their primary practice. Asked where a state counts those. */
  readonly skinCareOffices?: Fact<Readonly<Record<string, number>>>;
  /** What boards have certified them in. Asked where a state wants a certain one. */
  readonly boardCertifications?: Fact<readonly BoardCertificationFact[]>;
}

/** That a board has certified somebody. */
export interface BoardCertificationFact {
  readonly specialty: Fact<string>;
  /** Last day, or null with `noEnd: true`. */
  readonly expiresOn: Fact<string>;
  readonly noEnd?: boolean;
}

/** Facts for `proposeEngagement`, `acceptEngagement` and `resumeEngagement`. */
export interface EngagementFacts extends AttestedFacts {
  readonly clinicState: Fact<string>;
  /** Codes of everything the clinic offers. Asked where a state wants something of offices for certain services. */
  readonly clinicServices?: Fact<readonly string[]>;
  /** That the clinic is the physician's primary practice, by their own word; left out, it is not. */
  readonly primaryPractice?: boolean;
  /** Every state the engagement is for, that of the clinic among them. */
  readonly states: Fact<readonly string[]>;
  readonly role: Fact<string>;
  readonly model: Fact<string>;
  readonly feeBasis: Fact<FeeBasis>;
  readonly practitioner: Fact<PractitionerFact>;
  /** Whether they speak for the clinic's side themselves. Left out where another gate asks it: see `placement.conflict`. */
  readonly speaksForClinic?: Fact<boolean>;
  /** `'not-yet'` while it is only proposed. */
  readonly standing: Fact<EngagementStanding | 'not-yet'>;
}

/** The rule that says whether a fee may be worked out so. A fee by the case follows the number of patients like one by the prescription. */
const feeKeys: Readonly<Record<FeeBasis, string>> = {
  FIXED_MONTHLY: 'fee.fixed',
  HOURLY: 'fee.fixed',
  PER_CASE: 'fee.per-patient',
  PER_PRESCRIPTION: 'fee.per-patient',
  PERCENTAGE: 'fee.percentage',
};

const inWords: Readonly<Record<FeeBasis, string>> = {
  FIXED_MONTHLY: 'a fixed monthly fee',
  HOURLY: 'a rate fixed in advance for logged hours',
  PER_CASE: 'a fee by the case',
  PER_PRESCRIPTION: 'a fee by the prescription',
  PERCENTAGE: 'a percentage',
};

/** Fee, place, credential and that nobody is on both sides; with a standing also licence in every state, insurance, and how many directorships a state allows. */
export function engagement(facts: EngagementFacts, asking: Asking): RuleResult[] {
  const { place, result } = placeOf('jurisdiction.clinic', facts.clinicState, "The clinic's state");
  const places = placesOf(facts);
  const terms = [
    ...(place === null ? [result] : []),
    scope(facts, place, places),
    ...fees(facts, places ?? [], asking),
    physician(facts.practitioner),
    ...(facts.speaksForClinic === undefined ? [] : [otherSide(facts.speaksForClinic)]),
  ];
  if (facts.standing === 'not-yet') return terms;
  const licences = (places ?? []).map(({ code }) =>
    licenceIn({ id: `licence.engaged.${code}`, holder: 'The practitioner', state: code }, facts.practitioner?.licences, asking.on),
  );
  return [
    ...terms,
    ...licences,
    insured(facts.standing?.insuredUntil, asking.on),
    ...notExcluded('engaged', 'The practitioner', facts.practitioner),
    ...directing(facts, facts.standing, places ?? [], asking),
  ];
}

/** The states of the engagement; null when one is missing, none is named, or one has no rules. */
function placesOf({ states }: EngagementFacts): readonly Place[] | null {
  const whole = wholeList(states);
  const places = whole === null ? null : wholeList(whole.map(stateOf));
  return places === null || places.length === 0 ? null : places;
}

function scope({ role }: EngagementFacts, place: Place | null, places: readonly Place[] | null): RuleResult {
  const id = 'engagement.scope';
  if (role == null || place === null || places === null) {
    return notKnown(
      id,
      'It is not known as what and for which states the engagement is',
      'State role and states; only the 50 states and DC have rules.',
    );
  }
  if (places.some(({ code }) => code === place.code)) return passed(id, `The engagement is for ${place.name}, where the clinic is`);
  return failed(id, `The engagement is not for ${place.name}, where the clinic is`, `Engage for ${place.name} too.`);
}

// What a model is called can say how it is paid: an engagement by the prescription is asked as one even where a fixed fee is written down.
function fees({ feeBasis, model }: EngagementFacts, places: readonly Place[], asking: Asking): RuleResult[] {
  if (feeBasis == null || model == null || !Object.hasOwn(feeKeys, feeBasis)) {
    return [notKnown('engagement.fee', 'It is not known how the fee is worked out', 'State the basis of the fee.')];
  }
  const bases: FeeBasis[] = [feeBasis, ...(model === 'PER_CASE' || model === 'PER_PRESCRIPTION' ? [model] : [])] as FeeBasis[];
  const asked = new Map(bases.map((basis) => [feeKeys[basis], basis]));
  const results = new Map<string, RuleResult>();
  for (const [key, basis] of asked) {
    for (const place of places) {
      const at = whoDecides(asking, place, key);
      results.set(
        ruleId(at, key),
        askRule(asking, at, key, (value) => feeVerdict(value, basis, at)),
      );
    }
  }
  return [...results.values()];
}

/** A state that has an answer of its own decides; for a percentage there is no other, so an unknown state stays unknown. */
function whoDecides(asking: Asking, place: Place, key: string): Place {
  return key === 'fee.percentage' || isRaised(asking, place, key) ? place : unitedStates;
}

function feeVerdict(value: unknown, basis: FeeBasis, at: Place): Verdict {
  const message = `${at.name} on ${inWords[basis]}: ${String(value)}`;
  if (value === 'allowed') return { means: 'permits', message };
  if (value === 'conditional') return { means: 'on-condition', message };
  return { means: 'forbids', message, remedy: 'Agree on a fixed monthly fee at fair market value.' };
}

function physician(practitioner: Fact<PractitionerFact>): RuleResult {
  const id = 'credential.engaged';
  const credential = practitioner?.credential;
  if (credential == null) return notKnown(id, "The practitioner's credential is not recorded", 'Record the credential.');
  if (credential === 'MD' || credential === 'DO') return passed(id, 'The practitioner is a physician');
  return failed(id, `The practitioner is a ${credential}`, 'Engage a physician.');
}

function otherSide(speaksForClinic: boolean | null): RuleResult {
  const id = 'engagement.sides';
  if (speaksForClinic === null) {
    return notKnown(id, 'It is not known who speaks for the clinic', 'Wait until the clinic is known here, and ask again.');
  }
  if (!speaksForClinic) return passed(id, 'The practitioner does not speak for the clinic');
  return failed(id, 'The practitioner speaks for the clinic themselves', 'Engage another: nobody is on both sides of an engagement.');
}

function insured(insuredUntil: Fact<string>, on: string): RuleResult {
  const id = 'insurance.engaged';
  const remedy = 'Record a professional liability policy that is in force.';
  const [today, until] = [dayOf(on), dayOf(insuredUntil)];
  if (insuredUntil === 'none') return failed(id, 'The practitioner is not insured', remedy);
  if (today === null || until === null) return notKnown(id, "The practitioner's insurance is not recorded", remedy);
  if (until < today) return failed(id, `The practitioner's insurance ended on ${until}`, remedy);
  return passed(id, `The practitioner is insured until ${until}`);
}
