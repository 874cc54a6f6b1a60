import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clinics, id, NOW, stored, writeAuthority } from './authority.ts';
import { clinicFacts, digests, directorOf, engaged, officer, officerElsewhere, outcome, screen, terms, told } from './engagement-verbs.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
beforeEach(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
  graph.tellOfClinics(clinicFacts);
  await screen(graph);
});
afterEach(() => graph?.stop());

const { model, states, feeBasis, documents } = terms;
const paper = 'b'.repeat(64);
const papers = [{ ...documents[0], sha256: paper }];
const amended = { model, states, feeBasis, startsOn: '2026-12-20', documents: papers };

const accept = (engagementId: unknown) => told(directorOf(graph), 'acceptEngagement', { engagementId, documentDigests: [paper] });
const shown = async () => {
  const answer = await graph
    .as(officer)
    .ask('query ($id: ID!) { engagements(clinicId: $id) { nodes { id role status startsOn endsOn services } } }', { id: id.austin });
  const engagements = answer.data?.['engagements'] as { nodes: { role: string; startsOn: string }[] } | undefined;
  const own = engagements?.nodes.filter(({ role }) => role === 'COLLABORATING_PHYSICIAN') ?? [];
  return own.toSorted((one, other) => (one.startsOn < other.startsOn ? 1 : -1));
};

test('other terms follow those in force without a day between, once the physician has accepted them', async () => {
  const engagementId = await engaged(graph);
  const proposal = await told(graph.as(officer), 'amendEngagement', { engagementId, ...amended, services: ['iv-therapy'] });
  expect(proposal).toMatchObject({
    status: 'DRAFT',
    follows: { id: engagementId },
    services: ['iv-therapy'],
    practitioner: { id: id.director },
  });
  expect(await shown()).toMatchObject([{ status: 'DRAFT' }, { id: engagementId, status: 'ACTIVE', endsOn: null }]);

  expect(await accept(proposal['id'])).toMatchObject({
    status: 'ACTIVE',
    startsOn: '2026-12-20',
    events: [{ kind: 'PROPOSED' }, { kind: 'ACCEPTED' }],
  });
  const both = [
    { id: proposal['id'], status: 'ACTIVE', startsOn: '2026-12-20', endsOn: null, services: ['iv-therapy'] },
    { id: engagementId, status: 'ENDING', startsOn: '2026-12-10', endsOn: '2026-12-19', services: ['weight-loss'] },
  ];
  expect(await shown()).toMatchObject(both);
  graph.setNow('2026-12-20T00:00:00Z');
  expect(await shown()).toMatchObject([{ status: 'ACTIVE' }, { status: 'ENDED' }]);
  const events = await graph.owner.engagementEvent.findMany({ where: { kind: 'AMENDED' } });
  expect(events).toMatchObject([{ side: 'PRACTITIONER', lastDay: new Date('2026-12-19'), by: id.director }]);
  const trail = await graph.owner.auditEvent.findMany({ where: { action: { startsWith: 'engagement.amend' } }, orderBy: { id: 'asc' } });
  expect(trail.map(({ action }) => action).toSorted()).toEqual(['engagement.amended', 'engagement.amendment-proposed']);
});

test('accepted late, they begin that day, and the old ones last until the day before', async () => {
  const engagementId = await engaged(graph);
  const proposal = await told(graph.as(officer), 'amendEngagement', { engagementId, ...amended, startsOn: '2026-12-12' });
  graph.setNow('2026-12-14T10:00:00Z');
  await accept(proposal['id']);
  expect(await shown()).toMatchObject([
    { startsOn: '2026-12-14', status: 'ACTIVE' },
    { endsOn: '2026-12-13', status: 'ENDED' },
  ]);
});

test('declined or not answered, nothing changes', async () => {
  const engagementId = await engaged(graph);
  const proposal = await told(graph.as(officer), 'amendEngagement', { engagementId, ...amended });
  await told(directorOf(graph), 'declineProposal', { engagementId: proposal['id'], reason: 'I keep to what we agreed.' });
  expect(await shown()).toMatchObject([{ status: 'DECLINED' }, { id: engagementId, status: 'ACTIVE', endsOn: null }]);
});

test('of two amendments of the same terms one is taken', async () => {
  const engagementId = await engaged(graph);
  const [one, two] = [
    await told(graph.as(officer), 'amendEngagement', { engagementId, ...amended }),
    await told(graph.as(officer), 'amendEngagement', { engagementId, ...amended, startsOn: '2026-12-21' }),
  ];
  const answers = await Promise.all([accept(one?.['id']), accept(two?.['id'])]);
  expect(answers.map((answer) => answer['code'] ?? answer['status']).toSorted()).toEqual(['ACTIVE', 'ILLEGAL_TRANSITION']);
});

test.each<[string, object, object]>([
  ['terms from the first day on', { startsOn: '2026-12-10' }, { issues: [{ path: 'input.startsOn' }] }],
  ['terms of a day gone by', { startsOn: '2026-11-30' }, { issues: [{ path: 'input.startsOn' }, { path: 'input.startsOn' }] }],
  ['an end before the beginning', { endsOn: '2026-12-19' }, { issues: [{ path: 'input.endsOn' }] }],
  ['a service that is none', { services: ['haircut'] }, { issues: [{ path: 'input.services.0' }] }],
  ['no agreement among the papers', { documents: [{ ...papers[0], kind: 'DUTIES' }] }, { issues: [{ path: 'input.documents' }] }],
])('%s: refused', async (_what, change, refusal) => {
  const engagementId = await engaged(graph);
  expect(await told(graph.as(officer), 'amendEngagement', { engagementId, ...amended, ...change })).toMatchObject({
    code: 'INVALID_INPUT',
    ...refusal,
  });
});

