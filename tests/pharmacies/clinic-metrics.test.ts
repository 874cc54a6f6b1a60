import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Cell, figuresOver } from '../../subgraphs/pharmacies/metrics/published-months.ts';
import { type Asker, supplyGraph, type SupplyGraph } from './supply-graph.ts';
import { ids, public_, uuid } from './supply-world.ts';

let graph: SupplyGraph;
beforeAll(async () => {
  graph = await supplyGraph();
});
afterAll(() => graph[Symbol.asyncDispose]());
beforeEach(async () => {
  await graph.sql('delete from fulfillment; delete from lot; delete from published_metric; delete from metric_publication');
  await graph.sql(
    `insert into lot (id, pharmacy_id, formulary_item_id, number, normalized_number, compounded_at, beyond_use_date, storage, status)
     values ($1, $2, $3, 'M', 'M', now(), '2027-01-01', 'REFRIGERATED', 'RELEASED')`,
    [uuid(20, 1), ids.pharmacy, ids.item],
  );
});

const METRICS = `query ($r: [_Any!]!, $from: Date!, $to: Date!) {
  _entities(representations: $r) { ... on Clinic { metrics(from: $from, to: $to) { ordersDispensed ordersRejected medianHoursSignToShip } } }
}`;

async function metrics(who: Asker, from: string, to: string, clinic: string = public_.clinic) {
  const { data, errors } = await who.ask(METRICS, { r: [{ __typename: 'Clinic', id: clinic }], from, to });
  return errors.length > 0 ? errors : data._entities[0].metrics;
}

/** So many orders shipped on a day, each so many hours after it was signed. */
async function shipped(count: number, day: string, hours = 24): Promise<void> {
  await graph.sql(
    `insert into fulfillment (id, order_id, attempt, pharmacy_id, clinic_id, patient_id, prescriber_id, formulary_item_id, ship_to_state, signed_at, document_digest, status, received_at, dispensed_at, shipped_at, lot_id)
     select gen_random_uuid(), gen_random_uuid(), 1, $1, $2, gen_random_uuid(), $3, $4, 'TX', $5::timestamptz - make_interval(hours => $6), 'x', 'SHIPPED', $5, $5, $5, $7 from generate_series(1, $8)`,
    [ids.pharmacy, ids.clinic, ids.prescriber, ids.item, `${day}T12:00:00Z`, hours, uuid(20, 1), count],
  );
}

async function rejected(count: number, day: string): Promise<void> {
  await graph.sql(
    `insert into fulfillment (id, order_id, attempt, pharmacy_id, clinic_id, patient_id, prescriber_id, formulary_item_id, ship_to_state, signed_at, document_digest, status, received_at, closed_at)
     select gen_random_uuid(), gen_random_uuid(), 1, $1, $2, gen_random_uuid(), $3, $4, 'TX', $5, 'x', 'REJECTED', $5, $5 from generate_series(1, $6)`,
    [ids.pharmacy, ids.clinic, ids.prescriber, ids.item, `${day}T12:00:00Z`, count],
  );
}

const at = (moment: string) => graph.clock.set(new Date(moment));

test('the clinic’s own people see exact figures, the MSO published ones', async () => {
  at('2026-11-22T12:00:00Z');
  await shipped(12, '2026-10-10', 30);
  await shipped(3, '2026-10-12', 90);
  await rejected(4, '2026-10-20');
  expect(await metrics(graph.frontDesk, '2026-10-01', '2026-10-31')).toEqual({
    ordersDispensed: 15,
    ordersRejected: 4,
    medianHoursSignToShip: 30,
  });
  expect(await metrics(graph.compliance, '2026-10-11', '2026-10-12')).toEqual({
    ordersDispensed: 3,
    ordersRejected: 0,
    medianHoursSignToShip: 90,
  });
  expect(await metrics(graph.mso, '2026-10-01', '2026-10-31')).toEqual({
    ordersDispensed: 15,
    ordersRejected: null,
    medianHoursSignToShip: 30,
  });
});

test('a range that is not whole months counts the whole months in it, one without any tells nothing', async () => {
  at('2026-11-22T12:00:00Z');
  await shipped(20, '2026-09-10');
  await shipped(11, '2026-10-10');
  expect(await metrics(graph.mso, '2026-09-05', '2026-10-31')).toMatchObject({ ordersDispensed: 11 });
  expect(await metrics(graph.mso, '2026-09-01', '2026-10-31')).toEqual({
    ordersDispensed: 31,
    ordersRejected: 0,
    medianHoursSignToShip: null,
  });
  expect(await metrics(graph.mso, '2026-09-02', '2026-09-30')).toEqual({
    ordersDispensed: null,
    ordersRejected: null,
    medianHoursSignToShip: null,
  });
});

