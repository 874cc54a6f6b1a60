import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clinics, id, NOW, stored, writeAuthority } from './authority.ts';
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
const trail = () =>
  graph.owner.auditEvent.findMany({ where: { kind: 'CHANGE' }, orderBy: { action: 'asc' }, select: { action: true, tenantId: true } });

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
  ])('%s', async (_what, lapse, stops) => {
    await delegated();
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
