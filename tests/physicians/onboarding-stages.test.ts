import { expect, test } from 'vitest';
import type { RuleResult } from '#rules/results.ts';
import type { OnboardingFacts } from '../../subgraphs/physicians/onboarding/onboarding-facts.ts';
import { stagesOf } from '../../subgraphs/physicians/onboarding/stages.ts';

const result = (id: string, outcome: RuleResult['outcome'] = 'PASS'): RuleResult => ({
  ...{ id, outcome, message: `${id} is ${outcome}`, citation: null, remedy: null, version: 'none' },
});

const act = {
  ...{ practitionerId: 'prc_1', name: 'Imani Rowell, NP', service: 'botulinum-toxin', unknownLevel: [], isTrained: true },
  results: [result('delegation.record'), result('delegation.recordedLevel')],
};
const pharmacy = {
  ...{ id: 'pha_1', name: 'Live Oak', status: 'ACTIVE', activeItems: 3 },
  licenses: [{ state: 'TX', kind: 'PHARMACY', status: 'ACTIVE', expiresOn: '2027-06-30' }],
};
const service = (code: string) => ({ code, results: [result('director.engaged'), result('protocol.inForce'), result('facility.licence')] });

/** An engagement under which nothing is missing. */
const whole: OnboardingFacts = {
  engagement: {
    ...{
      id: 'eng_1',
      clinicId: 'cli_1',
      role: 'MEDICAL_DIRECTOR',
      status: 'ACTIVE',
      states: ['TX'],
      feeBasis: 'FIXED_MONTHLY',
      hasAgreement: true,
    },
  },
  riskClass: 'MODERATE',
  matching: [result('licence.engaged.TX'), result('insurance.engaged')],
  services: [service('botulinum-toxin'), service('weight-loss')],
  acts: [act],
  collaborators: [{ practitionerId: 'prc_1', name: 'Imani Rowell, NP', results: [result('agreement.performer')] }],
  pharmacies: [pharmacy],
  ...{ hasOpenAudit: true, examinerIds: ['prc_1'], today: '2026-11-22' },
};

/** The stages that are not simply done, with what they lack. */
function undone(more: Partial<OnboardingFacts>): Record<string, string[]> {
  const open = stagesOf({ ...whole, ...more }).filter(({ status }) => status !== 'DONE');
  return Object.fromEntries(
    open.map(({ name, status, missing }) => [name, [status, ...missing.map(({ ruleId, what }) => ruleId ?? what)]]),
  );
}

test('with everything on record every stage is done, in the order in which they come', () => {
  expect(stagesOf(whole).map(({ name, status }) => `${name} ${status}`)).toEqual(
    ['ASSESSMENT', 'MATCHING', 'FRAMEWORK', 'PHARMACY', 'AGREEMENTS', 'TRAINING', 'LAUNCH'].map((name) => `${name} DONE`),
  );
});

const withResult = (id: string, outcome: RuleResult['outcome']) => [
  { code: 'botulinum-toxin', results: [...service('').results.filter((one) => one.id !== id), result(id, outcome)] },
];
const engagement = (more: Partial<OnboardingFacts['engagement']>) => ({ engagement: { ...whole.engagement, ...more } });

