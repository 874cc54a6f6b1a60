import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type TestGraph, testGraph } from '../support/graph.ts';
import { propose, signer } from './controlled-desk.ts';
import { austin } from './order-desk.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await testGraph();
  graph.clock.set(new Date('2026-12-30T18:00:00Z'));
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

/** Has the job run once, and waits for the end of it. */
async function run(): Promise<void> {
  const id = randomUUID();
  await graph.sql(`select prescriptions.enqueue('audit-controlled-days', $1)`, [id]);
  await vi.waitFor(
    async () =>
      expect(await graph.sql('select 1 from prescriptions_jobs._private_jobs where key = $1', [`audit-controlled-days:${id}`])).toEqual([]),
    { timeout: 60_000, interval: 100 },
  );
}

const kept = async () =>
  graph.sql<{ day: string; events: number; digest: string }>(
    `select day::text as day, events, digest from prescriptions.controlled_audit_day where clinic_id = $1 order by day`,
    [fromId('clinic', austin)],
  );

test('the daily audit keeps count and digest of a day that is over, as the report of that day has them, and once', {
  timeout: 120_000,
}, async () => {
  const officer = await graph.as('compliance', { stepUp: true });
  const about = { clinicId: austin, practitionerId: signer, authorityVerified: true };
  await officer.get(propose, { input: about });
  await run();
  expect((await kept()).filter(({ day }) => day === '2026-12-30')).toEqual([]);

  graph.clock.set(new Date('2026-12-31T00:20:00Z'));
  await run();
  const first = await kept();
  const { controlledAuditReport: report } = await (await graph.as('compliance')).get(
    'query ($clinicId: ID!) { controlledAuditReport(clinicId: $clinicId, from: "2026-12-30", to: "2026-12-30") { digest events { kind } } }',
    { clinicId: austin },
  );
  expect(report.events).toEqual([{ kind: 'ACCESS_PROPOSED' }]);
  expect(first.find(({ day }) => day === '2026-12-30')).toEqual({ day: '2026-12-30', events: 1, digest: report.digest });

  await run();
  expect(await kept()).toEqual(first);
});
