import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';
import { type Desk, orderDesk } from './order-desk.ts';

/* What the database refuses by itself: every statement here runs as the owner, past permissions and row policies. */

let graph: TestGraph;
let desk: Desk;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const problem = (statement: string, values: unknown[]) =>
  graph.sql(statement, values).then(
    () => 'done',
    (error: Error) => error.message,
  );
const text = 'forged';
const signing = `status = 'SIGNED', document = '${text}', jws = '{}', digest = encode(sha256('${text}'), 'hex'), signed_at = now()`;

test('I1: no order becomes SIGNED on an exam that is not valid, whoever writes it', async () => {
  const lapsed = { completed_at: '2025-03-01T12:00:00Z', valid_until: '2026-03-01' };
  const cases = [
    { outcome: 'DECLINED', services: [], valid_until: null },
    { revoked_at: '2026-11-20T12:00:00Z', revoked_reason: 'LICENCE' },
    { services: ['botulinum-toxin'] },
    lapsed,
  ];
  for (const changes of cases) {
    const other = await orderDesk(graph, changes);
    const id = fromId('order', await other.draft());
    expect(await problem(`update prescriptions."order" set ${signing} where id = $1`, [id])).toBe(
      `order ${id} has no valid good-faith exam`,
    );
  }
});

test('I1: not by insertion, and not on another patient’s exam', async () => {
  const id = fromId('order', await desk.draft());
  const copy = (changes: object) =>
    problem(
      `insert into prescriptions."order" select (jsonb_populate_record(o, jsonb_build_object('id', $2::uuid, 'status', 'SIGNED', 'document', $4::text, 'jws', '{}',
         'digest', encode(sha256(convert_to($4::text, 'UTF8')), 'hex'), 'signed_at', now()) || $3::jsonb)).* from prescriptions."order" o where o.id = $1`,
      [id, randomUUID(), JSON.stringify(changes), randomUUID()],
    );
  const [stranger] = await graph.sql<{ id: string }>('select id from prescriptions.patient where id <> $1 limit 1', [
    fromId('patient', desk.patientId),
  ]);
  expect(await copy({ patient_id: stranger?.id })).toMatch(/has no valid good-faith exam/);
  expect(await copy({ service: 'hormone-therapy' })).toMatch(/has no valid good-faith exam/);
  expect(await copy({})).toBe('done');
});

test('I4: nothing that was signed changes, and no order moves in a way that does not exist', async () => {
  const id = fromId('order', await desk.signed());
  const change = (set: string) => problem(`update prescriptions."order" set ${set} where id = $1`, [id]);
  const columns = [
    `document = document || ' ', digest = encode(sha256(convert_to(document || ' ', 'UTF8')), 'hex')`,
    `jws = '{}'`,
    `sig = 'Twice a day'`,
    `quantity_value = '25'`,
    `refills = 11`,
    `drug = drug || '{"name":"Water"}'`,
    `ship_to_state = 'AZ'`,
    `pharmacy_id = gen_random_uuid()`,
    `prescriber_id = gen_random_uuid()`,
    `signed_at = now()`,
    `difference_statement = 'Cheaper'`,
  ];
  for (const set of columns) expect([set, await change(set)]).toEqual([set, `order ${id} is signed and does not change`]);
  expect(await change(`patient_id = gen_random_uuid()`)).toBe(`order ${id} belongs to its patient and exam`);
  expect(await change(`status = 'DRAFT', document = null, jws = null, digest = null, signed_at = null`)).toMatch(
    /is signed and does not change/,
  );
  expect(await change(`status = 'COMPLETED', sent_at = now(), attempt = 1`)).toBe(`order ${id} cannot become COMPLETED from SIGNED`);
  expect(await change(`status = 'NONSENSE'`)).toMatch(/cannot become|check constraint/);
  expect(await change(`status_since = now()`)).toBe('done');
});

test('a digest that is not the document’s, or a signature on a draft, is no row', async () => {
  const id = fromId('order', await desk.draft());
  expect(await problem(`update prescriptions."order" set document = 'x' where id = $1`, [id])).toMatch(/check constraint/);
  expect(
    await problem(
      `update prescriptions."order" set status = 'SIGNED', document = 'x', jws = '{}', digest = 'ff', signed_at = now() where id = $1`,
      [id],
    ),
  ).toMatch(/check constraint/);
});

test('a stored document that is not the signed one is never shown as the order’s', async () => {
  const orderId = await desk.signed();
  await graph.sql('alter table prescriptions."order" disable trigger signed_stays');
  await graph.sql(
    `update prescriptions."order" set document = d.text, digest = encode(sha256(convert_to(d.text, 'UTF8')), 'hex')
     from (select id, replace(document, '"refills":1', '"refills":9') as text from prescriptions."order") d where d.id = "order".id and "order".id = $1`,
    [fromId('order', orderId)],
  );
  await graph.sql('alter table prescriptions."order" enable trigger signed_stays');
  const { data, errors } = await desk.prescriber.ask('query Forged($id: ID!) { order(id: $id) { id drug { refills } } }', { id: orderId });
  expect(data?.order).toEqual({ id: orderId, drug: null });
  expect(errors[0]).toMatchObject({ path: 'order.drug', code: 'DOCUMENT_TAMPERED' });
});

test('the private half of a key opens only as what it is registered as', async () => {
  await desk.signed();
  await graph.sql(
    `update prescriptions.signing_key_secret s set jwe = (select jwe from prescriptions.signing_key_secret where sub = 'goodfaith') where s.sub <> 'goodfaith'`,
  );
  const orderId = await desk.draft();
  const { data, errors } = await desk.prescriber.ask('mutation S($input: SignOrderInput!) { signOrder(input: $input) { __typename } }', {
    input: { orderId },
  });
  expect(data?.signOrder ?? null).toBeNull();
  expect(errors[0]?.code).toBe('INTERNAL_SERVER_ERROR');
  const [row] = await graph.sql('select status, document from prescriptions."order" where id = $1', [fromId('order', orderId)]);
  expect(row).toEqual({ status: 'DRAFT', document: null });
});
