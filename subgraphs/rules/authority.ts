/** Who may examine or prescribe in a state: licence, credential, and the agreement an NP or PA works under. */

import { dayOf } from './dates.ts';
import type { AgreementFact, AttestedFacts, Fact, PractitionerFact } from './facts.ts';
import { licenceIn } from './licence.ts';
import { bestOf, failed, notKnown, passed, type RuleResult } from './results.ts';
import { askField, fieldRuleId, readField } from './state-field.ts';
import type { StateRecord } from './state-pack.ts';
import { wholeList } from './whole-list.ts';

/** In which part a practitioner is asked; it names the results (`licence.examiner`). */
export type Part = 'examiner' | 'prescriber';

const holders: Record<Part, string> = { examiner: 'The examiner', prescriber: 'The prescriber' };

/** Licence and collaboration of one practitioner in one state. Whether the credential may examine is asked by `performs`. */
export function authority(
  part: Part,
  practitioner: Fact<PractitionerFact>,
  record: StateRecord,
  facts: AttestedFacts,
  on: string,
  until?: Fact<string>,
): RuleResult[] {
  const holder = holders[part];
  if (practitioner == null) {
    return [notKnown(`licence.${part}`, `${holder} is not known`, 'Try again; if it lasts, check the practitioner record.')];
  }
  const question = { id: `licence.${part}`, holder, state: record.code, until: until === undefined ? on : until };
  const licence = licenceIn(question, practitioner.licences, on);
  switch (practitioner.credential) {
    case 'MD':
    case 'DO':
      return [licence];
    case 'NP':
      return [licence, ...nurseAuthority(part, practitioner, record, facts, on)];
    case 'PA':
      return [licence, ...assistantAuthority(part, practitioner, record, facts, on)];
    case 'RN':
      return [licence, failed(`credential.${part}`, `${holder} is a registered nurse`, 'Choose a physician, NP or PA.')];
    default:
      return [licence, notKnown(`credential.${part}`, `${holder}'s credential is not recorded`, 'Record the credential.')];
  }
}

/** Whether the state lets this credential hold the exam. */
export function performs(credential: Fact<string>, record: StateRecord, facts: AttestedFacts, on: string): RuleResult {
  if (credential == null) {
    return notKnown(fieldRuleId(record.code, 'gfe.performers'), "The examiner's credential is not known", 'Record the credential.');
  }
  return askField(record, 'gfe.performers', facts, on, (value) =>
    (value as readonly string[]).includes(credential)
      ? { means: 'permits', message: `${record.name} lets a practitioner with the credential ${credential} hold the exam` }
      : {
          means: 'forbids',
          message: `${record.name} lets ${(value as readonly string[]).join(', ')} hold the exam, not ${credential}`,
          remedy: 'Choose another examiner.',
        },
  );
}

function nurseAuthority(part: Part, nurse: PractitionerFact, record: StateRecord, facts: AttestedFacts, on: string): RuleResult[] {
  const practice = readField(record, 'np.practiceAuthority', facts, on);
  if (practice.result !== null) return [practice.result];
  const known = passed(
    `${record.code}.np.practiceAuthority`,
    `${record.name}: NP practice authority is ${practice.value}`,
    practice.citation,
  );
  if (practice.value !== 'full') return [known, agreementIn(part, nurse.agreements, record, on)];
  const transition = readField(record, 'np.transition', facts, on);
  if (transition.result !== null) return [known, transition.result];
  const rule = passed(
    `${record.code}.np.transition`,
    `${record.name}: transition to independence: ${transition.value}`,
    transition.citation,
  );
  const independent = String(transition.value).startsWith('none') || nurse.independentIn?.includes(record.code) === true;
  return independent ? [known, rule] : [known, rule, agreementIn(part, nurse.agreements, record, on)];
}

// Every recorded state asks a PA for some instrument (supervision, delegation, collaboration): hour-based releases are not relied upon.
function assistantAuthority(part: Part, assistant: PractitionerFact, record: StateRecord, facts: AttestedFacts, on: string): RuleResult[] {
  const rule = askField(record, 'pa.supervision', facts, on, (value) => ({
    means: 'permits',
    message: `${record.name}: PA practice: ${value}`,
  }));
  return [rule, agreementIn(part, assistant.agreements, record, on)];
}

function agreementIn(part: Part, given: Fact<readonly AgreementFact[]>, record: StateRecord, on: string): RuleResult {
  const id = `agreement.${part}`;
  const agreements = wholeList(given);
  const holder = holders[part];
  if (agreements === null) {
    return notKnown(id, `${holder}'s collaborative agreements could not be read`, 'Try again; if it lasts, check the agreement record.');
  }
  const possible = agreements.filter((agreement) => agreement.state == null || agreement.state === record.code);
  return (
    bestOf(possible.map((agreement) => judgeAgreement(id, holder, agreement, record, on))) ??
    failed(
      id,
      `${holder} has no collaborative agreement in ${record.name}`,
      `Sign an agreement with a physician licensed in ${record.name}.`,
    )
  );
}

function judgeAgreement(id: string, holder: string, agreement: AgreementFact, record: StateRecord, on: string): RuleResult {
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
      `${holder}'s agreement in ${record.name} is not fully recorded`,
      'Record state, status, start and end of the agreement.',
    );
  }
  if (agreement.status !== 'ACTIVE' || starts > today || (ends !== null && ends < today)) {
    return failed(id, `${holder}'s agreement in ${record.name} is not in force`, 'Renew the agreement, or sign a new one.');
  }
  const physician = licenceIn({ id, holder: 'The collaborating physician', state: record.code }, agreement.physicianLicences, on);
  if (physician.outcome !== 'PASS') return physician;
  return passed(id, `${holder} works under an agreement in ${record.name} with a physician licensed there`);
}
