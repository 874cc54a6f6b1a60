import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Permission, settingOf } from '#kernel/permissions.ts';
import { clinics, id, NOW, stored, writeAuthority } from './authority.ts';
import { acts, actId, agreed, competent, director, given, officer, tell, writeActs } from './delegation-verbs.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
let app: pg.Client;
let agreementId: string;
beforeAll(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
  await writeActs(graph);
  await tell(director(graph), 'recordCompetency', competent);
  await tell(director(graph), 'delegate', given);
  await tell(graph.as(officer), 'draftAgreement', agreed);
  agreementId = (await graph.owner.collaborativeAgreement.findFirstOrThrow({ where: { status: 'DRAFT' } })).id;
  app = new pg.Client({ connectionString: graph.appUrl });
  await app.connect();
});
afterAll(async () => {
  await app?.end();
  await graph?.stop();
});

const everything: readonly Permission[] = [
  ...(['delegation:read', 'delegation:give', 'delegation:revoke', 'competency:record', 'agreement:draft'] as const),
  ...(['agreement:sign', 'supervision:record'] as const),
];

/** What the database itself answers to somebody with these rights at these places, which is then undone: rows, or the SQLSTATE. */
async function tried(sub: string, places: readonly string[], statement: string, rights = everything): Promise<unknown> {
  await app.query('begin');
  try {
    await app.query(`select set_config('app.actor', $1, true), set_config('app.everywhere', '{practitioner:read}', true)`, [sub]);
    for (const right of rights) await app.query('select set_config($1, $2, true)', [settingOf(right), `{${places.join(',')}}`]);
    return (await app.query(statement)).rowCount;
  } catch (error) {
    return (error as { code?: string }).code;
  } finally {
    await app.query('rollback');
  }
}

const here = [stored.austin];
const delegation = (delegator: string, clinic: string = stored.austin) => `insert into delegation
  (id, clinic_id, service, delegate_id, delegator_id, level, protocol_version_id, states, starts_on, ends_on, delegated_at)
  values (gen_random_uuid(), '${clinic}', 'botulinum-toxin', '${stored.nurse}', '${delegator}', 3, '${acts.version}', '{TX}', '2026-12-01', '2027-01-01', now())`;
const competency = (assessor: string) => `insert into competency
  (id, clinic_id, practitioner_id, service, course, hands_on_count, assessor_id, assessed_on, expires_on, recorded_at)
  values (gen_random_uuid(), '${stored.austin}', '${stored.nurse}', 'botulinum-toxin', 'c', 1, '${assessor}', '2026-12-01', '2027-01-01', now())`;

test.each(['delegation', 'competency'])('%s is shown at its clinic, and nowhere without the right', async (table) => {
  const all = `select 1 from ${table}`;
  expect(await tried('usr_x', here, all)).toBe(1);
  expect(await tried('usr_x', [stored.denver], all)).toBe(0);
  expect(await tried('usr_x', here, all, ['delegation:give'])).toBe(0);
});

test('agreements are shown to both sides and where they work, and to nobody else', async () => {
  const all = 'select 1 from collaborative_agreement';
  expect(await tried(id.nurse, [], all)).toBe(1);
  expect(await tried(id.director, [], all)).toBe(2);
  expect(await tried(id.stranger, [], all)).toBe(0);
  expect(await tried('usr_x', here, all)).toBe(2);
  expect(await tried('usr_x', [stored.denver], all)).toBe(0);
});

test('one delegates and assesses in one’s own name, at one’s own places, people who work there', async () => {
  for (const made of [delegation, competency]) {
    expect(await tried(id.director, here, made(stored.director))).toBe(1);
    expect(await tried('usr_x', here, made(stored.director))).toBe('42501');
    expect(await tried(id.director, here, made(stored.stranger))).toBe('42501');
    expect(await tried(id.director, [stored.miami], made(stored.director))).toBe('42501');
  }
  expect(await tried(id.director, [stored.denver], delegation(stored.director, stored.denver))).toBe('42501');
});

test('of a delegation only its end is written, in one’s own name', async () => {
  const end = (by: string) => `update delegation set revoked_at = now(), revoked_by = '${by}', revocation_reason = 'r'`;
  expect(await tried('usr_x', here, end('usr_x'))).toBe(1);
  expect(await tried('usr_x', here, end('usr_y'))).toBe('42501');
  expect(await tried('usr_x', [stored.denver], end('usr_x'))).toBe(0);
  expect(await tried(id.stranger, here, end(id.stranger), ['delegation:read', 'delegation:give'])).toBe(0);
  expect(await tried('usr_x', here, 'update delegation set level = 4')).toBe('42501');
  expect(await tried('usr_x', here, 'delete from delegation')).toBe('42501');
  await expect(graph.owner.$executeRawUnsafe('update physicians.delegation set level = 2')).rejects.toThrow('only ever taken back');
});

test('what was found and what took place is never changed, by no role', async () => {
  for (const table of ['competency', 'supervision_event']) {
    expect(await tried('usr_x', here, `update ${table} set id = id`)).toBe('42501');
    await expect(graph.owner.$executeRawUnsafe(`delete from physicians.${table}`)).rejects.toThrow('insert-only');
  }
});

test('nobody signs for another, rewrites what is signed, or puts in force what one side signed', async () => {
  const set = (what: string) => `update collaborative_agreement set ${what} where id = '${agreementId}'`;
  expect(await tried(id.director, [], set('supervisor_signed_at = now()'))).toBe(1);
  expect(await tried(id.director, [], set('supervisee_signed_at = now()'))).toBe('42501');
  expect(await tried('usr_x', here, set('supervisor_signed_at = now()'))).toBe('42501');
  expect(await tried(id.director, [], set(`supervisor_signed_at = now(), status = 'ACTIVE'`))).toBe('23514');
  expect(await tried(id.director, [], set(`digest = '${'f'.repeat(64)}'`))).toBe('42501');
  expect(await tried(id.stranger, [stored.denver], set(`status = 'TERMINATED'`))).toBe(0);
  await expect(graph.owner.$executeRawUnsafe(set(`digest = '${'f'.repeat(64)}'`).replace('update ', 'update physicians.'))).rejects.toThrow(
    'not rewritten',
  );
});

test('an event is recorded under one’s own agreement alone', async () => {
  const event = (by: string) => `insert into supervision_event (id, agreement_id, kind, held_on, minutes, recorded_at, recorded_by)
    values (gen_random_uuid(), '${stored.agreement}', 'MEETING', '2026-12-01', 5, now(), '${by}')`;
  expect(await tried(id.nurse, here, event(id.nurse))).toBe(1);
  expect(await tried(id.nurse, here, event(id.director))).toBe('42501');
  expect(await tried(actId.assistant, here, event(actId.assistant))).toBe('42501');
});
