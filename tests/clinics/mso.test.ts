import { afterAll, beforeAll, expect, test } from 'vitest';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { clinicsUnder, placeId } from '#prisma/seed/places.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await testGraph();
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const mso =
  'query ($id: ID!) { mso(id: $id) { id name clinics(first: 200) { nodes { id name address { state } } pageInfo { hasNextPage } } } }';

const listed = (key: string) =>
  clinicsUnder(key)
    .map((clinic) => ({ id: placeTypeId(clinic.key), name: clinic.name, address: { state: clinic.state } }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));

test('a manager sees every clinic under the agreements of today', async () => {
  expect(await (await graph.as('mso-manager')).get(mso, { id: placeTypeId('mso-a') })).toEqual({
    mso: {
      id: placeTypeId('mso-a'),
      name: 'Bluebonnet Clinic Services',
      clinics: { nodes: listed('mso-a'), pageInfo: { hasNextPage: false } },
    },
  });
});

test('another MSO is not found', async () => {
  const { data, errors } = await (await graph.as('mso-manager-b')).ask(mso, { id: placeTypeId('mso-a') });
  expect(data).toEqual({ mso: null });
  expect(errors.map(({ code }) => code)).toEqual(['NOT_FOUND']);
});

test('a front desk has no view of an MSO', async () => {
  const { data, errors } = await (await graph.as('front-desk')).ask(mso, { id: placeTypeId('mso-a') });
  expect(data).toEqual({ mso: null });
  expect(errors.map(({ code }) => code)).toEqual(['FORBIDDEN']);
});

test('the list of ids that other subgraphs build on is not part of the public graph', async () => {
  const { errors } = await (await graph.as('mso-manager')).ask('query ($id: ID!) { mso(id: $id) { clinicIds } }', {
    id: placeTypeId('mso-a'),
  });
  expect(errors.map(({ code }) => code)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
});

test('when an agreement has ended, its clinics are out of the manager’s sight', async () => {
  await graph.sql(`update clinics.management_agreement set ends_on = current_date - 1 where entity_id = $1`, [placeId('entity-b2')]);
  await graph.running.clinics.refreshTenancy();
  const manager = await graph.as('mso-manager-b');
  const { mso: seen } = await manager.get(mso, { id: placeTypeId('mso-b') });
  expect(seen.clinics.nodes).toEqual(listed('entity-b1'));
  const { data } = await manager.ask('query ($id: ID!) { clinic(id: $id) { name } }', { id: placeTypeId('tampa') });
  expect(data).toEqual({ clinic: null });
});

test('an entity has one MSO at a time', async () => {
  const second = graph.sql(
    `insert into clinics.management_agreement (id, mso_id, entity_id, starts_on) values (gen_random_uuid(), $1, $2, current_date)`,
    [placeId('mso-b'), placeId('entity-a1')],
  );
  await expect(second).rejects.toThrow('one_mso_at_a_time');
});
