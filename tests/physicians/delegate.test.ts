import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clinics, digest, id, NOW, stored, writeAuthority } from './authority.ts';
import { acts, competent, director, elsewhere, given, may, nurse, officer, tell, writeActs } from './delegation-verbs.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
beforeEach(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
  await writeActs(graph);
});
afterEach(() => graph?.stop());

const day = (text: string) => new Date(`${text}T00:00:00Z`);
// The reminders of a minute that passed meanwhile are nobody’s act.
const trail = () =>
  graph.owner.auditEvent.findMany({
    where: { kind: 'CHANGE', action: { not: 'protocol.signature-due' } },
    orderBy: { action: 'asc' },
    select: { action: true, tenantId: true },
  });

async function delegated(): Promise<string> {
  expect(await tell(director(graph), 'recordCompetency', competent)).toMatchObject({ __typename: 'Competency' });
  const answer = await tell(director(graph), 'delegate', given);
  expect(answer).toMatchObject({ __typename: 'Delegation', status: 'ACTIVE' });
  return answer['id'] as string;
}

test('a physician delegates an act to a trained colleague, who may then do it, and everybody gets the same answer', async () => {
  expect(await may(nurse(graph))).toEqual({ allowed: false, stops: ['delegation.record FAIL'] });
  expect(await tell(director(graph), 'recordCompetency', competent)).toEqual({
    ...{ __typename: 'Competency', id: expect.any(String), service: 'botulinum-toxin', device: null, handsOnCount: 20, current: true },
    ...{ assessedOn: '2026-11-20', expiresOn: '2027-11-19', assessor: { id: id.director }, practitioner: { id: id.nurse } },
  });
  expect(await tell(director(graph), 'delegate', given)).toEqual({
    ...{ __typename: 'Delegation', id: expect.any(String), status: 'ACTIVE', clinic: { id: id.austin }, delegate: { id: id.nurse } },
    ...{ delegator: { id: id.director }, service: 'botulinum-toxin', device: null, level: 3, states: ['TX'], limits: 'Upper face only' },
    ...{ startsOn: '2026-12-01', endsOn: '2027-05-31', protocolVersion: { id: given.protocolVersionId } },
  });
  for (const who of [nurse(graph), director(graph), graph.as(officer)]) expect(await may(who)).toEqual({ allowed: true, stops: [] });
  expect(await trail()).toEqual([
    { action: 'competency.recorded', tenantId: stored.austin },
    { action: 'delegation.given', tenantId: stored.austin },
  ]);
});

test('a retry with its key gives the same delegation and writes nothing twice', async () => {
  await tell(director(graph), 'recordCompetency', competent);
  const once = await tell(director(graph), 'delegate', given, 'key-1');
  expect(await tell(director(graph), 'delegate', given, 'key-1')).toEqual(once);
  expect(await graph.owner.delegation.count()).toBe(1);
});

