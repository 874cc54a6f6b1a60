/** Each stage's exit condition over the facts. Pure: it reads what it is given and no clock. */

import type { RuleResult } from '#rules/results.ts';
import type { ServiceCode } from '#rules/service-codes.ts';
import type { DelegatedAct, OnboardingFacts } from './onboarding-facts.ts';
import { lacking, type Missing, notNeeded, type Owner, type Stage, stage, unread } from './stage.ts';

/** Services that as a rule end in a compounded drug. Our own grouping. */
const compounded: ReadonlySet<string> = new Set<ServiceCode>([
  ...(['weight-loss', 'hormone-therapy', 'peptide-therapy', 'iv-therapy', 'topical-anaesthetic'] as const),
]);

const UNREAD_SERVICES = 'What the clinic offers could not be read';

/** The seven stages in their order. */
export function stagesOf(facts: OnboardingFacts): Stage[] {
  return [assessment(facts), matching(facts), framework(facts), pharmacy(facts), agreements(facts), training(facts), launch(facts)];
}

const directs = ({ engagement }: OnboardingFacts) => engagement.role === 'MEDICAL_DIRECTOR';

const open = (what: string, owner: Owner, subject: Missing['subject'] = null): Missing => ({
  ...{ what, ruleId: null, outcome: 'FAIL', owner, subject },
});

const nothingOffered = ({ engagement }: Pick<OnboardingFacts, 'engagement'>) =>
  open('The clinic offers nothing that the engagement is for', 'COMPLIANCE_OFFICER', { kind: 'CLINIC', id: engagement.clinicId });

/** Services, states, roles and who prescribes are on record, so that a risk class can be computed. */
function assessment({ engagement, services, riskClass }: OnboardingFacts): Stage {
  const subject = { kind: 'ENGAGEMENT', id: engagement.id } as const;
  return stage('ASSESSMENT', [
    ...(services === null ? [unread(UNREAD_SERVICES)] : []),
    ...(services?.length === 0 ? [nothingOffered({ engagement })] : []),
    ...(engagement.states.length === 0 ? [open('The states of the engagement are not recorded', 'COMPLIANCE_OFFICER', subject)] : []),
    ...(engagement.feeBasis === null ? [open('The basis of the fee is not recorded', 'COMPLIANCE_OFFICER', subject)] : []),
    ...(riskClass === null
      ? [unread('It was not placed on a request, so volume, devices and who prescribes were never asked: no risk class can be computed')]
      : []),
  ]);
}

const isInsurance = (id: string) => id.startsWith('insurance.');
const ownPaper = (id: string): Owner =>
  id.startsWith('licence.') || isInsurance(id) || id.startsWith('credential.') ? 'MEDICAL_DIRECTOR' : 'COMPLIANCE_OFFICER';

/** The gate's own decision, asked again today. Insurance is a paper of the fifth stage. */
function matching({ engagement, matching: results }: OnboardingFacts): Stage {
  const asked = results.filter(({ id }) => !isInsurance(id));
  return stage(
    'MATCHING',
    lacking(asked, ({ id }) => ownPaper(id), { kind: 'ENGAGEMENT', id: engagement.id }),
  );
}

/** Each service has a protocol in force that holds at the clinic, and below level 4 each who does it a delegation. */
function framework(facts: OnboardingFacts): Stage {
  if (!directs(facts)) return notNeeded('FRAMEWORK');
  const { services, acts } = facts;
  const protocols = services?.flatMap(({ code, results }) =>
    lacking(
      results.filter(({ id }) => id === 'protocol.inForce'),
      () => 'MEDICAL_DIRECTOR',
      { kind: 'SERVICE', id: code },
    ),
  );
  const delegations = acts?.flatMap((act) => [
    ...ofAct(act, act.unknownLevel, 'COMPLIANCE_OFFICER'),
    ...(act.unknownLevel.length > 0 ? [] : ofAct(act, act.results.filter(isDelegation), 'MEDICAL_DIRECTOR')),
  ]);
  return stage('FRAMEWORK', [
    ...(services?.length === 0 ? [nothingOffered(facts)] : []),
    ...(protocols ?? [unread(UNREAD_SERVICES)]),
    ...(delegations ?? [unread('Who works there, and what was delegated to them, could not be read')]),
  ]);
}

const isDelegation = ({ id }: RuleResult) => id === 'delegation.record' || id === 'delegation.recordedLevel';

function ofAct({ practitionerId, name, service }: DelegatedAct, results: readonly RuleResult[], owner: Owner): Missing[] {
  const missing = lacking(results, () => owner, { kind: 'PRACTITIONER', id: practitionerId });
  return missing.map((one) => ({ ...one, what: `${service}, ${name}: ${one.what}` }));
}