test('the open month moves by eleven and more, a closed one never again', async () => {
  at('2026-11-22T12:00:00Z');
  const november = () => metrics(graph.mso, '2026-11-01', '2026-11-30');
  expect(await november()).toEqual({ ordersDispensed: null, ordersRejected: null, medianHoursSignToShip: null });
  at('2026-11-22T12:00:00Z');
  await shipped(5, '2026-11-02');
  expect(await november()).toMatchObject({ ordersDispensed: null });
  await shipped(10, '2026-11-03');
  at('2026-11-22T12:00:30Z');
  expect(await november()).toMatchObject({ ordersDispensed: null }); // at most once a minute
  at('2026-11-22T12:02:00Z');
  expect(await november()).toMatchObject({ ordersDispensed: 15 });
  await shipped(10, '2026-11-04');
  at('2026-11-22T12:04:00Z');
  expect(await november()).toMatchObject({ ordersDispensed: 15 });
  await shipped(1, '2026-11-04');
  at('2026-11-22T12:06:00Z');
  expect(await november()).toMatchObject({ ordersDispensed: 26 });
  await shipped(2, '2026-11-29', 90);
  at('2026-12-01T00:30:00Z');
  expect(await november()).toMatchObject({ ordersDispensed: 26 }); // an hour of grace
  at('2026-12-01T02:00:00Z');
  expect(await november()).toEqual({ ordersDispensed: 26, ordersRejected: 0, medianHoursSignToShip: 24 }); // nor does its end move it by two
  await shipped(50, '2026-11-30');
  at('2026-12-02T02:00:00Z');
  expect(await november()).toMatchObject({ ordersDispensed: 26 });
});

test('a month’s end moves a figure by eleven and more', async () => {
  at('2026-11-22T12:00:00Z');
  const november = () => metrics(graph.mso, '2026-11-01', '2026-11-30');
  await shipped(12, '2026-11-02');
  expect(await november()).toMatchObject({ ordersDispensed: 12, medianHoursSignToShip: 24 });
  await shipped(20, '2026-11-29', 90);
  at('2026-12-01T02:00:00Z');
  expect(await november()).toMatchObject({ ordersDispensed: 32, medianHoursSignToShip: 90 });
});

test('whom it is not for sees nothing', async () => {
  at('2026-11-22T12:00:00Z');
  await shipped(30, '2026-10-10');
  expect(await metrics(graph.otherDesk, '2026-10-01', '2026-10-31')).toEqual({
    ordersDispensed: null,
    ordersRejected: null,
    medianHoursSignToShip: null,
  });
  expect(await metrics(graph.pharmacist, '2026-10-01', '2026-10-31')).toEqual(['_entities.0.metrics FORBIDDEN']);
  expect(await metrics(graph.frontDesk, '2026-10-31', '2026-10-01')).toEqual(['_entities.0.metrics INVALID_INPUT']);
  // Answered as far as it goes, it would say of the last years that nothing happened.
  expect(await metrics(graph.mso, '2000-01-01', '2026-10-31')).toEqual(['_entities.0.metrics INVALID_INPUT']);
});

test('twenty dashboards at once publish once', async () => {
  at('2026-11-22T12:00:00Z');
  await shipped(30, '2026-10-10');
  await Promise.all(Array.from({ length: 20 }, () => metrics(graph.mso, '2026-10-01', '2026-10-31')));
  expect(await metrics(graph.mso, '2026-10-01', '2026-10-31')).toMatchObject({ ordersDispensed: 30 });
});

test('one suppressed month suppresses the sum, and only it', () => {
  const cell = fc.record({
    month: fc.constantFrom('2026-01-01', '2026-02-01', '2026-03-01'),
    metric: fc.constant('ordersDispensed'),
    value: fc.option(fc.integer({ min: 11, max: 99 })),
  });
  fc.assert(
    fc.property(
      fc.uniqueArray(cell, { selector: (one) => one.month }),
      fc.subarray(['2026-01-01', '2026-02-01', '2026-03-01'], { minLength: 1 }),
      (cells: Cell[], months) => {
        const inside = cells.filter((one) => months.includes(one.month));
        const expected = inside.some((one) => one.value === null) ? null : inside.reduce((sum, one) => sum + (one.value ?? 0), 0);
        expect(figuresOver(months, cells, '2026-03-01').ordersDispensed).toBe(expected);
      },
    ),
  );
});

const counts = 'fragment Counts on ClinicMetrics { ordersDispensed ordersRejected }';
const median = 'fragment Median on ClinicMetrics { ... on ClinicMetrics { hours: medianHoursSignToShip } }';
const ask = (of: string, fragments: string) =>
  graph.frontDesk.ask(`query ($r: [_Any!]!) { _entities(representations: $r) { ... on Clinic { ${of} } } } ${fragments}`, {
    r: [{ __typename: 'Clinic', id: public_.clinic }],
  });
const october = (fields: string) => `metrics(from: "2026-10-01", to: "2026-10-31") { ${fields} }`;

test('without a median no shipment is read, and with one beside it both are right', async () => {
  at('2026-11-22T12:00:00Z');
  await shipped(2, '2026-10-10', 30);
  const both = await ask(`a: ${october('...Counts')} b: ${october('...Counts ...Median')}`, `${counts} ${median}`);
  expect(both).toMatchObject({
    errors: [],
    data: { _entities: [{ a: { ordersDispensed: 2, ordersRejected: 0 }, b: { ordersDispensed: 2, hours: 30 } }] },
  });
  // Whoever would read a shipment now is refused.
  await graph.sql('revoke select (shipped_at) on fulfillment from goodfaith_supply_metrics');
  try {
    expect(await ask(october('...Counts'), counts)).toMatchObject({
      errors: [],
      data: { _entities: [{ metrics: { ordersDispensed: 2 } }] },
    });
    expect((await ask(october('...Median'), median)).errors).toHaveLength(1);
  } finally {
    await graph.sql('grant select (shipped_at) on fulfillment to goodfaith_supply_metrics');
  }
});
