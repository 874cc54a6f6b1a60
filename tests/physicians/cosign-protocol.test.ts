import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Permission, settingOf } from '#kernel/permissions.ts';
import { fromId } from '#kernel/ids.ts';
import { clinics, id, NOW, stored, writeAuthority } from './authority.ts';
import { directing, engageStranger, facts, officer, prescribing, seen, submitted, verb } from './protocol-verbs.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
beforeEach(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
  graph.tellOfClinics(facts);
});
afterEach(() => graph?.stop());

const day = (text: string) => new Date(`${text}T00:00:00Z`);
const director = () => graph.person(id.director, directing);
const successor = () => graph.person(id.stranger, directing);
const now = { effectiveFrom: '2026-12-01', expiresOn: '2027-11-30' };

/** A version that the first director alone signed and that is in force. */
async function signed(input: object = {}) {
  const { id: versionId, digest } = await submitted(graph, { ...now, ...input });
  await verb(graph.person(id.director, directing, { role: 'MEDICAL_DIRECTOR', at: id.miami }), 'signProtocol', { versionId, digest });
  return { versionId, digest } as { versionId: string; digest: string };
}

/** The first director’s last day was yesterday. */
const leaves = () => graph.owner.engagement.update({ where: { id: stored.engagement }, data: { endsOn: day('2026-11-30') } });

const lee = { practitioner: { displayName: 'Lee Marsh, DO' }, clinic: { id: id.austin }, state: 'TX' };
const due = async (versionId: string) => {
  const document = `query ($c: ID!) { protocolVersions(clinicId: $c) { nodes { id signaturesDue { practitioner { displayName } clinic { id } state } } } }`;
  const { data } = await graph.as(officer).ask(document, { c: id.austin });
  const listed = data?.['protocolVersions'] as { nodes: { id: string; signaturesDue: object[] }[] };
  return listed.nodes.find((one) => one.id === versionId)?.signaturesDue;
};

test('a director who comes later signs what is in force, and it holds again where the one before has left', async () => {
  const { versionId, digest } = await signed();
  expect(await due(versionId)).toEqual([]);
  await engageStranger(graph, 'MEDICAL_DIRECTOR');
  expect(await due(versionId)).toEqual([lee]);
  expect(await seen(graph, versionId)).toMatchObject({ active: true, lapses: [] });
  await leaves();
  expect(await seen(graph, versionId)).toMatchObject({ active: false, status: 'SUSPENDED', lapses: ['ENGAGEMENT'] });

  expect(await verb(successor(), 'cosignProtocol', { versionId, digest })).toMatchObject({
    ...{ status: 'ACTIVE', digest, lapses: [], signaturesDue: [] },
    signers: [
      { practitioner: { displayName: 'Rosa Delgado, MD' }, capacity: 'MEDICAL_DIRECTOR', state: 'TX' },
      { practitioner: { displayName: 'Lee Marsh, DO' }, capacity: 'MEDICAL_DIRECTOR', state: 'TX' },
    ],
    signatures: [{ practitioner: { displayName: 'Rosa Delgado, MD' } }, { practitioner: { displayName: 'Lee Marsh, DO' } }],
  });
  expect(await seen(graph, versionId)).toEqual({
    ...{ active: true, status: 'ACTIVE', lapses: [], atClinic: 'ACTIVE', facts: { status: 'ACTIVE', clinicIds: [id.austin] } },
  });
  const trail = await graph.owner.auditEvent.findMany({ where: { action: 'protocol.cosigned' } });
  expect(trail.map(({ actor, tenantId, detail }) => ({ actor, tenantId, detail }))).toEqual([
    { actor: id.stranger, tenantId: stored.austin, detail: { digest, clinicIds: [id.austin] } },
  ]);
});

