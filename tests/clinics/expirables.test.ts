import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { uuidOf } from '#prisma/seed/invent.ts';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { placeId } from '#prisma/seed/places.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await testGraph();
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const expirables = `query Expirables($msoId: ID!, $withinDays: Int!, $first: Int = 100) { mso(id: $msoId) {
  expirables(withinDays: $withinDays, first: $first) { nodes { kind subject { __typename } label expiresOn daysLeft blocks } pageInfo { hasNextPage } }
} }`;

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

async function seen(withinDays: number) {
  return (await (await graph.as('mso-manager')).get(expirables, { msoId: placeTypeId('mso-a'), withinDays })).mso.expirables;
}

test('a manager sees what ends soon at all clinics, from both sides, soonest first', async () => {
  expect(await seen(60)).toEqual({
    nodes: [
      {
        kind: 'CLIA_WAIVER',
        subject: { __typename: 'FacilityLicense' },
        label: 'CLIA waiver of Bluebonnet Austin',
        ...{ expiresOn: inDays(40), daysLeft: 40 },
        blocks: ['Every service at Bluebonnet Austin'],
      },
      {
        kind: 'MANAGEMENT_AGREEMENT',
        subject: { __typename: 'ManagementAgreement' },
        label: 'Management agreement with Saguaro Skin and Wellness PC',
        ...{ expiresOn: inDays(45), daysLeft: 45 },
        blocks: ['Management of the clinics of Saguaro Skin and Wellness PC'],
      },
      {
        kind: 'PROTOCOL',
        subject: { __typename: 'ProtocolVersion' },
        label: 'Protocol for iv-therapy, version 2026.1',
        ...{ expiresOn: inDays(50), daysLeft: 50 },
        blocks: [
          'iv-therapy at Bluebonnet Austin',
          'iv-therapy at Bluebonnet Miami',
          'iv-therapy at Bluebonnet San Diego',
          'iv-therapy at Saguaro Scottsdale',
        ],
      },
      {
        kind: 'ENGAGEMENT',
        subject: { __typename: 'Engagement' },
        label: 'Theodore Ashgrove, MD, medical director of Bluebonnet Miami',
        ...{ expiresOn: inDays(55), daysLeft: 55 },
        blocks: ['Every service at Bluebonnet Miami'],
      },
    ],
    pageInfo: { hasNextPage: false },
  });
  expect((await seen(45)).nodes).toHaveLength(2);
});

test('it comes page by page', async () => {
  const { mso } = await (await graph.as('mso-manager')).get(expirables, { msoId: placeTypeId('mso-a'), withinDays: 60, first: 1 });
  expect(mso.expirables).toMatchObject({ nodes: [{ kind: 'CLIA_WAIVER' }], pageInfo: { hasNextPage: true } });
});

test('the subject opens the record behind it, here or at a neighbour', async () => {
  const { mso } = await (await graph.as('mso-manager')).get(
    `query ($msoId: ID!) { mso(id: $msoId) { expirables(withinDays: 60) { nodes { subject {
      ... on FacilityLicense { number clinic { name } }
      ... on ManagementAgreement { startsOn endsOn entity { name } }
      ... on Engagement { model practitioner { displayName } }
    } } } } }`,
    { msoId: placeTypeId('mso-a') },
  );
  expect(mso.expirables.nodes.map(({ subject }: { subject: unknown }) => subject)).toEqual([
    { number: expect.stringMatching(/^TX-\d+$/), clinic: { name: 'Bluebonnet Austin' } },
    { startsOn: expect.any(String), endsOn: inDays(45), entity: { name: 'Saguaro Skin and Wellness PC' } },
    {},
    { model: 'FRACTIONAL', practitioner: { displayName: 'Theodore Ashgrove, MD' } },
  ]);
});

test('what has lapsed is not forgotten', async () => {
  await graph.sql(`update physicians.insurance_policy set expires_on = current_date - 3 where id = $1`, [uuidOf('policy:director')]);
  const [first] = (await seen(0)).nodes;
  expect(first).toMatchObject({ kind: 'INSURANCE_POLICY', daysLeft: -3, label: 'Theodore Ashgrove, MD, professional liability insurance' });
  expect(first.blocks).toEqual([
    'Exams and orders by Theodore Ashgrove, MD',
    ...['Bluebonnet Austin', 'Bluebonnet Miami', 'Bluebonnet San Diego', 'Saguaro Phoenix', 'Saguaro Scottsdale'].map(
      (name) => `Every service at ${name}`,
    ),
  ]);
});

test('half a list would look like good news: without physicians there is none', async () => {
  const dead = vi.spyOn(graph.running.physicians, 'execute').mockRejectedValue(new Error('down'));
  const { data, errors } = await (await graph.as('mso-manager')).ask(expirables, { msoId: placeTypeId('mso-a'), withinDays: 60 });
  expect(data).toEqual({ mso: { expirables: null } });
  expect(errors.map(({ code, path }) => ({ code, path }))).toEqual([{ code: 'UNAVAILABLE', path: 'mso.expirables' }]);
  dead.mockRestore();
});

test.each([-1, 3651])('%i days are no question', async (withinDays) => {
  const { data, errors } = await (await graph.as('mso-manager')).ask(expirables, { msoId: placeTypeId('mso-a'), withinDays });
  expect(data).toEqual({ mso: { expirables: null } });
  expect(errors.map(({ code }) => code)).toEqual(['INVALID_INPUT']);
});

test('another MSO’s papers are not found', async () => {
  const { data, errors } = await (await graph.as('mso-manager-b')).ask(expirables, { msoId: placeTypeId('mso-a'), withinDays: 60 });
  expect(data).toEqual({ mso: null });
  expect(errors.map(({ code }) => code)).toEqual(['NOT_FOUND']);
});

test('an MSO without clinics has only its own agreements to watch', async () => {
  await graph.sql(`delete from clinics.management_agreement where mso_id = $1`, [placeId('mso-b')]);
  await graph.running.clinics.refreshTenancy();
  const { mso } = await (await graph.as('mso-manager-b')).get(expirables, { msoId: placeTypeId('mso-b'), withinDays: 3650 });
  expect(mso.expirables.nodes).toEqual([]);
});
