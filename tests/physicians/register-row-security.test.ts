import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { settingOf } from '#kernel/permissions.ts';
import { clinics, id, NOW, stored, writeAuthority } from './authority.ts';
import { ada, recorded } from './register-verbs.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
let app: pg.Client;
let dea: string;
beforeAll(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
  await recorded(ada(graph), 'recordLicense');
  await recorded(ada(graph), 'recordDeaRegistration');
  await recorded(ada(graph), 'recordTraining');
  await recorded(ada(graph), 'recordCurriculumVitae');
  await recorded(ada(graph), 'renewLicense');
  dea = (await graph.owner.deaRegistration.findFirstOrThrow({ where: { recordedBy: 'usr_ada' } })).id;
  app = new pg.Client({ connectionString: graph.appUrl });
  await app.connect();
});
afterAll(async () => {
  await app?.end();
  await graph?.stop();
});

/** Runs one statement as somebody who records at these places, and takes it back; answers the rows, or why not. */
async function attempt(sub: string, places: readonly string[], statement: string): Promise<number | string> {
  await app.query('begin');
  try {
    await app.query(`select set_config('app.actor', $1, true), set_config('app.everywhere', '{"practitioner:read"}', true)`, [sub]);
    for (const permission of ['credential:record', 'license:record', 'credential:read', 'engagement:read'] as const) {
      await app.query('select set_config($1, $2, true)', [settingOf(permission), `{${places.join(',')}}`]);
    }
    const { rowCount } = await app.query(statement);
    return rowCount ?? 0;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await app.query('rollback');
  }
}

const here = [stored.austin];
const director = `'${stored.director}'`;
const denied = /row-level security|insert-only|permission denied/;
const values = `gen_random_uuid(), ${director}`;

const inserts: readonly (readonly [what: string, statement: (by: string, status: string) => string])[] = [
  [
    'a licence',
    (by, status) =>
      `insert into license (id, practitioner_id, state, number, type, status, issued_on, expires_on, recorded_by) values (${values}, 'WY', '1', 'PHYSICIAN', '${status}', '2020-01-01', '2030-01-01', '${by}')`,
  ],
  [
    'a DEA registration',
    (by, status) =>
      `insert into dea_registration (id, practitioner_id, number, state, schedules, status, expires_on, recorded_by, recorded_at) values (${values}, 'FD1234563', 'WY', '{V}', '${status}', '2030-01-01', '${by}', now())`,
  ],
  [
    'a state registration',
    (by, status) =>
      `insert into controlled_substance_registration (id, practitioner_id, number, state, schedules, status, expires_on, recorded_by, recorded_at) values (${values}, '1', 'WY', '{V}', '${status}', '2030-01-01', '${by}', now())`,
  ],
  [
    'a policy',
    (by, status) =>
      `insert into insurance_policy (id, practitioner_id, kind, carrier, policy_number, status, per_claim_limit, aggregate_limit, covers_compounding, effective_from, expires_on, recorded_by, recorded_at) values (${values}, 'CYBER', 'c', 'n', '${status}', 1, 1, true, '2026-01-01', '2027-01-01', '${by}', now())`,
  ],
  [
    'a certification',
    (by, status) =>
      `insert into board_certification (id, practitioner_id, board, specialty, status, certified_on, recorded_by, recorded_at) values (${values}, 'b', 's', '${status}', '2020-01-01', '${by}', now())`,
  ],
];

test.each(inserts)('%s is recorded by a colleague in their own name and as nobody has confirmed it', async (_what, statement) => {
  expect(await attempt('usr_ben', here, statement('usr_ben', 'UNVERIFIED'))).toBe(1);
  expect(await attempt('usr_ben', here, statement('usr_ada', 'UNVERIFIED'))).toMatch(denied);
  expect(await attempt('usr_ben', here, statement('usr_ben', 'ACTIVE'))).toMatch(denied);
  expect(await attempt('usr_ben', [stored.denver], statement('usr_ben', 'UNVERIFIED'))).toMatch(denied);
  expect(await attempt('usr_ben', [], statement('usr_ben', 'UNVERIFIED'))).toMatch(denied);
  expect(await attempt(id.director, here, statement(id.director, 'UNVERIFIED'))).toMatch(denied);
});

