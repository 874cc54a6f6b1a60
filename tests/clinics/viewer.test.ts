import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Role } from '#kernel/permissions.ts';
import { roleRights } from '#kernel/role-rights.ts';
import { personas, placeTypeId } from '#prisma/seed/personas.ts';
import { clinicsUnder } from '#prisma/seed/places.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await testGraph();
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const viewer = `{ viewer {
  id displayName permissions
  clinics(first: 50) { nodes { id name } }
  msos(first: 10) { nodes { id name } }
  pharmacies { id name }
} }`;

/** The verbs of one role, wherever it holds them. */
const verbsOf = (role: Role) => [...new Set([...roleRights[role].placed, ...roleRights[role].everywhere])].toSorted();

function identityOf(persona: string) {
  const who = personas[persona];
  return { id: who?.sub, displayName: who?.name };
}

const named = (key: string) =>
  clinicsUnder(key)
    .map((clinic) => ({ id: placeTypeId(clinic.key), name: clinic.name }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));

async function seenBy(persona: string) {
  const { viewer: seen } = await (await graph.as(persona)).get(viewer);
  return { ...seen, permissions: seen.permissions.toSorted() };
}

test('a front desk sees its clinic and what it may do there', async () => {
  expect(await seenBy('front-desk')).toEqual({
    ...identityOf('front-desk'),
    permissions: verbsOf('FRONT_DESK'),
    clinics: { nodes: [{ id: placeTypeId('austin'), name: 'Bluebonnet Austin' }] },
    msos: { nodes: [] },
    pharmacies: [],
  });
});

test('a manager sees the MSO and the clinics under it, and no permission on charts', async () => {
  expect(verbsOf('MSO_MANAGER')).not.toContain('chart:read');
  expect(await seenBy('mso-manager')).toEqual({
    ...identityOf('mso-manager'),
    permissions: verbsOf('MSO_MANAGER'),
    clinics: { nodes: named('mso-a') },
    msos: { nodes: [{ id: placeTypeId('mso-a'), name: 'Bluebonnet Clinic Services' }] },
    pharmacies: [],
  });
});

test('a compliance officer sees the clinics of the entity', async () => {
  const seen = await seenBy('compliance');
  expect(seen.clinics).toEqual({ nodes: named('entity-a1') });
  expect(seen.msos).toEqual({ nodes: [] });
});

test('a pharmacist sees the pharmacy, and not the register of clinics that may be looked up', async () => {
  const seen = await seenBy('pharmacist');
  expect(seen.permissions).toContain('clinic:read');
  expect(seen).toMatchObject({
    clinics: { nodes: [] },
    msos: { nodes: [] },
    pharmacies: [{ id: placeTypeId('pharmacy-a'), name: expect.any(String) }],
  });
});

test('an auditor sees who they are, and may read the trail', async () => {
  const { data } = await (await graph.as('auditor')).ask('{ viewer { id displayName permissions } }');
  expect(data.viewer).toEqual({
    ...identityOf('auditor'),
    permissions: ['viewer:read', 'rule:read', 'membership:leave', 'invitation:accept', 'audit:read'],
  });
});

test('a grant that no membership backs gives nothing', async () => {
  const stranger = await graph.asSomeone({
    sub: 'usr_stranger',
    name: 'A. Stranger',
    grants: [{ role: 'MSO_MANAGER', at: placeTypeId('mso-a') }],
  });
  const { data, errors } = await stranger.ask(viewer);
  expect(data).toEqual({ viewer: null });
  expect(errors.map(({ code }) => code)).toEqual(['FORBIDDEN']);
});
