import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId, toId } from '#kernel/ids.ts';
import { uuidOf } from '#prisma/seed/invent.ts';
import { type Asker, type Data, type TestGraph, testGraph } from '../support/graph.ts';
import { sentBy } from '../support/statements.ts';
import { booked, clinicOf } from './exam-story.ts';
import { orderDesk } from './order-desk.ts';

let graph: TestGraph;
let desk: Asker;
let clinicId: string;

const atRisk = `query ($clinicId: ID, $first: Int, $after: String, $last: Int, $before: String) {
  atRisk(clinicId: $clinicId, first: $first, after: $after, last: $last, before: $before) {
    nodes { kind subjectId due } pageInfo { hasNextPage hasPreviousPage endCursor startCursor } } }`;
const page = async (variables: object): Promise<Data> => (await desk.get(atRisk, { clinicId, ...variables })).atRisk;
const ids = ({ nodes }: Data): string[] => nodes.map(({ subjectId }: Data) => subjectId);

/** So many more exams like one, each an hour after the last. */
async function copies(examId: string, count: number): Promise<void> {
  await graph.sql(
    `with held as (
       insert into prescriptions.slot_hold
       select (jsonb_populate_record(h, jsonb_build_object('id', made.id))).*
       from prescriptions.good_faith_exam e join prescriptions.slot_hold h on h.id = e.hold_id, unnest($2::uuid[]) as made (id) where e.id = $1)
     insert into prescriptions.good_faith_exam
     select (jsonb_populate_record(e, jsonb_build_object('id', made.id, 'hold_id', made.id, 'starts_at', e.starts_at + n * interval '1 hour', 'ends_at', e.ends_at + n * interval '1 hour'))).*
     from prescriptions.good_faith_exam e, unnest($2::uuid[]) with ordinality as made (id, n) where e.id = $1`,
    [fromId('exam', examId), Array.from({ length: count }, () => randomUUID())],
  );
}

/** Statements over our own tables while something is asked. */
async function statementsOf(work: () => Promise<unknown>): Promise<string[]> {
  const own = /prescriptions_at_risk|"(prescriptions|physicians|clinics|pharmacies)"\.|from protocol_version/;
  return (await sentBy(work)).filter((text) => own.test(text));
}

const orders: string[] = [];
beforeAll(async () => {
  graph = await testGraph();
  graph.clock.set(new Date());
  desk = await graph.as('front-desk');
  clinicId = await clinicOf(desk);
  const { signed } = await orderDesk(graph);
  orders.push(await signed(), await signed());
  const { examId } = await booked(desk, graph, clinicId);
  await copies(examId, 4);
  for (const whose of ['examiner', 'prescriber']) {
    await (await graph.as('compliance', { stepUp: true })).get(
      'mutation ($input: RecordLicenseStandingInput!) { recordLicenseStanding(input: $input) { __typename ... on Refusal { code message } } }',
      {
        input: {
          ...{
            licenseId: toId('license', uuidOf(`license:${whose}:TX`)),
            status: 'SUSPENDED',
            source: 'STATE_BOARD',
            reference: 'Docket 1',
          },
          ...{ effectiveFrom: graph.clock.now().toISOString().slice(0, 10), note: 'As the board says.' },
        },
      },
    );
  }
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

test('orders come first, then exams by their time; pages neither leave out nor repeat one, forwards and backwards', async () => {
  const all = await page({ first: 100 });
  expect(all.nodes.map(({ kind }: Data) => kind)).toEqual(['ORDER', 'ORDER', 'EXAM', 'EXAM', 'EXAM', 'EXAM', 'EXAM']);
  expect(ids(all).slice(0, 2)).toEqual(orders);
  const first = await page({ first: 3 });
  const second = await page({ first: 3, after: first.pageInfo.endCursor });
  const third = await page({ first: 3, after: second.pageInfo.endCursor });
  expect([first, second, third].flatMap(ids)).toEqual(ids(all));
  expect([first, second, third].map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([true, true, false]);
  const back = await page({ last: 3, before: third.pageInfo.startCursor });
  expect([ids(back), back.pageInfo.hasPreviousPage]).toEqual([ids(second), true]);
});

test.each([
  ['no cursor at all', 'none'],
  ['past the end of time', '999999999999999/01890000-0000-7000-8000-000000000000'],
  ['of a thing without an id', '1780000000000/------------------------------------'],
])('a cursor that is none of this list is refused: %s', async (_what, text) => {
  const after = Buffer.from(text).toString('base64url');
  const { errors } = await desk.ask(atRisk, { clinicId, first: 3, after });
  expect(errors.map(({ code }) => code)).toEqual(['INVALID_INPUT']);
});

test('what is read of consents and holds with one exam is in the trail, as it is with the list', async () => {
  const [examId] = ids(await page({ last: 1 }));
  await desk.ask('query ($id: ID!) { exam(id: $id) { atRisk { blockers { id } } } }', { id: examId });
  const [row] = await graph.sql<{ detail: Data }>(
    `select detail from prescriptions.audit_event where action = 'record.read' and detail->'fields' ? 'atRisk' order by id desc limit 1`,
  );
  expect(row?.detail['records']).toEqual({ goodFaithExam: [fromId('exam', examId ?? '')], order: [] });
});

test('a hundred and fifty more records take not one statement more', async () => {
  const few = await statementsOf(() => page({ first: 100 }));
  expect(few.filter((text) => text.includes('prescriptions_at_risk'))).toHaveLength(1);
  const [examId] = ids(await page({ first: 1, after: (await page({ first: 2 })).pageInfo.endCursor }));
  await copies(examId ?? '', 150);
  expect(await statementsOf(() => page({ first: 150 }))).toHaveLength(few.length);
});

test('those that are well are passed over until a page is full', async () => {
  await graph.sql(`update physicians.license set status = 'ACTIVE' where id = $1`, [uuidOf('license:examiner:TX')]);
  await graph.sql('alter table physicians.license_standing disable trigger all');
  await graph.sql(`delete from physicians.license_standing where license_id = $1 and status = 'SUSPENDED'`, [
    uuidOf('license:examiner:TX'),
  ]);
  const found = await page({ last: 2 });
  expect([ids(found), found.pageInfo.hasPreviousPage]).toEqual([orders, false]);
});

test('a list of orders asks about all of them at once', async () => {
  const asked = (first: number) => `{ orders(clinicId: "${clinicId}", status: SIGNED, first: ${first}) { nodes { atRisk { toDo } } } }`;
  const one = await statementsOf(() => desk.get(asked(1)));
  expect(await statementsOf(() => desk.get(asked(2)))).toHaveLength(one.length);
  const { data } = await desk.ask(asked(2));
  expect(data.orders.nodes).toEqual([{ atRisk: { toDo: 'ORDER_ANEW' } }, { atRisk: { toDo: 'ORDER_ANEW' } }]);
});
