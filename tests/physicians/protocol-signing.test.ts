import { afterEach, beforeEach, expect, test } from 'vitest';
import { clinics, id, NOW, stored, writeAuthority } from './authority.ts';
import { content, directing, drafted, engageStranger, facts, officer, prescribing, seen, submitted, verb } from './protocol-verbs.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
beforeEach(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
  graph.tellOfClinics(facts);
});
afterEach(() => graph?.stop());

const director = () => graph.person(id.director, directing);
const stranger = () => graph.person(id.stranger, prescribing);
const day = (text: string) => new Date(`${text}T00:00:00Z`);

test('a protocol is drafted, read, signed by the director of its clinic and in force from its first day', async () => {
  const draft = await verb(graph.as(officer), 'draftProtocolVersion', drafted);
  expect(draft).toMatchObject({
    ...{
      __typename: 'ProtocolVersion',
      status: 'DRAFT',
      version: '2027.1',
      service: 'weight-loss',
      signers: [],
      signatures: [],
      lapses: [],
    },
    ...{ effectiveFrom: '2026-12-10', expiresOn: '2027-12-09', digest: expect.stringMatching(/^[0-9a-f]{64}$/) },
  });
  const what = { versionId: draft.id, digest: draft.digest };
  expect(await verb(graph.as(officer), 'submitProtocol', { ...what, for: 'REVIEW' })).toMatchObject({ status: 'IN_REVIEW', signers: [] });
  const mine = { practitioner: { displayName: 'Rosa Delgado, MD' }, capacity: 'MEDICAL_DIRECTOR', state: 'TX' };
  expect(await verb(graph.as(officer), 'submitProtocol', { ...what, for: 'SIGNATURES' })).toMatchObject({
    ...{ status: 'AWAITING_SIGNATURES', signers: [mine], lapses: [] },
  });
  expect(await verb(director(), 'signProtocol', what)).toMatchObject({
    ...{ status: 'ACTIVE', effectiveFrom: '2026-12-10', lapses: [] },
    signatures: [{ practitioner: { displayName: 'Rosa Delgado, MD' }, signedAt: '2026-12-01T15:00:00.000Z' }],
  });
  expect(await seen(graph, draft.id)).toMatchObject({ active: false, status: 'ACTIVE' });
  graph.setNow('2026-12-10T00:00:00Z');
  expect(await seen(graph, draft.id)).toEqual({
    ...{ active: true, status: 'ACTIVE', lapses: [], atClinic: 'ACTIVE', facts: { status: 'ACTIVE', clinicIds: [id.austin] } },
  });
});

test('what was done is on record, once for all retries of one request', async () => {
  const by = graph.as(officer);
  const draft = await verb(by, 'draftProtocolVersion', drafted, 'key-1');
  expect(await verb(by, 'draftProtocolVersion', drafted, 'key-1')).toEqual(draft);
  const what = { versionId: draft.id, digest: draft.digest };
  await verb(by, 'submitProtocol', { ...what, for: 'REVIEW' });
  await verb(by, 'submitProtocol', { ...what, for: 'SIGNATURES' });
  await verb(director(), 'signProtocol', what, 'key-2');
  await verb(director(), 'signProtocol', what, 'key-2');
  await verb(by, 'suspendProtocol', { versionId: draft.id, note: 'The dose table is wrong.' });
  await verb(by, 'retireProtocol', { versionId: draft.id, note: 'Another version follows.' });
  const trail = await graph.owner.auditEvent.findMany({ where: { kind: 'CHANGE' } });
  const [tenantId, subjectKind] = [stored.austin, 'protocolVersion'];
  // All at one moment: the clock stands still.
  expect(trail.map((row) => row.action).sort()).toEqual(
    ['activated', 'drafted', 'retired', 'signed', 'submitted', 'submitted', 'suspended'].map((done) => `protocol.${done}`),
  );
  expect(trail.every((row) => row.tenantId === tenantId && row.subjectKind === subjectKind)).toBe(true);
  expect(JSON.stringify(trail)).not.toMatch(/semaglutide|dose table/);
});

test('it comes into force with the last required signature, and each signs once', async () => {
  await engageStranger(graph);
  const { id: versionId, digest, signers } = await submitted(graph, {}, [id.stranger]);
  expect(signers.map(({ capacity }: { capacity: string }) => capacity)).toEqual(['MEDICAL_DIRECTOR', 'SUPERVISING_PHYSICIAN']);
  expect(await verb(stranger(), 'signProtocol', { versionId, digest })).toMatchObject({ status: 'AWAITING_SIGNATURES' });
  expect(await verb(stranger(), 'signProtocol', { versionId, digest })).toMatchObject({ code: 'CONFLICT' });
  expect(await verb(director(), 'signProtocol', { versionId, digest })).toMatchObject({ status: 'ACTIVE' });
  expect(await verb(director(), 'signProtocol', { versionId, digest })).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'ACTIVE' });
});

test('a director signs without seeing who must sign for clinics of others, and brings nothing into force without them', async () => {
  await engageStranger(graph, 'MEDICAL_DIRECTOR');
  await graph.owner.engagement.updateMany({
    where: { practitionerId: stored.stranger, clinicId: stored.austin },
    data: { clinicId: stored.miami },
  });
  const { id: versionId, digest, signers } = await submitted(graph, { clinicIds: [id.austin, id.miami] });
  expect(signers).toHaveLength(2);
  expect(await verb(director(), 'signProtocol', { versionId, digest })).toMatchObject({
    ...{ status: 'AWAITING_SIGNATURES', signers: [{ state: 'TX', practitioner: { displayName: 'Rosa Delgado, MD' } }] },
  });
});

