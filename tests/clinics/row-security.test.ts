import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Permission, settingOf } from '#kernel/permissions.ts';
import { memberships, personas, placeTypeId } from '#prisma/seed/personas.ts';
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
  'invitation',
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
  const all = memberships.length;
  expect(await visible({ sub: personas['front-desk']?.sub ?? '' })).toEqual({ membership: 1 });
  expect(await visible({ sub: 'usr_nobody' })).toEqual({});
  expect(await visible({ everywhere: ['tenancy:read'] })).toEqual({ membership: all, management_agreement: 4 });
});

test('clinic-facts:read shows what neighbours are told, and no membership', async () => {
  const seen = await visible({ everywhere: ['clinic-facts:read'] });
  expect(Object.keys(seen).toSorted()).toEqual(tables.filter((table) => !['membership', 'invitation'].includes(table)).toSorted());
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
  else await expect(done).rejects.toThrow('permission denied');
  await app.query('rollback');
});

/** Runs a statement as an officer of an entity, whatever it may be, and puts everything back. */
async function asOfficer(entity: string, statement: string): Promise<pg.QueryResult> {
  await app.query('begin');
  try {
    await app.query(`select set_config('app.actor', 'usr_officer', true)`);
    for (const permission of ['attestation:give', 'attestation:read'] as const)
      await app.query('select set_config($1, $2, true)', [settingOf(permission), `{${placeId(entity)}}`]);
    return await app.query(statement);
  } finally {
    await app.query('rollback');
  }
}

const given = (entity: string, by: string) => `insert into attestation
  (id, entity_id, jurisdiction, rule_id, note, attested_by, attested_by_name, attested_at, pack_version)
  values (gen_random_uuid(), '${placeId(entity)}', 'TX', 'TX.md.onSite', 'n', '${by}', 'Pat', now(), '2026-11-22.1')`;
const takenBack = `update attestation set revoked_at = now(), revoked_by = 'usr_officer', revoked_by_name = 'Pat', revocation_note = 'n'
  where entity_id = '${placeId('entity-a1')}'`;

test('an officer attests for their entity and in their own name', async () => {
  expect((await asOfficer('entity-a1', given('entity-a1', 'usr_officer'))).rowCount).toBe(1);
  await expect(asOfficer('entity-a1', given('entity-a1', 'usr_other'))).rejects.toThrow('row-level security');
  await expect(asOfficer('entity-a1', given('entity-b1', 'usr_officer'))).rejects.toThrow('row-level security');
});

test('an officer takes attestations of their entity back in their own name, and changes nothing else of them', async () => {
  expect((await asOfficer('entity-a1', takenBack)).rowCount).toBeGreaterThan(0);
  expect((await asOfficer('entity-b1', takenBack)).rowCount).toBe(0);
  await expect(asOfficer('entity-a1', takenBack.replace(`'usr_officer'`, `'usr_other'`))).rejects.toThrow('row-level security');
  await expect(asOfficer('entity-a1', `update attestation set value = '24'`)).rejects.toThrow('permission denied');
  await expect(asOfficer('entity-a1', `update attestation set pack_version = '2099-01-01.1'`)).rejects.toThrow('permission denied');
  // What was taken back is out of reach: it can't be done again, nor undone.
  expect((await asOfficer('entity-a1', `${takenBack} and revoked_at is not null`)).rowCount).toBe(0);
  await expect(asOfficer('entity-a1', 'update attestation set revoked_at = null')).rejects.toThrow('row-level security');
});

/** Runs statements one after another as somebody, and puts everything back; answers the rows that the last one reached. */
async function asSomebody({ sub = '', at = {} }: Rights, code: string, ...statements: readonly string[]): Promise<number | null> {
  await app.query('begin');
  try {
    await app.query(`select set_config('app.actor', $1, true), set_config('app.invitation', $2, true)`, [sub, code]);
    for (const [permission, places] of Object.entries(at))
      await app.query('select set_config($1, $2, true)', [settingOf(permission as Permission), `{${places.join(',')}}`]);
    let reached: number | null = null;
    for (const statement of statements) reached = (await app.query(statement)).rowCount;
    return reached;
  } finally {
    await app.query('rollback');
  }
}

const hash = 'h'.repeat(43);
const offer = (role: string, place: string, by = 'usr_giver', more = '') => `insert into invitation
  (id, at, role, name, code_hash, invited_by, invited_by_name, invited_as, invited_under, invited_at, expires_at${more === '' ? '' : ', accepted_at, accepted_by'})
  values ('019aaaaa-0000-7000-8000-0000000000aa', '${placeTypeId(place)}', '${role}', 'Pat', '${hash}', '${by}', 'Pat', 'x', 'x', now(), now() + interval '1 day'${more})`;
const accepted = (by: string) =>
  `update invitation set accepted_at = date_trunc('milliseconds', now()), accepted_by = '${by}' where code_hash = '${hash}'`;
