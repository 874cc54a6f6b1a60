import { afterEach, beforeEach, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { id, stored } from './authority.ts';
import { digests, officer, officerElsewhere } from './engagement-verbs.ts';
import {
  accepting,
  availability,
  candidates,
  desk,
  happened,
  offered,
  offering,
  outcome,
  people,
  physicianOf,
  publish,
  requested,
  startPlacing,
  told,
} from './placement-verbs.ts';
import type { RunningPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
beforeEach(async () => {
  graph = await startPlacing();
});
afterEach(() => graph?.stop());

const idOf = (name: keyof typeof people) => toId('practitioner', people[name]);

test('a clinic asks, somebody fits, is offered it and accepts: an engagement begins as if proposed and accepted', async () => {
  await publish(graph, 'ann');
  const requestId = await requested(graph);
  const offer = await told(desk(graph), 'offerPlacement', offering(requestId, 'ann'));
  expect(offer).toEqual({
    ...{ __typename: 'PlacementOffer', id: expect.stringMatching(/^plo_/), status: 'OFFERED', declineReason: null, engagement: null },
    documents: [{ kind: 'AGREEMENT', sha256: digests[0], signedOn: '2026-11-30' }],
    practitioner: { id: idOf('ann') },
    terms: { role: 'MEDICAL_DIRECTOR', states: ['TX'], services: ['weight-loss'], startsOn: '2026-12-10', riskClass: 'MODERATE' },
  });
  graph.setNow('2026-12-01T18:00:00Z');
  const engagement = await told(physicianOf(graph, 'ann'), 'acceptOffer', accepting(offer['id'] as string));
  expect(engagement).toEqual({
    ...{
      __typename: 'Engagement',
      id: expect.stringMatching(/^eng_/),
      status: 'ACTIVE',
      acceptedAt: '2026-12-01T18:00:00.000Z',
      noticeDays: 30,
    },
    ...{ role: 'MEDICAL_DIRECTOR', model: 'RETAINER', startsOn: '2026-12-10', endsOn: null, feeBasis: 'FIXED_MONTHLY' },
    ...{ services: ['weight-loss'], states: ['TX'], practitioner: { id: idOf('ann') }, clinic: { id: id.austin } },
    documents: [{ kind: 'AGREEMENT', sha256: digests[0], signedOn: '2026-11-30' }],
    events: [
      { kind: 'PROPOSED', side: 'CLINIC', at: '2026-12-01T15:00:00.000Z', byName: 'Tester' },
      { kind: 'ACCEPTED', side: 'PRACTITIONER', at: '2026-12-01T18:00:00.000Z', byName: 'Tester' },
    ],
  });
  expect(await happened(graph)).toEqual(['REQUESTED', 'OFFERED', 'ACCEPTED']);
  const topics = await graph.owner.outboxEvent.findMany({ where: { topic: 'placement' }, orderBy: { payload: 'asc' } });
  expect(topics.map(({ payload }) => payload)).toEqual(
    ['ACCEPTED', 'OFFERED', 'REQUESTED'].map((kind) => ({ kind, requestId, clinicId: id.austin })),
  );
  const trail = await graph.owner.auditEvent.findMany({ where: { action: { startsWith: 'placement.' } }, orderBy: { action: 'asc' } });
  expect(trail.map(({ action, tenantId }) => [action, tenantId])).toEqual(
    ['placement.accepted', 'placement.offered', 'placement.requested'].map((action) => [action, stored.austin]),
  );
});

test('candidates come with reasons in and out, those who fit and are preferred first, then who directs less', async () => {
  await publish(graph, 'ann');
  await publish(graph, 'ben', { mostClinics: 3 });
  await publish(graph, 'cal', { conflicts: [{ entityId: toId('entity', stored.entity), reason: 'A cousin owns it.' }], onSiteStates: [] });
  await requested(graph, { preferredSpecialties: ['dermatology'], onSite: 'PERIODIC' });
  expect(await candidates(graph)).toEqual([
    [
      { practitioner: { id: idOf('ben') }, in: true, preferences: ['dermatology'], against: [] },
      { practitioner: { id: idOf('ann') }, in: true, preferences: [], against: [] },
      {
        ...{ practitioner: { id: idOf('cal') }, in: false, preferences: [] },
        against: ['insurance.engaged FAIL', 'placement.onSite FAIL', 'TX.md.onSite UNKNOWN', 'placement.conflict FAIL'],
      },
    ],
  ]);
});

test('of somebody’s conflicts, lists and policies a clinic learns only whether they are clear', async () => {
  await publish(graph, 'cal', { conflicts: [{ entityId: toId('entity', stored.entity), reason: 'A cousin owns it.' }] });
  await graph.owner.exclusionScreening.updateMany({ where: { practitionerId: people.cal }, data: { status: 'POSSIBLE' } });
  await requested(graph);
  const { data } = await desk(graph).ask('query { placementRequests { nodes { candidates { reasons { id message } } } } }');
  const text = JSON.stringify(data);
  expect(text).toContain('Screening is not clear');
  expect(text).toContain('A conflict is declared');
  for (const secret of ['cousin', 'list', 'POSSIBLE', 'R-', '2027-12-31']) expect(text).not.toContain(secret);
});

test('who is paused, whose days are over and who never published is no candidate', async () => {
  await publish(graph, 'ann', { status: 'PAUSED' });
  await publish(graph, 'ben', { availableUntil: '2026-12-01' });
  graph.setNow('2026-12-02T09:00:00Z');
  await requested(graph);
  expect(await candidates(graph)).toEqual([[]]);
});

test('several offers may be out, each seen by its physician alone, and one is declined with a reason', async () => {
  await publish(graph, 'ann');
  await publish(graph, 'ben');
  const requestId = await requested(graph);
  const anns = await offered(graph, requestId, 'ann');
  graph.setNow('2026-12-01T15:10:00Z');
  const bens = await offered(graph, requestId, 'ben');
  const list = 'query { placementOffers { nodes { id status } } }';
  expect((await physicianOf(graph, 'ann').ask(list)).data).toEqual({ placementOffers: { nodes: [{ id: anns, status: 'OFFERED' }] } });
  const reason = 'Too far from where I live.';
  expect(await told(physicianOf(graph, 'ann'), 'declineOffer', { offerId: anns, reason })).toMatchObject({
    ...{ status: 'DECLINED', declineReason: reason },
  });
  expect(await outcome(physicianOf(graph, 'ann'), 'acceptOffer', accepting(anns))).toBe('ILLEGAL_TRANSITION');
  expect(await outcome(physicianOf(graph, 'ann'), 'declineOffer', { offerId: bens, reason })).toBe('NOT_FOUND');
  expect(await outcome(physicianOf(graph, 'ben'), 'acceptOffer', accepting(bens))).toBe('ACTIVE');
  const seen = await desk(graph).ask(`query { placementRequests { nodes { status closedAt
    counts { matched offered declined } offers { status declineReason engagement { status } decisions { gate results { id } replay { same } } } } } }`);
  const decision = { gate: 'OFFER', results: expect.arrayContaining([{ id: 'placement.capacity' }]), replay: { same: true } };
  expect(seen.data?.['placementRequests']).toEqual({
    nodes: [
      {
        ...{ status: 'FILLED', closedAt: '2026-12-01T15:10:00.000Z', counts: { matched: null, offered: 2, declined: 1 } },
        offers: [
          { status: 'DECLINED', declineReason: reason, engagement: null, decisions: null },
          { status: 'ACCEPTED', declineReason: null, engagement: { status: 'ACTIVE' }, decisions: [decision] },
        ],
      },
    ],
  });
});

test('of two who accept at once exactly one has it, whoever comes first, and the other is told so', async () => {
  await publish(graph, 'ann');
  await publish(graph, 'ben');
  for (const round of [1, 2, 3]) {
    const requestId = await requested(graph, {
      startsOn: `2026-12-1${round}`,
      services: [['weight-loss'], ['iv-therapy'], undefined][round - 1],
    });
    const offers = [await offered(graph, requestId, 'ann'), await offered(graph, requestId, 'ben')] as const;
    const answers = await Promise.all([
      outcome(physicianOf(graph, 'ann'), 'acceptOffer', accepting(offers[0])),
      outcome(physicianOf(graph, 'ben'), 'acceptOffer', accepting(offers[1])),
    ]);
    expect(answers.toSorted()).toEqual(['ACTIVE', 'PLACEMENT_TAKEN']);
    const engagements = await graph.owner.engagement.findMany({ where: { practitionerId: { in: [people.ann, people.ben] } } });
    expect(engagements.filter(({ status }) => status === 'ACTIVE')).toHaveLength(1);
    const loser = answers[0] === 'ACTIVE' ? 'ben' : 'ann';
    const lost = answers[0] === 'ACTIVE' ? offers[1] : offers[0];
    const { data } = await physicianOf(graph, loser).ask('query { placementOffers { nodes { id status } } }');
    expect(data?.['placementOffers']).toMatchObject({ nodes: expect.arrayContaining([{ id: lost, status: 'WITHDRAWN' }]) });
    await freeAgain(engagements.map((one) => one.id));
  }
});

/** Lets engagements end before they began, as far as the next round is concerned. */
async function freeAgain(ids: readonly string[]): Promise<void> {
  await graph.owner.engagement.updateMany({ where: { id: { in: [...ids] } }, data: { status: 'ENDED' } });
}

test('one physician who accepts twice at once is engaged once', async () => {
  await publish(graph, 'ann');
  const offerId = await offered(graph, await requested(graph), 'ann');
  const answers = await Promise.all([1, 2].map(() => outcome(physicianOf(graph, 'ann'), 'acceptOffer', accepting(offerId))));
  expect(answers.toSorted()).toEqual(['ACTIVE', 'ILLEGAL_TRANSITION']);
});

test('a retry of an acceptance answers the same engagement', async () => {
  await publish(graph, 'ann');
  const offerId = await offered(graph, await requested(graph), 'ann');
  const [first, again] = [
    await told(physicianOf(graph, 'ann'), 'acceptOffer', accepting(offerId), 'key-1'),
    await told(physicianOf(graph, 'ann'), 'acceptOffer', accepting(offerId), 'key-1'),
  ];
  expect(again['id']).toBe(first['id']);
  expect(await graph.owner.engagement.count({ where: { practitionerId: people.ann } })).toBe(1);
});

test('what has changed since the offer is asked again at acceptance, and nothing of it stays when it blocks', async () => {
  await publish(graph, 'ann');
  const offerId = await offered(graph, await requested(graph), 'ann');
  await graph.owner.license.updateMany({ where: { practitionerId: people.ann }, data: { status: 'SUSPENDED' } });
  expect(await outcome(physicianOf(graph, 'ann'), 'acceptOffer', accepting(offerId))).toBe('RULE_BLOCKED');
  expect(await graph.owner.engagement.count({ where: { practitionerId: people.ann } })).toBe(0);
  expect(await graph.owner.placementOffer.findMany({ select: { status: true, engagementId: true } })).toEqual([
    { status: 'OFFERED', engagementId: null },
  ]);
  expect(await happened(graph)).toEqual(['REQUESTED', 'OFFERED']);
});

test('a request that is withdrawn withdraws its offers, with a second factor when there are any', async () => {
  await publish(graph, 'ann');
  const requestId = await requested(graph);
  const offerId = await offered(graph, requestId, 'ann');
  expect(await outcome(graph.as(officer), 'withdrawPlacement', { requestId })).toBe('STEP_UP_REQUIRED');
  expect(await outcome(desk(graph), 'withdrawPlacement', { requestId })).toBe('WITHDRAWN');
  expect(await outcome(desk(graph), 'withdrawPlacement', { requestId })).toBe('ILLEGAL_TRANSITION');
  expect(await outcome(desk(graph), 'offerPlacement', offering(requestId, 'ann'))).toBe('ILLEGAL_TRANSITION');
  expect(await told(physicianOf(graph, 'ann'), 'acceptOffer', accepting(offerId))).toMatchObject({ from: 'WITHDRAWN', to: 'ACCEPTED' });
  const another = await requested(graph);
  expect(await outcome(graph.as(officer), 'withdrawPlacement', { requestId: another })).toBe('WITHDRAWN');
});

test('an offer goes to a candidate who is in, once, by a second factor, and from the clinic’s own officer', async () => {
  await publish(graph, 'ann');
  await publish(graph, 'cal');
  const requestId = await requested(graph);
  expect(await told(desk(graph), 'offerPlacement', offering(requestId, 'cal'))).toMatchObject({
    code: 'RULE_BLOCKED',
    rules: expect.arrayContaining([expect.objectContaining({ id: 'insurance.engaged', outcome: 'FAIL' })]),
  });
  expect(await told(desk(graph), 'offerPlacement', offering(requestId, 'ben'))).toMatchObject({
    issues: [{ path: 'input.practitionerId' }],
  });
  expect(await outcome(graph.as(officer), 'offerPlacement', offering(requestId, 'ann'))).toBe('STEP_UP_REQUIRED');
  expect(await outcome(graph.steppedUp(officerElsewhere), 'offerPlacement', offering(requestId, 'ann'))).toBe('NOT_FOUND');
  expect(
    await outcome(desk(graph), 'offerPlacement', {
      ...offering(requestId, 'ann'),
      documents: [{ ...offering(requestId, 'ann').documents[0], kind: 'DUTIES' }],
    }),
  ).toBe('INVALID_INPUT');
  await offered(graph, requestId, 'ann');
  expect(await outcome(desk(graph), 'offerPlacement', offering(requestId, 'ann'))).toBe('CONFLICT');
});

test('somebody who speaks for the clinic is no candidate for it', async () => {
  await publish(graph, 'ann');
  await graph.join(idOf('ann'), officer);
  const requestId = await requested(graph);
  expect(await told(desk(graph), 'offerPlacement', offering(requestId, 'ann'))).toMatchObject({
    rules: expect.arrayContaining([expect.objectContaining({ id: 'placement.conflict', outcome: 'FAIL' })]),
  });
});

test('availability is a physician’s own: published anew it replaces the last, and a nurse practitioner has none', async () => {
  const conflict = { entityId: toId('entity', stored.entity), reason: 'A cousin owns it.' };
  await publish(graph, 'ann', { conflicts: [conflict] });
  await publish(graph, 'ann', { mostClinics: 5, conflicts: [{ ...conflict, reason: 'A cousin still owns it.' }] });
  const own = 'query { availability { mostClinics conflicts { entityId reason } } }';
  expect((await physicianOf(graph, 'ann').ask(own)).data).toEqual({
    availability: { mostClinics: 5, conflicts: [{ ...conflict, reason: 'A cousin still owns it.' }] },
  });
  expect((await physicianOf(graph, 'ben').ask(own)).data).toEqual({ availability: null });
  const nurse = graph.person(id.nurse, { role: 'EXAMINER', at: id.austin });
  expect(await outcome(nurse, 'publishAvailability', availability)).toBe('RULE_BLOCKED');
  expect(await outcome(graph.as({ role: 'EXAMINER', at: id.austin }), 'publishAvailability', availability)).toBe('NOT_FOUND');
});

test('an MSO watches status, clock and numbers, and sees nobody', async () => {
  await publish(graph, 'ann');
  const requestId = await requested(graph);
  await offered(graph, requestId, 'ann');
  const manager = graph.as({ role: 'MSO_MANAGER', at: id.mso });
  const watched = await manager.ask(
    `query { placementRequests(clinicId: "${id.austin}") { nodes { id status promisedBy isLate counts { offered } events { kind } } } }`,
  );
  expect(watched.data?.['placementRequests']).toEqual({
    nodes: [
      {
        ...{ id: requestId, status: 'OPEN', promisedBy: '2026-12-02T15:00:00.000Z', isLate: false, counts: { offered: 1 } },
        events: [{ kind: 'REQUESTED' }, { kind: 'OFFERED' }],
      },
    ],
  });
  const asked = await manager.ask('query { placementRequests { nodes { candidates { in } offers { id } } } }');
  expect(asked.errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  const elsewhere = await graph.as({ role: 'MSO_MANAGER', at: id.otherMso }).ask('query { placementRequests { nodes { id } } }');
  expect(elsewhere.data).toEqual({ placementRequests: { nodes: [] } });
});

test('when nobody tells of the clinic nobody is in, and nothing is offered', async () => {
  await publish(graph, 'ann');
  const requestId = await requested(graph);
  graph.tellOfClinics([]);
  expect(await outcome(desk(graph), 'offerPlacement', offering(requestId, 'ann'))).toBe('RULE_BLOCKED');
});
