import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { type Permission, settingOf } from '#kernel/permissions.ts';
import { clinics, NOW, stored, writeAuthority } from './authority.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
let app: pg.Client;
beforeAll(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
  app = new pg.Client({ connectionString: graph.appUrl });
  await app.connect();
});
afterAll(async () => {
  await app?.end();
  await graph?.stop();
});

const tables = [
  ...[
    'practitioner',
    'license',
    'license_standing',
    'engagement',
    'dea_registration',
    'insurance_policy',
    'board_certification',
    'credential_check',
  ],
  ...['collaborative_agreement', 'protocol', 'protocol_clinic', 'protocol_version', 'protocol_content', 'protocol_signature'],
] as const;

type Rights = { readonly everywhere?: readonly Permission[]; readonly placed?: Partial<Record<Permission, readonly string[]>> };

/** How many rows of each table the database itself shows under these rights, tables without any left out. */
async function shown({ everywhere = [], placed = {} }: Rights): Promise<Record<string, number>> {
  await app.query('begin');
  await app.query(`select set_config('app.everywhere', $1, true)`, [`{${everywhere.map((permission) => `"${permission}"`).join(',')}}`]);
  for (const [permission, places] of Object.entries(placed)) {
    await app.query('select set_config($1, $2, true)', [settingOf(permission as Permission), `{${places.join(',')}}`]);
  }
  const counts: [string, number][] = [];
  for (const table of tables) {
    const { rows } = await app.query<{ count: number }>(`select count(*)::int as count from ${table}`);
    counts.push([table, rows[0]?.count ?? 0]);
  }
  await app.query('rollback');
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

test('nothing is shown without rights', async () => {
  await expect(shown({})).resolves.toEqual({});
});

test('the register is shown to whoever may look it up, and nothing else', async () => {
  await expect(shown({ everywhere: ['practitioner:read'] })).resolves.toEqual({ practitioner: 3, license: 3, license_standing: 3 });
});

test('engagements and protocols are shown by clinic, without what a protocol says', async () => {
  await expect(shown({ placed: { 'engagement:read': [stored.austin] } })).resolves.toEqual({
    ...{ engagement: 1, protocol: 1, protocol_clinic: 1, protocol_version: 4, protocol_signature: 1 },
  });
  await expect(shown({ placed: { 'expirable:read': [stored.denver] } })).resolves.toEqual({
    protocol: 1,
    protocol_clinic: 1,
    protocol_version: 1,
  });
});

test('what a protocol says is shown to those who may read protocols at a clinic that works by it', async () => {
  await expect(shown({ placed: { 'protocol:read': [stored.denver] } })).resolves.toEqual({
    ...{ protocol: 1, protocol_clinic: 1, protocol_version: 1, protocol_content: 1 },
  });
});

test('credentials are shown to those who manage them where the holder is engaged', async () => {
  const placed = { 'credential:read': [stored.austin], 'engagement:read': [stored.austin] };
  await expect(shown({ placed })).resolves.toEqual({
    ...{ engagement: 1, dea_registration: 1, insurance_policy: 2, board_certification: 1, credential_check: 1, collaborative_agreement: 1 },
    ...{ protocol: 1, protocol_clinic: 1, protocol_version: 4, protocol_signature: 1 },
  });
});

test('neighbours that decide are shown every fact, but not what a protocol says or a look-up found', async () => {
  await expect(shown({ everywhere: ['authority-facts:read'] })).resolves.toEqual({
    ...{
      practitioner: 3,
      license: 3,
      license_standing: 3,
      engagement: 3,
      dea_registration: 1,
      insurance_policy: 2,
      board_certification: 1,
    },
    ...{ collaborative_agreement: 1, protocol: 2, protocol_clinic: 3, protocol_version: 5, protocol_signature: 1 },
  });
});

const standing = `insert into license_standing (id, license_id, practitioner_id, status, effective_from, recorded_at, recorded_by)
  values (gen_random_uuid(), $1, $2, 'REVOKED', '2026-03-01', '2026-12-01T15:00:00Z', $3)`;
const look = `insert into credential_check (id, license_id, practitioner_id, source, at, result)
  values (gen_random_uuid(), $1, $2, 'STATE_BOARD', '2026-12-01T15:00:00Z', $3)`;
const ofDirector = [stored.license, stored.director];
const ofNurse = [stored.nurseLicense, stored.nurse];

/** What the database answers to a change by a compliance officer of these places, which is then undone: rows changed, or the SQLSTATE. */
async function tried(places: readonly string[], statement: string, values: readonly unknown[] = []): Promise<unknown> {
  await app.query('begin');
  try {
    await app.query(`select set_config('app.everywhere', '{practitioner:read}', true), set_config('app.actor', 'usr_officer', true)`);
    for (const permission of ['license:record', 'engagement:read'] as const)
      await app.query('select set_config($1, $2, true)', [settingOf(permission), `{${places.join(',')}}`]);
    return (await app.query(statement, [...values])).rowCount;
  } catch (error) {
    return (error as { code?: string }).code;
  } finally {
    await app.query('rollback');
  }
}

test('a standing and a look at its source are recorded where the holder is engaged, and nowhere else', async () => {
  for (const [statement, last] of [
    [standing, 'usr_officer'],
    [look, 'DISCIPLINE'],
  ] as const) {
    await expect(tried([stored.austin], statement, [...ofDirector, last])).resolves.toBe(1);
    for (const places of [[], [stored.denver]]) await expect(tried(places, statement, [...ofDirector, last])).resolves.toBe('42501');
    await expect(tried([stored.austin], statement, [...ofNurse, last])).resolves.toBe('42501');
  }
});

test('a standing is recorded where the holder works', async () => {
  const sub = toId('practitioner', stored.nurse);
  async function member(at: string): Promise<AsyncDisposable> {
    await graph.owner.tenancyMembership.create({ data: { sub, role: 'EXAMINER', at } });
    return {
      async [Symbol.asyncDispose]() {
        await graph.owner.tenancyMembership.deleteMany({ where: { sub, at } });
      },
    };
  }
  const by = (place: string) => tried([place], standing, [...ofNurse, 'usr_officer']);
  {
    await using _clinic = await member(toId('clinic', stored.miami));
    expect([await by(stored.miami), await by(stored.austin), await by(stored.otherEntity)]).toEqual([1, '42501', '42501']);
  }
  await using _entity = await member(toId('entity', stored.entity));
  expect([await by(stored.entity), await by(stored.austin), await by(stored.miami)]).toEqual([1, 1, '42501']);
});

test('nobody records in another’s name, or of one’s licence under the name of another', async () => {
  await expect(tried([stored.austin], standing, [...ofDirector, 'usr_other'])).resolves.toBe('42501');
  await expect(tried([stored.austin], standing, [stored.nurseLicense, stored.director, 'usr_officer'])).resolves.toBe('23503');
  await expect(tried([stored.austin], look, [stored.nurseLicense, stored.director, 'DISCIPLINE'])).resolves.toBe('42501');
});

test('of a licence only the status and the last check change, and only where the holder works', async () => {
  const set = (what: string) => `update license set ${what} where id = '${stored.license}'`;
  await expect(tried([stored.austin], set(`status = 'REVOKED', verified_at = '2026-12-01T15:00:00Z'`))).resolves.toBe(1);
  await expect(tried([stored.denver], set(`status = 'REVOKED'`))).resolves.toBe(0);
  await expect(tried([stored.austin], set(`expires_on = '2030-01-01'`))).resolves.toBe('42501');
});

test('a standing once recorded is not changed, by no role, and none is slipped in before it', async () => {
  for (const statement of [`update license_standing set note = 'x'`, 'delete from license_standing'])
    await expect(tried([stored.austin], statement)).resolves.toBe('42501');
  for (const statement of [`update %s set note = 'x'`, 'delete from %s', 'truncate %s'])
    await expect(graph.owner.$executeRawUnsafe(statement.replace('%s', 'physicians.license_standing'))).rejects.toThrow('insert-only');
  await expect(tried([stored.austin], standing.replace('2026-12-01T15', '2015-01-01T15'), [...ofDirector, 'usr_officer'])).resolves.toBe(
    '23514',
  );
});

test.each(tables)('no request without rights changes %s', async (table) => {
  await expect(app.query(`delete from ${table}`)).rejects.toMatchObject({ code: '42501' });
  await expect(app.query(`insert into ${table} default values`)).rejects.toMatchObject({ code: '42501' });
});
