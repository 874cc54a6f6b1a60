import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Permission, settingOf } from '#kernel/permissions.ts';
import { fromId } from '#kernel/ids.ts';
import { clinics, digest as anyDigest, id, NOW, stored, writeAuthority } from './authority.ts';
import { content, directing, drafted, facts, officer, submitted, verb } from './protocol-verbs.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
let app: pg.Client;
let waiting: { readonly id: string; readonly digest: string };
beforeAll(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
  graph.tellOfClinics(facts.slice(0, 1));
  waiting = await submitted(graph, { version: 'waiting' });
  app = new pg.Client({ connectionString: graph.appUrl });
  await app.connect();
});
afterAll(async () => {
  await app?.end();
  await graph?.stop();
});

const bad = (path: string) => ({ code: 'INVALID_INPUT', issues: [{ path: `input.${path}` }] });
const item = content.contraindications[0];

test.each<[string, object, object]>([
  ['for a service that there is not', { service: 'tattoo' }, bad('service')],
  ['for no clinic', { clinicIds: [] }, bad('clinicIds')],
  ['for nobody’s clinics', { clinicIds: null }, bad('clinicIds')],
  ['for a clinic of somebody else besides', { clinicIds: [id.austin, id.denver] }, { code: 'NOT_FOUND' }],
  ['for a clinic that does not exist', { clinicIds: [id.noClinic] }, { code: 'NOT_FOUND' }],
  ['that begins yesterday', { effectiveFrom: '2026-11-30', expiresOn: '2027-11-30' }, bad('effectiveFrom')],
  ['that begins in more than a year', { effectiveFrom: '2027-12-02', expiresOn: '2028-01-01' }, bad('effectiveFrom')],
  ['that ends before it begins', { expiresOn: '2026-12-09' }, bad('expiresOn')],
  ['that is in force for more than a year', { expiresOn: '2027-12-11' }, bad('expiresOn')],
  ['without a title', { title: ' ' }, bad('title')],
  ['that says nothing of emergencies', { content: { ...content, emergencyPlan: '' } }, bad('content.emergencyPlan')],
  ['without an indication', { content: { ...content, indications: [] } }, bad('content.indications')],
  ['without a contraindication', { content: { ...content, contraindications: [] } }, bad('content.contraindications')],
  [
    'with a contraindication that nobody is asked about',
    { content: { ...content, contraindications: [{ ...item, linkId: 'microneedling.mn-keloid' }] } },
    bad('content.contraindications.0.linkId'),
  ],
  [
    'with one contraindication twice',
    { content: { ...content, contraindications: [item, item] } },
    bad('content.contraindications.1.linkId'),
  ],
  [
    'with a dose limit of nothing',
    { content: { ...content, doseLimits: [{ ...content.doseLimits[0], maximum: '0' }] } },
    bad('content.doseLimits.0.maximum'),
  ],
  ['of a protocol, for clinics of its own', { follows: id.inForce }, { code: 'FORBIDDEN' }],
  ['of somebody else’s protocol', { follows: id.strangers, service: null, clinicIds: null }, { code: 'NOT_FOUND' }],
])('no version is drafted %s', async (_what, change, refusal) => {
  expect(await verb(graph.as(officer), 'draftProtocolVersion', { ...drafted, ...change })).toMatchObject(refusal);
});

test('a version of a protocol that other clinics work by too is drafted only by who acts for all of them', async () => {
  const { service: _service, clinicIds: _clinics, ...rest } = drafted;
  const another = { ...rest, follows: id.inForce };
  expect(await verb(graph.as(officer), 'draftProtocolVersion', another)).toMatchObject({ code: 'FORBIDDEN' });
  const both = graph.as(officer, { role: 'COMPLIANCE_OFFICER', at: id.miami });
  expect(await verb(both, 'draftProtocolVersion', another)).toMatchObject({ status: 'DRAFT', service: 'weight-loss' });
  expect(await verb(both, 'draftProtocolVersion', another)).toMatchObject({ code: 'CONFLICT' });
  expect(await verb(both, 'draftProtocolVersion', { ...drafted, follows: id.inForce })).toMatchObject({
    ...{ code: 'INVALID_INPUT', issues: [{ path: 'input.service' }, { path: 'input.clinicIds' }] },
  });
});

