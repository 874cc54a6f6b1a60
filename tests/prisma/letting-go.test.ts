import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { checkSeals } from '#kernel/seal-check.ts';
import { checkTrail } from '#kernel/seal-command.ts';
import { asOwner } from '#prisma/owner-client.ts';
import { letGo, readArguments, type Stretch, stretchesOf } from '#prisma/retention.ts';
import { StartRefused } from '#prisma/start-refused.ts';
import { type OwnTrail, ownTrail, years } from './own-trail.ts';

const letting = { by: 'Ada', because: 'Their term is over.' };
const OLD = ['audit_event_old', 'audit_patient_old', 'outbox_event_old'];

/** What goes is told by name. */
const goesFrom = ({ ownerUrl }: OwnTrail): Promise<string[]> =>
  asOwner(ownerUrl, async (client) => (await letGo(client, 'pharmacies', letting)).map(({ part }) => part));
const standsIn = ({ ownerUrl }: OwnTrail): Promise<Stretch[]> => asOwner(ownerUrl, (client) => stretchesOf(client, 'pharmacies'));
const checked = ({ ownerUrl }: OwnTrail) =>
  checkTrail(
    [],
    async () => ownerUrl,
    () => new Date(),
  );

test('only what is past its term goes, only when somebody says so and why, and the chain stays whole', async () => {
  await using trail = await ownTrail();
  const tenant = randomUUID();
  for (const age of [9, 8, 7, 3, 1]) await trail.write(years(age), tenant);
  await trail.emit(years(8), years(8));
  await trail.sealAll();
  const whole = await checkSeals(trail.worker);
  expect(whole.breaks).toEqual([]);
  await trail.cutAt(years(6.5));

  expect((await standsIn(trail)).filter(({ stays }) => stays === null).map(({ part }) => part)).toEqual(OLD);
  expect(await goesFrom(trail)).toEqual(OLD);
  expect(await goesFrom(trail)).toEqual([]);
  const told = await trail.owner.query(
    `select detail->>'part' as part, detail->>'because' as because from audit_event where action = 'records.expired' order by id`,
  );
  expect(told.rows).toEqual(expect.arrayContaining(OLD.map((part) => ({ part, because: letting.because }))));
  expect((await trail.owner.query('select count(*)::int as n from audit_event where tenant_id = $1', [tenant])).rows).toEqual([{ n: 2 }]);
  await trail.sealAll();
  expect(await checkSeals(trail.worker)).toMatchObject({ links: whole.links + 3, expired: 3, breaks: [], strays: [] });
  expect(await checked(trail)).toMatchObject({ exit: 0 });
});

test('a month that somebody took away before its term shows, row by row', async () => {
  await using trail = await ownTrail();
  const tenant = randomUUID();
  for (const age of [5, 1]) await trail.write(years(age), tenant);
  await trail.sealAll();
  await trail.owner.query('alter table audit_event detach partition audit_event_before');
  expect((await checkSeals(trail.worker)).breaks).toContainEqual({ tenantId: tenant, seq: 1, reason: 'ROW_MISSING' });
  const { lines, exit } = await checked(trail);
  expect(exit).toBe(1);
  expect(lines).toContain(`pharmacies: ROW_MISSING at 1 of the chain of ${tenant}`);
});

test('a hand-off that was never delivered and a row that is not sealed yet keep their stretch', async () => {
  await using trail = await ownTrail();
  await trail.write(years(8));
  await trail.emit(years(8), null);
  await trail.cutAt(years(6.5));
  const stays = (await standsIn(trail)).filter(({ part }) => OLD.includes(part)).map((one) => one.stays);
  expect(stays).toEqual(['NOT_SEALED', 'NOT_SEALED', 'NOT_DELIVERED']);
  expect(await goesFrom(trail)).toEqual([]);
});

test('a row that was kept out of its chain keeps its stretch as well', async () => {
  await using trail = await ownTrail();
  const id = await trail.write(years(8));
  await trail.worker.query('delete from audit_unsealed where row_id = $1', [id]);
  await trail.cutAt(years(6.5));
  expect((await standsIn(trail)).find(({ part }) => part === 'audit_event_old')?.stays).toBe('NOT_SEALED');
  expect(await goesFrom(trail)).not.toContain('audit_event_old');
});

test('what no month holds is shown, and stays', async () => {
  await using trail = await ownTrail();
  expect((await standsIn(trail)).filter(({ until }) => until === null)).toEqual([]);
  await trail.write(years(-1));
  expect((await standsIn(trail)).filter(({ until }) => until === null)).toEqual([
    expect.objectContaining({ part: 'audit_event_rest', stays: 'NO_MONTH' }),
  ]);
  expect(await goesFrom(trail)).toEqual([]);
});

test('a younger month stays with an older one, so that no gap is left for the chain to tell of', async () => {
  await using trail = await ownTrail();
  const tenant = randomUUID();
  await trail.write(years(7), tenant);
  await trail.sealAll();
  await trail.write(years(8), tenant);
  await trail.cutAt(years(6.5), years(7.5));

  const stays = (await standsIn(trail)).filter(({ part }) => /audit_event_old/.test(part)).map((one) => one.stays);
  expect(stays).toEqual(['NOT_SEALED', 'OLDER_STAYS']);
  expect(await goesFrom(trail)).not.toContain('audit_event_old');
  await trail.sealAll();
  expect(await goesFrom(trail)).toEqual(expect.arrayContaining(['audit_event_old', 'audit_event_older']));
  await trail.sealAll();
  expect((await checkSeals(trail.worker)).breaks).toEqual([]);
});

test('whoever writes goes first: letting go is refused, and takes nothing away', async () => {
  await using trail = await ownTrail();
  const { owner } = trail;
  await trail.write(years(8));
  await trail.sealAll();
  await trail.cutAt(years(6.5));
  await owner.query('begin');
  await trail.emit(new Date(), null);
  const refused = expect(goesFrom(trail)).rejects.toThrow(StartRefused);
  const waits = `select 1 from pg_locks where relation = 'pharmacies.outbox_event'::regclass and mode = 'AccessExclusiveLock' and not granted`;
  await expect.poll(async () => (await trail.worker.query(waits)).rowCount, { interval: 10 }).toBe(1);
  // It has the trail, which is written next, and waits for the outbox: one of the two has to give way.
  await trail.write(new Date());
  await owner.query('commit');
  await refused;
  expect(await goesFrom(trail)).toEqual(OLD);
});

test('letting go needs who and why, and looking needs nothing', () => {
  expect(readArguments([])).toBeNull();
  expect(readArguments(['--drop', '--by', 'Ada', '--because', 'x'])).toEqual({ by: 'Ada', because: 'x' });
  for (const bad of [
    ['--drop'],
    ['--drop', '--by', 'Ada'],
    ['--by', 'Ada', '--because', 'x'],
    ['--drop', '--by', ' ', '--because', 'x'],
    ['--all'],
  ])
    expect(() => readArguments(bad)).toThrow(StartRefused);
});