test('it holds until the one who answers for it leaves too, and a director who is still there is answered for by nobody', async () => {
  const { versionId, digest } = await signed();
  await engageStranger(graph, 'MEDICAL_DIRECTOR');
  await verb(successor(), 'cosignProtocol', { versionId, digest });
  await graph.owner.license.update({ where: { id: stored.license }, data: { status: 'SUSPENDED' } });
  expect(await seen(graph, versionId)).toMatchObject({ active: false, lapses: ['LICENSE'] });
  await leaves();
  expect(await seen(graph, versionId)).toMatchObject({ active: true, lapses: [] });
  await graph.owner.engagement.updateMany({ where: { practitionerId: stored.stranger }, data: { status: 'SUSPENDED' } });
  expect(await seen(graph, versionId)).toMatchObject({ active: false });
});

test('one signature is for every clinic that the signer directs, and for the next clinic they come to', async () => {
  await graph.owner.license.update({ where: { id: stored.staleLicense }, data: { verifiedAt: new Date('2026-11-25T10:00:00Z') } });
  await graph.owner.engagement.update({ where: { id: stored.endedEngagement }, data: { endsOn: null } });
  const { versionId, digest } = await signed({ clinicIds: [id.austin, id.miami] });
  await engageStranger(graph, 'MEDICAL_DIRECTOR');
  expect(await verb(successor(), 'cosignProtocol', { versionId, digest })).toMatchObject({ status: 'ACTIVE', signaturesDue: [] });
  const [license, engagement] = await Promise.all([
    graph.owner.license.findUniqueOrThrow({ where: { id: stored.staleLicense } }),
    graph.owner.engagement.findUniqueOrThrow({ where: { id: stored.endedEngagement } }),
  ]);
  const fresh = (n: number) => `01980000-0000-7000-8000-0000000009${n}`;
  await graph.owner.license.create({ data: { ...license, id: fresh(21), practitionerId: stored.stranger, number: 'ME1' } });
  await graph.owner.engagement.create({ data: { ...engagement, id: fresh(22), practitionerId: stored.stranger } });
  const both = graph.person(id.stranger, directing, { role: 'MEDICAL_DIRECTOR', at: id.miami });
  const again = await verb(both, 'cosignProtocol', { versionId, digest });
  expect(again.signers.map(({ state }: { state: string }) => state).sort()).toEqual(['FL', 'FL', 'TX', 'TX']);
  expect(again.signatures).toHaveLength(2);
  expect(await verb(both, 'cosignProtocol', { versionId, digest })).toMatchObject({
    ...{ code: 'CONFLICT', message: 'You have signed this version for each of its clinics that you direct.' },
  });
});

test('a director of other services is neither waited for nor taken', async () => {
  const { versionId, digest } = await signed();
  await engageStranger(graph, 'MEDICAL_DIRECTOR');
  await graph.owner.engagement.updateMany({ where: { practitionerId: stored.stranger }, data: { services: ['botulinum-toxin'] } });
  expect(await due(versionId)).toEqual([]);
  expect(await verb(successor(), 'cosignProtocol', { versionId, digest })).toEqual({
    ...{ __typename: 'NotAskedToSign', code: 'NOT_ASKED_TO_SIGN' },
    message: 'You direct no clinic that works by this version today, for this service: nothing of it is yours to sign.',
  });
});