describe('a lapse on either side suspends it at once, and only for as long as it lasts', () => {
  const status = async () => {
    const { data } = await graph.as(officer).ask(`{ delegations(clinicId: "${id.austin}") { nodes { status } } }`);
    const listed = data?.['delegations'] as { nodes: { status: string }[] } | undefined;
    return listed?.nodes.map((one) => one.status);
  };

  test.each<[string, (owner: RunningPhysicians['owner']) => Promise<unknown>, string[]]>([
    [
      'the delegate’s licence',
      (owner) => owner.license.update({ where: { id: stored.nurseLicense }, data: { status: 'SUSPENDED' } }),
      ['licence.performer FAIL'],
    ],
    [
      'the physician’s licence',
      (owner) => owner.license.update({ where: { id: stored.license }, data: { status: 'REVOKED' } }),
      ['agreement.performer FAIL', 'licence.delegator FAIL'],
    ],
    [
      'the engagement',
      (owner) => owner.engagement.update({ where: { id: stored.engagement }, data: { status: 'SUSPENDED' } }),
      ['engagement.delegator FAIL'],
    ],
    [
      'the protocol',
      (owner) => owner.protocolVersion.update({ where: { id: acts.version }, data: { status: 'SUSPENDED' } }),
      ['protocol.inForce FAIL'],
    ],
    [
      'the physician’s insurance',
      (owner) => owner.insurancePolicy.update({ where: { id: stored.policy }, data: { status: 'CANCELLED' } }),
      ['insurance.delegator FAIL'],
    ],
    [
      'the delegate’s insurance, where they have one of their own',
      (owner) =>
        owner.insurancePolicy.create({
          data: {
            ...{
              id: stored.standing,
              practitionerId: stored.nurse,
              kind: 'PROFESSIONAL',
              carrier: 'Lone Star Mutual',
              policyNumber: 'N-1',
            },
            ...{ status: 'ACTIVE', perClaimLimit: 1, aggregateLimit: 1, coversCompounding: true },
            ...{ effectiveFrom: day('2025-01-01'), expiresOn: day('2026-11-30') },
          },
        }),
      ['insurance.performer FAIL'],
    ],
    [
      'a review of charts that was missed',
      (owner) => owner.engagement.update({ where: { id: stored.engagement }, data: { auditDueOn: day('2026-11-01') } }),
      ['engagement.delegator FAIL'],
    ],
    [
      'an engagement for other services',
      (owner) => owner.engagement.update({ where: { id: stored.engagement }, data: { services: ['weight-loss'] } }),
      ['engagement.delegator FAIL'],
    ],
    [
      'the delegate’s work there',
      (owner) => owner.tenancyMembership.deleteMany({ where: { sub: id.nurse } }),
      ['membership.performer FAIL'],
    ],
  ])('%s', async (_what, lapse, stops) => {
    await delegated();
    expect(await status()).toEqual(['ACTIVE']);
    await lapse(graph.owner);
    expect(await status()).toEqual(['SUSPENDED']);
    expect(await may(nurse(graph))).toEqual({ allowed: false, stops });
  });

  test('the training, on the day after its last', async () => {
    await delegated();
    const training = ['competency.performer FAIL'];
    await graph.owner.$executeRawUnsafe('alter table physicians.competency disable trigger insert_only');
    await graph.owner.competency.updateMany({ data: { assessedOn: day('2026-01-01'), expiresOn: day('2026-11-30') } });
    expect(await status()).toEqual(['SUSPENDED']);
    expect(await may(nurse(graph))).toEqual({ allowed: false, stops: training });
    await graph.owner.competency.updateMany({ data: { expiresOn: day('2026-12-01') } });
    expect(await status()).toEqual(['ACTIVE']);
    expect(await may(nurse(graph))).toEqual({ allowed: true, stops: [] });
  });

  test('its own last day', async () => {
    await delegated();
    expect(await may(nurse(graph), '2027-06-01')).toMatchObject({ allowed: false });
    graph.setNow('2027-06-01T08:00:00Z');
    expect(await status()).toEqual(['EXPIRED']);
  });
});

test.each([
  ['is no day on which no version was in force', '2026-12-31', ['protocol.inForce FAIL']],
  ['are the days of the one it took over from', '2027-01-31', []],
])('among the days of a later version %s', async (_what, lastDay, stops) => {
  const service = { id: '01980000-0000-7000-8000-000000000765', service: 'botulinum-toxin', name: 'Toxin' };
  const [first, second] = ['01980000-0000-7000-8000-000000000775', '01980000-0000-7000-8000-000000000776'] as const;
  await graph.owner.protocol.create({ data: { ...service, clinics: { create: { clinicId: stored.austin } } } });
  const version = { protocolId: service.id, title: 'Toxin', status: 'ACTIVE', digest };
  await graph.owner.protocolVersion.createMany({
    data: [
      { ...version, id: first, version: '1', effectiveFrom: day('2026-06-01'), expiresOn: day(lastDay) },
      { ...version, id: second, version: '2', effectiveFrom: day('2027-02-01'), expiresOn: day('2028-01-31') },
    ],
  });
  await graph.owner.protocolSignature.create({
    data: { versionId: second, practitionerId: stored.director, digest, signedAt: new Date('2026-12-01T10:00:00Z') },
  });
  await graph.owner.delegation.create({
    data: {
      ...{ id: service.id, clinicId: stored.austin, service: 'botulinum-toxin', delegateId: stored.nurse, delegatorId: stored.director },
      ...{ level: 3, protocolVersionId: first, states: ['TX'], startsOn: day('2026-12-01'), endsOn: day('2027-05-31') },
      delegatedAt: new Date('2026-12-01T10:00:00Z'),
    },
  });
  graph.setNow('2027-02-10T15:00:00Z');
  const asked = async (on: string) => (await may(nurse(graph), on)).stops?.filter((rule) => rule.startsWith('protocol'));
  expect(await asked('2027-01-15')).toEqual(stops);
  expect(await asked('2027-02-10')).toEqual([]);
});

