import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { uuidOf } from '#prisma/seed/invent.ts';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { markOf } from '../../subgraphs/clinics/expirable/reminders.ts';
import { clinics } from '../../subgraphs/clinics/schema.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';

describe('the mark a paper stands at', () => {
  test.each([
    [91, null],
    [90, 90],
    [61, 90],
    [60, 60],
    [31, 60],
    [30, 30],
    [15, 30],
    [14, 14],
    [7, 7],
    [2, 7],
    [1, 1],
    [0, 1],
    [-1, null],
  ])('%i days before its last day is %s', (daysLeft, mark) => {
    expect(markOf(daysLeft)).toBe(mark);
  });
});

describe('reminders', () => {
  let graph: TestGraph;
  /** The last day that the waiver was seeded with: the tests may run a day later. */
  let endsOn: string;
  beforeAll(async () => {
    graph = await testGraph();
    const [seeded] = await graph.sql<{ endsOn: string }>(
      'select expires_on::text as "endsOn" from clinics.facility_license where id = $1',
      [uuidOf('facility:austin:CLIA_WAIVER')],
    );
    endsOn = seeded?.endsOn ?? '';
  });
  afterAll(async () => graph?.[Symbol.asyncDispose]());
  beforeEach(() => graph.clock.set(new Date()));

  const waiver = toId('facilityLicense', uuidOf('facility:austin:CLIA_WAIVER'));
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

  /** Has the job run so many times, as the clock would, and waits for the end of it. */
  async function run(times = 1): Promise<void> {
    const ids = Array.from({ length: times }, () => randomUUID());
    await Promise.all(ids.map((id) => graph.sql(`select clinics.enqueue('remind', $1)`, [id])));
    await vi.waitFor(
      async () => {
        const keys = ids.map((id) => `remind:${id}`);
        expect(await graph.sql(`select 1 from clinics_jobs._private_jobs where key = any ($1)`, [keys])).toEqual([]);
      },
      { timeout: 60_000, interval: 100 },
    );
  }

  const sentOf = (recordId: string) =>
    graph.sql<{ mark: number; endsOn: string }>(
      `select days_before as mark, ends_on::text as "endsOn" from clinics.reminder_sent where record_id = $1 order by ends_on, days_before desc`,
      [recordId],
    );
  const eventsOf = (recordId: string) =>
    graph.sql<{ payload: object }>(
      `select payload from clinics.outbox_event where topic = 'expirable-reminder' and payload->>'recordId' = $1 order by created_at`,
      [recordId],
    );

  test('each mark is an event in the outbox and a row in the trail, once, however often and at once the job runs', async () => {
    await run(3);
    await run();
    expect(await sentOf(waiver)).toEqual([{ mark: 60, endsOn }]);
    expect(await eventsOf(waiver)).toEqual([
      { payload: { recordId: waiver, kind: 'CLIA_WAIVER', endsOn, daysBefore: 60, clinicIds: [placeTypeId('austin')] } },
    ]);
    const trail = await graph.sql(
      `select detail from clinics.audit_event where action = 'expirable.reminded' and detail->>'recordId' = $1`,
      [waiver],
    );
    expect(trail).toEqual([{ detail: { recordId: waiver, kind: 'CLIA_WAIVER', endsOn, daysBefore: 60 } }]);
  });

  test('a neighbour’s papers are reminded of too, with every clinic they are about', async () => {
    const [event] = await eventsOf(toId('protocolVersion', uuidOf('protocol-version:iv-therapy')));
    expect(event?.payload).toMatchObject({
      ...{ kind: 'PROTOCOL', daysBefore: 60 },
      clinicIds: expect.arrayContaining([placeTypeId('austin'), placeTypeId('san-diego')]),
    });
  });

  test('marks that went by while nothing ran are made up for by the nearest one alone', async () => {
    graph.clock.set(inDays(10));
    await run();
    graph.clock.set(inDays(35));
    await run();
    expect((await sentOf(waiver)).map(({ mark }) => mark)).toEqual([60, 30, 7]);
    graph.clock.set(inDays(45));
    await run();
    expect(await sentOf(waiver)).toHaveLength(3);
  });

  test('what was renewed is reminded of anew', async () => {
    await graph.sql(`update clinics.facility_license set expires_on = current_date + 80 where id = $1`, [
      uuidOf('facility:austin:CLIA_WAIVER'),
    ]);
    await run();
    expect((await sentOf(waiver)).map(({ mark }) => mark)).toEqual([60, 30, 7, 90]);
  });

  test('without an answer from physicians nobody is reminded of half, and the job is tried again', async () => {
    const before = await graph.sql('select count(*) from clinics.reminder_sent');
    const dead = vi.spyOn(graph.running.physicians, 'execute').mockRejectedValue(new Error('down'));
    graph.clock.set(inDays(75));
    const id = randomUUID();
    await graph.sql(`select clinics.enqueue('remind', $1)`, [id]);
    const failed = async () =>
      expect(
        await graph.sql(`select attempts from clinics_jobs._private_jobs where key = $1 and last_error is not null`, [`remind:${id}`]),
      ).toHaveLength(1);
    await vi.waitFor(failed, { timeout: 60_000, interval: 100 });
    expect(await graph.sql('select count(*) from clinics.reminder_sent')).toEqual(before);
    dead.mockRestore();
    await graph.sql(`update clinics_jobs._private_jobs set run_at = now() where key = $1`, [`remind:${id}`]);
    await vi.waitFor(
      async () => expect(await graph.sql(`select 1 from clinics_jobs._private_jobs where key = $1`, [`remind:${id}`])).toEqual([]),
      { timeout: 60_000, interval: 100 },
    );
    expect((await sentOf(waiver)).map(({ mark }) => mark)).toEqual([60, 30, 7, 90, 7]);
  });

  test('it runs by the clock each hour', () => {
    expect(clinics.schedules).toMatchObject({ remind: '41 * * * *' });
  });

  test.each(['update clinics.reminder_sent set days_before = 1', 'delete from clinics.reminder_sent', 'truncate clinics.reminder_sent'])(
    'the database refuses: %s',
    async (statement) => {
      await expect(graph.sql(statement)).rejects.toThrow('insert-only');
    },
  );
});
