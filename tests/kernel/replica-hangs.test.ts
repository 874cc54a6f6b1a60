import { afterAll, beforeAll, expect, test } from 'vitest';
import { clinicOf } from '../prescriptions/exam-story.ts';
import { walkIn } from '../prescriptions/queue-story.ts';
import { type Asker, testGraph, type TestGraph } from '../support/graph.ts';
import { type Pair, startPair } from '../support/standby.ts';
import { sentAs } from '../support/statements.ts';

let pair: Pair;
let graph: TestGraph;
let desk: Asker;
let clinicId: string;
let thaw = (): void => undefined;
beforeAll(async () => {
  pair = await startPair();
  graph = await testGraph(pair.withStandby);
  desk = await graph.as('front-desk');
  clinicId = await clinicOf(desk);
});
afterAll(async () => {
  thaw();
  await graph?.[Symbol.asyncDispose]();
  await pair?.[Symbol.asyncDispose]();
});

const requested = async () =>
  (
    await desk.get(`query ($id: ID!) { clinic(id: $id) { metrics(from: "2020-01-01", to: "2039-12-31") { examsRequested } } }`, {
      id: clinicId,
    })
  ).clinic.metrics.examsRequested;

test('a replica that says nothing any more, with connections open, is given up by everybody and costs no answer', async () => {
  await requested();
  thaw = await pair.freezeStandby();
  const before = await requested();
  await walkIn(desk, clinicId);
  expect(await Promise.all(Array.from({ length: 12 }, requested))).toEqual(Array.from({ length: 12 }, () => before + 1));
  // While it rests, nothing is sent to it at all.
  expect((await sentAs(requested)).filter(({ port }) => port === pair.ports.standby)).toEqual([]);
});