test('it is taken back by whoever gave it, a director or a compliance officer of the clinic, once', async () => {
  const delegationId = await delegated();
  const reason = 'New injector, more practice first.';
  expect(await tell(graph.as(elsewhere), 'revokeDelegation', { delegationId, reason })).toMatchObject({ code: 'NOT_FOUND' });
  expect(await tell(graph.as({ role: 'MSO_MANAGER', at: id.mso }), 'revokeDelegation', { delegationId, reason })).toMatchObject({
    code: 'FORBIDDEN',
  });
  expect(await tell(graph.as({ role: 'PRESCRIBER', at: id.austin }), 'revokeDelegation', { delegationId, reason })).toMatchObject({
    code: 'NOT_FOUND',
  });
  expect(await tell(graph.as(officer), 'revokeDelegation', { delegationId, reason: ' ' })).toMatchObject({
    ...{ code: 'INVALID_INPUT', issues: [{ path: 'input.reason' }] },
  });
  expect(await tell(graph.as(officer), 'revokeDelegation', { delegationId, reason })).toEqual({
    ...{ __typename: 'Delegation', id: delegationId, status: 'REVOKED', revokedAt: '2026-12-01T15:00:00.000Z', revocationReason: reason },
  });
  expect(await may(nurse(graph))).toEqual({ allowed: false, stops: ['delegation.record FAIL'] });
  expect(await tell(director(graph), 'revokeDelegation', { delegationId, reason })).toMatchObject({
    ...{ code: 'ILLEGAL_TRANSITION', from: 'REVOKED', to: 'REVOKED' },
  });
  expect((await trail()).at(-1)).toEqual({ action: 'delegation.revoked', tenantId: stored.austin });
});

test('what is on record of a colleague’s training is read where they work, and the answer is nobody else’s', async () => {
  await delegated();
  const { data } = await director(graph).ask(`{ practitioner(id: "${id.nurse}") { competencies { service } } }`);
  expect(data).toEqual({ practitioner: { competencies: [{ service: 'botulinum-toxin' }] } });
  const stranger = graph.as(elsewhere);
  expect((await stranger.ask(`{ practitioner(id: "${id.nurse}") { competencies { service } } }`)).data).toEqual({
    practitioner: { competencies: [] },
  });
  const asked = await stranger.ask(
    `{ mayPerform(practitionerId: "${id.nurse}", service: "botulinum-toxin", clinicId: "${id.austin}") { allowed } }`,
  );
  expect(asked.errors?.map(({ extensions }) => extensions.code)).toEqual(['NOT_FOUND']);
  const listed = await stranger.ask(`{ delegations(clinicId: "${id.austin}") { nodes { id } } }`);
  expect(listed.errors?.map(({ extensions }) => extensions.code)).toEqual(['NOT_FOUND']);
  expect(
    (await graph.as({ role: 'FRONT_DESK', at: id.austin }).ask(`{ delegations(clinicId: "${id.austin}") { nodes { id } } }`)).errors,
  ).toHaveLength(1);
});

test('nobody delegates whom the clinic has not engaged', async () => {
  await tell(director(graph), 'recordCompetency', competent);
  await graph.owner.engagement.update({ where: { id: stored.engagement }, data: { status: 'ENDED' } });
  expect(await tell(director(graph), 'delegate', given)).toMatchObject({ code: 'RULE_BLOCKED' });
});
