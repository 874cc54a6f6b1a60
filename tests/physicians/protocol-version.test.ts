import { afterAll, beforeAll, expect, test } from 'vitest';
import { clinics, digest, id, NOW, writeAuthority } from './authority.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
beforeAll(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
});
afterAll(() => graph?.stop());

const prescriber = { role: 'PRESCRIBER', at: id.austin } as const;
const manager = { role: 'MSO_MANAGER', at: id.mso } as const;

const inForce = `query ($clinicId: ID!, $service: String!) {
  activeProtocols(clinicId: $clinicId, service: $service) { nodes {
    id service version title status effectiveFrom expiresOn digest content signatures { practitioner { displayName } digest signedAt }
  } }
}`;
const versions = `query ($clinicId: ID!) { activeProtocols(clinicId: $clinicId, service: "weight-loss") { nodes { version } } }`;
const weightLoss = { clinicId: id.austin, service: 'weight-loss' };
const second = {
  ...{ id: id.inForce, service: 'weight-loss', version: '2', title: 'GLP-1 weight loss', status: 'ACTIVE', digest },
  ...{ effectiveFrom: '2026-06-01', expiresOn: '2027-05-31' },
};
const signatures = [{ practitioner: { displayName: 'Rosa Delgado, MD' }, digest, signedAt: '2026-05-20T17:00:00.000Z' }];

test('a prescriber reads what is in force today: not what is over, not what comes, not what is unsigned', async () => {
  expect(await graph.as(prescriber).ask(inForce, weightLoss)).toEqual({
    data: { activeProtocols: { nodes: [{ ...second, content: { maximumDose: '2.4 mg weekly' }, signatures }] } },
  });
});

test.each([
  ['2026-05-31T12:00:00Z', ['1']],
  ['2026-11-30T12:00:00Z', ['2']],
  ['2026-12-02T00:00:00Z', ['3']],
  ['2027-06-01T00:00:00Z', []],
])('on %s versions %j are in force', async (now, expected) => {
  graph.setNow(now);
  const answer = await graph.as(prescriber).ask(versions, weightLoss);
  graph.setNow(NOW);
  expect(answer).toEqual({ data: { activeProtocols: { nodes: expected.map((version) => ({ version })) } } });
});

test('a service without a protocol has an empty list', async () => {
  expect(await graph.as(prescriber).ask(inForce, { clinicId: id.austin, service: 'dermal-filler' })).toEqual({
    data: { activeProtocols: { nodes: [] } },
  });
});

test.each([
  ['of somebody else', id.denver],
  ['that does not exist', id.noClinic],
  ['of another kind', id.nurse],
])('a clinic %s is not found', async (_kind, clinicId) => {
  const answer = await graph.as(prescriber).ask(inForce, { clinicId, service: 'weight-loss' });
  expect(answer.data).toEqual({ activeProtocols: null });
  expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['NOT_FOUND']);
});

test.each([
  ['the front desk', { role: 'FRONT_DESK', at: id.austin } as const],
  ['an MSO manager', manager],
])('%s may not list protocols', async (_who, grant) => {
  const answer = await graph.as(grant).ask(inForce, weightLoss);
  expect(answer.data).toEqual({ activeProtocols: null });
  expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
});

const byKey = (fields: string) =>
  `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on ProtocolVersion { ${fields} } } }`;
const representations = [id.inForce, id.expired, id.strangers].map((key) => ({ __typename: 'ProtocolVersion', id: key }));

test('an MSO manager learns which protocols there are and when they end', async () => {
  expect(await graph.as(manager).ask(byKey('id title status expiresOn'), { representations })).toEqual({
    data: {
      _entities: [
        { id: id.inForce, title: 'GLP-1 weight loss', status: 'ACTIVE', expiresOn: '2027-05-31' },
        { id: id.expired, title: 'GLP-1 weight loss', status: 'RETIRED', expiresOn: '2026-11-30' },
        null,
      ],
    },
  });
});

test('an MSO manager never reads what a protocol says', async () => {
  const answer = await graph.as(manager).ask(byKey('id content'), { representations });
  expect(answer.data).toEqual({ _entities: [{ id: id.inForce, content: null }, { id: id.expired, content: null }, null] });
  expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
});

test('who may read protocols at one clinic does not thereby read those of a clinic they only manage', async () => {
  const both = graph.as(manager, { role: 'EXAMINER', at: id.denver });
  expect(await both.ask(byKey('id content'), { representations })).toEqual({
    data: {
      _entities: [
        { id: id.inForce, content: null },
        { id: id.expired, content: null },
        { id: id.strangers, content: { maximumDose: '2.4 mg weekly' } },
      ],
    },
  });
});