test('a fee that the rules refuse is refused at once, and terms of a clinic elsewhere are not there', async () => {
  const engagementId = await engaged(graph);
  expect(await outcome(graph.as(officer), 'amendEngagement', { engagementId, ...amended, feeBasis: 'PER_PRESCRIPTION' })).toBe(
    'RULE_BLOCKED',
  );
  expect(await outcome(graph.as(officerElsewhere), 'amendEngagement', { engagementId, ...amended })).toBe('NOT_FOUND');
  expect(await outcome(directorOf(graph), 'amendEngagement', { engagementId, ...amended })).toBe('FORBIDDEN');
});

test('what ends on a day is followed by the day after, not later', async () => {
  const engagementId = await engaged(graph, { endsOn: '2026-12-24' });
  expect(await told(graph.as(officer), 'amendEngagement', { engagementId, ...amended, startsOn: '2026-12-26' })).toMatchObject({
    issues: [{ path: 'input.startsOn' }],
  });
  expect(await outcome(graph.as(officer), 'amendEngagement', { engagementId, ...amended, startsOn: '2026-12-25' })).toBe('DRAFT');
});

test('what is suspended or ending has no other terms: they would put it in force again', async () => {
  const engagementId = await engaged(graph);
  await outcome(graph.steppedUp(officer), 'suspendEngagement', { engagementId, reason: 'They asked to pause until March.' });
  expect(await told(graph.as(officer), 'amendEngagement', { engagementId, ...amended })).toMatchObject({
    from: 'SUSPENDED',
    to: 'AMENDED',
  });
});

test('a director whose terms leave a service to nobody closes it only when that is confirmed', async () => {
  const change = { engagementId: id.engagement, ...amended, services: ['weight-loss'] };
  expect(await told(graph.as(officer), 'amendEngagement', change)).toMatchObject({
    ...{ code: 'CLOSES_SERVICES', services: ['iv-therapy'], closesOn: '2026-12-20' },
  });
  expect(await outcome(graph.as(officer), 'amendEngagement', { ...change, confirmClosing: true })).toBe('DRAFT');
  expect(await graph.owner.engagement.findUniqueOrThrow({ where: { id: stored.engagement } })).toMatchObject({
    status: 'ACTIVE',
    endsOn: null,
  });
  expect(digests).toHaveLength(1);
});

describe('terms that were accepted to follow what is then suspended', () => {
  const reason = 'They asked to pause until March.';
  const clinic = () => graph.steppedUp(officer);
  const statuses = async () => (await shown()).map((one) => (one as { status?: string }).status);
  const followed = async () => {
    const engagementId = await engaged(graph);
    const proposal = await told(graph.as(officer), 'amendEngagement', { engagementId, ...amended });
    await accept(proposal['id']);
    graph.setNow('2026-12-15T10:00:00Z');
    return { engagementId, next: proposal['id'] as string };
  };

  test('are suspended with it, and do not begin by themselves', async () => {
    const { engagementId, next } = await followed();
    expect(await outcome(clinic(), 'suspendEngagement', { engagementId, reason })).toBe('SUSPENDED');
    expect(await statuses()).toEqual(['SUSPENDED', 'SUSPENDED']);
    graph.setNow('2026-12-20T00:00:00Z');
    expect(await statuses()).toEqual(['SUSPENDED', 'ENDED']);
    const events = await graph.owner.engagementEvent.findMany({ where: { kind: 'SUSPENDED' } });
    expect(events.map(({ side, reason: why }) => [side, why])).toEqual([
      ['CLINIC', reason],
      ['CLINIC', reason],
    ]);
    expect(await outcome(directorOf(graph), 'resumeEngagement', { engagementId: next, reason })).toBe('FORBIDDEN');
    expect(await outcome(clinic(), 'resumeEngagement', { engagementId: next, reason })).toBe('ACTIVE');
  });
  test('come back with it, by the side that suspended it', async () => {
    const { engagementId } = await followed();
    await outcome(clinic(), 'suspendEngagement', { engagementId, reason });
    await outcome(directorOf(graph), 'suspendEngagement', { engagementId, reason });
    graph.setNow('2026-12-16T10:00:00Z');
    expect(await outcome(clinic(), 'resumeEngagement', { engagementId, reason })).toBe('SUSPENDED');
    expect(await statuses()).toEqual(['SUSPENDED', 'SUSPENDED']);
    expect(await outcome(directorOf(graph), 'resumeEngagement', { engagementId, reason })).toBe('ENDING');
    expect(await statuses()).toEqual(['ACTIVE', 'ENDING']);
  });
  test('stay suspended where they were suspended before, for themselves', async () => {
    const { engagementId, next } = await followed();
    await outcome(clinic(), 'suspendEngagement', { engagementId: next, reason });
    graph.setNow('2026-12-16T10:00:00Z');
    await outcome(clinic(), 'suspendEngagement', { engagementId, reason });
    expect(await outcome(clinic(), 'resumeEngagement', { engagementId, reason })).toBe('ENDING');
    expect(await statuses()).toEqual(['SUSPENDED', 'ENDING']);
  });
});
