import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId, toId } from '#kernel/ids.ts';
import { awaitingVersionId, protocolVersionId } from '#prisma/seed/protocols.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { approval, booked, clinicOf, completeExam, lookUpLicences, startExam } from './exam-story.ts';
import { orderDesk } from './order-desk.ts';

let graph: TestGraph;
let desk: Asker;
let examiner: Asker;
let clinicId: string;
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  examiner = await graph.as('examiner', { stepUp: true });
  clinicId = await clinicOf(desk);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const old = toId('protocolVersion', protocolVersionId('weight-loss'));
const newer = toId('protocolVersion', awaitingVersionId);
const bound = 'query ($id: ID!) { exam(id: $id) { protocol { id version digest } protocolDigest record } }';

/** The exam's version as it shows, and as the frozen record names it. */
async function boundTo(examId: string): Promise<Data> {
  const { exam } = await examiner.get(bound, { id: examId });
  return { ...exam, record: exam.record === null ? null : JSON.parse(exam.record).exam.protocol };
}

async function begun(): Promise<string> {
  const { examId } = await booked(desk, graph, clinicId);
  await examiner.get(startExam, { input: { examId, patientState: 'TX', identityVerifiedBy: 'GOVERNMENT_ID' } });
  return examId;
}

test('an exam is bound to the very version it began under, whatever comes into force before it is completed', async () => {
  const { examId: waiting } = await booked(desk, graph, clinicId);
  expect(await boundTo(waiting)).toEqual({ protocol: null, protocolDigest: null, record: null });
  const examId = await begun();
  const before = await boundTo(examId);
  expect(before.protocol).toMatchObject({ id: old, version: '2026.1', digest: before.protocolDigest });

  const director = await graph.as('director', { stepUp: true });
  const [version] = await graph.sql<{ digest: string; from: Date }>(
    'select digest, effective_from as from from physicians.protocol_version where id = $1',
    [awaitingVersionId],
  );
  await director.get(
    `mutation ($input: SignProtocolInput!) { signProtocol(input: $input) { __typename ... on ProtocolVersion { id status } ... on Refusal { code message } } }`,
    { input: { versionId: newer, digest: version?.digest } },
  );
  graph.clock.set(new Date(Math.max(graph.clock.now().getTime(), (version?.from.getTime() ?? 0) + 3_600_000)));
  // Licences and exclusion lists are good for some thirty days after they were looked up.
  await lookUpLicences(graph);

  await examiner.get(completeExam, { input: approval(examId) });
  expect(await boundTo(examId)).toEqual({ ...before, record: { id: old, digest: before.protocolDigest } });

  const later = await begun();
  expect(await boundTo(later)).toMatchObject({ protocol: { id: newer, digest: version?.digest }, protocolDigest: version?.digest });
});

test('the database keeps an exam bound, and knows no version without its digest', async () => {
  const examId = fromId('exam', await begun());
  const change = (set: string) => graph.sql(`update prescriptions.good_faith_exam set ${set} where id = $1`, [examId]);
  await expect(change('protocol_id = null, protocol_digest = null')).rejects.toThrow('The protocol of an exam is never changed');
  await expect(change(`protocol_digest = repeat('a', 64)`)).rejects.toThrow('The protocol of an exam is never changed');
  const { examId: waiting } = await booked(desk, graph, clinicId);
  const half = 'update prescriptions.good_faith_exam set protocol_id = $2 where id = $1';
  await expect(graph.sql(half, [fromId('exam', waiting), awaitingVersionId])).rejects.toThrow('check constraint');
});

test('an order names the version it is written under, and from its signature on the signed one', async () => {
  const orders = await orderDesk(graph);
  const named = async (id: string) =>
    (await orders.prescriber.get('query ($id: ID!) { order(id: $id) { protocol { id digest } signature { jws } } }', { id })).order;
  const orderId = await orders.draft();
  expect((await named(orderId)).protocol.id).toBe(orders.protocolId);
  const { protocol, signature } = await named(await orders.signed());
  const document = JSON.parse(Buffer.from(JSON.parse(signature.jws).payload, 'base64url').toString());
  expect(protocol).toEqual({ id: document.protocol.id, digest: document.protocol.digest });
});
