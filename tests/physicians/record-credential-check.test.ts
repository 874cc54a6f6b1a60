import { afterEach, beforeEach, expect, test } from 'vitest';
import { afterLook, isOver } from '../../subgraphs/physicians/credential/checked.ts';
import { clinics, id, NOW, stored, writeAuthority } from './authority.ts';
import { ada, ben, cora, recorded, told, type Verb } from './register-verbs.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
beforeEach(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
});
afterEach(() => graph?.stop());

const kinds: readonly (readonly [Verb, string])[] = [
  ['recordDeaRegistration', 'DEA'],
  ['recordControlledSubstanceRegistration', 'STATE_BOARD'],
  ['recordInsurancePolicy', 'INSURER'],
  ['recordBoardCertification', 'CERTIFYING_BOARD'],
];
const running = { effectiveFrom: '2026-12-01', expiresOn: '2027-11-30' };
const shown = `query ($id: ID!) { practitioner(id: $id) {
  deaRegistrations { id status } controlledSubstanceRegistrations { id status } insurancePolicies { id status } boardCertifications { id status }
} }`;
const statusOf = async (subjectId: string): Promise<unknown> => {
  const { data } = await ada(graph).ask(shown, { id: id.director });
  const all = Object.values(data?.['practitioner'] as Record<string, { id: string; status: string }[]>).flat();
  return all.find((one) => one.id === subjectId)?.status;
};
const record = (verb: Verb) => recorded(ada(graph), verb, verb === 'recordInsurancePolicy' ? running : {});

test.each(kinds)('%s: it is good once somebody else has asked %s, and stops at once when that finds it otherwise', async (verb, source) => {
  const subjectId = await record(verb);
  const own = await told(ada(graph), 'recordCredentialCheck', { subjectId, source });
  expect(own).toMatchObject({ code: 'INVALID_INPUT', issues: [{ path: 'input.subjectId' }] });
  expect(await statusOf(subjectId)).toBe('UNVERIFIED');
  const check = await told(ben(graph), 'recordCredentialCheck', { subjectId, source, note: 'By telephone.' }, 'key-1');
  expect(check).toEqual({
    ...{ __typename: 'CredentialCheck', id: expect.stringMatching(/^chk_/), source, result: 'CONFIRMED', reference: 'File 12' },
    ...{ note: 'By telephone.', subjectId, at: '2026-12-01T15:00:00.000Z', practitioner: { id: id.director } },
  });
  expect(await told(ben(graph), 'recordCredentialCheck', { subjectId, source, note: 'By telephone.' }, 'key-1')).toEqual(check);
  expect(await statusOf(subjectId)).toBe('ACTIVE');
  // Whoever recorded it may stop it.
  await recorded(ada(graph), 'recordCredentialCheck', { subjectId, source, result: 'MISMATCH' });
  expect(await statusOf(subjectId)).toBe('UNVERIFIED');
});

test('each look is in the trail with what it changed', async () => {
  const subjectId = await record('recordDeaRegistration');
  await recorded(ben(graph), 'recordCredentialCheck', { subjectId });
  const [row] = await graph.owner.auditEvent.findMany({ where: { action: 'credential.checked' } });
  expect(row).toMatchObject({
    ...{ tenantId: stored.austin, subjectKind: 'deaRegistration' },
    detail: { checkId: expect.any(String), source: 'DEA', result: 'CONFIRMED', was: 'UNVERIFIED', is: 'ACTIVE' },
  });
});

test('a disciplinary action suspends, and nothing but the word of who gave it lifts that', async () => {
  await recorded(ada(graph), 'recordCredentialCheck', { source: 'NPDB', result: 'DISCIPLINE' });
  expect(await statusOf(id.dea)).toBe('SUSPENDED');
  await recorded(ada(graph), 'recordCredentialCheck', { result: 'NOT_FOUND' });
  expect(await statusOf(id.dea)).toBe('SUSPENDED');
  await recorded(ben(graph), 'recordCredentialCheck');
  expect(await statusOf(id.dea)).toBe('ACTIVE');
});

test.each(['REVOKED', 'SURRENDERED'])('what is %s no look brings back', async (status) => {
  await graph.owner.deaRegistration.update({ where: { id: stored.dea }, data: { status } });
  expect(await told(ben(graph), 'recordCredentialCheck')).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: status, to: 'ACTIVE' });
  await recorded(ben(graph), 'recordCredentialCheck', { result: 'NOT_FOUND' });
  expect(await statusOf(id.dea)).toBe(status);
});

test('the gates of the other subgraphs learn of it at once', async () => {
  await recorded(ada(graph), 'recordCredentialCheck', { result: 'NOT_FOUND' });
  const document = 'query ($id: ID!) { practitionerFacts(id: $id) { deaRegistrations { status } } }';
  expect((await graph.service.ask(document, { id: id.director })).data).toEqual({
    practitionerFacts: { deaRegistrations: [{ status: 'UNVERIFIED' }] },
  });
});

test.each([
  ['of a source that does not give it', { source: 'STATE_BOARD' }, 'input.source'],
  ['of a data bank that confirms nothing', { source: 'NPDB' }, 'input.source'],
  ['of a list', { source: 'OIG_LEIE', result: 'EXCLUDED' }, 'input.result'],
  ['that had no answer', { result: 'NO_ANSWER' }, 'input.result'],
  ['without a reference', { reference: ' ' }, 'input.reference'],
  ['of an insurer that disciplines', { subjectId: id.policy, source: 'INSURER', result: 'DISCIPLINE' }, 'input.result'],
])('a look %s is not taken', async (_what, change, path) => {
  const answer = await told(ben(graph), 'recordCredentialCheck', change);
  expect(answer['code']).toBe('INVALID_INPUT');
  expect((answer['issues'] as { path: string }[]).map((issue) => issue.path)).toContain(path);
  expect(await graph.owner.credentialCheck.count()).toBe(1);
});

test('a licence is no subject of a look by hand, and what belongs elsewhere is answered like what does not exist', async () => {
  const asked = [
    await told(ben(graph), 'recordCredentialCheck', { subjectId: id.license, source: 'STATE_BOARD' }),
    await told(cora(graph), 'recordCredentialCheck'),
  ];
  expect(asked.map(({ code }) => code)).toEqual(['NOT_FOUND', 'NOT_FOUND']);
});

test('no look turns anything into what is not in the table of moves', () => {
  const findings = ['CONFIRMED', 'MISMATCH', 'DISCIPLINE', 'NOT_FOUND'] as const;
  const table = ['ACTIVE', 'UNVERIFIED', 'SUSPENDED', 'SURRENDERED', 'REVOKED', 'CANCELLED', 'toString'].map((status) => [
    ...[status, isOver(status)],
    ...findings.map((finding) => afterLook(status, finding)),
  ]);
  expect(table).toEqual([
    ['ACTIVE', false, null, 'UNVERIFIED', 'SUSPENDED', 'UNVERIFIED'],
    ['UNVERIFIED', false, 'ACTIVE', null, 'SUSPENDED', null],
    ['SUSPENDED', false, 'ACTIVE', null, null, null],
    ['SURRENDERED', true, null, null, null, null],
    ['REVOKED', true, null, null, null, null],
    ['CANCELLED', true, null, null, null, null],
    ['toString', true, null, null, null, null],
  ]);
});
