import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { clinics, id, NOW, stored, writeAuthority } from './authority.ts';
import { clinicFacts, digests, directorOf, engaged, officer, officerElsewhere, outcome, screen, told } from './engagement-verbs.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
beforeEach(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
  graph.tellOfClinics(clinicFacts);
  await screen(graph);
});
afterEach(() => graph?.stop());

const clinic = () => graph.steppedUp(officer);
const reason = 'They asked to pause until March.';

/** Insurance for somebody, until the last day of 2027. */
async function insure(practitionerId: string): Promise<void> {
  await graph.owner.insurancePolicy.create({
    data: {
      ...{ id: randomUUID(), practitionerId, kind: 'PROFESSIONAL', carrier: 'Lone Star Mutual', status: 'ACTIVE', policyNumber: 'P-7' },
      ...{ coversCompounding: true, perClaimLimit: 1_000_000, aggregateLimit: 3_000_000 },
      ...{ effectiveFrom: new Date('2026-01-01'), expiresOn: new Date('2027-12-31') },
    },
  });
}

/** The stranger, licensed in Texas, as director in Austin besides. */
async function secondDirector(change: object = {}): Promise<void> {
  const license = await graph.owner.license.findUniqueOrThrow({ where: { id: stored.license } });
  await graph.owner.license.create({
    data: { ...license, id: '01980000-0000-7000-8000-000000000299', practitionerId: stored.stranger, number: 'Q777' },
  });
  await graph.owner.licenseStanding.create({
    data: {
      ...{ id: randomUUID(), licenseId: '01980000-0000-7000-8000-000000000299', practitionerId: stored.stranger, status: 'ACTIVE' },
      ...{ effectiveFrom: new Date('2015-05-01'), recordedAt: new Date('2015-06-01T10:00:00Z'), source: 'STATE_BOARD' },
    },
  });
  await insure(stored.stranger);
  await screen(graph, 'NONE', stored.stranger);
  await graph.owner.engagement.create({
    data: {
      ...{ id: '01980000-0000-7000-8000-000000000599', clinicId: stored.austin, practitionerId: stored.stranger, role: 'MEDICAL_DIRECTOR' },
      ...{ model: 'REMOTE', status: 'ACTIVE', startsOn: new Date('2026-12-01') },
      ...change,
    },
  });
}

test('a suspended engagement carries nothing from that moment on, until the side that suspended it resumes it', async () => {
  const engagementId = await engaged(graph);
  expect(await told(clinic(), 'suspendEngagement', { engagementId, reason })).toMatchObject({
    ...{ status: 'SUSPENDED', startsOn: '2026-12-10', endsOn: null },
    events: [{ kind: 'PROPOSED' }, { kind: 'ACCEPTED' }, { kind: 'SUSPENDED', side: 'CLINIC', reason }],
  });
  const facts = await graph.service.ask('query ($ids: [ID!]!) { oversight(clinicIds: $ids) { engagements { id status } } }', {
    ids: [id.austin],
  });
  expect(JSON.stringify(facts.data)).toContain(`{"id":"${engagementId}","status":"SUSPENDED"}`);
  expect(await outcome(clinic(), 'suspendEngagement', { engagementId, reason })).toBe('ILLEGAL_TRANSITION');
  expect(await outcome(directorOf(graph), 'resumeEngagement', { engagementId, reason })).toBe('FORBIDDEN');
  expect(await outcome(clinic(), 'resumeEngagement', { engagementId, reason })).toBe('ACTIVE');
  expect(await outcome(clinic(), 'resumeEngagement', { engagementId, reason })).toBe('ILLEGAL_TRANSITION');
  expect(await outcome(directorOf(graph), 'suspendEngagement', { engagementId, reason })).toBe('SUSPENDED');
  expect(await outcome(clinic(), 'resumeEngagement', { engagementId, reason })).toBe('FORBIDDEN');
  const trail = await graph.owner.auditEvent.findMany({ where: { action: { startsWith: 'engagement.' } } });
  const actions = trail.map(({ action }) => action.slice('engagement.'.length)).toSorted();
  expect(actions).toEqual(['accepted', 'proposed', 'resumed', 'suspended', 'suspended']);
  expect(trail.map(({ detail }) => JSON.stringify(detail)).join()).not.toContain('March');
});

test('what lapsed meanwhile keeps it suspended', async () => {
  const engagementId = await engaged(graph);
  await outcome(clinic(), 'suspendEngagement', { engagementId, reason });
  graph.setNow('2027-01-02T09:00:00Z');
  const answer = await told(clinic(), 'resumeEngagement', { engagementId, reason });
  expect(answer).toMatchObject({ code: 'RULE_BLOCKED' });
  const rules = answer['rules'] as { id: string; outcome: string }[];
  expect(rules.filter(({ outcome: came }) => came !== 'PASS').map(({ id: rule, outcome: came }) => `${rule} ${came}`)).toEqual([
    ...['licence.engaged.TX UNKNOWN', 'insurance.engaged FAIL'],
  ]);
});

