import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { settingOf } from '#kernel/permissions.ts';
import { clinics, id, NOW, stored, writeAuthority } from './authority.ts';
import { ada, recorded } from './register-verbs.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

// The engagement in Miami ended on 2026-11-30; its last day of reading is 2027-02-28.
let graph: RunningPhysicians;
let app: pg.Client;
beforeAll(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
  for (const verb of ['recordTraining', 'recordCurriculumVitae', 'recordControlledSubstanceRegistration'] as const) {
    await recorded(ada(graph), verb);
  }
  app = new pg.Client({ connectionString: graph.appUrl });
  await app.connect();
});
afterAll(async () => {
  await app?.end();
  await graph?.stop();
});
beforeEach(() => graph.setNow(NOW));

const shown = `query ($id: ID!) { practitioner(id: $id) {
  deaRegistrations { id } insurancePolicies { id } boardCertifications { id } trainings { id } curriculumVitae { id } credentialChecks { id }
} }`;
const nothing = {
  ...{ deaRegistrations: [], insurancePolicies: [], boardCertifications: [], trainings: [], curriculumVitae: null, credentialChecks: [] },
};
const miami = () => graph.person('usr_mia', { role: 'COMPLIANCE_OFFICER', at: id.miami });
const seenFrom = async (who = miami()): Promise<unknown> => (await who.ask(shown, { id: id.director })).data?.['practitioner'];

test('a clinic whose engagement ended reads credentials for ninety days more, and then none, old or new', async () => {
  const papers = {
    ...{ deaRegistrations: [{ id: id.dea }], insurancePolicies: [{ id: id.policy }, { id: id.lapsedPolicy }] },
    ...{ trainings: [{ id: expect.any(String) }], curriculumVitae: { id: expect.any(String) } },
  };
  expect(await seenFrom()).toMatchObject(papers);
  graph.setNow('2027-02-28T23:59:59Z');
  expect(await seenFrom()).toMatchObject(papers);
  graph.setNow('2027-03-01T00:00:00Z');
  expect(await seenFrom()).toEqual(nothing);
  expect(await seenFrom(ada(graph))).toMatchObject(papers);
});

/** How many rows one statement meets for an officer of the Miami clinic on a day, or why none; taken back. */
async function attempt(today: string, statement: string): Promise<number | string> {
  await app.query('begin');
  try {
    await app.query(
      `select set_config('app.actor', 'usr_mia', true), set_config('app.everywhere', '{"practitioner:read"}', true), set_config('app.today', $1, true)`,
      [today],
    );
    for (const permission of ['credential:record', 'license:record', 'credential:read', 'engagement:read'] as const) {
      await app.query('select set_config($1, $2, true)', [settingOf(permission), `{${stored.miami}}`]);
    }
    return (await app.query(statement)).rowCount ?? 0;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await app.query('rollback');
  }
}

const tables = [
  ...['dea_registration', 'controlled_substance_registration', 'insurance_policy', 'board_certification', 'credential_check'],
  ...['training_record', 'curriculum_vitae', 'collaborative_agreement'],
];

test.each(tables)('the database alone closes %s to a clinic ninety days after its engagement ended', async (table) => {
  const rows = `select 1 from ${table}`;
  expect(await attempt('2027-02-28', rows)).toBeGreaterThan(0);
  expect(await attempt('2027-03-01', rows)).toBe(0);
});

test('the database alone lets nobody write for whom their clinic engages no more', async () => {
  const writes = [
    `update dea_registration set status = 'SUSPENDED' where id = '${stored.dea}'`,
    `update license set status = 'SUSPENDED' where id = '${stored.license}'`,
  ];
  for (const write of writes) {
    expect([write, await attempt('2026-11-30', write), await attempt('2026-12-01', write)]).toEqual([write, 1, 0]);
  }
  const insert = `insert into training_record (id, practitioner_id, kind, issuer, completed_on, sha256, recorded_by, recorded_at)
    values (gen_random_uuid(), '${stored.director}', 'BLS', 'AHA', '2025-12-10', '${'d'.repeat(64)}', 'usr_mia', now())`;
  expect(await attempt('2026-11-30', insert)).toBe(1);
  expect(await attempt('2026-12-01', insert)).toMatch(/row-level security/);
});
