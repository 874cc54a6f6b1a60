import { afterEach, beforeEach, expect, test } from 'vitest';
import { clinics, id, NOW, stored, writeAuthority } from './authority.ts';
import { directing, facts, officer, seen, submitted, verb } from './protocol-verbs.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
beforeEach(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
  graph.tellOfClinics(facts);
});
afterEach(() => graph?.stop());

const director = () => graph.person(id.director, directing, { role: 'MEDICAL_DIRECTOR', at: id.miami });
const day = (text: string) => new Date(`${text}T00:00:00Z`);
const now = { effectiveFrom: '2026-12-01', expiresOn: '2027-11-30' };

async function signed(input: object = {}) {
  const { id: versionId, digest } = await submitted(graph, { ...now, ...input });
  return verb(director(), 'signProtocol', { versionId, digest });
}

const holds = { active: true, status: 'ACTIVE', lapses: [], atClinic: 'ACTIVE', facts: { status: 'ACTIVE', clinicIds: [id.austin] } };
const lapsed = (reason: string) => ({
  ...{ active: false, status: 'SUSPENDED', lapses: [reason], atClinic: 'SUSPENDED' },
  facts: { status: 'SUSPENDED', clinicIds: [id.austin] },
});

test('a version is out of force while its signer’s licence is not good, and comes back with it: nothing of it is stored', async () => {
  const { id: versionId, digest } = await signed();
  expect(await seen(graph, versionId)).toEqual(holds);
  await graph.owner.license.update({ where: { id: stored.license }, data: { status: 'SUSPENDED' } });
  expect(await seen(graph, versionId)).toEqual(lapsed('LICENSE'));
  expect(await graph.owner.protocolVersion.findFirst({ where: { digest } })).toMatchObject({ status: 'ACTIVE' });
  await graph.owner.license.update({ where: { id: stored.license }, data: { status: 'ACTIVE' } });
  expect(await seen(graph, versionId)).toEqual(holds);
});

test('a licence that nobody has checked for a month carries no protocol', async () => {
  const { id: versionId } = await signed();
  graph.setNow('2026-12-20T23:00:00Z');
  expect(await seen(graph, versionId)).toEqual(holds);
  graph.setNow('2026-12-21T00:00:00Z');
  expect(await seen(graph, versionId)).toEqual(lapsed('LICENSE'));
});

test('a version ends with its signer’s engagement, on its last day and not before', async () => {
  const { id: versionId } = await signed();
  await graph.owner.engagement.update({ where: { id: stored.engagement }, data: { status: 'ENDING', endsOn: day('2026-12-04') } });
  graph.setNow('2026-12-04T23:00:00Z');
  expect(await seen(graph, versionId)).toEqual(holds);
  graph.setNow('2026-12-05T00:00:00Z');
  expect(await seen(graph, versionId)).toEqual(lapsed('ENGAGEMENT'));
  await graph.owner.engagement.update({ where: { id: stored.engagement }, data: { status: 'SUSPENDED', endsOn: null } });
  expect(await seen(graph, versionId)).toEqual(lapsed('ENGAGEMENT'));
});

test('a review of charts that its signer missed puts a version out of force until it is recorded', async () => {
  const { id: versionId } = await signed();
  const audit = (auditDueOn: Date | null) => graph.owner.engagement.update({ where: { id: stored.engagement }, data: { auditDueOn } });
  await audit(day('2026-11-30'));
  expect(await seen(graph, versionId)).toEqual(holds);
  await audit(day('2026-11-01'));
  expect(await seen(graph, versionId)).toEqual(lapsed('ENGAGEMENT'));
  await audit(null);
  expect(await seen(graph, versionId)).toEqual(holds);
});