describe('refused is', () => {
  test.each<[string, object, (what: { versionId: string; digest: string }) => Promise<unknown>]>([
    ['a signature without a second factor', { code: 'STEP_UP_REQUIRED' }, (what) => verb(graph.as(directing), 'cosignProtocol', what)],
    [
      'what somebody did not read',
      { code: 'CONFLICT' },
      (what) => verb(successor(), 'cosignProtocol', { ...what, digest: '0'.repeat(64) }),
    ],
    ['whoever has signed it', { code: 'CONFLICT' }, (what) => verb(director(), 'cosignProtocol', what)],
    ['an officer', { code: 'FORBIDDEN' }, (what) => verb(graph.steppedUp(officer), 'cosignProtocol', what)],
    ['a director who is no practitioner', { code: 'FORBIDDEN' }, (what) => verb(graph.steppedUp(directing), 'cosignProtocol', what)],
    [
      'a physician of another place',
      { code: 'NOT_FOUND' },
      (what) => verb(graph.person(id.stranger, { role: 'MEDICAL_DIRECTOR', at: id.denver }), 'cosignProtocol', what),
    ],
    [
      'one who works there and does not direct',
      { code: 'NOT_ASKED_TO_SIGN' },
      async (what) => {
        await graph.owner.engagement.updateMany({ where: { practitionerId: stored.stranger }, data: { role: 'COLLABORATING_PHYSICIAN' } });
        return verb(graph.person(id.stranger, prescribing), 'cosignProtocol', what);
      },
    ],
    [
      'one whose licence there is not good',
      { code: 'RULE_BLOCKED', rules: [{ id: 'protocol.signer.licensed', outcome: 'FAIL' }] },
      async (what) => {
        await graph.owner.license.updateMany({ where: { practitionerId: stored.stranger }, data: { status: 'RESTRICTED' } });
        return verb(successor(), 'cosignProtocol', what);
      },
    ],
    [
      'what was suspended',
      { code: 'ILLEGAL_TRANSITION', from: 'SUSPENDED' },
      async (what) => {
        await verb(graph.as(officer), 'suspendProtocol', { versionId: what.versionId, note: 'The dose table is wrong.' });
        return verb(successor(), 'cosignProtocol', what);
      },
    ],
    [
      'what is over',
      { code: 'ILLEGAL_TRANSITION', from: 'EXPIRED' },
      async (what) => {
        graph.setNow('2027-12-01T09:00:00Z');
        return verb(successor(), 'cosignProtocol', what);
      },
    ],
  ])('%s', async (_who, refusal, attempt) => {
    const what = await signed();
    await engageStranger(graph, 'MEDICAL_DIRECTOR');
    expect(await attempt(what)).toMatchObject(refusal);
    expect(await graph.owner.protocolSigner.count()).toBe(1);
  });

  test('what still waits for those who must sign first', async () => {
    await engageStranger(graph, 'MEDICAL_DIRECTOR');
    const { id: versionId, digest, signaturesDue } = await submitted(graph, now);
    expect(signaturesDue).toHaveLength(2);
    expect(await verb(successor(), 'cosignProtocol', { versionId, digest })).toMatchObject({
      ...{ code: 'ILLEGAL_TRANSITION', from: 'AWAITING_SIGNATURES' },
    });
  });
});

test('two signatures of one director at once are one', async () => {
  const what = await signed();
  await engageStranger(graph, 'MEDICAL_DIRECTOR');
  await graph.join(id.stranger, directing);
  const answers = await Promise.all([1, 2, 3].map(() => verb(successor(), 'cosignProtocol', what)));
  expect(answers.map(({ __typename }) => __typename).sort()).toEqual(['Conflict', 'Conflict', 'ProtocolVersion']);
  expect(await graph.owner.protocolSigner.count()).toBe(2);
});

test('the database takes the signature of a director for their own clinic, in their own name, and nobody else’s', async () => {
  const what = await signed();
  await engageStranger(graph, 'MEDICAL_DIRECTOR');
  const versionId = fromId('protocolVersion', what.versionId);
  const app = new pg.Client({ connectionString: graph.appUrl });
  await app.connect();
  const rights: Permission[] = ['protocol:read', 'protocol:sign', 'engagement:read'];
  const tried = async (sub: string, places: readonly string[], ...statements: string[]): Promise<unknown> => {
    await app.query('begin');
    try {
      await app.query(`select set_config('app.actor', $1, true)`, [sub]);
      for (const right of rights) await app.query('select set_config($1, $2, true)', [settingOf(right), `{${places.join(',')}}`]);
      let rows: unknown = null;
      for (const statement of statements) rows = (await app.query(statement)).rowCount;
      return rows;
    } catch (error) {
      return (error as { code?: string }).code;
    } finally {
      await app.query('rollback');
    }
  };
  const signature = (who: string, digest = what.digest) =>
    `insert into protocol_signature (version_id, practitioner_id, digest, signed_at) values ('${versionId}', '${who}', '${digest}', now())`;
  const signer = (who: string, clinic: string) =>
    `insert into protocol_signer (version_id, practitioner_id, clinic_id, capacity, state, cosigned_at)
     values ('${versionId}', '${who}', '${clinic}', 'MEDICAL_DIRECTOR', 'TX', now())`;
  const here = [stored.austin];
  try {
    expect(await tried(id.stranger, here, signature(stored.stranger), signer(stored.stranger, stored.austin))).toBe(1);
    expect(await tried(id.stranger, here, signature(stored.stranger, '0'.repeat(64)))).toBe('42501');
    expect(await tried(id.stranger, [stored.denver], signature(stored.stranger))).toBe('42501');
    expect(await tried(id.stranger, here, signature(stored.nurse))).toBe('42501');
    expect(await tried(id.nurse, here, signature(stored.nurse))).toBe('42501');
    expect(await tried(id.stranger, here, signer(stored.stranger, stored.austin))).toBe('42501');
    expect(await tried(id.stranger, here, signature(stored.stranger), signer(stored.stranger, stored.miami))).toBe('42501');
    expect(await tried(id.stranger, here, signature(stored.stranger), signer(stored.nurse, stored.austin))).toBe('42501');
  } finally {
    await app.end();
  }
});