test('two who sign at once make it active, one of them last', async () => {
  await engageStranger(graph);
  const { id: versionId, digest } = await submitted(graph, {}, [id.stranger]);
  await Promise.all([director(), stranger()].map((who) => verb(who, 'signProtocol', { versionId, digest })));
  expect(await graph.owner.protocolVersion.findFirst({ where: { digest } })).toMatchObject({ status: 'ACTIVE' });
});

test('a signature that comes late brings it into force on that day, and one after its last day is refused', async () => {
  const { id: versionId, digest } = await submitted(graph, { expiresOn: '2026-12-14' });
  graph.setNow('2026-12-12T09:00:00Z');
  expect(await verb(director(), 'signProtocol', { versionId, digest })).toMatchObject({ status: 'ACTIVE', effectiveFrom: '2026-12-12' });
  const late = await submitted(graph, { version: '2027.2', effectiveFrom: '2026-12-12', expiresOn: '2026-12-14' });
  graph.setNow('2026-12-15T09:00:00Z');
  expect(await verb(director(), 'signProtocol', { versionId: late.id, digest: late.digest })).toMatchObject({
    ...{ code: 'ILLEGAL_TRANSITION', from: 'EXPIRED', to: 'ACTIVE' },
  });
});

test('nobody signs without a second factor, for another, or anything else than what they read', async () => {
  await engageStranger(graph);
  const { id: versionId, digest } = await submitted(graph);
  const sign = (who: ReturnType<typeof director>, over = digest) => verb(who, 'signProtocol', { versionId, digest: over });
  expect(await sign(graph.as(directing))).toMatchObject({ code: 'STEP_UP_REQUIRED' });
  // Somebody else in the same role, and a physician who was not named.
  expect(await sign(graph.steppedUp(directing))).toMatchObject({ code: 'FORBIDDEN' });
  const unasked = { __typename: 'NotAskedToSign', code: 'NOT_ASKED_TO_SIGN', message: 'You were not asked to sign this version.' };
  expect(await sign(stranger())).toEqual(unasked);
  expect(await sign(graph.person(id.director, { role: 'MEDICAL_DIRECTOR', at: id.denver }))).toMatchObject({ code: 'NOT_FOUND' });
  expect(await sign(graph.steppedUp(officer))).toMatchObject({ code: 'FORBIDDEN' });
  expect(await sign(director(), '0'.repeat(64))).toMatchObject({ code: 'CONFLICT' });
  expect(await graph.owner.protocolSignature.count()).toBe(1);
  // Nor does what others have signed become theirs.
  expect(await sign(director())).toMatchObject({ status: 'ACTIVE' });
  expect(await sign(stranger())).toEqual(unasked);
});

test.each([
  [
    'whose licence is not good any more',
    'protocol.signer.licensed',
    () => graph.owner.license.update({ where: { id: stored.license }, data: { status: 'SUSPENDED' } }),
  ],
  ['whose licence nobody has checked for a month', 'protocol.signer.licensed', async () => graph.setNow('2026-12-22T09:00:00Z')],
  [
    'who is not engaged any more',
    'protocol.signer.engaged',
    () => graph.owner.engagement.update({ where: { id: stored.engagement }, data: { endsOn: day('2026-11-30') } }),
  ],
])('a director %s does not sign', async (_who, rule, change) => {
  const { id: versionId, digest } = await submitted(graph);
  await change();
  expect(await verb(director(), 'signProtocol', { versionId, digest })).toMatchObject({
    ...{ code: 'RULE_BLOCKED', rules: [{ id: rule, outcome: 'FAIL' }] },
  });
});

test('until somebody signs it changes, and must be submitted anew; from the first signature on it does not', async () => {
  await engageStranger(graph);
  const by = graph.as(officer);
  const { id: versionId, digest } = await submitted(graph, {}, [id.stranger]);
  const { service: _service, clinicIds: _clinics, version: _version, ...kept } = drafted;
  const change = { ...kept, versionId, digest, content: { ...content, indications: ['Obesity', 'Overweight'] } };
  expect(await verb(by, 'amendProtocolVersion', { ...change, digest: '0'.repeat(64) })).toMatchObject({ code: 'CONFLICT' });
  const amended = await verb(by, 'amendProtocolVersion', change);
  expect(amended).toMatchObject({ status: 'DRAFT', signers: [] });
  expect(amended.digest).not.toBe(digest);
  expect(await verb(stranger(), 'signProtocol', { versionId, digest })).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'DRAFT' });
  const what = { versionId, digest: amended.digest };
  expect(await verb(by, 'submitProtocol', { ...what, digest, for: 'REVIEW' })).toMatchObject({ code: 'CONFLICT' });
  await verb(by, 'submitProtocol', { ...what, for: 'REVIEW' });
  await verb(by, 'submitProtocol', { ...what, for: 'SIGNATURES', supervisingPhysicianIds: [id.stranger] });
  await verb(stranger(), 'signProtocol', what);
  expect(await verb(by, 'amendProtocolVersion', { ...change, digest: amended.digest })).toMatchObject({
    ...{ code: 'CONFLICT', message: 'This version was signed, so it no longer changes: draft another.' },
  });
});
