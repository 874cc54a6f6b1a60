import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { uuidOf } from '#prisma/seed/invent.ts';
import { type TestGraph, testGraph } from '../support/graph.ts';
import { booked, clinicOf } from './exam-story.ts';

let graph: TestGraph;
let clinicId: string;
let examId: string;
beforeAll(async () => {
  graph = await testGraph();
  graph.clock.set(new Date());
  const desk = await graph.as('front-desk');
  clinicId = await clinicOf(desk);
  examId = (await booked(desk, graph, clinicId)).examId;
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

/** Has the job run so many times, as the clock would, and waits for the end of it. */
async function run(times = 1): Promise<void> {
  const ids = Array.from({ length: times }, () => randomUUID());
  await Promise.all(ids.map((id) => graph.sql(`select prescriptions.enqueue('note-at-risk', $1)`, [id])));
  await vi.waitFor(
    async () => {
      const keys = ids.map((id) => `note-at-risk:${id}`);
      expect(await graph.sql(`select 1 from prescriptions_jobs._private_jobs where key = any ($1)`, [keys])).toEqual([]);
    },
    { timeout: 60_000, interval: 100 },
  );
}

const events = async () =>
  (
    await graph.sql<{ payload: object }>(
      `select payload from prescriptions.outbox_event where topic = 'record-at-risk' order by created_at`,
    )
  ).map(({ payload }) => payload);

async function suspend(whose: string): Promise<void> {
  graph.clock.set(new Date(graph.clock.now().getTime() + 60_000));
  const said = { status: 'SUSPENDED', source: 'STATE_BOARD', reference: 'Docket 3', note: 'As the board says.' };
  const input = {
    licenseId: toId('license', uuidOf(`license:${whose}:TX`)),
    effectiveFrom: graph.clock.now().toISOString().slice(0, 10),
    ...said,
  };
  await (await graph.as('compliance', { stepUp: true })).get(
    'mutation ($input: RecordLicenseStandingInput!) { recordLicenseStanding(input: $input) { __typename ... on Refusal { code message } } }',
    { input },
  );
}

test('what comes to be at risk is told once for each record and rule, however often the job runs, and names no patient', {
  timeout: 120_000,
}, async () => {
  await run();
  expect(await events()).toEqual([]);

  await suspend('examiner');
  const since = graph.clock.now().toISOString().slice(0, 10);
  await run(2);
  await run();
  const first = { recordId: examId, kind: 'EXAM', clinicId, ruleIds: ['licence.examiner'], since, toDo: 'REBOOK' };
  expect(await events()).toEqual([first]);

  await suspend('director');
  await run(2);
  const ruleIds = ['agreement.examiner', 'licence.director', 'protocol.inForce'];
  expect(await events()).toEqual([first, { ...first, ruleIds, toDo: 'WAIT' }]);
  const told = await graph.sql(
    `select detail->>'recordId' as id from prescriptions.audit_event where action = 'record.at-risk' order by id`,
  );
  expect(told).toEqual([{ id: examId }, { id: examId }]);
});
