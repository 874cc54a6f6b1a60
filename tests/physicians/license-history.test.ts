import { afterAll, beforeAll, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { practitionerId } from '#prisma/seed/people.ts';
import { type TestGraph, testGraph } from '../support/graph.ts';

/** Through the gateway, in the invented world. */
let graph: TestGraph;
beforeAll(async () => {
  graph = await testGraph();
});
afterAll(() => graph?.[Symbol.asyncDispose]());

const idOf = (key: string) => toId('practitioner', practitionerId(key));
const daysAgo = (days: number) => new Date(graph.clock.now().getTime() - days * 86_400_000).toISOString();
const licensed = `query ($id: ID!, $state: UsState!, $on: Date!, $at: DateTime) {
  practitioner(id: $id) { licensed(state: $state, on: $on, asKnownAt: $at) { standing licensed } licenses { id state status } }
}`;

test('a restriction of the past is known from the day it was learned, until its lifting was', async () => {
  const desk = await graph.as('front-desk');
  const standing = async (on: number, knownAt: number) => {
    const variables = { id: idOf('md-renewing'), state: 'FL', on: daysAgo(on).slice(0, 10), at: daysAgo(knownAt) };
    return (await desk.get(licensed, variables)).practitioner.licensed;
  };
  expect(await standing(897, 896)).toEqual({ standing: 'ACTIVE', licensed: true });
  expect(await standing(897, 890)).toEqual({ standing: 'RESTRICTED', licensed: false });
  expect(await standing(705, 703)).toEqual({ standing: 'RESTRICTED', licensed: false });
  expect(await standing(705, 700)).toEqual({ standing: 'ACTIVE', licensed: true });
  expect(await standing(800, 0)).toEqual({ standing: 'RESTRICTED', licensed: false });
});

test('a revocation that reaches back is recorded by the entity’s compliance officer, and read by everybody in both times', async () => {
  const desk = await graph.as('front-desk');
  const variables = { id: idOf('examiner'), state: 'TX', on: daysAgo(30).slice(0, 10) };
  const before = (await desk.get(licensed, variables)).practitioner;
  expect(before.licensed).toEqual({ standing: 'ACTIVE', licensed: true });
  const license = before.licenses.find(({ state }: { state: string }) => state === 'TX');
  const input = { licenseId: license.id, status: 'REVOKED', effectiveFrom: daysAgo(60).slice(0, 10), source: 'STATE_BOARD' };
  const record = `mutation ($input: RecordLicenseStandingInput!) {
    recordLicenseStanding(input: $input) { ... on LicenseStanding { status license { status practitioner { id } } } ... on Refusal { code } }
  }`;
  expect((await (await graph.as('compliance', { stepUp: true })).get(record, { input })).recordLicenseStanding).toEqual({
    ...{ status: 'REVOKED', license: { status: 'REVOKED', practitioner: { id: idOf('examiner') } } },
  });
  expect((await desk.get(licensed, variables)).practitioner.licensed).toEqual({ standing: 'REVOKED', licensed: false });
  expect((await desk.get(licensed, { ...variables, at: daysAgo(29) })).practitioner.licensed).toEqual({
    standing: 'ACTIVE',
    licensed: true,
  });
  const other = await graph.as('compliance-b', { stepUp: true });
  expect((await other.ask(record, { input })).data.recordLicenseStanding).toEqual({ code: 'NOT_FOUND' });
});

test('nobody is licensed by a licence under which their credential is not practised', async () => {
  const desk = await graph.as('front-desk');
  const variables = { id: idOf('md-renewing'), state: 'FL', on: daysAgo(10).slice(0, 10) };
  expect((await desk.get(licensed, variables)).practitioner.licensed).toEqual({ standing: 'ACTIVE', licensed: true });
  await graph.sql(`update physicians.license set type = 'REGISTERED_NURSE' where practitioner_id = $1 and state = 'FL'`, [
    practitionerId('md-renewing'),
  ]);
  expect((await desk.get(licensed, variables)).practitioner.licensed).toEqual({ standing: null, licensed: null });
});