test('what somebody recorded another makes good, and never its holder', async () => {
  const confirm = `update dea_registration set status = 'ACTIVE' where id = '${dea}'`;
  expect(await attempt('usr_ben', here, confirm)).toBe(1);
  expect(await attempt('usr_ada', here, confirm)).toMatch(denied);
  expect(await attempt(id.director, here, confirm)).toMatch(denied);
  expect(await attempt('usr_ben', [stored.denver], confirm)).toBe(0);
  const stop = `update dea_registration set status = 'UNVERIFIED' where id = '${dea}'`;
  expect(await attempt('usr_ada', here, stop)).toBe(1);
});

test('whoever recorded a licence or its last term writes no standing that it is good', async () => {
  const standing = (by: string, license: string) =>
    `insert into license_standing (id, license_id, practitioner_id, status, effective_from, recorded_at, source, recorded_by)
     select gen_random_uuid(), id, practitioner_id, 'ACTIVE', '2026-12-01', '2027-01-01T00:00:00Z', 'STATE_BOARD', '${by}' from license where ${license}`;
  for (const license of [`state = 'OH'`, `id = '${stored.license}'`]) {
    expect(await attempt('usr_ben', here, standing('usr_ben', license))).toBe(1);
    expect(await attempt('usr_ada', here, standing('usr_ada', license))).toMatch(denied);
    expect(await attempt(id.director, here, standing(id.director, license))).toMatch(denied);
  }
});

test('somebody is put on the register in the name of who does it, and without leave to practise alone', async () => {
  const register = (by: string, free: string) =>
    `insert into practitioner (id, npi, credential, given_name, family_name, display_name, independent_in, registered_by, registered_at)
     values (gen_random_uuid(), '1450987650', 'NP', 'g', 'f', 'd', '${free}', '${by}', now())`;
  expect(await attempt('usr_ben', [stored.denver], register('usr_ben', '{}'))).toBe(1);
  expect(await attempt('usr_ben', here, register('usr_ada', '{}'))).toMatch(denied);
  expect(await attempt('usr_ben', here, register('usr_ben', '{TX}'))).toMatch(denied);
  expect(await attempt('usr_ben', [], register('usr_ben', '{}'))).toMatch(denied);
});

test.each(['license_renewal', 'training_record', 'curriculum_vitae'])(
  'of %s nothing is changed or removed, not even by the owner',
  async (table) => {
    expect(await attempt('usr_ada', here, `update ${table} set recorded_by = 'usr_x'`)).toMatch(denied);
    expect(await attempt('usr_ada', here, `delete from ${table}`)).toMatch(denied);
    await expect(graph.owner.$executeRawUnsafe(`delete from physicians.${table}`)).rejects.toThrow(/insert-only/);
  },
);

test('the term of a licence moves with a renewal and not otherwise, and a cancelled policy stays cancelled', async () => {
  expect(await attempt('usr_ben', here, `update license set expires_on = '2031-01-01' where id = '${stored.license}'`)).toMatch(
    /changes with a renewal/,
  );
  await graph.owner.insurancePolicy.update({ where: { id: stored.lapsedPolicy }, data: { status: 'CANCELLED' } });
  expect(await attempt('usr_ben', here, `update insurance_policy set status = 'ACTIVE' where id = '${stored.lapsedPolicy}'`)).toMatch(
    /covers nothing again/,
  );
});

test('trainings and curricula are shown to those who manage credentials where somebody is engaged, and to nobody else', async () => {
  for (const table of ['training_record', 'curriculum_vitae', 'dea_registration']) {
    const count = async (places: readonly string[]) => attempt('usr_x', places, `select 1 from ${table}`);
    expect([table, await count(here), await count([stored.denver]), await count([])]).toEqual([
      ...[table, table === 'dea_registration' ? 2 : 1, 0, 0],
    ]);
  }
  expect(await attempt(toId('practitioner', stored.stranger), here, 'select 1 from practitioner_birth')).toBe(0);
});
