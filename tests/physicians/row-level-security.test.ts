import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
  ...['practitioner', 'license', 'engagement', 'dea_registration', 'insurance_policy', 'board_certification', 'credential_check'],
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
  await expect(shown({ everywhere: ['practitioner:read'] })).resolves.toEqual({ practitioner: 3, license: 3 });
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
    ...{ practitioner: 3, license: 3, engagement: 3, dea_registration: 1, insurance_policy: 2, board_certification: 1 },
    ...{ collaborative_agreement: 1, protocol: 2, protocol_clinic: 3, protocol_version: 5, protocol_signature: 1 },
  });
});

test.each(tables)('no request changes %s', async (table) => {
  await expect(app.query(`delete from ${table}`)).rejects.toMatchObject({ code: '42501' });
  await expect(app.query(`insert into ${table} default values`)).rejects.toMatchObject({ code: '42501' });
});