const joined = (sub: string, role: string, place: string, startsAt = `date_trunc('milliseconds', now())`) => `insert into membership
  (id, sub, role, at, starts_at, invitation_id)
  values (gen_random_uuid(), '${sub}', '${role}', '${placeTypeId(place)}', ${startsAt}, '019aaaaa-0000-7000-8000-0000000000aa')`;
const ofEntity = { sub: 'usr_giver', at: { 'member:appoint': ['entity-a1', 'austin'].map(placeId), 'clinic:read': [placeId('austin')] } };
const ofClinic = { sub: 'usr_giver', at: { 'member:appoint': [placeId('austin')], 'clinic:read': [placeId('austin')] } };
const ofMso = { sub: 'usr_giver', at: { 'staff:appoint': ['mso-a', 'austin'].map(placeId), 'clinic:read': [placeId('austin')] } };

test('an officer of the entity offers any role of its clinics, in their own name; a manager the desk and the management; nobody more', async () => {
  for (const [rights, statement] of [
    [ofEntity, offer('EXAMINER', 'austin')],
    [ofEntity, offer('COMPLIANCE_OFFICER', 'entity-a1')],
    [ofMso, offer('FRONT_DESK', 'austin')],
    [ofMso, offer('MSO_MANAGER', 'mso-a')],
  ] as const)
    expect(await asSomebody(rights, '', statement)).toBe(1);
  for (const [rights, statement] of [
    [ofMso, offer('EXAMINER', 'austin')],
    [ofMso, offer('COMPLIANCE_OFFICER', 'entity-a1')],
    [ofMso, offer('AUDITOR', 'mso-a')],
    [ofMso, offer('FRONT_DESK', 'houston')],
    [ofClinic, offer('FRONT_DESK', 'austin')],
    [ofEntity, offer('MSO_MANAGER', 'mso-a')],
    [ofEntity, offer('EXAMINER', 'houston')],
    [ofEntity, offer('EXAMINER', 'austin', 'usr_other')],
    [ofEntity, offer('EXAMINER', 'austin', 'usr_giver', `, now(), 'usr_giver'`)],
  ] as const)
    await expect(asSomebody(rights, '', statement), statement).rejects.toThrow('row-level security');
});

test('one joins by an invitation whose code one has, on its terms, and never by one’s own', async () => {
  const given = `select set_config('app.actor', 'usr_me', true)`;
  const steps = [offer('EXAMINER', 'austin'), given, accepted('usr_me')];
  expect(await asSomebody(ofEntity, hash, ...steps, joined('usr_me', 'EXAMINER', 'austin'))).toBe(1);
  for (const wrong of [
    joined('usr_you', 'EXAMINER', 'austin'),
    joined('usr_me', 'PRESCRIBER', 'austin'),
    joined('usr_me', 'EXAMINER', 'entity-a1'),
    joined('usr_me', 'EXAMINER', 'austin', `now() - interval '1 year'`),
  ])
    await expect(asSomebody(ofEntity, hash, ...steps, wrong), wrong).rejects.toThrow('row-level security');
  await expect(asSomebody(ofEntity, hash, offer('EXAMINER', 'austin'), given, joined('usr_me', 'EXAMINER', 'austin'))).rejects.toThrow(
    'row-level',
  );
  // Without the code it is out of reach; with it, one's own still is.
  const noRights = `select set_config('app.may_member_appoint', '', true)`;
  expect(await asSomebody(ofEntity, 'another', offer('EXAMINER', 'austin'), given, noRights, accepted('usr_me'))).toBe(0);
  await expect(asSomebody(ofEntity, hash, offer('EXAMINER', 'austin'), accepted('usr_giver'))).rejects.toThrow('row-level security');
});

test('a membership is ended by its holder or whoever may appoint to it, in their own name, and in nothing else changed', async () => {
  const desk = personas['front-desk']?.sub ?? '';
  const ended = (by: string, more = '') => `update membership set ends_at = now(), ended_by = '${by}'${more} where sub = '${desk}'`;
  const seen = (rights: Rights) => ({ ...rights, at: { ...rights.at, 'member:read': ['austin', 'houston'].map(placeId) } });
  expect(await asSomebody({ sub: desk }, '', ended(desk))).toBe(1);
  expect(await asSomebody(seen(ofEntity), '', ended('usr_giver'))).toBe(1);
  expect(await asSomebody(seen(ofMso), '', ended('usr_giver'))).toBe(1);
  expect(await asSomebody(seen(ofClinic), '', ended('usr_giver'))).toBe(0);
  expect(await asSomebody(seen({ sub: 'usr_giver', at: { 'staff:appoint': [placeId('houston')] } }), '', ended('usr_giver'))).toBe(0);
  await expect(asSomebody(seen(ofEntity), '', ended('usr_other'))).rejects.toThrow('row-level security');
  await expect(asSomebody(seen(ofEntity), '', ended('usr_giver', `, role = 'EXAMINER'`))).rejects.toThrow('permission denied');
  await expect(
    asSomebody({ sub: desk }, '', ended(desk), `update membership set ends_at = now() + interval '1 day' where sub = '${desk}'`),
  ).rejects.toThrow('only comes earlier');
});