test.each<[string, Partial<OnboardingFacts>, Record<string, string[]>]>([
  ['no state', engagement({ states: [] }), { ASSESSMENT: ['OPEN', 'The states of the engagement are not recorded'] }],
  ['no fee', engagement({ feeBasis: null }), { ASSESSMENT: ['OPEN', 'The basis of the fee is not recorded'] }],
  [
    'no placement, which asks volume, devices and who prescribes',
    { riskClass: null },
    {
      ASSESSMENT: [
        'UNKNOWN',
        'It was not placed on a request, so volume, devices and who prescribes were never asked: no risk class can be computed',
      ],
    },
  ],
  ['a licence that lapsed', { matching: [result('licence.engaged.TX', 'FAIL')] }, { MATCHING: ['OPEN', 'licence.engaged.TX'] }],
  ['a licence nobody looked up', { matching: [result('licence.engaged.TX', 'UNKNOWN')] }, { MATCHING: ['UNKNOWN', 'licence.engaged.TX'] }],
  ['insurance that ended', { matching: [result('insurance.engaged', 'FAIL')] }, { AGREEMENTS: ['OPEN', 'insurance.engaged'] }],
  [
    'a service without protocol',
    { services: withResult('protocol.inForce', 'FAIL') },
    { FRAMEWORK: ['OPEN', 'protocol.inForce'], LAUNCH: ['OPEN', 'protocol.inForce'], PHARMACY: ['NOT_NEEDED'] },
  ],
  [
    'an act nobody delegated',
    { acts: [{ ...act, results: [result('delegation.record', 'FAIL')] }] },
    { FRAMEWORK: ['OPEN', 'delegation.record'] },
  ],
  [
    'a level nobody attested',
    { acts: [{ ...act, isTrained: false, unknownLevel: [result('US.delegation.botulinum-toxin.NP', 'UNKNOWN')] }] },
    { FRAMEWORK: ['UNKNOWN', 'US.delegation.botulinum-toxin.NP'], TRAINING: ['UNKNOWN', 'US.delegation.botulinum-toxin.NP'] },
  ],
  ['an act nobody was trained in', { acts: [{ ...act, isTrained: false }] }, { TRAINING: ['OPEN', 'competency.performer'] }],
  ['nobody who acts below level 4', { acts: [] }, { TRAINING: ['NOT_NEEDED'] }],
  ['no pharmacy', { pharmacies: [] }, { PHARMACY: ['OPEN', 'No pharmacy with anything to fill has approved the clinic'] }],
  [
    'a pharmacy with nothing to fill',
    { pharmacies: [{ ...pharmacy, activeItems: 0 }] },
    { PHARMACY: ['OPEN', 'No pharmacy with anything to fill has approved the clinic'] },
  ],
  [
    'a pharmacy licensed elsewhere',
    engagement({ states: ['TX', 'FL'] }),
    { PHARMACY: ['OPEN', 'No pharmacy that fills for the clinic is licensed in FL'] },
  ],
  [
    'a pharmacy whose licence ended yesterday',
    { pharmacies: [{ ...pharmacy, licenses: [{ state: 'TX', kind: 'PHARMACY', status: 'ACTIVE', expiresOn: '2026-11-21' }] }] },
    { PHARMACY: ['OPEN', 'No pharmacy that fills for the clinic is licensed in TX'] },
  ],
  ['services that nobody compounds for', { services: [service('botulinum-toxin')], pharmacies: [] }, { PHARMACY: ['NOT_NEEDED'] }],
  ['no agreement', engagement({ hasAgreement: false }), { AGREEMENTS: ['OPEN', 'No agreement is on record'] }],
  [
    'a nurse practitioner without agreement',
    { collaborators: [{ practitionerId: 'prc_1', name: 'Imani Rowell, NP', results: [result('agreement.performer', 'FAIL')] }] },
    { AGREEMENTS: ['OPEN', 'agreement.performer'] },
  ],
  [
    'a licence of the site that lapsed',
    { services: withResult('facility.licence', 'FAIL') },
    { AGREEMENTS: ['OPEN', 'facility.licence'], LAUNCH: ['OPEN', 'facility.licence'], PHARMACY: ['NOT_NEEDED'] },
  ],
  ['no review of charts', { hasOpenAudit: false }, { LAUNCH: ['OPEN', 'No review of charts is scheduled'] }],
  ['that it is suspended while another directs', engagement({ status: 'SUSPENDED' }), { LAUNCH: ['OPEN', 'The engagement is SUSPENDED'] }],
  ['that it has ended while another directs', engagement({ status: 'ENDED' }), { LAUNCH: ['OPEN', 'The engagement is ENDED'] }],
  ['that it is only proposed', engagement({ status: 'DRAFT' }), { LAUNCH: ['OPEN', 'The engagement is DRAFT'] }],
  [
    'no service at all',
    { services: [] },
    Object.fromEntries([
      ...['ASSESSMENT', 'FRAMEWORK', 'LAUNCH'].map((name) => [name, ['OPEN', 'The clinic offers nothing that the engagement is for']]),
      ['PHARMACY', ['NOT_NEEDED']],
    ]),
  ],
  ['no published hours', { examinerIds: [] }, { LAUNCH: ['OPEN', 'No examiner has published hours'] }],
])('%s is told in the stages that stand on it, and in no other', (_what, more, expected) => {
  expect(undone(more)).toEqual(expected);
});

test('what a neighbour does not answer is unknown, and never done', () => {
  const silent = undone({
    services: null,
    acts: null,
    collaborators: null,
    pharmacies: null,
    examinerIds: null,
    riskClass: null,
    matching: [],
  });
  expect(Object.entries(silent).map(([name, [status]]) => `${name} ${status}`)).toEqual([
    ...['ASSESSMENT UNKNOWN', 'FRAMEWORK UNKNOWN', 'PHARMACY UNKNOWN', 'AGREEMENTS UNKNOWN', 'TRAINING UNKNOWN', 'LAUNCH UNKNOWN'],
  ]);
});

test('a collaborating physician sets up no framework, pharmacy, training or launch', () => {
  expect(undone(engagement({ role: 'COLLABORATING_PHYSICIAN' }))).toEqual(
    Object.fromEntries(['FRAMEWORK', 'PHARMACY', 'TRAINING', 'LAUNCH'].map((name) => [name, ['NOT_NEEDED']])),
  );
});