test('notice keeps an engagement in force to its last day, as far ahead as was agreed, and no longer', async () => {
  const engagementId = await engaged(graph);
  const notice = { engagementId, reason };
  for (const lastDay of ['2026-12-30', '2027-12-02', '2026-11-01'])
    expect(await told(clinic(), 'giveNotice', { ...notice, lastDay })).toMatchObject({
      code: 'INVALID_INPUT',
      issues: [{ path: 'input.lastDay' }],
    });
  expect(await told(directorOf(graph), 'giveNotice', { ...notice, lastDay: '2026-12-31' })).toMatchObject({
    ...{ status: 'ENDING', endsOn: '2026-12-31' },
    events: [{}, {}, { kind: 'NOTICE', side: 'PRACTITIONER', lastDay: '2026-12-31', closes: [] }],
  });
  expect(await outcome(clinic(), 'giveNotice', { ...notice, lastDay: '2027-01-31' })).toBe('ILLEGAL_TRANSITION');
  const shown = 'query ($id: ID!) { engagements(clinicId: $id, first: 1) { nodes { id status } } }';
  const statusThen = async () => (await graph.as(officer).ask(shown, { id: id.austin })).data;
  graph.setNow('2026-12-31T23:59:00Z');
  expect(await statusThen()).toEqual({ engagements: { nodes: [{ id: engagementId, status: 'ENDING' }] } });
  graph.setNow('2027-01-01T00:00:00Z');
  expect(await statusThen()).toEqual({ engagements: { nodes: [{ id: engagementId, status: 'ENDED' }] } });
  for (const verb of ['suspendEngagement', 'resumeEngagement'] as const)
    expect(await told(clinic(), verb, notice)).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'ENDED' });
});

test('what is suspended when notice is given stays suspended, and comes back as ending', async () => {
  const engagementId = await engaged(graph);
  await outcome(clinic(), 'suspendEngagement', { engagementId, reason });
  const notice = { engagementId, lastDay: '2027-01-15', reason };
  expect(await told(clinic(), 'giveNotice', notice)).toMatchObject({ status: 'SUSPENDED', endsOn: '2027-01-15' });
  expect(await outcome(clinic(), 'giveNotice', { ...notice, lastDay: '2027-01-14' })).toBe('ILLEGAL_TRANSITION');
  expect(await outcome(clinic(), 'resumeEngagement', { engagementId, reason })).toBe('ENDING');
});

test('a director does not leave without saying which services close, and somebody confirming it', async () => {
  const notice = { engagementId: id.engagement, lastDay: '2026-12-31', reason };
  const refused = { code: 'CLOSES_SERVICES', services: ['weight-loss', 'iv-therapy'], closesOn: '2027-01-01' };
  expect(await told(directorOf(graph), 'giveNotice', notice)).toMatchObject(refused);
  expect(await told(clinic(), 'giveNotice', { ...notice, confirmClosing: false })).toMatchObject(refused);
  expect(await graph.owner.engagement.findUniqueOrThrow({ where: { id: stored.engagement } })).toMatchObject({
    status: 'ACTIVE',
    endsOn: null,
  });
  graph.tellOfClinics([]);
  expect(await outcome(clinic(), 'giveNotice', { ...notice, confirmClosing: true })).toBe('UNAVAILABLE');
  graph.tellOfClinics(clinicFacts);
  expect(await told(clinic(), 'giveNotice', { ...notice, confirmClosing: true })).toMatchObject({
    ...{ status: 'ENDING', endsOn: '2026-12-31', events: [{ kind: 'NOTICE', closes: ['weight-loss', 'iv-therapy'] }] },
  });
});

test.each<[string, object, string[]]>([
  ['for everything', {}, []],
  ['for one service', { services: ['weight-loss'] }, ['iv-therapy']],
  ['who is suspended', { status: 'SUSPENDED' }, ['weight-loss', 'iv-therapy']],
  ['who has accepted nothing', { status: 'DRAFT' }, ['weight-loss', 'iv-therapy']],
  ['who leaves on the same day', { endsOn: new Date('2026-12-31') }, ['weight-loss', 'iv-therapy']],
  ['whose review of charts was missed', { auditDueOn: new Date('2026-11-01') }, ['weight-loss', 'iv-therapy']],
  ['who comes a day late', { startsOn: new Date('2027-01-02') }, ['weight-loss', 'iv-therapy']],
  ['who begins the day after', { startsOn: new Date('2027-01-01') }, []],
  ['as collaborating physician', { role: 'COLLABORATING_PHYSICIAN' }, ['weight-loss', 'iv-therapy']],
])('with a second director %s, what has no successor closes and nothing else', async (_what, change, closes) => {
  await secondDirector(change);
  const answer = await told(clinic(), 'giveNotice', { engagementId: id.engagement, lastDay: '2026-12-31', reason });
  expect(closes.length === 0 ? answer['status'] : answer['services']).toEqual(closes.length === 0 ? 'ENDING' : closes);
});