test('a second protocol for what a clinic has one for follows it, or is said to stand beside it, and bears another name', async () => {
  const draft = (change: object) => verb(graph.as(officer), 'draftProtocolVersion', { ...drafted, beside: null, ...change });
  const message = (version: string, versionId: string) =>
    `input.follows: Version ${version} (${versionId}) is signed for this service at one of the clinics: follow it, or say \`beside\` where both are to be.`;
  expect(await draft({ version: 'second' })).toMatchObject({ ...bad('follows'), message: message('2', id.inForce) });
  expect(await draft({ version: ' waiting ' })).toMatchObject({
    ...{ code: 'INVALID_INPUT', issues: [{ path: 'input.version' }, { path: 'input.follows' }] },
  });
  expect(await draft({ version: 'waiting', beside: true })).toMatchObject(bad('version'));
  const { service: _service, clinicIds: _clinics, ...rest } = drafted;
  expect(await draft({ version: 'second', beside: true })).toMatchObject({ status: 'DRAFT' });
  const both = graph.as(officer, { role: 'COMPLIANCE_OFFICER', at: id.miami });
  const another = { ...rest, version: 'second', follows: id.inForce };
  expect(await verb(both, 'draftProtocolVersion', another)).toMatchObject(bad('version'));
});

test('of two that are drafted at once for one clinic and service, neither knowing of the other, one comes about', async () => {
  const contraindications = [{ linkId: 'laser-ipl.ls-isotret', finding: 'Yes', consequence: 'BLOCKS' }];
  const first = { ...drafted, service: 'laser-ipl', beside: null, content: { ...content, doseLimits: [], contraindications } };
  const answers = await Promise.all(
    ['one', 'two'].map((version) => verb(graph.as(officer), 'draftProtocolVersion', { ...first, version })),
  );
  const refused = answers.filter(({ code }) => code !== undefined);
  expect(answers.filter(({ status }) => status === 'DRAFT')).toHaveLength(1);
  expect(refused).toMatchObject([bad('follows')]);
  expect(refused[0]?.message).toMatch(/^input\.follows: Version (one|two) \(\w+\) is being made for this service/);
});

test.each(['amendProtocolVersion', 'submitProtocol', 'suspendProtocol', 'retireProtocol', 'renewProtocol', 'signProtocol'])(
  '%s finds no version of somebody else, nor one that does not exist, and is refused to managers',
  async (name) => {
    const { service: _service, clinicIds: _clinics, version, ...rest } = drafted;
    const { effectiveFrom, expiresOn } = rest;
    const inputs: Record<string, object> = {
      amendProtocolVersion: { ...rest, digest: anyDigest },
      submitProtocol: { digest: anyDigest, for: 'SIGNATURES' },
      renewProtocol: { version, effectiveFrom, expiresOn },
      signProtocol: { digest: anyDigest },
    };
    const input = inputs[name] ?? { note: 'For a good reason.' };
    const who = name === 'signProtocol' ? graph.person(id.director, directing) : graph.steppedUp(officer);
    for (const versionId of [id.strangers, id.nurse, id.strangers.replace(/...$/, 'zzz')])
      expect(await verb(who, name, { ...input, versionId })).toMatchObject({ code: 'NOT_FOUND' });
    const manager = graph.steppedUp({ role: 'MSO_MANAGER', at: id.mso });
    expect(await verb(manager, name, { ...input, versionId: waiting.id })).toMatchObject({ code: 'FORBIDDEN' });
  },
);

test('nobody is asked to sign while a clinic has no director, its state is not known, or for somebody who is no physician there', async () => {
  let drafts = 0;
  const submit = async (input: object, clinicIds: readonly string[] = [id.austin]) => {
    drafts += 1;
    const by = graph.as(officer, { role: 'COMPLIANCE_OFFICER', at: id.miami });
    const draft = await verb(by, 'draftProtocolVersion', { ...drafted, clinicIds, version: `draft ${drafts}` });
    const what = { versionId: draft.id, digest: draft.digest };
    await verb(by, 'submitProtocol', { ...what, for: 'REVIEW' });
    return verb(by, 'submitProtocol', { ...what, for: 'SIGNATURES', ...input });
  };
  expect(await submit({}, [id.miami])).toMatchObject({ code: 'UNAVAILABLE' });
  graph.tellOfClinics(facts);
  expect(await submit({}, [id.austin, id.miami])).toMatchObject({
    code: 'RULE_BLOCKED',
    rules: [{ id: 'protocol.director', outcome: 'FAIL' }],
  });
  for (const who of [id.nurse, id.stranger])
    expect(await submit({ supervisingPhysicianIds: [who] })).toMatchObject(bad('supervisingPhysicianIds.0'));
  expect(await submit({ for: 'REVIEW' })).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'IN_REVIEW' });
});

/** What the database answers under these rights to a change that is then undone: rows changed, or the SQLSTATE. */
async function tried(actor: string, placed: Partial<Record<Permission, readonly string[]>>, statement: string, values: readonly unknown[]) {
  await app.query('begin');
  try {
    await app.query(`select set_config('app.everywhere', '{practitioner:read}', true), set_config('app.actor', $1, true)`, [actor]);
    for (const [permission, places] of Object.entries(placed))
      await app.query('select set_config($1, $2, true)', [settingOf(permission as Permission), `{${places.join(',')}}`]);
    return (await app.query(statement, [...values])).rowCount;
  } catch (error) {
    return (error as { code?: string }).code;
  } finally {
    await app.query('rollback');
  }
}

