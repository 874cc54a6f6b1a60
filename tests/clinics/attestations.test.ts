import { afterAll, beforeAll, expect, test } from 'vitest';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { uuidOf } from '#prisma/seed/invent.ts';
import { toId } from '#kernel/ids.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await testGraph();
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const attestations = `query ($state: UsState, $first: Int) { attestations(state: $state, first: $first) { nodes {
  id entity { id name } jurisdiction ruleId value note attestedBy attestedAt expiresOn revokedAt
} } }`;

test('a compliance officer reads what was attested, newest first, revoked ones included', async () => {
  await graph.sql(
    `update clinics.attestation set attested_at = '2026-03-01T10:00:00Z', revoked_at = '2026-03-02T11:00:00Z', expires_on = '2027-03-01' where id = $1`,
    [uuidOf('attestation:entity-a1:TX.gfe.validityMonths')],
  );
  const { attestations: seen } = await (await graph.as('compliance')).get(attestations, { state: 'TX', first: 200 });
  expect(new Set(seen.nodes.map(({ jurisdiction }: { jurisdiction: string }) => jurisdiction))).toEqual(new Set(['TX']));
  expect(seen.nodes.at(-1)).toEqual({
    id: toId('attestation', uuidOf('attestation:entity-a1:TX.gfe.validityMonths')),
    entity: { id: placeTypeId('entity-a1'), name: 'Bluebonnet Aesthetic Medicine PLLC' },
    jurisdiction: 'TX',
    ruleId: 'TX.gfe.validityMonths',
    value: 12,
    note: 'The state fixes no term. Twelve months is this deployment’s own choice, reviewed yearly.',
    attestedBy: 'Odette Sinclair',
    attestedAt: '2026-03-01T10:00:00.000Z',
    expiresOn: '2027-03-01',
    revokedAt: '2026-03-02T11:00:00.000Z',
  });
});

test('each officer reads those of their own entities', async () => {
  const entities = async (persona: string) => {
    const { attestations: seen } = await (await graph.as(persona)).get(attestations, { first: 200 });
    return new Set(seen.nodes.map(({ entity }: { entity: { id: string } }) => entity.id));
  };
  expect(await entities('compliance')).toEqual(new Set([placeTypeId('entity-a1')]));
  expect(await entities('compliance-b')).toEqual(new Set([placeTypeId('entity-b1'), placeTypeId('entity-b2')]));
});

test.each(['front-desk', 'mso-manager', 'pharmacist', 'prescriber'])('it is not for %s', async (persona) => {
  const { data, errors } = await (await graph.as(persona)).ask(attestations);
  expect(data).toBeNull();
  expect(errors.map(({ code, path }) => ({ code, path }))).toEqual([{ code: 'FORBIDDEN', path: 'attestations' }]);
});