test.each<[string, () => Promise<unknown>]>([
  [
    'whose licence will be over then',
    () => graph.owner.license.updateMany({ where: { practitionerId: stored.stranger }, data: { expiresOn: new Date('2026-12-31') } }),
  ],
  [
    'who holds no physician’s licence there',
    () => graph.owner.license.updateMany({ where: { practitionerId: stored.stranger }, data: { type: 'REGISTERED_NURSE' } }),
  ],
  ['who may be excluded', () => screen(graph, 'POSSIBLE', stored.stranger)],
  ['whom nobody looked up on the lists', () => graph.owner.exclusionScreening.deleteMany({ where: { practitionerId: stored.stranger } })],
  [
    'whose insurance begins later',
    () =>
      graph.owner.insurancePolicy.updateMany({
        where: { practitionerId: stored.stranger },
        data: { effectiveFrom: new Date('2027-01-02') },
      }),
  ],
  [
    'whose suspension is recorded ahead',
    () =>
      graph.owner.licenseStanding.create({
        data: {
          ...{ id: randomUUID(), licenseId: '01980000-0000-7000-8000-000000000299', practitionerId: stored.stranger, status: 'SUSPENDED' },
          ...{ effectiveFrom: new Date('2027-01-01'), recordedAt: new Date(NOW), source: 'STATE_BOARD' },
        },
      }),
  ],
  ['who is not insured', () => graph.owner.insurancePolicy.deleteMany({ where: { practitionerId: stored.stranger } })],
])('a successor %s is none', async (_who, spoil) => {
  await secondDirector();
  await spoil();
  expect(await outcome(clinic(), 'giveNotice', { engagementId: id.engagement, lastDay: '2026-12-31', reason })).toBe('CLOSES_SERVICES');
});

test('of two who leave one after the other, the second is told what closes when the first has left', async () => {
  await secondDirector();
  const notice = { engagementId: id.engagement, reason };
  expect(await told(directorOf(graph), 'giveNotice', { ...notice, lastDay: '2026-12-31' })).toMatchObject({ status: 'ENDING' });
  const second = { engagementId: toId('engagement', '01980000-0000-7000-8000-000000000599'), reason };
  expect(await told(clinic(), 'giveNotice', { ...second, lastDay: '2026-12-20' })).toMatchObject({
    ...{ code: 'CLOSES_SERVICES', services: ['weight-loss', 'iv-therapy'], closesOn: '2027-01-01' },
  });
});

test('of two who leave at once, one is told', async () => {
  await secondDirector();
  await outcome(clinic(), 'giveNotice', { engagementId: id.engagement, lastDay: '2020-01-01', reason });
  const both = [id.engagement, toId('engagement', '01980000-0000-7000-8000-000000000599')];
  const answers = await Promise.all(
    both.map((engagementId) => outcome(clinic(), 'giveNotice', { engagementId, lastDay: '2026-12-31', reason })),
  );
  expect(answers.toSorted()).toEqual(['CLOSES_SERVICES', 'ENDING']);
});

test('each side suspends for itself, and it is in force again when neither holds it', async () => {
  const engagementId = await engaged(graph);
  expect(await outcome(directorOf(graph), 'suspendEngagement', { engagementId, reason })).toBe('SUSPENDED');
  expect(await outcome(clinic(), 'suspendEngagement', { engagementId, reason })).toBe('SUSPENDED');
  expect(await outcome(clinic(), 'suspendEngagement', { engagementId, reason })).toBe('ILLEGAL_TRANSITION');
  expect(await outcome(directorOf(graph), 'resumeEngagement', { engagementId, reason })).toBe('SUSPENDED');
  expect(await outcome(directorOf(graph), 'resumeEngagement', { engagementId, reason })).toBe('FORBIDDEN');
  expect(await outcome(clinic(), 'resumeEngagement', { engagementId, reason })).toBe('ACTIVE');
});

