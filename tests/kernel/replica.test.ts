import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { RawTx } from '#kernel/db.ts';
import { fromId } from '#kernel/ids.ts';
import type { Log } from '#kernel/log.ts';
import { settingOf } from '#kernel/permissions.ts';
import { createReplica } from '#kernel/replica.ts';
import { PrismaClient } from '#prisma/generated/prescriptions/client.ts';
import { personas } from '#prisma/seed/personas.ts';
import { requestExamNow, clinicOf, readyPatient } from '../prescriptions/exam-story.ts';
import { walkIn } from '../prescriptions/queue-story.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { type Pair, startPair } from '../support/standby.ts';
import { sentAs } from '../support/statements.ts';

/** One copy of every subgraph that has the primary alone, and another with a replica to read from. */
let pair: Pair;
let here: TestGraph;
let there: TestGraph;
let desk: { here: Asker; there: Asker };
let clinicId: string;
let lines: Data[] = [];
const keep = (line: object) => void lines.push(line);
const log = { debug: keep, info: keep, warn: keep, error: keep } as unknown as Log;

beforeAll(async () => {
  const now = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => now() + ahead);
  pair = await startPair();
  here = await testGraph(pair.primary);
  there = await testGraph(pair.withStandby, log);
  desk = { here: await here.as('front-desk'), there: await there.as('front-desk') };
  clinicId = await clinicOf(desk.here);
  await metricsOf(desk.there); // its first read compiles and connects, which may take longer than a replica is given
  later();
});
afterAll(async () => {
  await there?.[Symbol.asyncDispose]();
  await here?.[Symbol.asyncDispose]();
  await pair?.[Symbol.asyncDispose]();
  vi.restoreAllMocks();
});
afterEach(() => {
  lines = [];
});

let ahead = 0;
/** As if so long had passed that a replica that failed is asked again. */
function later(): void {
  ahead += 6_000;
}

const METRICS = `metrics(from: "2025-01-01", to: "2034-12-31") {
  examsRequested examsCompleted medianMinutesToExam ordersSigned ordersWithoutExam ordersDispensed ordersRejected medianHoursSignToShip }`;
const metricsOf = async (who: Asker) =>
  (await who.get(`query ($id: ID!) { clinic(id: $id) { ${METRICS} } }`, { id: clinicId })).clinic.metrics;

