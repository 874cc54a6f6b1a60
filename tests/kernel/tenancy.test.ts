import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Tenancy } from '#kernel/actor.ts';
import { createLog } from '#kernel/log.ts';
import { keepTenancy } from '#kernel/tenancy.ts';
import { type TestDatabase, testDatabase } from '../support/postgres.ts';

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await testDatabase();
  pool = new pg.Pool({ connectionString: database.addresses.physicians.workerUrl, options: '-c search_path=physicians,public' });
});
// Without a copy from before, the first fetch is the copy's own.
beforeEach(() => pool.query('delete from tenancy_state'));
afterAll(async () => {
  await pool?.end();
  await database?.[Symbol.asyncDispose]();
});

const of = (...subs: string[]): Tenancy => ({
  clinics: [{ clinicId: '019aaaaa-0000-7000-8000-000000000001', entityId: '019aaaaa-0000-7000-8000-000000000002', msoId: null }],
  memberships: subs.map((sub) => ({ sub, role: 'FRONT_DESK', at: 'cli_01h455vb4pex5vsknk084sn02q' })),
});
const stored = async () =>
  (await pool.query<{ sub: string }>('select sub from tenancy_membership order by sub')).rows.map(({ sub }) => sub);

/** A copy whose fetches are answered by hand, in whatever order; the first, its own, is answered at once. */
async function copyAnsweredByHand() {
  const answers: ((tenancy: Tenancy) => void)[] = [];
  let own = true;
  const copy = keepTenancy(
    pool,
    async () => {
      if (own) {
        own = false;
        return of('usr_leaving', 'usr_staying');
      }
      return new Promise<Tenancy>((resolve) => void answers.push(resolve));
    },
    createLog('silent', 'test'),
  );
  await copy.ready;
  return { copy, answers };
}

test('a fetch that began before an end, and answers after the one that knows of it, brings no right back', async () => {
  const { copy, answers } = await copyAnsweredByHand();
  const slow = copy.refresh();
  const fast = copy.refresh();
  answers[1]?.(of('usr_staying'));
  await fast;
  answers[0]?.(of('usr_leaving', 'usr_staying'));
  await slow;
  copy.stop();
  expect(copy.current()?.memberships.map(({ sub }) => sub)).toEqual(['usr_staying']);
  expect(await stored()).toEqual(['usr_staying']);
});

test('fetches that answer in one moment all succeed, and the last to begin is kept', async () => {
  const { copy, answers } = await copyAnsweredByHand();
  const all = Array.from({ length: 10 }, () => copy.refresh());
  for (const [index, answer] of answers.entries()) answer(of(`usr_${index}`));
  await Promise.all(all);
  copy.stop();
  expect(copy.current()?.memberships.map(({ sub }) => sub)).toEqual(['usr_9']);
  expect(await stored()).toEqual(['usr_9']);
});