const rights = (...places: readonly string[]) => ({
  ...{ 'protocol:read': places, 'protocol:draft': places, 'protocol:suspend': places, 'protocol:sign': places },
});
const versionRow = `insert into protocol_version (id, protocol_id, version, title, status, effective_from, expires_on, digest, drafted_by)
  values (gen_random_uuid(), $1, 'x', 'x', $2, '2026-12-10', '2027-12-09', '${'0'.repeat(64)}', 'usr_x')`;
const signature = `insert into protocol_signature (version_id, practitioner_id, digest, signed_at) values ($1, $2, $3, '2026-12-01T15:00:00Z')`;

test('the database lets a version be written only by who acts for every clinic of its protocol, and never as one in force', async () => {
  const by = (places: readonly string[], status = 'DRAFT') => tried('usr_x', rights(...places), versionRow, [stored.protocol, status]);
  expect(await by([stored.austin, stored.miami])).toBe(1);
  for (const places of [[], [stored.austin], [stored.denver]]) expect(await by(places)).toBe('42501');
  expect(await by([stored.austin, stored.miami], 'ACTIVE')).toBe('42501');
  expect(await tried('usr_y', rights(stored.austin, stored.miami), versionRow, [stored.protocol, 'DRAFT'])).toBe('42501');
});

test('the database lets nobody join another’s protocol, and so read it', async () => {
  const join = 'insert into protocol_clinic (protocol_id, clinic_id) values ($1, $2)';
  expect(await tried('usr_x', rights(stored.austin), join, [stored.strangersProtocol, stored.austin])).toBe('42501');
  expect(await tried('usr_x', rights(stored.miami, stored.austin), join, [stored.protocol, stored.denver])).toBe('42501');
});

test('the database takes a signature only from the signer, of what stands there, and brings nothing into force without it', async () => {
  const versionId = fromId('protocolVersion', waiting.id);
  const here = rights(stored.austin);
  const sign = (actor: string, placed: typeof here, digest = waiting.digest, practitioner: string = stored.director) =>
    tried(actor, placed, signature, [versionId, practitioner, digest]);
  expect(await sign(id.director, here)).toBe(1);
  expect(await sign(id.director, rights(stored.denver))).toBe('42501');
  expect(await sign(id.stranger, here)).toBe('42501');
  expect(await sign(id.stranger, here, waiting.digest, stored.stranger)).toBe('42501');
  expect(await sign(id.director, here, anyDigest)).toBe('42501');
  const set = (what: string) => tried(id.director, here, `update protocol_version set ${what} where id = $1`, [versionId]);
  expect(await set(`status = 'ACTIVE'`)).toBe('23514');
  expect(await set(`status = 'SUSPENDED'`)).toBe('23514');
  expect(await tried('usr_x', rights(stored.denver), `update protocol_version set status = 'RETIRED' where id = $1`, [versionId])).toBe(0);
});

test('the database shows who must sign for a clinic to those who may know of its protocols, and lets nobody else take them away', async () => {
  const versionId = fromId('protocolVersion', waiting.id);
  const count = 'select 1 from protocol_signer where version_id = $1';
  const away = 'delete from protocol_signer where version_id = $1';
  expect(await tried('usr_x', { 'engagement:read': [stored.austin] }, count, [versionId])).toBe(1);
  expect(await tried('usr_x', rights(stored.austin), away, [versionId])).toBe(1);
  for (const statement of [count, away]) {
    expect(await tried('usr_x', {}, statement, [versionId])).toBe(0);
    expect(await tried('usr_x', rights(stored.denver), statement, [versionId])).toBe(0);
  }
});

test('what was signed is not changed, by no role', async () => {
  const active = `update physicians.protocol_version set`;
  for (const statement of [
    `${active} title = 'x' where id = '${stored.inForce}'`,
    `${active} digest = '${'0'.repeat(64)}' where id = '${stored.inForce}'`,
    `${active} expires_on = '2029-01-01' where id = '${stored.inForce}'`,
    `${active} status = 'DRAFT' where id = '${stored.inForce}'`,
    `update physicians.protocol_content set content = '{}' where version_id = '${stored.inForce}'`,
    `delete from physicians.protocol_content where version_id = '${stored.inForce}'`,
    `update physicians.protocol_signature set digest = '${'0'.repeat(64)}'`,
    `delete from physicians.protocol_signature`,
  ])
    await expect(graph.owner.$executeRawUnsafe(statement), statement).rejects.toThrow(/not changed|no such move|insert-only/);
});
