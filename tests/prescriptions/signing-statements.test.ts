import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';
import { sentBy } from '../support/statements.ts';
import { type ControlledDesk, controlledDesk, recordCheck, recordEvaluation, signControlled } from './controlled-desk.ts';
import { type Desk, orderDesk, signOrder } from './order-desk.ts';

/** Of all of them: thirty one after the other, and nine in two subgraphs that are asked meanwhile. Two more may come before somebody has to think. */
const AT_MOST = 41;
/** An amendment also reads, locks and supersedes the order before it; a controlled one has a clock, a chain of access and its own proof to look at. */
const AMENDED_AT_MOST = 67;
const CONTROLLED_AT_MOST = 56;
/** What a cache that ran out meanwhile may add, far fewer than the rows that are added. */
const BESIDE = 3;

let graph: TestGraph;
let desk: Desk;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
  // The first signature makes its signer's key.
  await desk.signed();
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

/** How many statements the signature of a draft takes. */
async function toSign(orderId: string): Promise<number> {
  const texts = await sentBy(async () => {
    expect((await desk.prescriber.get(signOrder, { input: { orderId } })).signOrder).toMatchObject({ status: 'SIGNED' });
  });
  return texts.length;
}

test('whoever asks what stands in the way of an order is recorded with each row of the chart, though they came in one read', async () => {
  const orderId = await desk.draft();
  await desk.prescriber.get('query ($id: ID!) { order(id: $id) { eligibility { decision } } }', { id: orderId });
  const [entry] = await graph.sql<{ records: Record<string, string[]> }>(
    `select detail -> 'records' as records from prescriptions.audit_event
     where kind = 'ACCESS' and patient_id = $1 and detail -> 'fields' ? 'order' order by at desc, id desc limit 1`,
    [fromId('patient', desk.patientId)],
  );
  const rows = (table: string, where: string) =>
    graph.sql<{ id: string }>(`select id from prescriptions.${table} where ${where} order by id`, [fromId('order', orderId)]);
  const ofPatient = 'patient_id = (select patient_id from prescriptions."order" where id = $1)';
  const ofExam = 'exam_id = (select exam_id from prescriptions."order" where id = $1)';
  const expected = {
    order: await rows('"order"', 'id = $1'),
    patient: await rows('patient', 'id = (select patient_id from prescriptions."order" where id = $1)'),
    goodFaithExam: await rows('good_faith_exam', 'id = (select exam_id from prescriptions."order" where id = $1)'),
    intake: await rows('intake', ofPatient),
    consent: await rows('consent', `${ofPatient} and revoked_at is null`),
    finding: await rows('finding', ofExam),
  };
  const sorted = (ids: readonly string[]) => ids.toSorted();
  expect(Object.fromEntries(Object.entries(entry?.records ?? {}).map(([model, ids]) => [model, sorted(ids)]))).toEqual(
    Object.fromEntries(Object.entries(expected).map(([model, found]) => [model, sorted(found.map(({ id }) => id))])),
  );
});

test('an order is signed with few statements, and no more of them where its chart is long', async () => {
  const few = await toSign(await desk.draft());
  expect(few).toBeLessThanOrEqual(AT_MOST);

  const orderId = await desk.draft();
  await lengthen(orderId);
  expect(await toSign(orderId)).toBe(few);
});

test('an amendment is signed with few statements, and no more of them where its chart is long or much was amended before', async () => {
  const amend = async (orderId: string): Promise<string> => {
    const document = `mutation ($input: AmendOrderInput!) { amendOrder(input: $input) { __typename ... on Order { id } ... on Refusal { code message } } }`;
    return (await desk.prescriber.get(document, { input: { orderId, changes: { daysSupply: 27 } } })).amendOrder.id;
  };
  const first = await amend(await desk.signed());
  const few = await toSign(first);
  expect(few).toBeLessThanOrEqual(AMENDED_AT_MOST);
  const second = await amend(first);
  expect(await toSign(second)).toBeLessThanOrEqual(few + BESIDE);
  const third = await amend(second);
  await lengthen(third);
  expect(await toSign(third)).toBeLessThanOrEqual(few + BESIDE);
});

test('a controlled order is signed with few statements, and no more of them where much was looked up, evaluated or signed before', async () => {
  const controlled = await controlledDesk(graph);
  await controlled.grantAccess();
  await toSignControlled(controlled, await controlled.draftTestosterone(), 60);
  const few = await toSignControlled(controlled, await controlled.draftTestosterone(), 30);
  expect(few).toBeLessThanOrEqual(CONTROLLED_AT_MOST);
  const orderId = await controlled.draftTestosterone();
  for (let n = 0; n < 6; n += 1) {
    const checkedAt = new Date(graph.clock.now().getTime() - (n + 2) * 60_000).toISOString();
    await controlled.prescriber.get(recordCheck, { input: controlled.checkInput(orderId, { checkedAt }) });
    await controlled.prescriber.get(recordEvaluation, {
      input: {
        ...{ patientId: controlled.patientId, evaluatedOn: graph.clock.now().toISOString().slice(0, 10), state: 'TX' },
        ...{ place: `The clinic, room ${n}`, evidenceDigest: String(n).repeat(64) },
      },
    });
  }
  expect(await toSignControlled(controlled, orderId, 0)).toBeLessThanOrEqual(few + BESIDE);
});

/** How many statements the signature of a controlled draft takes, once its program was queried; the second factor was proved for it alone, later than for the one before. */
async function toSignControlled(controlled: ControlledDesk, orderId: string, provedSecondsAgo: number): Promise<number> {
  await controlled.prescriber.get(recordCheck, { input: controlled.checkInput(orderId) });
  const reviewDigest = (await controlled.review(orderId))?.['digest'];
  const prover = await controlled.prover(provedSecondsAgo);
  const texts = await sentBy(async () => {
    const { signControlledOrder } = await prover.get(signControlled, { input: { orderId, reviewDigest, readyToSign: true } });
    expect(signControlledOrder).toMatchObject({ status: 'SIGNED' });
  });
  return texts.length;
}

/** Thirty more of everything that a chart has many of. */
async function lengthen(orderId: string): Promise<void> {
  const order = fromId('order', orderId);
  const copies = (table: string, changes: string, where: string) =>
    graph.sql(
      `insert into prescriptions.${table}
       select (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid()) || ${changes})).*
       from prescriptions.${table} r, generate_series(1, 30) n where ${where}`,
      [order],
    );
  const ofPatient = 'r.patient_id = (select patient_id from prescriptions."order" where id = $1)';
  const exam = '(select exam_id from prescriptions."order" where id = $1)';
  await copies('finding', `jsonb_build_object('position', 100 + n)`, `r.exam_id = ${exam} and r.position = 1`);
  await copies('consent', `'{}'`, ofPatient);
  await copies('good_faith_exam', `jsonb_build_object('completed_at', r.completed_at - n * interval '1 day')`, `r.id = ${exam}`);
  await copies('intake', `jsonb_build_object('submitted_at', r.submitted_at - n * interval '1 day')`, ofPatient);
  await graph.sql(
    `insert into prescriptions.screening_waiver (id, clinic_id, patient_id, order_id, kind, asked, basis, findings, reason, prescriber_id, waived_by, credential, at)
     select gen_random_uuid(), clinic_id, patient_id, id, 'DUPLICATE_THERAPY', 'PRESCRIBER', md5(n::text) || md5('and ' || n), '[]', 'Both are meant: one is for when the patient travels.', prescriber_id,
       'somebody', 'MD', now() from prescriptions."order", generate_series(1, 30) n where id = $1`,
    [order],
  );
}
