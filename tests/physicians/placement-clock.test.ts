import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { toId, tryId } from '#kernel/ids.ts';
import { settingOf } from '#kernel/permissions.ts';
import { markAt } from '../../subgraphs/physicians/placement/placement-clock.ts';
import { physicians } from '../../subgraphs/physicians/schema.ts';
import { stored } from './authority.ts';
import { clinicFacts, officer } from './engagement-verbs.ts';
import {
  accepting,
  desk,
  happened,
  offered,
  offering,
  people,
  physicianOf,
  publish,
  requested,
  startPlacing,
  told,
} from './placement-verbs.ts';
import type { RunningPhysicians } from './running-physicians.ts';

describe('the mark a request stands at', () => {
  const requestedAt = new Date('2026-12-01T15:00:00Z');
  const promisedBy = new Date('2026-12-02T15:00:00Z');
  test.each([
    ['2026-12-01T15:00:00Z', null],
    ['2026-12-02T02:59:59Z', null],
    ['2026-12-02T03:00:00Z', 50],
    ['2026-12-02T08:59:59Z', 50],
    ['2026-12-02T09:00:00Z', 75],
    ['2026-12-02T15:00:00Z', 100],
    ['2026-12-09T15:00:00Z', 100],
  ])('at %s is %s', (now, mark) => {
    expect(markAt({ requestedAt, promisedBy }, new Date(now))).toBe(mark);
  });
});