describe('notice by a collaborating physician', () => {
  const notice = { lastDay: '2027-01-15', reason };
  const agreementId = '01980000-0000-7000-8000-000000000699';
  /** An agreement of the director with the nurse in Texas, drafted for a clinic. */
  const agreement = (change: object = {}) =>
    graph.owner.collaborativeAgreement.create({
      data: {
        ...{ id: agreementId, supervisorId: stored.director, superviseeId: stored.nurse, state: 'TX', status: 'ACTIVE' },
        ...{
          startsOn: new Date('2026-12-01'),
          endsOn: new Date('2027-11-30'),
          clinicId: stored.austin,
          digest: digests[0],
          cadenceDays: 30,
        },
        ...change,
      },
    });
  const endOf = async () => graph.owner.collaborativeAgreement.findUniqueOrThrow({ where: { id: agreementId } });

  // The director of Austin who only collaborates there: as director one would stay.
  beforeEach(() => graph.owner.engagement.deleteMany({ where: { id: stored.engagement } }));

  test('names the agreements and people that would stop, and ends them with it once that is confirmed', async () => {
    await agreement();
    const engagementId = await engaged(graph);
    expect(await told(directorOf(graph), 'giveNotice', { engagementId, ...notice })).toMatchObject({
      ...{ code: 'STOPS_AGREEMENTS', agreementIds: [toId('collaborativeAgreement', agreementId)] },
      ...{ practitionerIds: [id.nurse], stopsOn: '2027-01-16' },
    });
    expect(await outcome(directorOf(graph), 'giveNotice', { engagementId, ...notice, confirmClosing: true })).toBe('ENDING');
    expect(await endOf()).toMatchObject({ status: 'ACTIVE', endsOn: new Date('2027-01-15') });
    const [shortened] = await graph.owner.auditEvent.findMany({ where: { action: 'agreement.shortened' } });
    expect(shortened).toMatchObject({ tenantId: stored.austin, detail: { lastDay: '2027-01-15', superviseeId: stored.nurse } });
  });
  test.each<[string, object]>([
    ['another clinic', { clinicId: stored.miami }],
    ['a time before clinics were recorded', { clinicId: null }],
    ['nobody any longer', { endsOn: new Date('2027-01-15') }],
  ])('lets an agreement of %s alone', async (_whose, change) => {
    await agreement(change);
    const engagementId = await engaged(graph);
    const before = await endOf();
    expect(await outcome(clinic(), 'giveNotice', { engagementId, ...notice })).toBe('ENDING');
    expect(await endOf()).toEqual(before);
  });
  test('ends what was drafted and not signed by both: a second signature must not revive it', async () => {
    await agreement({ status: 'DRAFT', supervisorSignedAt: new Date(NOW) });
    const engagementId = await engaged(graph);
    expect(await outcome(clinic(), 'giveNotice', { engagementId, ...notice })).toBe('STOPS_AGREEMENTS');
    expect(await outcome(clinic(), 'giveNotice', { engagementId, ...notice, confirmClosing: true })).toBe('ENDING');
    expect(await endOf()).toMatchObject({
      ...{ status: 'TERMINATED', terminationReason: 'The physician leaves the clinic before both have signed it.' },
    });
  });
  test('ends an agreement that has not begun by then for good', async () => {
    await agreement({ startsOn: new Date('2027-02-01') });
    const engagementId = await engaged(graph);
    expect(await outcome(clinic(), 'giveNotice', { engagementId, ...notice, confirmClosing: true })).toBe('ENDING');
    expect(await endOf()).toMatchObject({ status: 'TERMINATED', terminationReason: 'The physician leaves the clinic before it begins.' });
  });
});

test('strangers to an engagement change nothing, and each needs a second factor', async () => {
  const notice = { engagementId: id.engagement, lastDay: '2026-12-31', confirmClosing: true, reason };
  const verbs = [
    ['suspendEngagement', { engagementId: id.engagement, reason }],
    ['resumeEngagement', { engagementId: id.engagement, reason }],
    ['giveNotice', notice],
  ] as const;
  for (const [verb, input] of verbs) {
    expect(await outcome(graph.as(officer), verb, input)).toBe('STEP_UP_REQUIRED');
    expect(await outcome(graph.steppedUp(officerElsewhere), verb, input)).toBe('NOT_FOUND');
    expect(await outcome(graph.person(id.stranger, { role: 'MEDICAL_DIRECTOR', at: id.austin }), verb, input)).toBe('NOT_FOUND');
    expect(await outcome(graph.steppedUp({ role: 'MSO_MANAGER', at: id.mso }), verb, input)).toBe('FORBIDDEN');
  }
  expect(await outcome(clinic(), 'suspendEngagement', { engagementId: id.engagement, reason: 'short' })).toBe('INVALID_INPUT');
});
