import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createSettlingPool } from '#kernel/begin.ts';
import { createReadSession, type RawTx, withActor } from '#kernel/db.ts';
import { Unavailable } from '#kernel/errors.ts';
import { PrismaClient } from '#prisma/generated/prescriptions/client.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';
import { sentBy } from '../support/statements.ts';

let db: TestDatabase;
let prisma: PrismaClient;
let pool: pg.Pool;
beforeAll(async () => {
  db = await testDatabase();
  pool = createSettlingPool({ connectionString: db.addresses.prescriptions.appUrl, max: 1 });
  prisma = new PrismaClient({ adapter: new PrismaPg(pool, { schema: 'prescriptions', disposeExternalPool: true }) });
});
afterAll(async () => {
  await prisma.$disconnect();
  await db[Symbol.asyncDispose]();
});

const read = async (tx: RawTx, name: string) => {
  const [row] = await tx.$queryRawUnsafe<{ value: string | null }[]>('select current_setting($1, true) as value', name);
  return row?.value ?? '';
};

test('a transaction begins with its settings in one message', async () => {
  let actor = '';
  const sent = await sentBy(() =>
    withActor(prisma, [['app.actor', 'usr_1']], async (tx) => {
      actor = await read(tx, 'app.actor');
    }),
  );
  expect(actor).toBe('usr_1');
  expect(sent).toEqual([
    `BEGIN; select set_config('app.actor', 'usr_1', true), set_config('lock_timeout', '2s', true)`,
    'select current_setting($1, true) as value',
    'COMMIT',
  ]);
});

test.each([`'`, `'); select set_config('app.everywhere', '{chart:read}', true); --`, `\\'; rollback; --`, '$1 $$ %s \n é 😀'])(
  'a value is only ever a value: %j',
  async (value) => {
    const told = await withActor(prisma, [['app.actor', value]], async (tx) => [
      await read(tx, 'app.actor'),
      await read(tx, 'app.everywhere'),
    ]);
    expect(told).toEqual([value, '']);
  },
);

test('settings end with their transaction, committed or not, and the next on the same connection has its own alone', async () => {
  const failing = withActor(prisma, [['app.actor', 'usr_1']], async () => {
    throw new Error('rolled back');
  });
  await expect(failing).rejects.toThrow('rolled back');
  await withActor(prisma, [['app.actor', 'usr_2']], async () => undefined);
  expect(await withActor(prisma, [['app.service', 'clinics']], (tx) => read(tx, 'app.actor'))).toBe('');
});

test('the first statement does not wait for the answer to the message before it', async () => {
  const order: string[] = [];
  const { query } = pg.Client.prototype;
  const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    const name = args[0] === 'COMMIT' ? args[0] : ((args[0] as { text: string }).text.match(/BEGIN|COMMIT|select 1/)?.[0] ?? '');
    order.push(`${name} sent`);
    return Reflect.apply(query, this, args).then((answer: unknown) => {
      order.push(`${name} answered`);
      return answer;
    });
  });
  try {
    await withActor(prisma, [['app.actor', 'usr_1']], (tx) => tx.$queryRawUnsafe('select 1'));
  } finally {
    spy.mockRestore();
  }
  expect(order).toEqual(['BEGIN sent', 'select 1 sent', 'BEGIN answered', 'select 1 answered', 'COMMIT sent', 'COMMIT answered']);
});

test('settings that the database refuses leave nothing open and nothing behind, and the first statement hears why', async () => {
  const refused = withActor(prisma, [['no such setting', 'x']], (tx) => tx.$queryRawUnsafe('select 1'));
  await expect(refused).rejects.toThrow(/no such setting/);
  await expect(withActor(prisma, [['no such setting', 'x']], async () => 'ran')).rejects.toThrow();
  expect(await withActor(prisma, [['app.actor', 'usr_3']], (tx) => read(tx, 'app.actor'))).toBe('usr_3');
});

/** Cuts the pool's only connection without a word, as a network does. */
async function cutter(): Promise<() => void> {
  const client = await pool.connect();
  const { stream } = Reflect.get(client, 'connection') as { readonly stream: { destroy(): void } };
  client.release();
  return () => stream.destroy();
}

const settings = (): [string, string][] => [['app.actor', 'usr_1']];
const changed = (run: (tx: RawTx) => Promise<unknown>) => withActor(prisma, settings(), run);

async function seen(run: (tx: RawTx) => Promise<unknown>, last?: () => void): Promise<void> {
  const session = createReadSession(prisma, settings, () => undefined);
  try {
    await run(session.db);
    await session.close(async () => last?.());
  } finally {
    await session.close().catch(() => undefined);
  }
}

const one = (tx: RawTx) => tx.$queryRawUnsafe('select 1');
const long = (tx: RawTx) => tx.$queryRawUnsafe('select pg_sleep(1)');
const around = (cut: () => void) => async (tx: RawTx) => {
  await one(tx);
  cut();
  await one(tx);
};
const first = (cut: () => void, next: () => Promise<unknown>) => {
  cut();
  return next();
};
const soon = (cut: () => void, next: () => Promise<unknown>) => {
  setImmediate(cut);
  return next();
};

test.each<[string, (cut: () => void) => Promise<unknown>]>([
  ['before a read', (cut) => first(cut, () => seen(one))],
  ['under a read', (cut) => soon(cut, () => seen(long))],
  ['between two reads', (cut) => seen(around(cut))],
  ['as a read ends', (cut) => seen(one, cut)],
  ['before a change', (cut) => first(cut, () => changed(one))],
  ['under a change', (cut) => soon(cut, () => changed(long))],
  ['between two statements of a change', (cut) => changed(around(cut))],
])('a connection that ends %s is said to be unavailable, and the next has another', async (_when, lose) => {
  await expect(lose(await cutter())).rejects.toBeInstanceOf(Unavailable);
  expect(await changed((tx) => read(tx, 'app.actor'))).toBe('usr_1');
});

test('of a connection that ends as a change commits nobody says that nothing was changed', async () => {
  const cut = await cutter();
  const lost = withActor(prisma, settings(), async (tx) => {
    await tx.$queryRawUnsafe('select 1');
    cut();
  });
  await expect(lost).rejects.toSatisfy((error) => !(error instanceof Unavailable));
  expect(await withActor(prisma, settings(), (tx) => read(tx, 'app.actor'))).toBe('usr_1');
});
