import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { auditValues, insertAudit } from '#kernel/audit.ts';
import { createLog } from '#kernel/log.ts';
import { seal, sealForever } from '#kernel/seal.ts';
import { checkSeals } from '#kernel/seal-check.ts';
import { checkTrail } from '#kernel/seal-command.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';
import { sentBy } from '../support/statements.ts';

const tenant = randomUUID();
const other = randomUUID();
let database: TestDatabase;
let owner: pg.Pool;
let worker: pg.Pool;

beforeAll(async () => {
  database = await testDatabase();
  owner = new pg.Pool({ connectionString: database.ownerUrl, options: '-c search_path=prescriptions', max: 1 });
  worker = new pg.Pool({ connectionString: database.addresses.prescriptions.workerUrl, options: '-c search_path=prescriptions', max: 3 });
  worker.on('error', () => undefined);
  owner.on('error', () => undefined);
});

afterAll(async () => {
  await worker.end();
  await owner.end();
  await database?.[Symbol.asyncDispose]();
});

async function write(count: number, tenantId: string | null): Promise<void> {
  const ctx = { actor: { sub: 'usr_1', name: 'Someone', service: null }, requestId: 'r', now: () => new Date(), newId: randomUUID };
  for (let index = 0; index < count; index += 1) {
    await owner.query(insertAudit, auditValues(ctx, 'CHANGE', { action: 'thing.changed', tenantId, detail: { index } }));
  }
}

test('sealers running at the same time link every row once, and one chain per tenant', async () => {
  await write(20, tenant);
  await write(5, other);
  await write(2, null);
  await Promise.all([seal(worker), seal(worker), seal(worker)]);
  await seal(worker);
  const chains = await owner.query(
    'select tenant_id, count(*)::int as links, max(seq)::int as last from audit_seal group by tenant_id order by links',
  );
  expect(chains.rows.map(({ links, last }) => ({ links, last }))).toEqual([
    { links: 2, last: 2 },
    { links: 5, last: 5 },
    { links: 20, last: 20 },
  ]);
  expect((await checkSeals(worker)).breaks).toEqual([]);
});

test('what was written to the trails of many tenants is linked in as many statements as one row of one', async () => {
  await write(1, tenant);
  const one = await sentBy(() => seal(worker));
  for (let index = 0; index < 12; index += 1) await write(2, randomUUID());
  await write(1, tenant);
  const many = await sentBy(async () => expect(await seal(worker)).toBe(25));
  expect(many).toEqual(one);
  expect((await checkSeals(worker)).breaks).toEqual([]);
});

test('more than it takes in one go is linked without waiting for the next second', async () => {
  await write(501, tenant);
  const waits = vi.spyOn(globalThis, 'setTimeout');
  const delays = () => waits.mock.calls.filter(([work]) => work.name === 'turn').map(([, ms]) => ms);
  const stop = sealForever(worker, createLog('silent', 'prescriptions'));
  await expect.poll(delays).toEqual([0, 1_000]);
  await stop();
  waits.mockRestore();
  expect((await checkSeals(worker)).strays).toEqual([]);
});

async function asForger(statements: string): Promise<void> {
  await owner.query(
    `alter table audit_event disable trigger user; alter table audit_seal disable trigger user; ${statements}; alter table audit_event enable trigger user; alter table audit_seal enable trigger user`,
  );
}

test('a row that waits to be sealed is none that was slipped in', async () => {
  await write(1, tenant);
  expect((await checkSeals(worker)).strays).toEqual([]);
  await seal(worker);
  expect((await checkSeals(worker)).strays).toEqual([]);
});

test('a row that was slipped in, and one that was kept out of its chain, show', async () => {
  const strays = async () => (await checkSeals(worker)).strays.map(({ reason }) => reason);
  await owner.query('alter table audit_event disable trigger await_seal');
  await write(1, tenant);
  await owner.query('alter table audit_event enable trigger await_seal');
  expect(await strays()).toEqual(['ROW_NOT_SEALED']);
  await write(1, null);
  await worker.query('delete from audit_unsealed');
  expect(await strays()).toEqual(['ROW_NOT_SEALED', 'ROW_NOT_SEALED']);
  const { lines, exit } = await checkTrail(
    [],
    async () => database.ownerUrl,
    () => new Date(),
  );
  expect([exit, lines.filter((line) => line.includes('ROW_NOT_SEALED')).length]).toEqual([1, 2]);
});

test('a patient who was taken off the list by patient shows', async () => {
  const patients = [randomUUID(), randomUUID(), 'no id of anybody'];
  const ctx = { actor: { sub: 'usr_1', name: 'Someone', service: null }, requestId: 'r', now: () => new Date(), newId: randomUUID };
  await owner.query(insertAudit, auditValues(ctx, 'ACCESS', { action: 'record.read', tenantId: tenant, detail: { patients } }));
  const listed = async () => (await checkSeals(worker)).strays.filter(({ reason }) => reason === 'PATIENT_NOT_LISTED').length;
  expect(await listed()).toBe(0);
  await owner.query('alter table audit_patient disable trigger user');
  await owner.query(`alter table audit_patient_before disable trigger user; delete from audit_patient where patient_id = '${patients[0]}'`);
  await owner.query('alter table audit_patient enable trigger user');
  expect(await listed()).toBe(1);
});

test('an edited row shows, even when its own digest was made to fit', async () => {
  await asForger(
    `update audit_event set action = 'thing.forged' where id = (select row_id from audit_seal where tenant_id = '${tenant}' and seq = 7)`,
  );
  expect((await checkSeals(worker)).breaks).toEqual([{ tenantId: tenant, seq: 7, reason: 'ROW_CHANGED' }]);
  await asForger(
    `update audit_event e set hash = audit_digest(e) where id = (select row_id from audit_seal where tenant_id = '${tenant}' and seq = 7)`,
  );
  expect((await checkSeals(worker)).breaks).toEqual([{ tenantId: tenant, seq: 7, reason: 'ROW_CHANGED' }]);
});

test('a dropped row and a link taken out show', async () => {
  await asForger(`delete from audit_event where id = (select row_id from audit_seal where tenant_id = '${other}' and seq = 2)`);
  expect((await checkSeals(worker)).breaks).toContainEqual({ tenantId: other, seq: 2, reason: 'ROW_MISSING' });
  await asForger(`delete from audit_seal where tenant_id = '${tenant}' and seq = 4`);
  expect((await checkSeals(worker)).breaks).toContainEqual({ tenantId: tenant, seq: 5, reason: 'LINK_MISSING' });
});
