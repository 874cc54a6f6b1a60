import { afterEach, beforeEach, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { clinics, id, NOW, stored, writeAuthority } from './authority.ts';
import { clinicFacts, digests, directorOf, officer, officerElsewhere, outcome, terms, told } from './engagement-verbs.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
beforeEach(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
  graph.tellOfClinics(clinicFacts);
});
afterEach(() => graph?.stop());

const propose = (change: object = {}, grant: Parameters<RunningPhysicians['as']>[0] = officer) =>
  told(graph.as(grant), 'proposeEngagement', { ...terms, ...change });

test('a proposal is a draft with its terms and papers, and the physician sees it anywhere', async () => {
  const proposed = await propose();
  expect(proposed).toEqual({
    ...{ __typename: 'Engagement', id: expect.stringMatching(/^eng_/), status: 'DRAFT', acceptedAt: null, noticeDays: 30 },
    ...{ primaryPractice: false, follows: null },
    ...{ role: 'COLLABORATING_PHYSICIAN', model: 'RETAINER', startsOn: '2026-12-10', endsOn: null, feeBasis: 'FIXED_MONTHLY' },
    ...{ services: ['weight-loss'], states: ['TX'], practitioner: { id: id.director }, clinic: { id: id.austin } },
    documents: [{ kind: 'AGREEMENT', sha256: digests[0], signedOn: '2026-11-30' }],
    events: [
      { kind: 'PROPOSED', side: 'CLINIC', at: '2026-12-01T15:00:00.000Z', byName: 'Tester', reason: null, lastDay: null, closes: [] },
    ],
  });
  const list = 'query { engagements { nodes { id status } } }';
  const own = await graph.person(id.director, { role: 'EXAMINER', at: id.denver }).ask(list);
  expect(own.data).toEqual({
    engagements: {
      nodes: [
        { id: proposed['id'], status: 'DRAFT' },
        { id: id.endedEngagement, status: 'ENDED' },
        { id: id.engagement, status: 'ACTIVE' },
      ],
    },
  });
  const strangers = await graph.person(id.nurse, { role: 'EXAMINER', at: id.denver }).ask(list);
  expect(strangers.data).toEqual({ engagements: { nodes: [] } });
});

