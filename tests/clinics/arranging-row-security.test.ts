import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Permission, settingOf } from '#kernel/permissions.ts';
import { placeId } from '#prisma/seed/places.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { seeded } from '../support/test-roles.ts';

/** What the database alone lets an officer write of clinics, with no code of ours in between. */
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

const [austin, houston] = [placeId('austin'), placeId('houston')];
const reading: Permission[] = ['clinic:read', 'readiness:read', 'expirable:read'];

/** Runs statements as an officer of the first entity who arranges the clinic in Austin, and puts everything back. */
async function asOfficer(...statements: string[]): Promise<number> {
  await app.query('begin');
  try {
    await app.query(`select set_config('app.actor', 'usr_officer', true)`);
    const at: [Permission, string][] = [...reading, 'clinic:arrange' as const].map((permission) => [permission, austin]);
    for (const [permission, place] of [...at, ['clinic:open', placeId('entity-a1')] as [Permission, string]])
      await app.query('select set_config($1, $2, true)', [settingOf(permission), `{${place}}`]);
    let last = 0;
    for (const statement of statements) last = (await app.query(statement)).rowCount ?? 0;
    return last;
  } finally {
    await app.query('rollback');
  }
}

const clinic = (entity: string, by = 'usr_officer') =>
  `insert into clinic (id, entity_id, name, time_zone, line1, city, state, postal_code, opened_by, opened_at)
   values (gen_random_uuid(), '${placeId(entity)}', 'n', 'America/Chicago', 'l', 'c', 'TX', '75201', '${by}', now()) returning id`;
const service = (at: string, exam = true) =>
  `insert into service_offering (id, clinic_id, code, name, requires_exam, modalities)
   values (gen_random_uuid(), '${at}', 'laser-ipl', 'n', ${exam}, '{IN_PERSON}') returning id`;
const licence = (at: string, by = 'usr_officer', status = 'ACTIVE', number = '1') =>
  `insert into facility_license (id, clinic_id, kind, number, status, expires_on, recorded_by, recorded_at)
   values (gen_random_uuid(), '${at}', 'CLIA_WAIVER', '${number}', '${status}', '2029-01-01', '${by}', now()) returning id`;
const device = (at: string, by = 'usr_officer') =>
  `insert into device (id, clinic_id, code, maker, model, serial, registered_by, registered_at)
   values (gen_random_uuid(), '${at}', 'laser', 'm', 'm', '1', '${by}', now()) returning id`;

test('an officer opens clinics for the own entity, and arranges the own clinic, in their own name', async () => {
  for (const written of [clinic('entity-a1'), service(austin), licence(austin), device(austin)]) expect(await asOfficer(written)).toBe(1);
  expect(await asOfficer(`delete from service_offering where clinic_id = '${austin}' and code = 'weight-loss'`)).toBe(1);
  const suspended = `update facility_license set status = 'SUSPENDED', status_by = 'usr_officer' where clinic_id = '${austin}' and kind = 'CLIA_WAIVER'`;
  expect(await asOfficer(suspended)).toBe(1);
  expect(await asOfficer(`update clinic set phone = '+15125550188'`)).toBe(1);
  await expect(asOfficer(`update clinic set name = 'n' where id = '${austin}'`)).rejects.toThrow('permission denied');
  const retired = `update device set retired_at = now(), retired_by = 'usr_officer', retirement_reason = 'r'`;
  expect(await asOfficer(device(austin), retired)).toBe(1);
});

test.each([
  ['a clinic of another’s entity', clinic('entity-b1')],
  ['a clinic in another’s name', clinic('entity-a1', 'usr_other')],
  ['a service at another’s clinic', service(houston)],
  ['a service without an exam', service(austin, false)],
  ['a licence of another’s site', licence(houston)],
  ['a licence in another’s name', licence(austin, 'usr_other')],
  ['a licence that is suspended from the start', licence(austin, 'usr_officer', 'SUSPENDED')],
  ['a machine at another’s clinic', device(houston)],
  ['a machine in another’s name', device(austin, 'usr_other')],
])('%s is not written', async (_what, statement) => {
  await expect(asOfficer(statement)).rejects.toThrow('row-level security');
});

test.each([
  ['a clinic’s address', `update clinic set state = 'FL'`],
  ['which clinic offers a service', `update service_offering set clinic_id = '${austin}'`],
  ['whether an exam comes first', `update service_offering set requires_exam = false`],
  ['until when a licence is good', `update facility_license set expires_on = '2099-01-01'`],
  ['where a machine stands', `update device set clinic_id = '${austin}'`],
  ['that a clinic was opened', `delete from clinic`],
  ['that a licence was recorded', `delete from facility_license`],
  ['that a machine was registered', `delete from device`],
])('%s is not changed by anybody', async (_what, statement) => {
  await expect(asOfficer(statement)).rejects.toThrow('permission denied');
});

test('what another’s clinic offers, holds and has is out of reach', async () => {
  expect(await asOfficer(`delete from service_offering where clinic_id = '${houston}'`)).toBe(0);
  expect(await asOfficer(`update facility_license set status = 'REVOKED', status_by = 'usr_officer' where clinic_id = '${houston}'`)).toBe(
    0,
  );
});

test('a licence that is revoked stays so, and a machine that is retired too', async () => {
  const revoke = `update facility_license set status = 'REVOKED', status_by = 'usr_officer' where clinic_id = '${austin}'`;
  expect(await asOfficer(revoke, revoke.replace('REVOKED', 'ACTIVE'))).toBe(0);
  const retire = `update device set retired_at = now(), retired_by = 'usr_officer', retirement_reason = 'r'`;
  expect(await asOfficer(device(austin), retire, retire)).toBe(0);
});

test.each(['SUSPENDED', 'REVOKED'])('a licence that is %s is not written again as good under its number', async (status) => {
  const take = `update facility_license set status = '${status}', status_by = 'usr_officer' where clinic_id = '${austin}' and number = 'A-1'`;
  const written = (number: string) =>
    asOfficer(licence(austin, 'usr_officer', 'ACTIVE', 'A-1'), take, licence(austin, 'usr_officer', 'ACTIVE', number));
  for (const number of ['A-1', 'a 1']) await expect(written(number)).rejects.toThrow('not good again');
  expect(await written('A-2')).toBe(1);
});
