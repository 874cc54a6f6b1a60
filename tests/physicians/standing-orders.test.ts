import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clinics, id, NOW, stored, writeAuthority } from './authority.ts';
import { content as protocolContent, directing, facts, officer, verb } from './protocol-verbs.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
beforeAll(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
  graph.tellOfClinics(facts);
});
afterAll(() => graph?.stop());

const act = { act: 'Treat the marked areas', credentials: ['RN', 'NP'], minimumAge: 18, maximumAge: 70 };
const setting = { device: 'ipl-handpiece', parameter: 'Fluence', minimum: '8.5', maximum: '16', unit: 'J/cm2' };

const content = {
  ...protocolContent,
  indications: ['Pigment of the face'],
  contraindications: [{ linkId: 'laser-ipl.ls-isotret', finding: 'Yes', consequence: 'BLOCKS' }],
  ...{ doseLimits: [], deviceSettings: [setting], acts: [act] },
};

const drafted = {
  ...{ kind: 'STANDING_ORDER', service: 'laser-ipl', clinicIds: [id.austin], version: '1', title: 'Pulsed light of the face' },
  ...{ effectiveFrom: '2026-12-01', expiresOn: '2027-11-30', content },
};

let drafts = 0;
const draft = (changes: object = {}, says: object = {}) => {
  drafts += 1;
  return verb(graph.as(officer), 'draftProtocolVersion', {
    ...drafted,
    version: String(drafts),
    ...changes,
    content: { ...content, ...says },
  });
};

async function inForce(changes: object = {}) {
  const { id: versionId, digest } = await draft(changes);
  const what = { versionId, digest };
  await verb(graph.as(officer), 'submitProtocol', { ...what, for: 'REVIEW' });
  await verb(graph.as(officer), 'submitProtocol', { ...what, for: 'SIGNATURES' });
  return verb(graph.person(id.director, directing), 'signProtocol', what);
}

const listed = async (service = 'laser-ipl') => {
  const document = `query ($c: ID!, $s: String!) {
    standingOrders(clinicId: $c, service: $s) { nodes { id kind content } }
    activeProtocols(clinicId: $c, service: $s) { nodes { id } }
    protocolVersions(clinicId: $c, service: $s, kind: STANDING_ORDER) { nodes { id } } }`;
  const { data } = await graph.as({ role: 'EXAMINER', at: id.austin }).ask(document, { c: id.austin, s: service });
  return data as Record<string, { nodes: { id: string; content?: object }[] }>;
};

test('a standing order is drafted, signed and in force like a protocol, and takes no protocol’s place', async () => {
  const signed = await inForce();
  expect(signed).toMatchObject({ kind: 'STANDING_ORDER', status: 'ACTIVE', service: 'laser-ipl' });
  const lists = await listed();
  expect(lists['standingOrders']?.nodes).toEqual([
    {
      ...{ id: signed.id, kind: 'STANDING_ORDER' },
      content: {
        ...{ ...protocolContent, indications: ['Pigment of the face'], service: 'laser-ipl', kind: 'STANDING_ORDER' },
        contraindications: content.contraindications,
        ...{ doseLimits: [], deviceSettings: [setting] },
        acts: [
          {
            ...{ act: 'Treat the marked areas', credentials: ['NP', 'RN'] },
            conditions: { examInForce: true, minimumAge: 18, maximumAge: 70 },
          },
        ],
      },
    },
  ]);
  expect(lists['activeProtocols']?.nodes).toEqual([]);
  expect(lists['protocolVersions']?.nodes.map((one) => one.id)).toContain(signed.id);

  // Neighbours see it as what it is, and no gate takes it for a protocol.
  const document = `query ($id: ID!, $ids: [ID!]!) { protocolFacts(id: $id) { id }
    oversight(clinicIds: $ids) { protocols { service } standingOrders { id kind service status expiresOn } } }`;
  const told = (await graph.service.ask(document, { id: signed.id, ids: [id.austin] })) as {
    data: { protocolFacts: null; oversight: { protocols: { service: string }[]; standingOrders: object[] }[] };
  };
  expect(told.data.protocolFacts).toBeNull();
  expect(told.data.oversight[0]?.protocols.map(({ service }) => service)).not.toContain('laser-ipl');
  expect(told.data.oversight[0]?.standingOrders).toContainEqual({
    ...{ id: signed.id, kind: 'STANDING_ORDER', service: 'laser-ipl', status: 'ACTIVE', expiresOn: '2027-11-30' },
  });
});