test('nothing stands on a draft: no credential is opened by it, and neighbours see it as a draft', async () => {
  const before = await graph.owner.engagement.count();
  await propose({ practitionerId: id.stranger });
  expect(await graph.owner.engagement.count()).toBe(before + 1);
  await graph.owner.insurancePolicy.create({
    data: {
      ...{ id: '01980000-0000-7000-8000-000000000409', practitionerId: stored.stranger, kind: 'PROFESSIONAL', carrier: 'Front Range' },
      ...{ policyNumber: 'S-1', status: 'ACTIVE', perClaimLimit: 1, aggregateLimit: 1, coversCompounding: true },
      ...{ effectiveFrom: new Date('2026-01-01'), expiresOn: new Date('2027-12-31') },
    },
  });
  const document = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on InsurancePolicy { id } } }`;
  const representations = [
    { __typename: 'InsurancePolicy', id: toId('insurancePolicy', '01980000-0000-7000-8000-000000000409') },
    { __typename: 'InsurancePolicy', id: id.policy },
  ];
  const seen = await graph.as(officer).ask(document, { representations });
  expect(seen.data).toEqual({ _entities: [null, { id: id.policy }] });
  const facts = await graph.service.ask(
    'query ($ids: [ID!]!) { oversight(clinicIds: $ids) { engagements { status services practitioner { id } } } }',
    { ids: [id.austin] },
  );
  expect(facts.data).toEqual({
    oversight: [
      {
        engagements: [
          { status: 'ACTIVE', services: [], practitioner: { id: id.director } },
          { status: 'DRAFT', services: ['weight-loss'], practitioner: { id: id.stranger } },
        ],
      },
    ],
  });
});

test.each<[string, object, string[]]>([
  ['a first day gone by', { startsOn: '2026-11-30' }, ['input.startsOn']],
  ['a first day more than a year ahead', { startsOn: '2027-12-02' }, ['input.startsOn']],
  ['a last day before the first', { endsOn: '2026-12-09' }, ['input.endsOn']],
  ['no state', { states: [] }, ['input.states']],
  ['a state named twice', { states: ['TX', 'TX'] }, ['input.states']],
  ['a service that is none', { services: ['weight-loss', 'leeches'] }, ['input.services.1']],
  ['an empty list of services', { services: [] }, ['input.services']],
  ['notice of more than half a year', { noticeDays: 181 }, ['input.noticeDays']],
  ['no paper', { documents: [] }, ['input.documents']],
  ['papers without the agreement', { documents: [{ ...terms.documents[0], kind: 'DUTIES' }] }, ['input.documents']],
  ['a paper signed tomorrow', { documents: [{ ...terms.documents[0], signedOn: '2026-12-02' }] }, ['input.documents.0.signedOn']],
  ['a digest that is none', { documents: [{ ...terms.documents[0], sha256: 'abc' }] }, ['input.documents.0.sha256']],
])('%s is not taken', async (_what, change, paths) => {
  const answer = (await propose(change)) as { code: string; issues: { path: string }[] };
  expect(answer.code).toBe('INVALID_INPUT');
  expect(answer.issues.map(({ path }) => path)).toEqual(paths);
});

test.each<[string, object, string[]]>([
  [
    'by the prescription',
    { feeBasis: 'PER_PRESCRIPTION' },
    ['US.fee.per-patient FAIL 42 USC 1320a-7b(b); 18 USC 220; state all-payer laws'],
  ],
  ['of a model by the case', { model: 'PER_CASE' }, ['US.fee.per-patient FAIL 42 USC 1320a-7b(b); 18 USC 220; state all-payer laws']],
  ['of a share where nobody knows', { feeBasis: 'PERCENTAGE' }, ['TX.fee.percentage UNKNOWN null']],
  ['of a nurse practitioner', { practitionerId: id.nurse }, ['credential.engaged FAIL null']],
  ['for other states than the clinic’s', { states: ['FL'] }, ['engagement.scope FAIL null']],
])('an engagement %s is refused by its rule', async (_what, change, expected) => {
  const answer = (await propose(change)) as { code: string; rules: { id: string; outcome: string; citation: string | null }[] };
  expect(answer.code).toBe('RULE_BLOCKED');
  const blocking = answer.rules.filter(({ outcome: came }) => came !== 'PASS');
  expect(blocking.map(({ id: rule, outcome: came, citation }) => `${rule} ${came} ${citation}`)).toEqual(expected);
  expect(await graph.owner.engagement.count()).toBe(3);
});

test('a clinic that is not told of blocks', async () => {
  graph.tellOfClinics([]);
  expect(await propose()).toMatchObject({
    code: 'RULE_BLOCKED',
    rules: expect.arrayContaining([expect.objectContaining({ id: 'jurisdiction.clinic' })]),
  });
});

test('days on which the same physician directs there already are refused, with the engagement in the way', async () => {
  const again = { role: 'MEDICAL_DIRECTOR' };
  expect(await propose(again)).toMatchObject({ code: 'OVERLAPPING_ENGAGEMENT', engagementId: id.engagement });
  await graph.owner.engagement.update({ where: { id: stored.engagement }, data: { endsOn: new Date('2026-12-10') } });
  expect(await propose(again)).toMatchObject({ code: 'OVERLAPPING_ENGAGEMENT' });
  expect(await propose({ ...again, startsOn: '2026-12-11' })).toMatchObject({ status: 'DRAFT' });
});

test('only a compliance officer of the clinic proposes, and nobody to themselves', async () => {
  for (const role of ['FRONT_DESK', 'PRESCRIBER', 'MEDICAL_DIRECTOR'] as const)
    expect(await propose({}, { role, at: id.austin })).toMatchObject({ code: 'FORBIDDEN' });
  expect(await propose({}, { role: 'MSO_MANAGER', at: id.mso })).toMatchObject({ code: 'FORBIDDEN' });
  const nowhere = await propose({ clinicId: id.noClinic });
  expect(nowhere).toEqual(await propose({}, officerElsewhere));
  expect(nowhere).toMatchObject({ code: 'NOT_FOUND' });
  expect(await propose({ practitionerId: id.noPractitioner })).toMatchObject({ code: 'NOT_FOUND' });
  const both = graph.person(id.director, officer, { role: 'MEDICAL_DIRECTOR', at: id.austin });
  expect(await told(both, 'proposeEngagement', terms)).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'input.practitionerId' }] });
});

test('a retry proposes once, and the trail has it', async () => {
  const first = await told(graph.as(officer), 'proposeEngagement', terms, 'key-1');
  expect(await told(graph.as(officer), 'proposeEngagement', terms, 'key-1')).toEqual(first);
  expect(await graph.owner.engagement.count()).toBe(4);
  const trail = await graph.owner.auditEvent.findMany({ where: { kind: 'CHANGE' } });
  expect(trail.map(({ action, tenantId, detail }) => ({ action, tenantId, detail }))).toEqual([
    {
      ...{ action: 'engagement.proposed', tenantId: stored.austin },
      detail: {
        ...{ practitionerId: stored.director, role: 'COLLABORATING_PHYSICIAN', model: 'RETAINER', feeBasis: 'FIXED_MONTHLY' },
        ...{ states: ['TX'], startsOn: '2026-12-10', endsOn: null },
      },
    },
  ]);
});

test('what the rules answered is kept, for those who arrange, and answers the same again', async () => {
  const { id: engagementId } = await propose();
  const document = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Engagement {
    decisions { gate packVersion results { id outcome } replay { same } }
  } } }`;
  const representations = [{ __typename: 'Engagement', id: engagementId }];
  const seen = await graph.as(officer).ask(document, { representations });
  const results = ['engagement.scope', 'US.fee.fixed', 'credential.engaged', 'engagement.sides'].map((rule) => ({
    id: rule,
    outcome: 'PASS',
  }));
  const packVersion = expect.stringMatching(/^2026-/);
  expect(seen.data).toEqual({ _entities: [{ decisions: [{ gate: 'PROPOSE', packVersion, results, replay: { same: true } }] }] });
  const his = await directorOf(graph).ask(document, { representations });
  expect([his.data, his.errors?.map(({ extensions }) => extensions.code)]).toEqual([{ _entities: [{ decisions: null }] }, ['FORBIDDEN']]);
});

test('a manager of the MSO sees that it was proposed, and neither papers nor reasons', async () => {
  const { id: engagementId } = await propose();
  const document = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Engagement { status documents { kind } events { kind } } } }`;
  const seen = await graph
    .as({ role: 'MSO_MANAGER', at: id.mso })
    .ask(document, { representations: [{ __typename: 'Engagement', id: engagementId }] });
  expect(seen.data).toEqual({ _entities: [{ status: 'DRAFT', documents: null, events: null }] });
  expect(
    await outcome(graph.steppedUp({ role: 'MSO_MANAGER', at: id.mso }), 'suspendEngagement', { engagementId, reason: 'We want another.' }),
  ).toBe('FORBIDDEN');
});
