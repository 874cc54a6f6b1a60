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
  const asOf = new Date(NOW);
  const day = new Date('2026-10-15T00:00:00Z');
  await graph.owner.exclusionScreening.createMany({
    data: [
      { practitionerId: stored.director, source: 'OIG_LEIE', status: 'EXCLUDED', since: day, asOf },
      { practitionerId: stored.director, source: 'SAM', status: 'POSSIBLE', asOf },
      { practitionerId: stored.stranger, source: 'SAM', status: 'POSSIBLE', asOf },
    ],
  });
  await graph.owner.practitionerBirth.create({ data: { practitionerId: stored.director, bornOn: day } });
  await graph.owner.verificationRun.create({
    data: {
      ...{ id: '01980000-0000-7000-8000-000000000901', source: 'SAM', at: asOf, asOf, digest: 'a'.repeat(64), rowCount: 1, brokenCount: 0 },
      ranBy: 'physicians',
    },
  });
  app = new pg.Client({ connectionString: graph.appUrl });
  await app.connect();
});
afterAll(async () => {
  await app?.end();
  await graph?.stop();
});

/** How many rows a statement reaches for somebody with one right at one clinic; the state of the database's no. */
async function reached(permission: Permission, clinic: string, statement: string): Promise<number | string> {
  await app.query('begin');
  // Who works where is itself read under a right.
  for (const right of [permission, 'engagement:read'] as const) {
    await app.query('select set_config($1, $2, true)', [settingOf(right), `{${clinic}}`]);
  }
  try {
    return (await app.query(statement)).rowCount ?? 0;
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    await app.query('rollback');
  }
}

const DENIED = '42501';

test.each<[string, Permission, string, string, number | string]>([
  ['reads what lists say of their own people', 'credential:clear', stored.austin, 'select 1 from exclusion_screening', 2],
  ['reads nothing of anybody elsewhere', 'credential:read', stored.denver, 'select 1 from exclusion_screening', 1],
  ['reads no birthday', 'credential:clear', stored.austin, 'select 1 from practitioner_birth', 0],
  ['clears what is possible, of their own people', 'credential:clear', stored.austin, `update exclusion_screening set status = 'NONE'`, 1],
  [
    'excludes nobody',
    'credential:clear',
    stored.austin,
    `update exclusion_screening set status = 'EXCLUDED', since = '2026-01-01'`,
    DENIED,
  ],
  ['clears part of a list to what is not known', 'credential:clear', stored.austin, `update exclusion_screening set status = 'UNKNOWN'`, 1],
  ['changes nothing without the right to', 'credential:read', stored.austin, `update exclusion_screening set status = 'NONE'`, 0],
  ['deletes nothing', 'credential:clear', stored.austin, 'delete from exclusion_screening', DENIED],
  ['sees that lists were read', 'credential:clear', stored.austin, 'select 1 from verification_run', 1],
  ['sees no list without the right to', 'credential:read', stored.austin, 'select 1 from verification_run', 0],
])('whoever has a right at one clinic %s', async (_what, permission, clinic, statement, expected) => {
  expect(await reached(permission, clinic, statement)).toBe(expected);
});

test('what was found and cleared is never changed, not even by the owner', async () => {
  await expect(graph.owner.verificationRun.updateMany({ data: { rowCount: 2 } })).rejects.toThrow('insert-only');
  await expect(graph.owner.verificationDifference.deleteMany()).rejects.toThrow('insert-only');
  await expect(graph.owner.matchClearance.deleteMany()).rejects.toThrow('insert-only');
});