describe('the clock of placements', () => {
  let graph: RunningPhysicians;
  let owner: pg.Client;
  beforeAll(async () => {
    graph = await startPlacing();
    owner = new pg.Client({ connectionString: graph.ownerUrl });
    await owner.connect();
  });
  afterAll(async () => {
    await owner?.end();
    await graph?.stop();
  });

  /** Has the clock come by so many times at once, at a moment, and waits for the end of it. */
  async function tick(now: string, times = 1): Promise<void> {
    graph.setNow(now);
    const ids = Array.from({ length: times }, () => randomUUID());
    for (const id of ids) await owner.query(`select physicians.enqueue('watch-placements', $1)`, [id]);
    const waiting = () =>
      owner.query('select 1 from physicians_jobs._private_jobs where key = any ($1)', [ids.map((id) => `watch-placements:${id}`)]);
    await vi.waitFor(async () => expect((await waiting()).rowCount).toBe(0), { timeout: 60_000, interval: 100 });
  }

  test('tells who fits, each mark once however often it comes by, those it missed by the nearest, and that it is late', async () => {
    await requested(graph);
    await tick('2026-12-01T15:01:00Z', 2);
    expect(await happened(graph)).toEqual(['REQUESTED', 'PARKED 0']);
    await publish(graph, 'ann');
    await tick('2026-12-02T03:00:00Z', 2);
    expect(await happened(graph)).toEqual(['REQUESTED', 'PARKED 0', 'MATCHED 1', 'ESCALATED 50']);
    await publish(graph, 'ben');
    await tick('2026-12-02T03:01:00Z');
    await tick('2026-12-02T15:00:01Z', 2);
    await tick('2026-12-03T15:00:00Z');
    const all = ['REQUESTED', 'PARKED 0', 'MATCHED 1', 'ESCALATED 50', 'MATCHED 2', 'ESCALATED 100', 'LATE 100'];
    expect(await happened(graph)).toEqual(all);
    const told = await graph.owner.outboxEvent.findMany({ where: { topic: 'placement' } });
    expect(told.map(({ payload }) => (payload as { kind: string }).kind).toSorted()).toEqual(
      all.map((one) => one.split(' ')[0]).toSorted(),
    );
    const { data } = await graph
      .as(officer)
      .ask('query { placementRequests { nodes { isLate matching counts { matched } events { kind mark matched } } } }');
    expect(data?.['placementRequests']).toMatchObject({ nodes: [{ isLate: true, matching: 'MATCHED', counts: { matched: 2 } }] });
    const trail = await graph.owner.auditEvent.findMany({ where: { action: { in: ['placement.escalated', 'placement.was-late'] } } });
    expect(trail.map(({ action, actor }) => [action, actor]).toSorted()).toEqual([
      ['placement.escalated', 'physicians'],
      ['placement.escalated', 'physicians'],
      ['placement.was-late', 'physicians'],
    ]);
  });

  test('a clinic that nobody tells of is not one that nobody fits, and its time runs all the same', async () => {
    graph.setNow('2026-12-04T00:00:00Z');
    const requestId = await requested(graph, { promisedHours: 12 });
    const kinds = async () =>
      (await graph.owner.placementEvent.findMany({ orderBy: { number: 'asc' } })).slice(7).map(({ kind, mark }) => `${kind} ${mark}`);
    graph.tellOfClinics([]);
    await tick('2026-12-04T09:30:00Z');
    expect(await kinds()).toEqual(['REQUESTED null', 'ESCALATED 75']);
    graph.tellOfClinics(clinicFacts);
    await desk(graph).ask(`mutation { withdrawPlacement(input: { requestId: "${requestId}" }) { __typename } }`);
    await tick('2026-12-04T13:00:00Z');
    expect(await kinds()).toEqual(['REQUESTED null', 'ESCALATED 75', 'WITHDRAWN null']);
  });

  test('it runs by the clock each minute', () => {
    expect(physicians.schedules).toMatchObject({ 'watch-placements': '* * * * *' });
  });

  describe('in the database', () => {
    let app: pg.Client;
    beforeAll(async () => {
      graph.setNow('2026-12-05T10:00:00Z');
      await offered(graph, await requested(graph), 'ann');
      app = new pg.Client({ connectionString: graph.appUrl });
      await app.connect();
    });
    afterAll(() => app?.end());

    type Rights = { sub?: string; everywhere?: string[]; placed?: Record<string, readonly string[]> };

    /** Answers of statements under these rights, in a transaction that is rolled back. */
    async function under<R>({ sub = '', everywhere = [], placed = {} }: Rights, work: () => Promise<R>): Promise<R> {
      await app.query('begin');
      try {
        await app.query(`select set_config('app.actor', $1, true), set_config('app.everywhere', $2, true)`, [
          sub,
          `{${everywhere.map((one) => `"${one}"`)}}`,
        ]);
        for (const [permission, places] of Object.entries(placed)) {
          await app.query('select set_config($1, $2, true)', [settingOf(permission as 'placement:watch'), `{${places}}`]);
        }
        return await work();
      } finally {
        await app.query('rollback');
      }
    }

    const tables = [
      'director_availability',
      'director_conflict',
      'placement_request',
      'placement_offer',
      'placement_document',
      'placement_decision',
    ];
    const seen = (rights: Rights) =>
      under(rights, async () => {
        const counts: [string, number][] = [];
        for (const table of [...tables, 'placement_event']) {
          const { rows } = await app.query<{ count: number }>(`select count(*)::int as count from ${table}`);
          if (rows[0]?.count) counts.push([table, rows[0].count]);
        }
        return Object.fromEntries(counts);
      });
    const sub = toId('practitioner', people.ann);
    const other = toId('practitioner', people.ben);
    const own = { everywhere: ['engagement:answer', 'availability:publish'] };

    test('nobody sees anything without rights, a watcher no offer, a physician the own offer and its request alone', async () => {
      expect(await seen({})).toEqual({});
      expect(await seen({ placed: { 'placement:watch': [stored.austin] } })).toEqual({ placement_request: 3, placement_event: 12 });
      expect(await seen({ placed: { 'placement:watch': [stored.denver], 'placement:request': [stored.denver] } })).toEqual({});
      expect(await seen({ sub, ...own })).toEqual({
        director_availability: 1,
        placement_request: 1,
        placement_offer: 1,
        placement_document: 1,
      });
      expect(await seen({ sub: other, ...own })).toEqual({ director_availability: 1 });
    });

    test.each<[string, string]>([
      ['a request is rewritten', `update placement_request set promised_hours = 36`],
      ['a request is filled without an offer that was accepted', `update placement_request set status = 'FILLED', closed_at = now()`],
      [
        'an offer’s papers are added to',
        `insert into placement_document select gen_random_uuid(), id, 'OTHER', repeat('b', 64), current_date from placement_offer`,
      ],
      [
        'an event is told as the clock’s',
        `insert into placement_event (id, request_id, clinic_id, kind, at, mark) select gen_random_uuid(), id, clinic_id, 'LATE', now(), 100 from placement_request`,
      ],
      ['an event is removed', `delete from placement_event`],
      [
        'an engagement is written that was not offered',
        `insert into engagement (id, clinic_id, practitioner_id, role, model, status, starts_on, states, services, fee_basis, notice_days, proposed_by)
           select gen_random_uuid(), clinic_id, practitioner_id, 'MEDICAL_DIRECTOR', 'RETAINER', 'DRAFT', '2026-12-10', array['TX'], array['weight-loss'],
             'FIXED_MONTHLY', 30, offered_by from placement_offer`,
      ],
    ])('the database refuses that %s by the physician it was offered to', async (_what, statement) => {
      await expect(under({ sub, ...own }, () => app.query(statement))).rejects.toThrow(
        /row-level security|permission denied|never rewritten|violates/,
      );
    });
  });

  test('when offers of a request can no longer be accepted nobody fits it, none is made, and one that is out is refused by its name', async () => {
    graph.setNow('2026-12-04T14:00:00Z');
    const requestId = await requested(graph, { startsOn: '2026-12-04' });
    const matching = async () => {
      const where = { requestId: tryId('placementRequest', requestId) ?? '', kind: { in: ['MATCHED', 'PARKED'] } };
      return (await graph.owner.placementEvent.findMany({ where, orderBy: { number: 'asc' } })).map(({ kind }) => kind);
    };
    const offerId = await offered(graph, requestId, 'ann');
    // A fortnight after the first day it can still be accepted.
    await tick('2026-12-18T18:00:00Z');
    expect(await matching()).toEqual(['MATCHED']);
    await tick('2026-12-19T18:00:00Z');
    expect(await matching()).toEqual(['MATCHED', 'PARKED']);
    const refused = (path: string) => ({ code: 'INVALID_INPUT', issues: [{ path, message: expect.stringContaining('2026-12-18') }] });
    expect(await told(desk(graph), 'offerPlacement', offering(requestId, 'ben'))).toMatchObject(refused('input.requestId'));
    expect(await told(physicianOf(graph, 'ann'), 'acceptOffer', accepting(offerId))).toMatchObject(refused('input.offerId'));
  });
});
