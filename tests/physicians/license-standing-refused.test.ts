import { afterAll, beforeAll, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { clinics, id, NOW, stored, writeAuthority } from './authority.ts';
import { type Answer, type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
beforeAll(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
});
afterAll(() => graph?.stop());

const officer = { role: 'COMPLIANCE_OFFICER', at: toId('entity', stored.entity) } as const;
const elsewhere = { role: 'COMPLIANCE_OFFICER', at: id.denver } as const;

const record = `mutation ($input: RecordLicenseStandingInput!) { recordLicenseStanding(input: $input) {
  __typename
  ... on Refusal { code }
  ... on InvalidInput { issues { path message } }
} }`;

const revoked = {
  licenseId: id.license,
  status: 'REVOKED',
  effectiveFrom: '2026-03-01',
  source: 'STATE_BOARD',
  reference: 'Docket 26-114',
};
const answerOf = ({ data }: Answer) => data?.['recordLicenseStanding'] as Record<string, unknown>;
const report = async (input: object, grant: Parameters<RunningPhysicians['as']>[0] = officer) =>
  answerOf(await graph.steppedUp(grant).ask(record, { input }));

test.each([
  ['a last day before the first', { effectiveTo: '2026-02-28' }, ['input.effectiveTo']],
  ['a day before the licence was given', { effectiveFrom: '2015-04-30' }, ['input.effectiveFrom']],
  ['a last day that no board gives', { effectiveTo: '9999-12-31' }, ['input.effectiveTo']],
  ['a day more than a year ahead', { effectiveFrom: '2027-12-02' }, ['input.effectiveFrom']],
  ['a good licence that nobody looked up', { status: 'ACTIVE', source: null }, ['input.source']],
  ['a good licence that its board was not asked about', { status: 'ACTIVE', source: 'NPPES' }, ['input.source']],
  ['a sanction that nobody looked up', { source: null }, ['input.source']],
  ['an empty reference', { reference: ' ' }, ['input.reference']],
  ['a reference without end', { reference: 'x'.repeat(301) }, ['input.reference']],
  ['a note without end', { note: 'x'.repeat(501) }, ['input.note']],
  ['two things at once', { status: 'ACTIVE', source: null, effectiveFrom: '2015-01-01' }, ['input.effectiveFrom', 'input.source']],
])('%s is not taken, and nothing is written', async (_what, change, paths) => {
  const answer = (await report({ ...revoked, ...change })) as { code: string; issues: { path: string }[] };
  expect(answer.code).toBe('INVALID_INPUT');
  expect(answer.issues.map(({ path }) => path)).toEqual(paths);
  expect(await graph.owner.licenseStanding.count({ where: { licenseId: stored.license } })).toBe(1);
});

test('it needs a second factor, and the right', async () => {
  expect(answerOf(await graph.as(officer).ask(record, { input: revoked }))).toMatchObject({ code: 'STEP_UP_REQUIRED' });
  for (const role of ['FRONT_DESK', 'PRESCRIBER', 'MEDICAL_DIRECTOR'] as const)
    expect(await report(revoked, { role, at: id.austin })).toMatchObject({ code: 'FORBIDDEN' });
});

test('a licence of somebody who works elsewhere is answered like one that does not exist', async () => {
  const nobodys = await report({ ...revoked, licenseId: id.noLicense }, elsewhere);
  expect(nobodys).toEqual({ __typename: 'NotFound', code: 'NOT_FOUND' });
  for (const licenseId of [id.license, id.nurseLicense, id.director, 'Rosa'])
    expect(await report({ ...revoked, licenseId }, elsewhere)).toEqual(nobodys);
});
