import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { uuidOf } from '#prisma/seed/invent.ts';
import { personas, placeTypeId } from '#prisma/seed/personas.ts';
import { owner, type Paper } from '../../subgraphs/clinics/expirable/paper.ts';
import { lapsed } from '../../subgraphs/clinics/lapse/lapsed.ts';
import { clinics } from '../../subgraphs/clinics/schema.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';

describe('what counts as a lapse', () => {
  const paper = (over: Partial<Paper>): Paper => ({
    ...{ kind: 'LICENSE', recordId: 'lic', clinicIds: [], subject: null, label: '', status: 'ACTIVE', since: null },
    ...{ startsOn: null, endsOn: '2026-12-31', acts: [], stops: [], owner: owner('PRACTITIONER'), line: 'one line', ...over },
  });
  const found = (...papers: Paper[]) => lapsed(papers, '2026-12-10', '2026-09-11').map(({ cause, day }) => [cause, day]);

  test.each<[string, Paper, (string | null)[][]]>([
    ['its last day counts', paper({ endsOn: '2026-12-10' }), []],
    ['the day after it does not', paper({ endsOn: '2026-12-09' }), [['ENDED', '2026-12-09']]],
    ['what ended long ago is history', paper({ endsOn: '2026-09-10' }), []],
    ['a suspension counts from its day', paper({ status: 'SUSPENDED', since: '2026-12-01' }), [['SUSPENDED', '2026-12-01']]],
    ['also where nobody recorded one', paper({ status: 'CANCELLED' }), [['CANCELLED', null]]],
    ['what only waits to be looked up is no lapse', paper({ status: 'UNVERIFIED' }), []],
    ['what has no end does not end', paper({ endsOn: null }), []],
  ])('%s', (_what, one, lapses) => {
    expect(found(one)).toEqual(lapses);
  });

  test('what another of its line carries on has not lapsed', () => {
    const old = paper({ endsOn: '2026-12-09' });
    expect(found(old, paper({ recordId: 'new' }))).toEqual([]);
    expect(found(old, paper({ recordId: 'new', status: 'UNVERIFIED' }))).toEqual([['ENDED', '2026-12-09']]);
    expect(found(old, paper({ recordId: 'new', startsOn: '2026-12-10' }))).toEqual([]);
    expect(found(old, paper({ recordId: 'new', startsOn: '2026-12-11' }))).toEqual([['ENDED', '2026-12-09']]);
  });
});

