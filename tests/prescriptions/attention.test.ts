import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { fromId, toId } from '#kernel/ids.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { statementsOf } from '../support/statements.ts';
import { austin, type Desk, orderDesk, sendOrder, signOrder } from './order-desk.ts';
import { claimed, shipped } from './order-supply.ts';

let graph: TestGraph;
let desk: Desk;
let pharmacist: Asker;
beforeAll(async () => {
  graph = await testGraph();
  graph.clock.set(new Date());
  // A world of past orders waits for much; this file looks at its own alone.
  desk = await orderDesk(graph);
  pharmacist = await graph.as('pharmacist');
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const attention = `query Attention($clinicId: ID!, $mine: Boolean, $first: Int, $after: String) {
  attention(clinicId: $clinicId, mine: $mine, first: $first, after: $after) {
    nodes { kind orderId since ageHours until brokenSince ruleIds verbs role prescriber { id } changeRequest { id } order { id status } }
    pageInfo { hasNextPage endCursor } } }`;
const page = async (variables: object = {}, who: Asker = desk.prescriber): Promise<Data> =>
  (await who.get(attention, { clinicId: austin, first: 100, ...variables })).attention;
async function all(variables: object = {}, who?: Asker): Promise<Data[]> {
  const found: Data[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const { nodes, pageInfo }: Data = await page({ ...variables, after }, who);
    found.push(...nodes);
    after = pageInfo.endCursor;
    more = pageInfo.hasNextPage;
  }
  return found;
}
const of = async (orderId: string, variables: object = {}): Promise<Data[]> =>
  (await all(variables)).filter((one) => one.orderId === orderId);
/** What a pharmacy did is handed over at once, or a moment later on a machine with much else to do. */
const handedOver = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 60_000, interval: 100 });
const change = (orderId: string, set: string) =>
  graph.sql(`update prescriptions."order" set ${set} where id = $1`, [fromId('order', orderId)]);

async function claimedOrder(): Promise<{ orderId: string; secret: string }> {
  const orderId = await desk.sent();
  return { orderId, secret: await claimed(graph, orderId) };
}

