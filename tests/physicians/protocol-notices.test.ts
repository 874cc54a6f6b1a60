import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { uuidOf } from '#prisma/seed/invent.ts';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { placeId } from '#prisma/seed/places.ts';
import { awaitingVersionId } from '#prisma/seed/protocols.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await testGraph();
});
afterAll(async () => graph?.[Symbol.asyncDispose]());
beforeEach(() => graph.clock.set(new Date()));

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

/** Has the job run so many times, as the clock would, and waits for the end of it. */
async function run(times = 1): Promise<void> {
  const ids = Array.from({ length: times }, () => randomUUID());
  await Promise.all(ids.map((id) => graph.sql(`select physicians.enqueue('tell-of-protocols', $1)`, [id])));
  await vi.waitFor(
    async () => {
      const keys = ids.map((id) => `tell-of-protocols:${id}`);
      expect(await graph.sql(`select 1 from physicians_jobs._private_jobs where key = any ($1)`, [keys])).toEqual([]);
    },
    { timeout: 60_000, interval: 100 },
  );
}

const told = async (topic: string, versionId: string) =>
  (
    await graph.sql<{ payload: object }>(
      `select payload from physicians.outbox_event where topic = $1 and payload->>'versionId' = $2 order by created_at`,
      [topic, versionId],
    )
  ).map(({ payload }) => payload);

const waiting = toId('protocolVersion', awaitingVersionId);

test('a signature that waits is told of once for each who must sign and where, however often and at once the job runs', async () => {
  await run(3);
  await run();
  const director = toId('practitioner', uuidOf('practitioner:director'));
  const what = { versionId: waiting, digest: expect.stringMatching(/^[0-9a-f]{64}$/), practitionerId: director };
  expect(await told('protocol-signature-due', waiting)).toEqual([{ ...what, clinicIds: [placeTypeId('austin')] }]);
  expect(await told('protocol-in-force', waiting)).toEqual([]);
  const trail = await graph.sql<{ tenant: string }>(
    `select tenant_id::text as tenant from physicians.audit_event where action = 'protocol.signature-due' and subject_id = $1`,
    [awaitingVersionId],
  );
  expect(trail).toHaveLength(1);
});

test('a version is told of on its first day and not before, and one that has long been in force is no news', async () => {
  const director = await graph.as('director', { stepUp: true });
  const { data } = await director.ask(`{ protocolVersions(clinicId: "${placeTypeId('austin')}") { nodes { id digest status } } }`);
  const version = data.protocolVersions.nodes.find(({ id }: { id: string }) => id === waiting);
  const signed = await director.ask(
    `mutation ($input: SignProtocolInput!) { signProtocol(input: $input) { __typename ... on ProtocolVersion { status } } }`,
    { input: { versionId: waiting, digest: version.digest } },
  );
  expect(signed.data.signProtocol).toEqual({ __typename: 'ProtocolVersion', status: 'ACTIVE' });
  await run();
  expect(await told('protocol-in-force', waiting)).toEqual([]);
  graph.clock.set(inDays(31));
  await run(2);
  expect(await told('protocol-in-force', waiting)).toEqual([
    { versionId: waiting, digest: version.digest, clinicIds: [placeTypeId('austin')] },
  ]);
  expect(await told('protocol-in-force', toId('protocolVersion', uuidOf('protocol-version:weight-loss')))).toEqual([]);
});

test('a director who comes later is told of, for the clinic they direct', async () => {
  const versionId = uuidOf('protocol-version:weight-loss');
  const [later, austin] = [uuidOf('practitioner:director-b'), placeTypeId('austin')];
  await graph.sql(
    `insert into physicians.engagement (id, clinic_id, practitioner_id, role, model, status, starts_on)
     select gen_random_uuid(), clinic_id, $1, role, model, 'ACTIVE', current_date from physicians.engagement
     where role = 'MEDICAL_DIRECTOR' and clinic_id = $2 limit 1`,
    [later, placeId('austin')],
  );
  await run();
  expect(await told('protocol-signature-due', toId('protocolVersion', versionId))).toEqual([
    {
      versionId: toId('protocolVersion', versionId),
      digest: expect.any(String),
      practitionerId: toId('practitioner', later),
      clinicIds: [austin],
    },
  ]);
});
