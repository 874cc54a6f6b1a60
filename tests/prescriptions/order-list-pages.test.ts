import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { austin, orderDesk } from './order-desk.ts';

let graph: TestGraph;
let frontDesk: Asker;
let drafts: string[];

beforeAll(async () => {
  graph = await testGraph();
  const desk = await orderDesk(graph);
  drafts = [];
  for (let nth = 0; nth < 6; nth += 1) {
    graph.clock.set(new Date(graph.clock.now().getTime() + 60_000));
    drafts.push(await desk.draft());
  }
  frontDesk = await graph.as('front-desk');
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const list = `query Waiting($clinicId: ID!, $status: [OrderStatus!], $first: Int, $after: String, $last: Int, $before: String) {
  orders(clinicId: $clinicId, status: $status, first: $first, after: $after, last: $last, before: $before) {
    nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
const page = async (variables: object): Promise<Data> =>
  (await frontDesk.get(list, { clinicId: austin, status: ['DRAFT'], ...variables })).orders;
const ids = ({ nodes }: Data): string[] => nodes.map(({ id }: Data) => id);
const set = (assignment: string, id: string | undefined) =>
  graph.sql(`update prescriptions."order" set ${assignment} where id = $1`, [fromId('order', id ?? '')]);

test('pages forwards and backwards are the list', async () => {
  const first = await page({ first: 3 });
  const second = await page({ first: 3, after: first.pageInfo.endCursor });
  expect([first, second].flatMap(ids)).toEqual(drafts);
  expect([first, second].map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([true, false]);
  const back = await page({ last: 2, before: second.pageInfo.startCursor });
  expect([ids(back), back.pageInfo.hasPreviousPage]).toEqual([drafts.slice(1, 3), true]);
});

test('a page goes on where its last order stood, though that one has moved on since', async () => {
  const { pageInfo } = await page({ first: 2 });
  const second = await page({ first: 2, after: pageInfo.endCursor });
  await set(`status_since = status_since + interval '1 hour'`, drafts[1]);
  expect(ids(await page({ first: 2, after: pageInfo.endCursor }))).toEqual(drafts.slice(2, 4));
  expect(ids(await page({ last: 2, before: second.pageInfo.startCursor }))).toEqual(drafts.slice(0, 1));
  await set(`status_since = status_since - interval '1 hour', status = 'CANCELLED'`, drafts[1]);
  expect(ids(await page({ first: 2, after: pageInfo.endCursor }))).toEqual(drafts.slice(2, 4));
  expect(ids(await page({ last: 3, before: second.pageInfo.endCursor }))).toEqual([drafts[0], drafts[2]]);
});

const encoded = (text: string): string => Buffer.from(text).toString('base64');

test('a cursor of another clinic, of an older form or of nothing is refused', async () => {
  const { startCursor } = (await page({ first: 1 })).pageInfo;
  const tag = Buffer.from(startCursor, 'base64').toString();
  const refused = async (variables: object) => {
    const { errors } = await frontDesk.ask(list, { clinicId: austin, ...variables });
    return errors.map(({ code, message }) => [code, message]);
  };
  const own = fromId('clinic', austin);
  const foreign = [['INVALID_INPUT', 'after: is not a cursor of this list']];
  expect(await refused({ after: encoded(tag.replace(own, fromId('order', drafts[0] ?? ''))) })).toEqual(foreign);
  expect(await refused({ after: encoded(tag.replace(fromId('order', drafts[0] ?? ''), 'none')) })).toEqual(foreign);
  for (const moment of ['S:2026-01-01', 'D:99999999999999999', 'I:3'])
    expect((await refused({ after: encoded(tag.replace(/D:\d+/, moment)) }))[0]?.[0]).toMatch(/^(INVALID|BAD_USER)_INPUT$/);
  for (const other of [encoded(`GPC:S:${fromId('order', drafts[0] ?? '')}`), encoded('OffsetConnection:3'), 'none'])
    expect(await refused({ before: other })).toEqual([['BAD_USER_INPUT', 'Invalid cursor.']]);
});