test('what a pharmacy refused or gave back waits for its prescriber', async () => {
  for (const [verb, reason, kind, verbs] of [
    ['rejectOrder', 'NOT_VERIFIED', 'REJECTED', ['amendOrder', 'cancelOrder']],
    ['returnOrder', 'OUT_OF_STOCK', 'RETURNED', ['sendOrder', 'cancelOrder']],
  ] as const) {
    const { orderId, secret } = await claimedOrder();
    const name = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}Input`;
    await pharmacist.get(`mutation($input: ${name}!) { ${verb}(input: $input) { __typename ... on Refusal { code } } }`, {
      input: { orderId, secret, reason },
    });
    const waits = [
      {
        ...{
          kind,
          orderId,
          since: expect.any(String),
          ageHours: 0,
          until: null,
          brokenSince: null,
          ruleIds: [],
          verbs,
          role: 'PRESCRIBER',
        },
        ...{ prescriber: { id: expect.stringMatching(/^prc_/) }, changeRequest: null, order: { id: orderId, status: 'SIGNED' } },
      },
    ];
    await handedOver(async () => expect(await of(orderId)).toEqual(waits));
  }
});

test('a change that is asked waits for its answer, and an approved one for its signature', async () => {
  const { orderId, secret } = await claimedOrder();
  const asked = await pharmacist.get(
    'mutation($input: RequestChangeInput!) { requestChange(input: $input) { ... on ChangeRequest { id } ... on Refusal { code } } }',
    { input: { orderId, secret, kind: 'QUANTITY', note: 'Vial size is 2 mL' } },
  );
  expect(await of(orderId)).toMatchObject([
    { kind: 'CHANGE_ASKED', changeRequest: { id: asked.requestChange.id }, verbs: ['answerChange'] },
  ]);
  const { answerChange } = await desk.prescriber.get(
    'mutation($input: AnswerChangeInput!) { answerChange(input: $input) { ... on ChangeRequest { amendment { id } } ... on Refusal { code message } } }',
    { input: { changeRequestId: asked.requestChange.id, answer: 'APPROVED', changes: { quantity: { value: '2', unit: 'mL' } } } },
  );
  expect(await of(orderId)).toEqual([]);
  expect(await of(answerChange.amendment.id)).toMatchObject([
    { kind: 'CHANGE_UNSIGNED', changeRequest: { id: asked.requestChange.id }, order: { status: 'DRAFT' } },
  ]);
  // Signed, the order before it is gone from the pharmacy: this one waits to be sent at once.
  const input = { orderId: answerChange.amendment.id };
  await desk.prescriber.get(signOrder, { input });
  const unsent = { kind: 'UNSENT', verbs: ['sendOrder', 'cancelOrder'], changeRequest: null, order: { status: 'SIGNED' } };
  await handedOver(async () => expect(await of(input.orderId)).toMatchObject([unsent]));
  await desk.prescriber.get(sendOrder, { input });
  expect(await of(input.orderId)).toEqual([]);
});

test('an order that was signed and never sent waits after a day', async () => {
  const orderId = await desk.signed();
  expect(await of(orderId)).toEqual([]);
  await change(orderId, "status_since = status_since - interval '25 hours'");
  expect(await of(orderId)).toMatchObject([{ kind: 'UNSENT', ageHours: 25, order: { status: 'SIGNED' } }]);
});

test('a held order waits for its release until it is over, and with it what is to take its place', async () => {
  const held = async (orderId: string) => (await of(orderId)).filter(({ kind }) => kind === 'HELD').length;
  const hold = async (orderId: string) =>
    desk.prescriber.get('mutation($input: HoldOrderInput!) { holdOrder(input: $input) { __typename } }', {
      input: { orderId, reason: 'CLINICAL_CONCERN', note: 'A new result is being looked at.' },
    });
  const withRefill = await desk.sent();
  await shipped(graph, withRefill, 'AT-1');
  const used = await desk.sent({ refills: 0 });
  await shipped(graph, used, 'AT-2');
  const { renewOrder } = await desk.prescriber.get(
    'mutation($input: RenewOrderInput!) { renewOrder(input: $input) { ... on Order { id } ... on Refusal { code message } } }',
    { input: { orderId: withRefill } },
  );
  for (const orderId of [withRefill, used]) await hold(orderId);
  expect([await held(withRefill), await held(renewOrder.id), await held(used)]).toEqual([1, 1, 0]);
});

test('a draft waits after a day, an exam that ends and a hold wait at once, and what is put right is gone', async () => {
  const orderId = await desk.draft();
  expect(await of(orderId)).toEqual([]);
  await change(orderId, "drafted_at = drafted_at - interval '25 hours'");
  expect(await of(orderId)).toMatchObject([{ kind: 'DRAFT_UNSIGNED', ageHours: 25, verbs: ['signOrder', 'cancelOrder'] }]);
  const hold = randomUUID();
  await graph.sql(
    `insert into prescriptions.safety_hold (id, clinic_id, patient_id, order_id, reason, placed_at, placed_by)
     select $2, clinic_id, patient_id, id, 'CLINICAL_CONCERN', now(), 'test' from prescriptions."order" where id = $1`,
    [fromId('order', orderId), hold],
  );
  expect((await of(orderId)).map(({ kind, role }) => [kind, role]).sort()).toEqual([
    ['DRAFT_UNSIGNED', 'PRESCRIBER'],
    ['HELD', 'MEDICAL_DIRECTOR'],
  ]);
  await graph.sql('delete from prescriptions.safety_hold where id = $1', [hold]);
  const day = new Date(graph.clock.now().getTime() + 10 * 86_400_000).toISOString().slice(0, 10);
  const soon = await orderDesk(graph, { valid_until: day });
  const ending = await soon.draft();
  expect(await of(ending)).toMatchObject([{ kind: 'EXAM_ENDING', until: day, ageHours: expect.any(Number) }]);
});

test('a signed order whose gate would say no today waits, with the rules that say so', async () => {
  const orderId = await desk.signed();
  expect(await of(orderId)).toEqual([]);
  const consents = await graph.sql<{ id: string }>(
    `update prescriptions.consent set revoked_at = now() where patient_id = $1 and kind = 'TREATMENT' and revoked_at is null returning id`,
    [fromId('patient', desk.patientId)],
  );
  expect(await of(orderId)).toMatchObject([{ kind: 'GATE_BROKEN', ruleIds: ['consent.TREATMENT'], order: { status: 'SIGNED' } }]);
  await graph.sql('alter table prescriptions.consent disable trigger all');
  await graph.sql('update prescriptions.consent set revoked_at = null where id = any ($1::uuid[])', [consents.map(({ id }) => id)]);
  await graph.sql('alter table prescriptions.consent enable trigger all');
});

test('the list is ordered by what waits longest, pages leave out and repeat nothing, and mine is the caller’s own', async () => {
  const whole = await all();
  expect(whole.map(({ since }) => since)).toEqual(whole.map(({ since }) => since).toSorted());
  expect(await all({ first: 2 })).toEqual(whole);
  const own = (await desk.prescriber.get('{ viewer { id } }')).viewer.id as string;
  expect((await all({ mine: true })).every(({ prescriber }) => prescriber.id === own)).toBe(true);
  const other = await desk.draft();
  await change(other, `drafted_at = drafted_at - interval '2 days', prescriber_id = '${randomUUID()}'`);
  expect((await of(other)).length).toBe(1);
  expect(await of(other, { mine: true })).toEqual([]);
});

test('more orders take not one statement more', async () => {
  const statements = () =>
    statementsOf(
      () =>
        desk.prescriber.get(
          `query($clinicId: ID!) { attention(clinicId: $clinicId, first: 100) { nodes { kind orderId order { status } } } }`,
          {
            clinicId: austin,
          },
        ),
      /prescriptions_at_risk|attention_notice|"prescriptions"\./,
    );
  const few = await statements();
  for (let n = 0; n < 10; n += 1) await change(await desk.draft(), "drafted_at = drafted_at - interval '3 days'");
  expect(await statements()).toBe(few);
});

test('a cursor that is none of this list is refused, and the list is for the clinic’s own people', async () => {
  const { errors } = await desk.prescriber.ask(attention, { clinicId: austin, after: Buffer.from('none').toString('base64url') });
  expect(errors.map(({ code }) => code)).toEqual(['INVALID_INPUT']);
  for (const [persona, code] of [
    ['mso-manager', 'FORBIDDEN'],
    ['pharmacist', 'FORBIDDEN'],
    ['compliance', 'FORBIDDEN'],
    ['prescriber-b', 'NOT_FOUND'],
  ] as const)
    expect([persona, (await (await graph.as(persona)).ask(attention, { clinicId: austin })).errors[0]?.code]).toEqual([persona, code]);
  expect((await page({}, await graph.as('front-desk'))).nodes.length).toBeGreaterThan(0);
});

test('what has come to wait is told once by ids alone, however often the job runs', async () => {
  const run = async () => {
    const id = randomUUID();
    await graph.sql(`select prescriptions.enqueue('note-attention', $1)`, [id]);
    await vi.waitFor(
      async () =>
        expect(await graph.sql(`select 1 from prescriptions_jobs._private_jobs where key = $1`, [`note-attention:${id}`])).toEqual([]),
      { timeout: 60_000, interval: 100 },
    );
  };
  const orderId = await desk.draft();
  await change(orderId, "drafted_at = drafted_at - interval '26 hours'");
  await run();
  await run();
  const told = await graph.sql<{ payload: Data }>("select payload from prescriptions.outbox_event where topic = 'order-attention'");
  expect(told.map(({ payload }) => payload).filter((one) => one.orderId === orderId)).toEqual([
    { kind: 'DRAFT_UNSIGNED', orderId, clinicId: toId('clinic', fromId('clinic', austin)), since: expect.any(String) },
  ]);
});