/** Where a service compounds: a pharmacy that fills for the clinic, with something to fill, licensed in every state of the engagement. */
function pharmacy(facts: OnboardingFacts): Stage {
  const { engagement, services, pharmacies, today } = facts;
  if (!directs(facts)) return notNeeded('PHARMACY');
  if (services === null) return stage('PHARMACY', [unread(UNREAD_SERVICES)]);
  if (!services.some(({ code }) => compounded.has(code))) return notNeeded('PHARMACY');
  if (pharmacies === null) return stage('PHARMACY', [unread('Which pharmacies fill for the clinic could not be read')]);
  const filling = pharmacies.filter(({ status, activeItems }) => status === 'ACTIVE' && activeItems > 0);
  const isLicensed = (state: string) =>
    filling.some(({ licenses }) =>
      licenses.some((one) => one.state === state && one.kind !== 'STERILE' && one.status === 'ACTIVE' && one.expiresOn >= today),
    );
  return stage('PHARMACY', [
    ...(filling.length === 0
      ? [
          open('No pharmacy with anything to fill has approved the clinic', 'COMPLIANCE_OFFICER', {
            kind: 'CLINIC',
            id: engagement.clinicId,
          }),
        ]
      : engagement.states
          .filter((state) => !isLicensed(state))
          .map((state) =>
            open(`No pharmacy that fills for the clinic is licensed in ${state}`, 'COMPLIANCE_OFFICER', { kind: 'STATE', id: state }),
          )),
  ]);
}

/** The director's agreement and insurance, the agreements of those who need one, the licences of the site. */
function agreements({ engagement, matching: results, services, collaborators }: OnboardingFacts): Stage {
  const facility = new Map(
    services?.flatMap((one) => one.results.filter(({ id }) => id.startsWith('facility.')).map((found) => [found.id, found])),
  );
  return stage('AGREEMENTS', [
    ...(engagement.hasAgreement
      ? []
      : [open('No agreement is on record', 'COMPLIANCE_OFFICER', { kind: 'ENGAGEMENT', id: engagement.id })]),
    ...lacking(
      results.filter(({ id }) => isInsurance(id)),
      () => 'MEDICAL_DIRECTOR',
      { kind: 'ENGAGEMENT', id: engagement.id },
    ),
    ...(collaborators?.flatMap(({ practitionerId, name, results: found }) =>
      lacking(
        found.filter(({ id }) => id === 'agreement.performer'),
        () => 'COMPLIANCE_OFFICER',
        { kind: 'PRACTITIONER', id: practitionerId },
      ).map((missing) => ({ ...missing, what: `${name}: ${missing.what}` })),
    ) ?? [unread('The agreements of those who work there could not be read')]),
    ...(services === null ? [unread(UNREAD_SERVICES)] : []),
    ...lacking([...facility.values()], () => 'COMPLIANCE_OFFICER', { kind: 'CLINIC', id: engagement.clinicId }),
  ]);
}

/** A competency for each who acts below level 4, in each service they do. */
function training(facts: OnboardingFacts): Stage {
  const { acts } = facts;
  if (!directs(facts) || acts?.length === 0) return notNeeded('TRAINING');
  const untrained = acts?.filter(({ isTrained }) => !isTrained);
  return stage(
    'TRAINING',
    untrained?.flatMap((act) =>
      act.unknownLevel.length > 0 ? ofAct(act, act.unknownLevel, 'COMPLIANCE_OFFICER') : [noCompetency(act)],
    ) ?? [unread('Who works there, and how they were trained, could not be read')],
  );
}

const noCompetency = ({ practitionerId, name, service }: DelegatedAct): Missing => ({
  ...open(`${service}, ${name}: no competency that counts today`, 'MEDICAL_DIRECTOR', { kind: 'PRACTITIONER', id: practitionerId }),
  ruleId: 'competency.performer',
});

/** This very engagement is in force, whoever else directs there; a review of charts is open, an examiner has published hours, and every service of the engagement is open. */
function launch(facts: OnboardingFacts): Stage {
  const { engagement, services, hasOpenAudit, examinerIds } = facts;
  if (!directs(facts)) return notNeeded('LAUNCH');
  const closed = services?.flatMap(({ code, results }) =>
    lacking(
      results,
      ({ id }) =>
        id === 'licence.director' || id === 'insurance.director' || id === 'protocol.inForce' ? 'MEDICAL_DIRECTOR' : 'COMPLIANCE_OFFICER',
      { kind: 'SERVICE', id: code },
    ),
  );
  return stage('LAUNCH', [
    ...(inForce.includes(engagement.status) ? [] : [notInForce(engagement)]),
    ...(hasOpenAudit ? [] : [open('No review of charts is scheduled', 'COMPLIANCE_OFFICER', { kind: 'ENGAGEMENT', id: engagement.id })]),
    ...(examinerIds === null ? [unread('Whether an examiner has published hours could not be read')] : []),
    ...(examinerIds?.length === 0
      ? [open('No examiner has published hours', 'EXAMINER', { kind: 'CLINIC', id: engagement.clinicId })]
      : []),
    ...(closed ?? [unread(UNREAD_SERVICES)]),
    ...(services?.length === 0 ? [nothingOffered(facts)] : []),
  ]);
}

const inForce: readonly string[] = ['ACTIVE', 'ENDING'];

/** A proposal waits for the physician, and what is suspended or over for whoever arranges. */
const notInForce = ({ id, status }: OnboardingFacts['engagement']): Missing =>
  open(`The engagement is ${status}`, status === 'DRAFT' ? 'MEDICAL_DIRECTOR' : 'COMPLIANCE_OFFICER', { kind: 'ENGAGEMENT', id });