describe('lapses', () => {
  let graph: TestGraph;
  beforeAll(async () => {
    graph = await testGraph();
  });
  afterAll(async () => graph?.[Symbol.asyncDispose]());
  beforeEach(() => graph.clock.set(new Date()));

  const austin = placeTypeId('austin');
  const waiver = toId('facilityLicense', uuidOf('facility:austin:CLIA_WAIVER'));
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
  const day = (days: number) => inDays(days).toISOString().slice(0, 10);
  const everything = ['botulinum-toxin', 'dermal-filler', 'hormone-therapy', 'iv-therapy', 'microneedling', 'weight-loss'];

  /** Has the job run so many times at once, as the clock would, and waits for the end of it. */
  async function run(times = 1): Promise<void> {
    const keys = Array.from({ length: times }, () => randomUUID());
    await Promise.all(keys.map((id) => graph.sql(`select clinics.enqueue('note-lapses', $1)`, [id])));
    await vi.waitFor(
      async () => {
        const names = keys.map((id) => `note-lapses:${id}`);
        expect(await graph.sql('select 1 from clinics_jobs._private_jobs where key = any ($1)', [names])).toEqual([]);
      },
      { timeout: 60_000, interval: 100 },
    );
  }

  const lapses = `query ($clinicId: ID!, $since: DateTime) { lapses(clinicId: $clinicId, since: $since, first: 100) { nodes {
    kind recordId label cause day clinicIds stops { clinicId services practitionerId } owner { role practitionerId entityId } } } }`;
  const seen = async (persona = 'compliance', clinicId = austin) =>
    (await (await graph.as(persona)).get(lapses, { clinicId })).lapses.nodes as { recordId: string; cause: string; kind: string }[];
  const of = async (recordId: string) => (await seen()).filter((one) => one.recordId === recordId);

  test('nothing is told of a world in which nothing lapsed', async () => {
    await run();
    expect(await graph.sql('select record_id, cause from clinics.lapse')).toEqual([]);
  });

  test('the day after its last one a licence of the site is told of once, with what it closed and who must act', async () => {
    // Sooner than anything else that the clinic stands on.
    await graph.sql('update clinics.facility_license set expires_on = $2 where id = $1', [uuidOf('facility:austin:CLIA_WAIVER'), day(5)]);
    graph.clock.set(new Date(`${day(6)}T00:00:30Z`));
    await run(3);
    await run();
    const stops = [{ clinicId: austin, services: everything, practitionerId: null }];
    expect(await of(waiver)).toEqual([
      {
        ...{ kind: 'CLIA_WAIVER', recordId: waiver, label: 'CLIA waiver of Bluebonnet Austin', cause: 'ENDED', day: day(5) },
        ...{ clinicIds: [austin], stops, owner: { role: 'COMPLIANCE_OFFICER', practitionerId: null, entityId: placeTypeId('entity-a1') } },
      },
    ]);
    expect(
      await graph.sql(`select payload from clinics.outbox_event where topic = 'authority-lapsed' and payload->>'recordId' = $1`, [waiver]),
    ).toEqual([
      {
        payload: {
          ...{ recordId: waiver, kind: 'CLIA_WAIVER', cause: 'ENDED', endedOn: day(5), clinicIds: [austin] },
          closes: [{ clinicId: austin, services: everything }],
        },
      },
    ]);
    expect(
      await graph.sql(`select detail from clinics.audit_event where action = 'authority.lapsed' and detail->>'recordId' = $1`, [waiver]),
    ).toHaveLength(1);
  });

  test('a suspension is told of the minute it takes effect, and again when another follows', async () => {
    const licence = uuidOf('license:director:TX');
    const sanction = (key: string, from: number) =>
      graph.sql(
        `insert into physicians.license_standing (id, license_id, practitioner_id, status, effective_from, recorded_at, source, recorded_by)
         select $1, id, practitioner_id, 'SUSPENDED', current_date + $3::int, now() + make_interval(days => $3), 'STATE_BOARD', 'usr_x' from physicians.license where id = $2`,
        [uuidOf(key), licence, from],
      );
    await sanction('a suspension', 0);
    await run();
    await run();
    const lapse = {
      ...{ kind: 'LICENSE', recordId: toId('license', licence), cause: 'SUSPENDED', day: day(0) },
      owner: { role: 'PRACTITIONER', practitionerId: personas['director']?.sub, entityId: null },
    };
    expect(await of(lapse.recordId)).toMatchObject([lapse]);
    const [told] = (await of(lapse.recordId)) as unknown as [{ stops: unknown }];
    expect(told.stops).toEqual([
      { clinicId: null, services: [], practitionerId: personas['director']?.sub },
      { clinicId: austin, services: everything, practitionerId: null },
    ]);
    graph.clock.set(inDays(3));
    await sanction('another suspension', 2);
    await run();
    expect(await of(lapse.recordId)).toMatchObject([{ day: day(2) }, { day: day(0) }]);
  });

  test('what a run missed is made up for, and what was renewed meanwhile is not told', async () => {
    const permit = uuidOf('facility:austin:MEDICAL_WASTE');
    const registration = uuidOf('facility:austin:CLINIC_REGISTRATION');
    await graph.sql('update clinics.facility_license set expires_on = current_date + 5 where id = any ($1)', [[permit, registration]]);
    await graph.sql(
      `insert into clinics.facility_license (id, clinic_id, kind, number, status, expires_on)
       select $1, clinic_id, kind, 'NEW', 'ACTIVE', current_date + 400 from clinics.facility_license where id = $2`,
      [uuidOf('a renewed registration'), registration],
    );
    graph.clock.set(inDays(20));
    await run();
    expect(await of(toId('facilityLicense', permit))).toMatchObject([{ cause: 'ENDED', day: day(5) }]);
    expect(await of(toId('facilityLicense', registration))).toEqual([]);
  });

  test('without an answer from physicians nothing is told of half; the next run does it', async () => {
    const policy = uuidOf('policy:director');
    await graph.sql(`update physicians.insurance_policy set status = 'CANCELLED' where id = $1`, [policy]);
    const dead = vi.spyOn(graph.running.physicians, 'execute').mockRejectedValue(new Error('down'));
    await run();
    expect(await of(toId('insurancePolicy', policy))).toEqual([]);
    dead.mockRestore();
    await run();
    expect(await of(toId('insurancePolicy', policy))).toMatchObject([{ kind: 'INSURANCE_POLICY', cause: 'CANCELLED', day: null }]);
  });

  test('directors and managers read it of their clinics, nobody of another’s, and only since when they ask', async () => {
    expect((await seen('director')).length).toBe((await seen()).length);
    expect((await seen('mso-manager')).length).toBe((await seen()).length);
    const { errors } = await (await graph.as('compliance-b')).ask(lapses, { clinicId: austin });
    expect(errors.map(({ code }) => code)).toEqual(['NOT_FOUND']);
    const later = await (await graph.as('compliance')).get(lapses, { clinicId: austin, since: inDays(60).toISOString() });
    expect(later.lapses.nodes).toEqual([]);
  });

  test('it runs by the clock each minute', () => {
    expect(clinics.schedules).toMatchObject({ 'note-lapses': '* * * * *' });
  });

  test.each([`update clinics.lapse set cause = 'ENDED'`, 'delete from clinics.lapse', 'truncate clinics.lapse'])(
    'the database refuses: %s',
    async (statement) => {
      await expect(graph.sql(statement)).rejects.toThrow('insert-only');
    },
  );
});