/** What was answered, and by which servers figures were counted or read. */
async function counted(work: () => Promise<Data>): Promise<{ answer: Data; by: ('primary' | 'standby')[] }> {
  let answer: Data;
  const sent = await sentAs(async () => {
    answer = await work();
  });
  const ports = sent.filter(({ text }) => /_metrics\.exact\(|\."published_metric"/.test(text)).map(({ port }) => port);
  return { answer, by: [...new Set(ports)].map((port) => (port === pair.ports.standby ? 'standby' : 'primary')).toSorted() };
}

/** What the replica answered: asked again where a busy machine was too late for it. */
async function countedOnReplica(work: () => Promise<Data>): Promise<Data> {
  return vi.waitFor(
    async () => {
      later();
      const { answer, by } = await counted(work);
      expect(by).toEqual(['standby']);
      return answer;
    },
    { timeout: 20_000 },
  );
}

test('a dashboard is answered by the replica, with the figures of the primary', async () => {
  expect(await countedOnReplica(() => metricsOf(desk.there))).toEqual(await metricsOf(desk.here));
});

test('what was acknowledged by another copy is in the very next figures', async () => {
  const { examsRequested } = await metricsOf(desk.here);
  const by: string[] = [];
  for (let n = 1; n <= 25; n += 1) {
    await walkIn(desk.here, clinicId);
    later();
    const seen = await counted(() => metricsOf(desk.there));
    expect(seen.answer.examsRequested).toBe(examsRequested + n);
    by.push(...seen.by);
  }
  // A busy machine may be late now and then; late ones are the primary's.
  expect(by.filter((server) => server === 'standby').length).toBeGreaterThan(5);
});

test('readers at once each see what was acknowledged before they asked, while others write', async () => {
  later();
  const { examsRequested } = await metricsOf(desk.here);
  let acknowledged = examsRequested;
  const writing = (async () => {
    for (let n = 0; n < 6; n += 1) {
      await walkIn(desk.here, clinicId);
      acknowledged += 1;
    }
  })();
  const reading = Array.from({ length: 6 }, async () => {
    for (let n = 0; n < 6; n += 1) {
      const atLeast = acknowledged;
      expect((await metricsOf(desk.there)).examsRequested).toBeGreaterThanOrEqual(atLeast);
    }
  });
  await Promise.all([writing, ...reading]);
  expect((await metricsOf(desk.there)).examsRequested).toBe(examsRequested + 6);
});

test('published figures are brought up to date on the primary and read from the replica', async () => {
  const manager = { here: await here.as('mso-manager'), there: await there.as('mso-manager') };
  expect(await countedOnReplica(() => metricsOf(manager.there))).toEqual(await metricsOf(manager.here));
});

test('another MSO sees no more on the replica', async () => {
  const stranger = await there.as('mso-manager-b');
  const { data } = await stranger.ask(`query ($id: ID!) { clinic(id: $id) { ${METRICS} } }`, { id: clinicId });
  expect(data.clinic?.metrics ?? null).toBeNull();
});

/** Reads on the clinical side's replica as the kernel does, under these settings, until it answers. */
async function onReplica<R>(settings: [string, string][], read: (db: RawTx) => Promise<R>): Promise<R> {
  const { appUrl, replicaUrl = '' } = pair.withStandby.addresses.prescriptions;
  const primary = new pg.Pool({ connectionString: appUrl, max: 1 });
  const createClient = (adapter: PrismaPg) => new PrismaClient({ adapter });
  const replica = createReplica({ url: replicaUrl, schema: 'prescriptions', createClient, primary, log });
  try {
    const found = await vi.waitUntil(() => {
      later();
      return replica.read(settings, () => undefined, read);
    }, 20_000);
    return found.answer;
  } finally {
    await replica.stop();
    await primary.end();
  }
}

test('rows are kept apart on the replica as on the primary', async () => {
  const patients = (places: [string, string][]) =>
    onReplica(places, (db) => db.$queryRawUnsafe<{ n: number }[]>('select count(*)::integer as n from patient'));
  const at = (id: string) => patients([[settingOf('patient:read'), `{${fromId('clinic', id)}}`]]);
  const of = (id: string) =>
    pair.onPrimary('select count(*)::integer as n from prescriptions.patient where clinic_id = $1', [fromId('clinic', id)]);
  const other = personas['other-desk']?.grants[0]?.at ?? '';
  expect(await of(other)).not.toEqual(await of(clinicId));
  expect(await at(clinicId)).toEqual(await of(clinicId));
  expect(await at(other)).toEqual(await of(other));
  expect(await patients([])).toEqual([{ n: 0 }]);
});

test('nothing can be written there, and the primary is not asked to do it instead', async () => {
  await expect(onReplica([], (db) => db.$executeRawUnsafe('delete from patient'))).rejects.toThrow(/read-only transaction/);
});

test('a statement that is in the way of what the primary did is the primary’s, and the next one is not', async () => {
  let tries = 0;
  const answered = await onReplica([], async (db) => {
    tries += 1;
    if (tries > 1) return 'the second time';
    await db.$queryRawUnsafe('select count(*) from metric_publication');
    await pair.onPrimary('begin; lock table prescriptions.metric_publication in access exclusive mode; commit');
    await db.$queryRawUnsafe('select pg_sleep(4)::text');
    return 'nothing was in the way';
  });
  expect(answered).toBe('the second time');
  expect(lines).toContainEqual({ code: 'PRIMARY_ANSWERED', replica: 0, primary: { '40001': 1 } });
});

test('a read whose connection is cut is the primary’s', async () => {
  let tries = 0;
  const answered = await onReplica([], async (db) => {
    tries += 1;
    if (tries > 1) return 'the second time';
    const [own] = await db.$queryRawUnsafe<{ pid: number }[]>('select pg_backend_pid() as pid');
    await pair.onStandby('select pg_terminate_backend($1, 10000)', [own?.pid]);
    await db.$queryRawUnsafe('select 1');
    return 'nothing was cut';
  });
  expect(answered).toBe('the second time');
  expect(lines).toContainEqual({ code: 'PRIMARY_ANSWERED', replica: 0, primary: expect.any(Object) });
});

/** The replica of a primary that says how far it is in a way of its own. */
function besides(query: () => Promise<object>) {
  const { replicaUrl = '' } = pair.withStandby.addresses.prescriptions;
  const createClient = (adapter: PrismaPg) => new PrismaClient({ adapter });
  const replica = createReplica({ url: replicaUrl, schema: 'prescriptions', createClient, primary: { query } as unknown as pg.Pool, log });
  return {
    /** Who answers, or why the primary has to. */
    async answers(): Promise<string> {
      lines = [];
      later();
      const found = await replica.read(
        [],
        () => undefined,
        async (db) => db.$queryRawUnsafe('select 1'),
      );
      return found === null ? Object.keys(lines[0].primary).join() : 'the replica';
    },
    [Symbol.asyncDispose]: () => replica.stop(),
  };
}

test('a primary that does not say how far it is holds up nobody, and what it says next is believed', async () => {
  const [at] = await pair.onPrimary<{ lsn: string; history: string }>(
    `select pg_current_wal_flush_lsn()::text as lsn, system_identifier || '/' || left(pg_walfile_name(pg_current_wal_flush_lsn()), 8) as history from pg_control_system()`,
  );
  const silent = vi.fn<() => Promise<object>>(async () => ({ rows: [at] })).mockReturnValueOnce(new Promise<never>(() => undefined));
  await using replica = besides(silent);
  expect(await replica.answers()).toBe('PRIMARY_LATE');
  await vi.waitFor(async () => expect(await replica.answers()).toBe('the replica'), { timeout: 20_000 });
});

test('a position of another timeline or of another cluster is none, however far the replica is', async () => {
  const [at] = await pair.onPrimary<{ lsn: string; cluster: string }>(
    'select pg_current_wal_flush_lsn()::text as lsn, system_identifier::text as cluster from pg_control_system()',
  );
  const answers = async (history: string) => {
    await using replica = besides(async () => ({ rows: [{ lsn: at?.lsn, history }] }));
    return replica.answers();
  };
  const late = /BEHIND|OUT_OF_TIME/;
  const settled = (history: string) => vi.waitUntil(async () => ((said) => !late.test(said) && said)(await answers(history)), 20_000);
  expect(await settled(`${at?.cluster}/00000001`)).toBe('the replica');
  expect(await settled(`${at?.cluster}/00000002`)).toBe('FOLLOWS_ANOTHER');
  expect(await settled('7000000000000000001/00000001')).toBe('FOLLOWS_ANOTHER');
});

test('a mutation’s own figures are the primary’s', async () => {
  const { examsRequested } = await metricsOf(desk.here);
  const { patientId, intakeId } = await readyPatient(desk.there, clinicId);
  const input = { clinicId, patientId, service: 'weight-loss', patientState: 'TX', intakeId, modality: 'SYNC_VIDEO' };
  const document = requestExamNow.replace(
    /GoodFaithExam \{/,
    `GoodFaithExam { clinic { metrics(from: "2025-01-01", to: "2034-12-31") { examsRequested } }`,
  );
  const { answer, by } = await counted(() => desk.there.get(document, { input }));
  expect(answer.requestExamNow.clinic.metrics.examsRequested).toBe(examsRequested + 1);
  expect(by).toEqual(['primary']);
});

test('while the replica stands still, the primary answers, and the replica is left alone for a while', async () => {
  later();
  await pair.onStandby('select pg_wal_replay_pause()');
  await walkIn(desk.here, clinicId);
  expect(await counted(() => metricsOf(desk.there))).toEqual({ answer: await metricsOf(desk.here), by: ['primary'] });
  expect(lines[0]).toEqual({ code: 'PRIMARY_ANSWERED', replica: expect.any(Number), primary: expect.any(Object) });
  expect(Object.keys(lines[0].primary).join()).toMatch(/^(BEHIND|OUT_OF_TIME)$/);
  const asked = await sentAs(() => metricsOf(desk.there));
  expect(asked.filter(({ port }) => port === pair.ports.standby)).toEqual([]);

  await pair.onStandby('select pg_wal_replay_resume()');
  expect(await countedOnReplica(() => metricsOf(desk.there))).toEqual(await metricsOf(desk.here));
});

test('one that was promoted has a history of its own, and is not believed', async () => {
  await pair.onStandby('select pg_promote()');
  await walkIn(desk.here, clinicId);
  await vi.waitFor(async () => {
    later();
    expect(await counted(() => metricsOf(desk.there))).toEqual({ answer: await metricsOf(desk.here), by: ['primary'] });
    expect(lines).toContainEqual(expect.objectContaining({ primary: expect.objectContaining({ FOLLOWS_ANOTHER: 1 }) }));
  });
});

test('when it is gone, nobody notices', async () => {
  later();
  const asking = Array.from({ length: 8 }, async () => {
    for (let n = 0; n < 8; n += 1) {
      expect(await desk.there.ask(`query ($id: ID!) { clinic(id: $id) { ${METRICS} } }`, { id: clinicId })).toMatchObject({ errors: [] });
      if (n === 2) await pair.killStandby();
      later();
    }
  });
  await Promise.all(asking);
  await walkIn(desk.here, clinicId);
  expect(await counted(() => metricsOf(desk.there))).toEqual({ answer: await metricsOf(desk.here), by: ['primary'] });
});