test('a lapse in one state closes the clinics of that state and no others, and is told to those who know of them', async () => {
  await graph.owner.license.update({ where: { id: stored.staleLicense }, data: { verifiedAt: new Date('2026-11-25T10:00:00Z') } });
  await graph.owner.engagement.update({ where: { id: stored.endedEngagement }, data: { endsOn: null } });
  const { id: versionId, signers } = await signed({ clinicIds: [id.austin, id.miami] });
  expect(signers.map(({ state }: { state: string }) => state)).toEqual(['TX', 'FL']);
  await graph.owner.license.update({ where: { id: stored.staleLicense }, data: { status: 'RESTRICTED' } });
  expect(await seen(graph, versionId, id.austin)).toEqual(holds);
  expect(await seen(graph, versionId, id.miami)).toEqual({
    ...{
      active: false,
      status: 'SUSPENDED',
      lapses: ['LICENSE'],
      atClinic: 'SUSPENDED',
      facts: { status: 'ACTIVE', clinicIds: [id.austin] },
    },
  });
  await graph.owner.license.update({ where: { id: stored.license }, data: { status: 'REVOKED' } });
  expect((await seen(graph, versionId, id.austin)).facts).toEqual({ status: 'SUSPENDED', clinicIds: [id.austin, id.miami] });
});

test('a manager sees that a version has lapsed, and on whom it stood', async () => {
  const { id: versionId } = await signed();
  await graph.owner.license.update({ where: { id: stored.license }, data: { status: 'SUSPENDED' } });
  const document = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on ProtocolVersion {
    status signers { capacity } lapses { reason signer { state practitioner { displayName } } } } } }`;
  const representations = [{ __typename: 'ProtocolVersion', id: versionId }];
  expect((await graph.as({ role: 'MSO_MANAGER', at: id.mso }).ask(document, { representations })).data).toEqual({
    _entities: [
      {
        ...{ status: 'SUSPENDED', signers: [{ capacity: 'MEDICAL_DIRECTOR' }] },
        lapses: [{ reason: 'LICENSE', signer: { state: 'TX', practitioner: { displayName: 'Rosa Delgado, MD' } } }],
      },
    ],
  });
});

test('a suspended version says why, does not come back, and is retired for good', async () => {
  const { id: versionId } = await signed();
  const by = graph.as(officer);
  const note = 'The dose table is wrong.';
  expect(await verb(by, 'suspendProtocol', { versionId, note })).toMatchObject({ status: 'SUSPENDED', note });
  expect(await seen(graph, versionId)).toMatchObject({
    active: false,
    status: 'SUSPENDED',
    atClinic: 'SUSPENDED',
    facts: { status: 'SUSPENDED' },
  });
  expect(await verb(by, 'suspendProtocol', { versionId, note })).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'SUSPENDED' });
  expect(await verb(by, 'retireProtocol', { versionId, note })).toMatchObject({ status: 'RETIRED' });
  expect(await verb(by, 'retireProtocol', { versionId, note })).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'RETIRED' });
});

test('a renewed version says the same, is signed again, and takes over on its first day', async () => {
  const { id: before, digest } = await signed();
  const by = graph.as(officer);
  const term = { version: '2028.1', effectiveFrom: '2026-12-20', expiresOn: '2027-12-20' };
  const renewed = await verb(by, 'renewProtocol', { versionId: before, ...term });
  expect(renewed).toMatchObject({ ...term, status: 'IN_REVIEW', title: 'Weight loss 2027', digest, signers: [], signatures: [] });
  await verb(by, 'submitProtocol', { versionId: renewed.id, digest, for: 'SIGNATURES' });
  expect(await verb(director(), 'signProtocol', { versionId: renewed.id, digest })).toMatchObject({ status: 'ACTIVE' });
  graph.setNow('2026-12-19T23:59:59Z');
  expect([(await seen(graph, before)).active, (await seen(graph, renewed.id)).active]).toEqual([true, false]);
  graph.setNow('2026-12-20T00:00:00Z');
  expect([(await seen(graph, before)).active, (await seen(graph, renewed.id)).active]).toEqual([false, true]);
  expect(await verb(by, 'renewProtocol', { versionId: before, ...term })).toMatchObject({ code: 'CONFLICT' });
  const unsigned = await submitted(graph, { ...term, version: '9' });
  expect(await verb(by, 'renewProtocol', { versionId: unsigned.id, ...term, version: '10' })).toMatchObject({
    ...{ code: 'ILLEGAL_TRANSITION', from: 'AWAITING_SIGNATURES' },
  });
});
