import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { fromId, toId } from '#kernel/ids.ts';
import { itemId } from '#prisma/seed/pharmacies.ts';
import { placeId } from '#prisma/seed/places.ts';
import { type Asker, type Data, type TestGraph, testGraph } from '../support/graph.ts';
import { sentBy } from '../support/statements.ts';
import { austin } from './order-desk.ts';

/** What a clinic's own stock waits for, in the same list as its patients' orders. */
let graph: TestGraph;
let prescriber: Asker;
let facility: Asker;
beforeAll(async () => {
  graph = await testGraph();
  graph.clock.set(new Date());
  prescriber = await graph.as('prescriber');
  facility = await graph.as('outsourcing');
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const pharmacyC = placeId('pharmacy-c');
const formularyItemId = toId('formularyItem', itemId('c-lidocaine'));
const grams = (value: string) => ({ value, unit: 'g' });
const attention = `query ($clinicId: ID!, $after: String) { attention(clinicId: $clinicId, first: 100, after: $after) {
  nodes { kind since ageHours until brokenSince ruleIds verbs role orderId order { id } changeRequest { id } prescriber { id } officeStockOrder { id status } }
  pageInfo { hasNextPage endCursor } } }`;

/** Everything of stock that waits, without what is the same for each. */
async function waiting(who = prescriber): Promise<Data[]> {
  const found: Data[] = [];
  for (let after: string | null = null, more = true; more; ) {
    const { nodes, pageInfo }: Data = (await who.get(attention, { clinicId: austin, after })).attention;
    found.push(...nodes);
    after = pageInfo.endCursor;
    more = pageInfo.hasNextPage;
  }
  return found.filter(({ kind }) => kind.startsWith('STOCK'));
}
const of = async (id: string) => (await waiting()).filter(({ officeStockOrder: { id: found } }) => found === id);

async function must(name: string, input: Data, who: Asker): Promise<Data> {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const made = name === 'startRecall' ? 'Recall { id }' : 'OfficeStockOrder { id status }';
  const document = `mutation ($input: ${type}!) { ${name}(input: $input) { __typename ... on ${made} ... on Refusal { code message } } }`;
  const { data, errors } = await who.ask(document, { input });
  const answer = data?.[name];
  if (!answer || answer.code) throw new Error(JSON.stringify({ data, errors }));
  return answer;
}
const placed = async () =>
  (await must('placeOfficeStockOrder', { clinicId: austin, lines: [{ formularyItemId, quantity: grams('10') }] }, prescriber))[
    'id'
  ] as string;
async function accepted(): Promise<string> {
  const id = await placed();
  await must('answerOfficeStockOrder', { officeStockOrderId: id, answer: 'ACCEPTED' }, facility);
  return id;
}
const receive = (officeStockOrderId: string, lotNumber: string, value: string) =>
  must(
    'receiveOfficeStock',
    { officeStockOrderId, receipts: [{ position: 1, lotNumber, beyondUseDate: '2999-01-01', quantity: grams(value) }] },
    prescriber,
  );

/** Rows do not change so: the triggers of a table are asleep meanwhile. */
async function behind(table: string, change: string, values: unknown[]) {
  await graph.sql(`alter table ${table} disable trigger user`);
  await graph.sql(change, values);
  await graph.sql(`alter table ${table} enable trigger user`);
}
const older = (id: string, by: string) =>
  behind(
    'prescriptions.office_stock_order',
    `update prescriptions.office_stock_order set status_since = status_since - $2::interval where id = $1`,
    [fromId('officeStockOrder', id), by],
  );

test('stock that nobody took for a day waits for its facility, and for nobody once it is answered', async () => {
  const id = await placed();
  await older(id, '23 hours 50 minutes');
  expect(await of(id)).toEqual([]);
  await older(id, '20 minutes');
  const own = (await prescriber.get('{ viewer { id } }')).viewer.id;
  expect(await of(id)).toEqual([
    {
      ...{ kind: 'STOCK_UNANSWERED', since: expect.any(String), ageHours: 24, until: null, brokenSince: null, ruleIds: [] },
      ...{
        verbs: ['answerOfficeStockOrder', 'cancelOfficeStockOrder'],
        role: 'PHARMACIST',
        orderId: null,
        order: null,
        changeRequest: null,
      },
      ...{ prescriber: { id: own }, officeStockOrder: { id, status: 'PLACED' } },
    },
  ]);
  await must('answerOfficeStockOrder', { officeStockOrderId: id, answer: 'DECLINED', reason: 'Not made any more' }, facility);
  expect(await of(id)).toEqual([]);
});

test('what came only in part waits after a day, and what did not come at all after two weeks, until it is there or closed', async () => {
  const [part, none] = [await accepted(), await accepted()];
  await receive(part, 'AS-1', '4');
  const kinds = async () => [await of(part), await of(none)].map((found) => found.map(({ kind, role }) => `${kind} ${role}`));
  expect(await kinds()).toEqual([[], []]);
  await older(part, '25 hours');
  await older(none, '13 days 23 hours');
  expect(await kinds()).toEqual([['STOCK_INCOMPLETE PRESCRIBER'], []]);
  await older(none, '2 hours');
  expect(await kinds()).toEqual([['STOCK_INCOMPLETE PRESCRIBER'], ['STOCK_INCOMPLETE PRESCRIBER']]);
  await receive(part, 'AS-1', '6');
  await must('cancelOfficeStockOrder', { officeStockOrderId: none, reason: 'Too late' }, prescriber);
  expect(await kinds()).toEqual([[], []]);
});

test('stock still to come waits while a paper of its facility is over, with the rule and the day', async () => {
  const [open, done] = [await accepted(), await accepted()];
  await receive(done, 'AS-2', '10');
  expect(await of(open)).toEqual([]);
  // Noon of tomorrow: no day ends meanwhile.
  const before = graph.clock.now();
  graph.clock.set(new Date(`${new Date(before.getTime() + 86_400_000).toISOString().slice(0, 10)}T12:00:00Z`));
  const day = (offset: number) => new Date(graph.clock.now().getTime() + offset * 86_400_000).toISOString().slice(0, 10);
  const rows = await graph.sql<{ id: string; day: string }>(
    `select id::text, expires_on::text as day from pharmacies.facility_evidence where pharmacy_id = $1 and kind = 'CGMP' and withdrawn_at is null`,
    [pharmacyC],
  );
  expect(rows.length).toBeGreaterThan(0);
  const lasts = (until: string | null) =>
    behind(
      'pharmacies.facility_evidence',
      `update pharmacies.facility_evidence e set valid_from = least(valid_from, '2020-01-01'), expires_on = coalesce($2::date, (k->>'day')::date)
       from jsonb_array_elements($1::jsonb) k where e.id = (k->>'id')::uuid`,
      [JSON.stringify(rows), until],
    );
  await lasts(day(0));
  expect(await of(open)).toEqual([]);
  await lasts(day(-1));
  expect(await of(open)).toMatchObject([
    {
      kind: 'STOCK_GATE_BROKEN',
      brokenSince: day(0),
      ruleIds: ['facility.evidence.CGMP'],
      role: 'PHARMACIST',
      officeStockOrder: { status: 'ACCEPTED' },
    },
  ]);
  expect(await of(done)).toEqual([]);
  await lasts(null);
  expect(await of(open)).toEqual([]);
  graph.clock.set(before);
});

test('a lot in stock that is taken back waits until the clinic says that it knows', async () => {
  await graph.sql(
    `insert into pharmacies.lot (id, pharmacy_id, formulary_item_id, number, normalized_number, compounded_at, beyond_use_date, storage, status)
     values ($1, $2, $3, 'AS-3', 'AS-3', now(), '2999-01-01', 'REFRIGERATED', 'RELEASED')`,
    [randomUUID(), pharmacyC, itemId('c-lidocaine')],
  );
  const id = await accepted();
  await receive(id, 'AS-3', '6');
  await receive(id, 'AS-4', '4');
  // The facility's side hears of the lots by hand-off.
  await vi.waitFor(
    async () =>
      expect(await graph.sql(`select 1 from pharmacies.office_stock_supply where normalized_number in ('AS-3', 'AS-4')`)).toHaveLength(2),
    { timeout: 40_000, interval: 100 },
  );
  expect(await of(id)).toEqual([]);
  const input = { pharmacyId: toId('pharmacy', pharmacyC), lotNumbers: ['AS-3'], class: 'II', reason: 'Particles were seen' };
  const recallId = (await must('startRecall', input, facility))['id'];
  expect(await of(id)).toMatchObject([
    { kind: 'STOCK_RECALLED', verbs: ['acknowledgeRecall'], role: 'MEDICAL_DIRECTOR', officeStockOrder: { id, status: 'RECEIVED' } },
  ]);
  await (await graph.as('director')).get(
    'mutation ($input: AcknowledgeRecallInput!) { acknowledgeRecall(input: $input) { __typename ... on RecallNotice { status } } }',
    {
      input: { recallId, clinicId: austin },
    },
  );
  expect(await of(id)).toEqual([]);
});

test('who may not see the stock is told nothing of it, and asks nobody', async () => {
  const id = await placed();
  await older(id, '2 days');
  expect((await of(id)).map(({ kind }) => kind)).toEqual(['STOCK_UNANSWERED']);
  expect(await waiting(await graph.as('front-desk'))).toEqual([]);
  expect((await waiting(await graph.as('director'))).some(({ officeStockOrder }) => officeStockOrder.id === id)).toBe(true);
});

test('more stock takes not one statement more', async () => {
  const statements = async () => {
    const rounds: number[] = [];
    for (let round = 0; round < 3; round += 1) rounds.push((await sentBy(() => prescriber.get(attention, { clinicId: austin }))).length);
    return Math.min(...rounds);
  };
  const few = await statements();
  for (let n = 0; n < 8; n += 1) await older(await placed(), '3 days');
  expect(await statements()).toBe(few);
});

test('that stock has come to wait is told once, by ids alone', async () => {
  const id = await placed();
  await older(id, '26 hours');
  for (let run = 0; run < 2; run += 1) {
    const key = randomUUID();
    await graph.sql(`select prescriptions.enqueue('note-attention', $1)`, [key]);
    await vi.waitFor(
      async () =>
        expect(await graph.sql(`select 1 from prescriptions_jobs._private_jobs where key = $1`, [`note-attention:${key}`])).toEqual([]),
      { timeout: 40_000, interval: 100 },
    );
  }
  const told = await graph.sql<{ payload: Data }>("select payload from prescriptions.outbox_event where topic = 'order-attention'");
  expect(told.map(({ payload }) => payload).filter(({ officeStockOrderId }) => officeStockOrderId === id)).toEqual([
    { kind: 'STOCK_UNANSWERED', officeStockOrderId: id, clinicId: austin, since: expect.any(String) },
  ]);
  const trail = await graph.sql(
    `select subject_kind, subject_id::text from prescriptions.audit_event where action = 'order.waits' and subject_id::text = $1`,
    [fromId('officeStockOrder', id)],
  );
  expect(trail).toHaveLength(1);
});
