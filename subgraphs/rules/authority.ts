/** Who may examine or prescribe in a state: licence, credential, and the agreement an NP or PA works under. */

import { dayOf } from './dates.ts';
import type { Asking, Place } from './asking.ts';
import { notExcluded } from './exclusion.ts';
import type { AgreementFact, Fact, PractitionerFact } from './facts.ts';
import { licenceIn } from './licence.ts';
import { askRule, readRule, ruleId } from './reading.ts';
import { bestOf, failed, notKnown, passed, type RuleResult } from './results.ts';
import { wholeList } from './whole-list.ts';

/** In which part a practitioner is asked; it names the results (`licence.examiner`). */
export type Part = 'examiner' | 'prescriber' | 'performer';

const holders: Record<Part, string> = { examiner: 'The examiner', prescriber: 'The prescriber', performer: 'The one who acts' };

/** Licence, collaboration and exclusion of one practitioner in one state. Whether the credential may examine is asked by `performs`. */
export function authority(
  part: Part,
  practitioner: Fact<PractitionerFact>,
  place: Place,
  asking: Asking,
  until?: Fact<string>,
): RuleResult[] {
  return [...licensedAuthority(part, practitioner, place, asking, until), ...notExcluded(part, holders[part], practitioner)];
}

function licensedAuthority(
  part: Part,
  practitioner: Fact<PractitionerFact>,
  place: Place,
  asking: Asking,
  until?: Fact<string>,
): RuleResult[] {
  const holder = holders[part];
  if (practitioner == null) {
    return [notKnown(`licence.${part}`, `${holder} is not known`, 'Try again; if it lasts, check the practitioner record.')];
  }
  const question = { id: `licence.${part}`, holder, state: place.code, until: until === undefined ? asking.on : until };
  const licence = licenceIn(question, practitioner.licences, asking.on);
  switch (practitioner.credential) {
    case 'MD':
    case 'DO':
      return [licence];
    case 'NP':
      return [licence, ...nurseAuthority(part, practitioner, place, asking)];
    case 'PA':
      return [licence, ...assistantAuthority(part, practitioner, place, asking)];
    case 'RN':
      return [licence, failed(`credential.${part}`, `${holder} is a registered nurse`, 'Choose a physician, NP or PA.')];
    default:
      return [licence, notKnown(`credential.${part}`, `${holder}'s credential is not recorded`, 'Record the credential.')];
  }
}

/** Whether the state lets this credential hold the exam. */
export function performs(credential: Fact<string>, place: Place, asking: Asking): RuleResult {
  if (credential == null) {
    return notKnown(ruleId(place, 'gfe.performers'), "The examiner's credential is not known", 'Record the credential.');
  }
  return askRule(asking, place, 'gfe.performers', (value) =>
    (value as readonly string[]).includes(credential)
      ? { means: 'permits', message: `${place.name} lets a practitioner with the credential ${credential} hold the exam` }
      : {
          means: 'forbids',
          message: `${place.name} lets ${(value as readonly string[]).join(', ')} hold the exam, not ${credential}`,
          remedy: 'Choose another examiner.',
        },
  );
}

function nurseAuthority(part: Part, nurse: PractitionerFact, place: Place, asking: Asking): RuleResult[] {
  const practice = readRule(asking, place, 'np.practiceAuthority');
  if (practice.result !== null) return [practice.result];
  const known = askRule(asking, place, 'np.practiceAuthority', (value) => ({
    means: 'permits',
    message: `${place.name}: NP practice authority is ${value}`,
  }));
  if (practice.value !== 'full') return [known, agreementIn(part, nurse.agreements, place, asking.on)];
  const transition = readRule(asking, place, 'np.transition');
  if (transition.result !== null) return [known, transition.result];
  const rule = passed(
    ruleId(place, 'np.transition'),
    `${place.name}: transition to independence: ${transition.value}`,
    transition.rule?.citation ?? null,
    transition.rule?.since,
  );
  // Prose that an entity has set is not read for what it may mean: only the board's word frees a nurse there.
  const recorded = transition.rule !== null && transition.value === transition.rule.value;
  const released = recorded && String(transition.value).startsWith('none');
  const independent = released || nurse.independentIn?.includes(place.code) === true;
  return independent ? [known, rule] : [known, rule, agreementIn(part, nurse.agreements, place, asking.on)];
}

// Every recorded state asks a PA for some instrument (supervision, delegation, collaboration): hour-based releases are not relied upon.
function assistantAuthority(part: Part, assistant: PractitionerFact, place: Place, asking: Asking): RuleResult[] {
  const rule = askRule(asking, place, 'pa.supervision', (value) => ({
    means: 'permits',
    message: `${place.name}: PA practice: ${value}`,
  }));
  return [rule, agreementIn(part, assistant.agreements, place, asking.on)];
}

function agreementIn(part: Part, given: Fact<readonly AgreementFact[]>, place: Place, on: string): RuleResult {
  const id = `agreement.${part}`;
  const agreements = wholeList(given);
  const holder = holders[part];
  if (agreements === null) {
    return notKnown(id, `${holder}'s collaborative agreements could not be read`, 'Try again; if it lasts, check the agreement record.');
  }
  const possible = agreements.filter((agreement) => agreement.state == null || agreement.state === place.code);
  return (
    bestOf(possible.map((agreement) => judgeAgreement(id, holder, agreement, place, on))) ??
    failed(id, `${holder} has no collaborative agreement in ${place.name}`, `Sign an agreement with a physician licensed in ${place.name}.`)
  );
}

function judgeAgreement(id: string, holder: string, agreement: AgreementFact, place: Place, on: string): RuleResult {
  const today = dayOf(on);
  const starts = dayOf(agreement.startsOn);
  const ends = dayOf(agreement.endsOn);
  if (
    today === null ||
    agreement.state == null ||
    agreement.status == null ||
    starts === null ||
    (ends === null && agreement.noEnd !== true)
  ) {
    return notKnown(
      id,
      `${holder}'s agreement in ${place.name} is not fully recorded`,
      'Record state, status, start and end of the agreement.',
    );
  }
  if (agreement.status !== 'ACTIVE' || starts > today || (ends !== null && ends < today)) {
    return failed(id, `${holder}'s agreement in ${place.name} is not in force`, 'Renew the agreement, or sign a new one.');
  }
  const physician = licenceIn({ id, holder: 'The collaborating physician', state: place.code }, agreement.physicianLicences, on);
  if (physician.outcome !== 'PASS') return physician;
  const excluded = notExcluded('collaborator', 'The collaborating physician', agreement).find(({ outcome }) => outcome !== 'PASS');
  if (excluded !== undefined) return { ...excluded, id };
  return passed(id, `${holder} works under an agreement in ${place.name} with a physician licensed there`);
}
