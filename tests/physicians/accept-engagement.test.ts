import { afterEach, beforeEach, expect, test } from 'vitest';
import { clinics, id, NOW, stored, writeAuthority } from './authority.ts';
import { clinicFacts, digests, directorOf, engaged, officer, outcome, screen, terms, told } from './engagement-verbs.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
beforeEach(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
  graph.tellOfClinics(clinicFacts);
  await screen(graph);
});
afterEach(() => graph?.stop());

const proposed = async (change: object = {}) => {
  const answer = await told(graph.as(officer), 'proposeEngagement', { ...terms, ...change });
  if (answer['code']) throw new Error(JSON.stringify(answer));
  return { engagementId: answer['id'], documentDigests: digests };
};
const blocking = (answer: Record<string, unknown>) =>
  (answer['rules'] as { id: string; outcome: string }[]).filter(({ outcome: came }) => came !== 'PASS').map(({ id: rule }) => rule);

test('what its physician accepts is in force, and on record with both sides', async () => {
  const input = await proposed();
  graph.setNow('2026-12-02T15:00:00Z');
  const accepted = await told(directorOf(graph), 'acceptEngagement', input, 'key-1');
  expect(accepted).toMatchObject({
    ...{ id: input.engagementId, status: 'ACTIVE', startsOn: '2026-12-10', acceptedAt: '2026-12-02T15:00:00.000Z' },
    events: [
      { kind: 'PROPOSED', side: 'CLINIC' },
      { kind: 'ACCEPTED', side: 'PRACTITIONER' },
    ],
  });
  expect(await told(directorOf(graph), 'acceptEngagement', input, 'key-1')).toEqual(accepted);
  expect(await told(directorOf(graph), 'acceptEngagement', input)).toMatchObject({
    code: 'ILLEGAL_TRANSITION',
    from: 'ACTIVE',
    to: 'ACTIVE',
  });
  const trail = await graph.owner.auditEvent.findMany({ where: { action: 'engagement.accepted' } });
  expect(trail.map(({ actor, tenantId, detail }) => ({ actor, tenantId, detail }))).toEqual([
    {
      actor: id.director,
      tenantId: stored.austin,
      detail: { was: 'DRAFT', startsOn: '2026-12-10', primaryPractice: false, documentDigests: digests },
    },
  ]);
  const decisions = await graph.owner.engagementDecision.findMany({ orderBy: { at: 'asc' } });
  expect(decisions.map(({ gate }) => gate)).toEqual(['PROPOSE', 'ACCEPT']);
});

test('what is accepted late begins on the day of it, never before', async () => {
  const input = await proposed();
  graph.setNow('2026-12-15T15:00:00Z');
  expect(await told(directorOf(graph), 'acceptEngagement', input)).toMatchObject({ status: 'ACTIVE', startsOn: '2026-12-15' });
});

test('a proposal past its last day, or whose papers are others, is not accepted', async () => {
  const input = await proposed({ endsOn: '2026-12-12' });
  for (const documentDigests of [[], ['b'.repeat(64)], [...digests, ...digests]])
    expect(await told(directorOf(graph), 'acceptEngagement', { ...input, documentDigests })).toMatchObject({
      ...{ code: 'INVALID_INPUT', issues: [{ path: 'input.documentDigests' }] },
    });
  graph.setNow('2026-12-13T00:00:00Z');
  expect(await told(directorOf(graph), 'acceptEngagement', input)).toMatchObject({
    code: 'INVALID_INPUT',
    issues: [{ path: 'input.engagementId' }],
  });
});

test('nobody accepts for the physician: not the clinic, not a colleague, and not without a second factor', async () => {
  const input = await proposed();
  expect(await outcome(graph.steppedUp(officer), 'acceptEngagement', input)).toBe('FORBIDDEN');
  const others = [
    graph.person(id.stranger, { role: 'MEDICAL_DIRECTOR', at: id.austin }),
    graph.person(id.nurse, officer, { role: 'EXAMINER', at: id.austin }),
  ];
  for (const other of others) expect(await outcome(other, 'acceptEngagement', input)).toBe('NOT_FOUND');
  expect(await outcome(directorOf(graph), 'acceptEngagement', { ...input, engagementId: id.strangersEngagement })).toBe('NOT_FOUND');
  expect(await graph.owner.engagement.count({ where: { status: 'DRAFT' } })).toBe(1);
});