test('a signer who is found on a list of excluded persons neither signs nor answers for what was signed', async () => {
  const { versionId, digest } = await signed();
  const since = day('2026-11-01');
  const found = (status: string) => ({
    source: 'OIG_LEIE',
    status,
    since: status === 'EXCLUDED' ? since : null,
    asOf: new Date('2026-11-20T10:00:00Z'),
  });
  await graph.owner.exclusionScreening.create({ data: { practitionerId: stored.director, ...found('EXCLUDED') } });
  expect(await seen(graph, versionId)).toMatchObject({ active: false, status: 'SUSPENDED', lapses: ['EXCLUSION'], atClinic: 'SUSPENDED' });
  await engageStranger(graph, 'MEDICAL_DIRECTOR');
  await graph.owner.exclusionScreening.create({ data: { practitionerId: stored.stranger, ...found('POSSIBLE') } });
  expect(await verb(successor(), 'cosignProtocol', { versionId, digest })).toMatchObject({
    ...{ code: 'RULE_BLOCKED', rules: [{ id: 'protocol.signer.excluded', outcome: 'FAIL' }] },
  });
});

test('a director of other services is not asked to sign, and their leaving closes nothing', async () => {
  await engageStranger(graph, 'MEDICAL_DIRECTOR');
  await graph.owner.engagement.updateMany({ where: { practitionerId: stored.stranger }, data: { services: ['botulinum-toxin'] } });
  const { versionId } = await signed();
  await graph.owner.engagement.updateMany({ where: { practitionerId: stored.stranger }, data: { status: 'SUSPENDED' } });
  expect(await seen(graph, versionId)).toMatchObject({ active: true, lapses: [] });
});

test('a licence of another kind carries no signer', async () => {
  const { versionId } = await signed();
  await graph.owner.license.update({ where: { id: stored.license }, data: { type: 'REGISTERED_NURSE' } });
  expect(await seen(graph, versionId)).toMatchObject({ active: false, lapses: ['LICENSE'] });
});

test('why a version was suspended is told to those who may read it there', async () => {
  const { versionId } = await signed();
  await verb(graph.as(officer), 'suspendProtocol', { versionId, note: 'The dose table is wrong.' });
  const document = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on ProtocolVersion { status note } } }`;
  const representations = [{ __typename: 'ProtocolVersion', id: versionId }];
  const note = async (...grants: Parameters<typeof graph.as>) => (await graph.as(...grants).ask(document, { representations })).data;
  expect(await note({ role: 'EXAMINER', at: id.austin })).toEqual({
    _entities: [{ status: 'SUSPENDED', note: 'The dose table is wrong.' }],
  });
  expect(await note({ role: 'MSO_MANAGER', at: id.mso }, { role: 'EXAMINER', at: id.denver })).toEqual({
    _entities: [{ status: 'SUSPENDED', note: null }],
  });
});

test('no statement brings a suspended version back', async () => {
  const { versionId } = await signed();
  await verb(graph.as(officer), 'suspendProtocol', { versionId, note: 'The dose table is wrong.' });
  const back = graph.owner.protocolVersion.update({ where: { id: fromId('protocolVersion', versionId) }, data: { status: 'ACTIVE' } });
  await expect(back).rejects.toThrow('no such move');
});
