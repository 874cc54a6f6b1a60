import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Permission, settingOf } from '#kernel/permissions.ts';
import { personas, placeTypeId } from '#prisma/seed/personas.ts';
import { placeId } from '#prisma/seed/places.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { seeded } from '../support/test-roles.ts';

/** The last of the three layers alone: the role that serves requests, with no code of ours in between. */
let database: TestDatabase;
let app: pg.Client;
beforeAll(async () => {
  database = await testDatabase(seeded);
  app = new pg.Client({ connectionString: database.addresses.clinics.appUrl });
  await app.connect();
});
afterAll(async () => {
  await app?.end();
  await database?.[Symbol.asyncDispose]();
});

interface Rights {
  readonly sub?: string;
  readonly everywhere?: readonly Permission[];
  readonly at?: Partial<Record<Permission, readonly string[]>>;
}

const tables = [
  'mso',
  'professional_entity',
  'management_agreement',
  'clinic',
  'service_offering',
  'facility_license',
  'membership',
  'attestation',
];

/** How many rows of each table these rights show; tables that show none are left out. */
async function visible({ sub = '', everywhere = [], at = {} }: Rights): Promise<Record<string, number>> {
  await app.query('begin');
  try {
    await app.query(`select set_config('app.actor', $1, true), set_config('app.everywhere', $2, true)`, [
      sub,
      `{${everywhere.map((one) => `"${one}"`).join(',')}}`,
    ]);
    for (const [permission, places] of Object.entries(at))
      await app.query('select set_config($1, $2, true)', [settingOf(permission as Permission), `{${places.join(',')}}`]);
    const seen: Record<string, number> = {};
    for (const table of tables) {
      const { rows } = await app.query<{ count: number }>(`select count(*)::int as count from ${table}`);
      if (rows[0]?.count) seen[table] = rows[0].count;
    }
    return seen;
  } finally {
    await app.query('rollback');
  }
}

test('without rights there is nothing', async () => {
  expect(await visible({})).toEqual({});
});

test('clinic:read shows the clinics it reaches, with their entity and services', async () => {
  expect(await visible({ at: { 'clinic:read': [placeId('austin')] } })).toEqual({ clinic: 1, professional_entity: 1, service_offering: 6 });
  expect(await visible({ everywhere: ['clinic:read'] })).toEqual({ clinic: 8, professional_entity: 4, service_offering: 36 });
});

test('readiness:read alone shows facility licences; with the clinic it also shows what its entity attested', async () => {
  const places = [placeId('austin')];
  expect(await visible({ at: { 'readiness:read': places } })).toEqual({ facility_license: 3 });
  const seen = await visible({ at: { 'readiness:read': places, 'clinic:read': places } });
  expect(Object.keys(seen).toSorted()).toEqual(['attestation', 'clinic', 'facility_license', 'professional_entity', 'service_offering']);
  expect(seen).not.toEqual(await visible({ everywhere: ['clinic-facts:read'] }));
});

test('mso:read shows the organisation and its agreements', async () => {
  expect(await visible({ at: { 'mso:read': [placeId('mso-a')] } })).toEqual({ mso: 1, management_agreement: 2 });
});

test('expirable:read shows the facility licences of its clinics', async () => {
  expect(await visible({ at: { 'expirable:read': [placeId('austin'), placeId('miami')] } })).toEqual({ facility_license: 6 });
});

test('attestation:read shows an entity’s attestations, and not those of another', async () => {
  const { attestation: first } = await visible({ at: { 'attestation:read': [placeId('entity-a1')] } });
  const { attestation: second } = await visible({ at: { 'attestation:read': [placeId('entity-b1')] } });
  const { attestation: all } = await visible({ everywhere: ['clinic-facts:read'] });
  expect(first).toBeGreaterThan(0);
  expect(second).toBeGreaterThan(0);
  expect((first ?? 0) + (second ?? 0)).toBeLessThan(all ?? 0);
  expect(await visible({ at: { 'attestation:read': [placeId('entity-a2')] } })).toEqual({});
});

test('one sees one’s own memberships; all of them take tenancy:read', async () => {
  const all = Object.values(personas).flatMap(({ grants }) => grants).length;
  expect(await visible({ sub: personas['front-desk']?.sub ?? '' })).toEqual({ membership: 1 });
  expect(await visible({ sub: 'usr_nobody' })).toEqual({});
  expect(await visible({ everywhere: ['tenancy:read'] })).toEqual({ membership: all, management_agreement: 4 });
});

test('clinic-facts:read shows what neighbours are told, and no membership', async () => {
  const seen = await visible({ everywhere: ['clinic-facts:read'] });
  expect(Object.keys(seen).toSorted()).toEqual(tables.filter((table) => table !== 'membership').toSorted());
});

test.each([
  [
    'insert',
    `insert into membership (id, sub, role, at, starts_at) values (gen_random_uuid(), 'usr_me', 'MSO_MANAGER', '${placeTypeId('mso-a')}', now())`,
  ],
  ['update', `update membership set role = 'MSO_MANAGER' returning id`],
  ['delete', `delete from attestation returning id`],
])('nobody may %s', async (verb, statement) => {
  await app.query('begin');
  await app.query(
    `select set_config('app.actor', 'usr_me', true), set_config('app.everywhere', '{tenancy:read,clinic-facts:read,clinic:read}', true)`,
  );
  const done = app.query(statement);
  if (verb === 'insert') await expect(done).rejects.toThrow('row-level security');
  else if (verb === 'delete') await expect(done).rejects.toThrow('permission denied');
  else expect((await done).rows).toEqual([]);
  await app.query('rollback');
});