test('a licence that is not good in one of its states, or an insurance that has ended, stands in the way', async () => {
  const input = await proposed({ states: ['TX', 'FL'] });
  expect(blocking(await told(directorOf(graph), 'acceptEngagement', input))).toEqual(['licence.engaged.FL']);
  const inTexas = await proposed();
  await graph.owner.license.update({ where: { id: stored.license }, data: { status: 'SUSPENDED' } });
  await graph.owner.insurancePolicy.updateMany({ data: { status: 'UNVERIFIED' } });
  expect(blocking(await told(directorOf(graph), 'acceptEngagement', inTexas))).toEqual(['licence.engaged.TX', 'insurance.engaged']);
  await graph.owner.insurancePolicy.updateMany({ data: { status: 'CANCELLED' } });
  await graph.owner.license.update({ where: { id: stored.license }, data: { status: 'ACTIVE' } });
  expect(blocking(await told(directorOf(graph), 'acceptEngagement', inTexas))).toEqual(['insurance.engaged']);
  graph.tellOfClinics([]);
  expect(blocking(await told(directorOf(graph), 'acceptEngagement', inTexas))).toContain('jurisdiction.clinic');
});

test('somebody who may be on a list of excluded persons, or was not looked up lately, accepts nothing', async () => {
  const input = await proposed();
  await screen(graph, 'POSSIBLE');
  expect(blocking(await told(directorOf(graph), 'acceptEngagement', input))).toEqual(['exclusion.engaged']);
  await graph.owner.exclusionScreening.deleteMany({});
  expect(blocking(await told(directorOf(graph), 'acceptEngagement', input))).toEqual(['exclusion.engaged']);
});

test('of two proposals for the same days only one is accepted, however close together', async () => {
  const both = [await proposed(), await proposed()];
  expect(await outcome(directorOf(graph), 'acceptEngagement', { ...both[0], documentDigests: [] })).toBe('INVALID_INPUT');
  const answers = await Promise.all(both.map((input) => outcome(directorOf(graph), 'acceptEngagement', input)));
  expect(answers.toSorted()).toEqual(['ACTIVE', 'OVERLAPPING_ENGAGEMENT']);
});

test('a renewal is accepted ahead, and an engagement that its last day has ended stands in nobody’s way', async () => {
  await engaged(graph, { endsOn: '2026-12-12' });
  const next = await engaged(graph, { startsOn: '2026-12-13' });
  expect(next).toMatch(/^eng_/);
  await graph.owner.engagement.update({ where: { id: stored.engagement }, data: { endsOn: new Date('2026-12-01') } });
  graph.setNow('2026-12-02T15:00:00Z');
  expect(await engaged(graph, { role: 'MEDICAL_DIRECTOR' })).toMatch(/^eng_/);
});

test('a review of charts that was missed stays due under a fresh engagement too', async () => {
  await graph.owner.engagement.update({ where: { id: stored.engagement }, data: { status: 'ENDING', endsOn: new Date('2026-12-09') } });
  await graph.owner.chartAudit.create({
    data: {
      ...{ id: '01980000-0000-7000-8000-000000000801', clinicId: stored.austin, practitionerId: stored.director },
      ...{ dueOn: new Date('2026-11-01'), scheduledBy: 'usr_officer', scheduledAt: new Date('2026-10-01T09:00:00Z') },
    },
  });
  const input = await proposed({ role: 'MEDICAL_DIRECTOR' });
  expect(await told(directorOf(graph), 'acceptEngagement', input)).toMatchObject({ status: 'SUSPENDED', startsOn: '2026-12-10' });
  const collaborating = await proposed();
  expect(await told(directorOf(graph), 'acceptEngagement', collaborating)).toMatchObject({ status: 'ACTIVE' });
});

test('one primary practice a state on the same days: one that is over stands in nobody’s way', async () => {
  const { owner } = graph;
  graph.tellOfClinics(clinicFacts.map((one) => ({ ...one, address: { state: 'FL' } })));
  await owner.license.update({ where: { id: stored.staleLicense }, data: { verifiedAt: new Date('2026-11-25T10:00:00Z') } });
  await owner.engagement.update({ where: { id: stored.engagement }, data: { status: 'ENDING', endsOn: new Date('2026-12-09') } });
  const inMiami = (endsOn: string) =>
    owner.engagement.update({ where: { id: stored.endedEngagement }, data: { primaryPractice: true, endsOn: new Date(endsOn) } });
  const input = { ...(await proposed({ role: 'MEDICAL_DIRECTOR', states: ['FL'] })), primaryPractice: true };
  await inMiami('2026-12-10');
  expect(await told(directorOf(graph), 'acceptEngagement', input)).toMatchObject({
    ...{ code: 'INVALID_INPUT', issues: [{ path: 'input.primaryPractice' }] },
  });
  await inMiami('2026-12-09');
  expect(await told(directorOf(graph), 'acceptEngagement', input)).toMatchObject({ status: 'ACTIVE', primaryPractice: true });
});
