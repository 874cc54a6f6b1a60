import { afterEach, beforeEach, expect, test } from 'vitest';
import { clinics, id, NOW, stored, writeAuthority } from './authority.ts';
import { clinicFacts, digests, directorOf, officer, officerElsewhere, outcome, screen, terms, told } from './engagement-verbs.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
beforeEach(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
  graph.tellOfClinics(clinicFacts);
  await screen(graph);
});
afterEach(() => graph?.stop());

const reason = 'The fee is not what we spoke about.';

async function proposed(change: object = {}): Promise<string> {
  return String((await told(graph.as(officer), 'proposeEngagement', { ...terms, ...change }))['id']);
}

test('its physician declines a proposal, with a reason for both sides, and it is closed for good', async () => {
  const engagementId = await proposed();
  const physician = directorOf(graph);
  expect(await told(physician, 'declineProposal', { engagementId, reason })).toMatchObject({
    status: 'DECLINED',
    events: [{ kind: 'PROPOSED' }, { kind: 'DECLINED', side: 'PRACTITIONER', reason }],
  });
  expect(await told(physician, 'acceptEngagement', { engagementId, documentDigests: digests })).toMatchObject({
    ...{ code: 'ILLEGAL_TRANSITION', from: 'DECLINED', to: 'ACTIVE' },
  });
  expect(await outcome(graph.as(officer), 'withdrawProposal', { engagementId, reason })).toBe('ILLEGAL_TRANSITION');
  expect(await outcome(graph.steppedUp(officer), 'giveNotice', { engagementId, lastDay: '2027-02-01', reason })).toBe('ILLEGAL_TRANSITION');
  expect(await graph.owner.engagement.findFirst({ where: { closedAs: 'DECLINED' } })).toMatchObject({ status: 'DRAFT', acceptedAt: null });
});

test('the clinic takes a proposal back before it is answered, and proposes other terms', async () => {
  const engagementId = await proposed();
  expect(await told(graph.as(officer), 'withdrawProposal', { engagementId, reason })).toMatchObject({
    status: 'WITHDRAWN',
    events: [{ kind: 'PROPOSED' }, { kind: 'WITHDRAWN', side: 'CLINIC', reason }],
  });
  expect(await told(directorOf(graph), 'acceptEngagement', { engagementId, documentDigests: digests })).toMatchObject({
    from: 'WITHDRAWN',
  });
  expect(await outcome(directorOf(graph), 'declineProposal', { engagementId, reason })).toBe('ILLEGAL_TRANSITION');
  expect(await outcome(directorOf(graph), 'acceptEngagement', { engagementId: await proposed(), documentDigests: digests })).toBe('ACTIVE');
});

test('nobody closes what is the other side’s to close, or what was accepted', async () => {
  const engagementId = await proposed();
  expect(await outcome(directorOf(graph), 'withdrawProposal', { engagementId, reason })).toBe('FORBIDDEN');
  expect(await outcome(graph.as(officer), 'declineProposal', { engagementId, reason })).toBe('FORBIDDEN');
  expect(await outcome(graph.as(officerElsewhere), 'withdrawProposal', { engagementId, reason })).toBe('NOT_FOUND');
  expect(await outcome(graph.person(id.stranger, { role: 'PRESCRIBER', at: id.austin }), 'declineProposal', { engagementId, reason })).toBe(
    'NOT_FOUND',
  );
  expect(await outcome(directorOf(graph), 'declineProposal', { engagementId, reason: 'no' })).toBe('INVALID_INPUT');
  await outcome(directorOf(graph), 'acceptEngagement', { engagementId, documentDigests: digests });
  expect(await outcome(graph.as(officer), 'withdrawProposal', { engagementId, reason })).toBe('ILLEGAL_TRANSITION');
});

test('a proposal that lay around for more than two weeks after its first day is not accepted', async () => {
  const engagementId = await proposed();
  graph.setNow('2026-12-25T00:00:00Z');
  expect(await told(directorOf(graph), 'acceptEngagement', { engagementId, documentDigests: digests })).toMatchObject({
    ...{ code: 'INVALID_INPUT', issues: [{ path: 'input.engagementId', message: 'The proposal held until 2026-12-24: ask for another.' }] },
  });
});

test('a closed proposal opens nobody’s credentials to the clinic', async () => {
  const stranger = await proposed({ practitionerId: id.stranger });
  await outcome(graph.as(officer), 'withdrawProposal', { engagementId: stranger, reason });
  await graph.owner.insurancePolicy.updateMany({ data: { practitionerId: stored.stranger } });
  const asked = await graph
    .as(officer)
    .ask('query ($id: ID!) { practitioner(id: $id) { id insurancePolicies { id } } }', { id: id.stranger });
  expect(asked.data).toEqual({ practitioner: { id: id.stranger, insurancePolicies: [] } });
});
