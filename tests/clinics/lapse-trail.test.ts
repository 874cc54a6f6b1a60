import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await testGraph();
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

async function run(): Promise<void> {
  const key = randomUUID();
  await graph.sql(`select clinics.enqueue('note-lapses', $1)`, [key]);
  await vi.waitFor(
    async () => {
      expect(await graph.sql('select 1 from clinics_jobs._private_jobs where key = $1', [`note-lapses:${key}`])).toEqual([]);
    },
    { timeout: 60_000, interval: 100 },
  );
}

test('a lapse that concerns several clinics is in the trail of each of them, once', async () => {
  const [ended] = await graph.sql<{ id: string; entity_id: string }>(
    `update clinics.management_agreement set ends_on = current_date - 1
     where id = (select a.id from clinics.management_agreement a join clinics.clinic c using (entity_id) group by a.id having count(*) > 1 limit 1)
     returning id, entity_id`,
  );
  if (ended === undefined) throw new Error('no entity of several clinics is managed');
  await run();
  await run();
  const clinics = await graph.sql<{ id: string }>('select id from clinics.clinic where entity_id = $1 order by id', [ended.entity_id]);
  expect(clinics.length).toBeGreaterThan(1);
  const rows = await graph.sql<{ id: string }>(
    `select tenant_id as id from clinics.audit_event where action = 'authority.lapsed' and detail->>'recordId' = $1 order by tenant_id`,
    [toId('agreement', ended.id)],
  );
  expect(rows).toEqual(clinics);
});