test('it is suspended while its director’s licence is not good, and lasts a year at most', async () => {
  const signed = await inForce({ version: 'another', title: 'Another' });
  const shows = async () => (await listed())['standingOrders']?.nodes.some((one) => one.id === signed.id);
  expect(await shows()).toBe(true);
  await graph.owner.license.update({ where: { id: stored.license }, data: { status: 'SUSPENDED' } });
  expect(await shows()).toBe(false);
  await graph.owner.license.update({ where: { id: stored.license }, data: { status: 'ACTIVE' } });
  expect(await draft({ expiresOn: '2027-12-02' })).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'input.expiresOn' }] });
  const renewed = { version: '2', effectiveFrom: '2027-06-01', expiresOn: '2028-05-31' };
  expect(await verb(graph.as(officer), 'renewProtocol', { versionId: signed.id, ...renewed })).toMatchObject({
    ...{ kind: 'STANDING_ORDER', status: 'IN_REVIEW', digest: signed.digest },
  });
});

describe('refused is', () => {
  const invalid = (...paths: string[]) => ({ code: 'INVALID_INPUT', issues: paths.map((path) => ({ path: `input.content.${path}` })) });
  test.each<[string, object, object]>([
    ['one that says of no act what may be done', { acts: [] }, invalid('acts')],
    ['an act by a physician, who orders by themselves', { acts: [{ ...act, credentials: ['RN', 'MD'] }] }, invalid('acts.0.credentials')],
    ['an act by nobody', { acts: [{ ...act, credentials: [] }] }, invalid('acts.0.credentials')],
    ['ages the wrong way round', { acts: [{ ...act, minimumAge: 40, maximumAge: 39 }] }, invalid('acts.0.maximumAge')],
    ['an age that nobody has', { acts: [{ ...act, minimumAge: -1 }] }, invalid('acts.0.minimumAge')],
    ['an empty act', { acts: [{ ...act, act: ' ' }] }, invalid('acts.0.act')],
    ['a setting below nothing', { deviceSettings: [{ ...setting, minimum: '-1' }] }, invalid('deviceSettings.0.minimum')],
    ['a range the wrong way round', { deviceSettings: [{ ...setting, minimum: '17' }] }, invalid('deviceSettings.0.maximum')],
    ['a unit that is misread', { deviceSettings: [{ ...setting, unit: 'hr' }] }, invalid('deviceSettings.0.unit')],
    ['a device without a code', { deviceSettings: [{ ...setting, device: 'IPL handpiece' }] }, invalid('deviceSettings.0.device')],
    [
      'one setting named twice',
      { deviceSettings: [setting, { ...setting, parameter: 'fluence ' }] },
      invalid('deviceSettings.1.parameter'),
    ],
  ])('%s', async (_what, says, refusal) => {
    expect(await draft({}, says)).toMatchObject(refusal);
  });

  test.each<[string, object]>([
    ['as a dose', { doseLimits: [{ drug: 'Semaglutide 2.5 mg/mL', maximum: '1', unit: 'mL', per: 'week' }] }],
    ['as an act', { acts: [{ ...act, act: 'Apply compounded benzocaine, lidocaine, tetracaine' }] }],
  ])('what is compounded for one patient, named %s', async (_where, says) => {
    const refusal = await draft({}, says);
    expect(refusal.code).toBe('RULE_BLOCKED');
    expect(new Set(refusal.rules.map((rule: { id: string; outcome: string }) => `${rule.id} ${rule.outcome}`))).toEqual(
      new Set(['standingOrder.patientSpecific FAIL']),
    );
  });

  test('a protocol with acts of a standing order, and another version of another kind', async () => {
    expect(await draft({ kind: 'PROTOCOL' })).toMatchObject(invalid('acts'));
    const { id: follows } = await draft();
    const { service: _service, clinicIds: _clinics, ...version } = drafted;
    expect(await verb(graph.as(officer), 'draftProtocolVersion', { ...version, follows, version: 'next' })).toMatchObject({
      ...{ code: 'INVALID_INPUT', issues: [{ path: 'input.kind' }] },
    });
  });
});
