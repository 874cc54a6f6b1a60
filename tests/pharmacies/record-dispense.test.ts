import { afterAll, beforeAll, expect, test } from 'vitest';
import { claim, DISPENSE, supplyGraph, type SupplyGraph } from './supply-graph.ts';
import { ids, public_ } from './supply-world.ts';

let graph: SupplyGraph;
let orders = 100;
const next = () => (orders += 1);
beforeAll(async () => {
  graph = await supplyGraph('2026-12-02T18:00:00Z');
});
afterAll(() => graph[Symbol.asyncDispose]());

const entry = (orderId: string, secret: string, over: Record<string, unknown> = {}) => ({
  ...{
    orderId,
    secret,
    lotNumber: 'TX-2611-0042',
    compoundedAt: '2026-12-02T15:00:00Z',
    beyondUseDate: '2026-12-12',
    storage: 'REFRIGERATED',
  },
  quantity: { value: '2.50', unit: 'mL' },
  ...over,
});

interface Rule {
  readonly id: string;
  readonly outcome: string;
  readonly message: string;
}
const blocking = (data: { recordDispense: { rules?: Rule[] } }) =>
  (data.recordDispense.rules ?? []).filter((rule) => rule.outcome !== 'PASS').map((rule) => `${rule.id} ${rule.outcome}`);

async function claimed(n: number): Promise<{ orderId: string; secret: string }> {
  const orderId = await graph.arrived(n);
  return { orderId, secret: await claim(graph, orderId) };
}

test('records lot, beyond-use date and amount, and tells prescriptions', async () => {
  const { orderId, secret } = await claimed(1);
  const { data, errors } = await graph.pharmacist.ask(DISPENSE, { input: entry(orderId, secret) });
  expect({ data, errors }).toEqual({
    errors: [],
    data: {
      recordDispense: {
        __typename: 'Dispense',
        id: expect.stringMatching(/^dsp_/),
        lot: { id: expect.stringMatching(/^lot_/), number: 'TX-2611-0042' },
        beyondUseDate: '2026-12-12',
        quantity: { value: '2.5', unit: 'mL' },
        fulfillment: { id: expect.stringMatching(/^ful_/), status: 'DISPENSED' },
      },
    },
  });
  expect(graph.handedBack.filter((told) => told.orderId === orderId).map((told) => [told.seq, told.kind, told.lotNumber])).toEqual([
    [1, 'CLAIMED', null],
    [2, 'DISPENSED', 'TX-2611-0042'],
  ]);
});

test('a lot written another way is the same lot', async () => {
  const { orderId, secret } = await claimed(2);
  const { data } = await graph.pharmacist.ask(DISPENSE, { input: entry(orderId, secret, { lotNumber: ' tx–2611–0042 ' }) });
  expect(data.recordDispense.lot.number).toBe('TX-2611-0042');
  expect(await graph.sql('select count(*)::int as lots from lot')).toEqual([{ lots: 1 }]);
});

test('without the claim, nothing', async () => {
  const { orderId, secret } = await claimed(3);
  for (const wrong of ['', 'x', `${secret}x`, secret.slice(0, -1)]) {
    const { data } = await graph.pharmacist.ask(DISPENSE, { input: entry(orderId, wrong) });
    expect(data.recordDispense).toMatchObject({ __typename: 'ClaimRequired', code: 'CLAIM_REQUIRED' });
  }
  const unclaimed = await graph.arrived(4);
  expect((await graph.pharmacist.ask(DISPENSE, { input: entry(unclaimed, secret) })).data.recordDispense.code).toBe('CLAIM_REQUIRED');
  expect((await graph.otherPharmacist.ask(DISPENSE, { input: entry(orderId, secret) })).data.recordDispense.code).toBe('NOT_FOUND');
  expect((await graph.technician.ask(DISPENSE, { input: entry(orderId, secret) })).data.recordDispense.code).toBe('FORBIDDEN');
});

test.each<[string, Record<string, unknown>, string[]]>([
  // Category 2, aseptic, tested, refrigerated: 45 days; the formula's own limit is 40.
  ['a beyond-use date past the formula’s limit', { beyondUseDate: '2027-01-12' }, ['bud.formula FAIL']],
  ['a beyond-use date past the USP maximum as well', { beyondUseDate: '2027-01-20' }, ['bud.uspMaximum FAIL', 'bud.formula FAIL']],
  ['compounding in the future', { compoundedAt: '2026-12-03T15:00:00Z' }, ['dispense.compoundedAt FAIL']],
  ['a beyond-use date that has passed', { compoundedAt: '2026-11-20T15:00:00Z', beyondUseDate: '2026-12-01' }, ['bud.notPassed FAIL']],
  ['storage the formula was not made for', { storage: 'FROZEN' }, ['dispense.storage FAIL']],
])('refuses %s', async (_what, over, rules) => {
  const { orderId, secret } = await claimed(next());
  const { data } = await graph.pharmacist.ask(DISPENSE, { input: entry(orderId, secret, { lotNumber: 'LIMITS-1', ...over }) });
  expect(data.recordDispense.code).toBe('RULE_BLOCKED');
  expect(blocking(data)).toEqual(rules);
  expect(await graph.statusOf(orderId)).toBe('CLAIMED');
});

test('the last day that is allowed is allowed', async () => {
  const { orderId, secret } = await claimed(5);
  const { data } = await graph.pharmacist.ask(DISPENSE, {
    input: entry(orderId, secret, { lotNumber: 'LAST-DAY', beyondUseDate: '2027-01-11' }),
  });
  expect(data.recordDispense.__typename).toBe('Dispense');
});

test('a lot number that was used for another time or date is refused with what is on record', async () => {
  const { orderId, secret } = await claimed(6);
  const { data } = await graph.pharmacist.ask(DISPENSE, { input: entry(orderId, secret, { beyondUseDate: '2026-12-13' }) });
  expect(data.recordDispense).toMatchObject({
    __typename: 'InvalidInput',
    issues: [{ path: 'input.beyondUseDate', message: 'Lot TX-2611-0042 was recorded with the beyond-use date 2026-12-12.' }],
  });
});

test.each(['', '   ', '\u2028', 'x'.repeat(41), '<script>', '-'])('a lot number that is none: %j', async (lotNumber) => {
  const { data } = await graph.pharmacist.ask(DISPENSE, { input: entry('ord_01h455vb4pex5vsknk084sn02q', 's', { lotNumber }) });
  expect(data.recordDispense).toMatchObject({ __typename: 'InvalidInput', issues: [{ path: 'input.lotNumber' }] });
});

test('the same key answers the first dispense again, another input conflicts', async () => {
  const { orderId, secret } = await claimed(7);
  const input = entry(orderId, secret, { lotNumber: 'KEYED-1' });
  const first = await graph.pharmacist.ask(DISPENSE, { input }, { idempotencyKey: 'k-1' });
  expect(await graph.pharmacist.ask(DISPENSE, { input }, { idempotencyKey: 'k-1' })).toEqual(first);
  expect(first.data.recordDispense.__typename).toBe('Dispense');
  const other = await graph.pharmacist.ask(DISPENSE, { input: { ...input, beyondUseDate: '2026-12-11' } }, { idempotencyKey: 'k-1' });
  expect(other.data.recordDispense.code).toBe('IDEMPOTENCY_CONFLICT');
});

test('a dispense after a granted withdrawal is refused, and kept as an incident that a recall finds', async () => {
  const { orderId, secret } = await claimed(8);
  expect(await graph.handOver(8, { seq: 2, kind: 'WITHDRAW' })).toEqual({ outcome: 'GRANTED', status: 'WITHDRAWN' });
  const input = entry(orderId, secret, { lotNumber: 'LATE-1' });
  for (const idempotencyKey of ['late', 'late', 'later', 'otherwise']) {
    // The last says of the lot what was not recorded: what left bore this number all the same.
    if (idempotencyKey === 'otherwise') input.beyondUseDate = '2026-12-11';
    const { data } = await graph.pharmacist.ask(DISPENSE, { input }, { idempotencyKey });
    expect(data.recordDispense).toMatchObject({ __typename: 'IllegalTransition', code: 'ILLEGAL_TRANSITION' });
  }
  expect(
    await graph.sql(`select i.kind, l.normalized_number from incident i join lot l on l.id = i.lot_id where i.order_id = $1`, [
      ids.order(8),
    ]),
  ).toEqual([{ kind: 'LATE_DISPENSE', normalized_number: 'LATE-1' }]);
  expect(await graph.sql('select count(*)::int as dispenses from dispense where order_id = $1', [ids.order(8)])).toEqual([
    { dispenses: 0 },
  ]);
  const recall = await graph.pharmacist.ask(
    'mutation ($input: StartRecallInput!) { startRecall(input: $input) { ... on Recall { affected { orders clinics patients } } } }',
    {
      input: { pharmacyId: public_.pharmacy, lotNumbers: ['late-1'], class: 'I', reason: 'Particles' },
    },
  );
  expect(recall.data.startRecall.affected).toEqual({ orders: 1, clinics: 1, patients: 1 });
});

test('a dispense with the secret of an earlier sending is refused, and kept as an incident of that sending', async () => {
  const { orderId, secret } = await claimed(9);
  const back = await graph.pharmacist.ask(
    'mutation ($input: ReturnOrderInput!) { returnOrder(input: $input) { ... on Fulfillment { status } ... on Refusal { code } } }',
    { input: { orderId, secret, reason: 'OUT_OF_STOCK' } },
  );
  expect(back.data.returnOrder).toEqual({ status: 'RETURNED' });
  await graph.arrived(9, { handOff: { seq: 2, attempt: 2 } });
  const again = await claim(graph, orderId);
  const dispense = async (known: string, lotNumber: string) =>
    (await graph.pharmacist.ask(DISPENSE, { input: entry(orderId, known, { lotNumber }) })).data.recordDispense;
  expect(await dispense(secret, 'EARLIER-1')).toMatchObject({ code: 'CLAIM_REQUIRED' });
  expect(await dispense('wrong', 'EARLIER-2')).toMatchObject({ code: 'CLAIM_REQUIRED' });
  expect(
    await graph.sql(
      `select i.kind, f.attempt, l.normalized_number from incident i join fulfillment f on f.id = i.fulfillment_id join lot l on l.id = i.lot_id where i.order_id = $1`,
      [ids.order(9)],
    ),
  ).toEqual([{ kind: 'LATE_DISPENSE', attempt: 1, normalized_number: 'EARLIER-1' }]);
  const recall = await graph.pharmacist.ask(
    'mutation ($input: StartRecallInput!) { startRecall(input: $input) { ... on Recall { affected { orders clinics patients } } } }',
    { input: { pharmacyId: public_.pharmacy, lotNumbers: ['EARLIER-1'], class: 'I', reason: 'Particles' } },
  );
  expect(recall.data.startRecall.affected).toEqual({ orders: 1, clinics: 1, patients: 1 });
  expect(await dispense(again, 'EARLIER-3')).toMatchObject({ __typename: 'Dispense' });
});

test('not even a row that slips past the code dispenses what was withdrawn', async () => {
  const fulfillment = (await graph.sql<{ id: string }>('select id from fulfillment where order_id = $1', [ids.order(8)]))[0]?.id;
  await expect(
    graph.sql(
      `insert into dispense (id, fulfillment_id, order_id, pharmacy_id, clinic_id, patient_id, lot_id, quantity_value, quantity_unit, beyond_use_date, dispensed_by, dispensed_at)
       select gen_random_uuid(), f.id, f.order_id, f.pharmacy_id, f.clinic_id, f.patient_id, l.id, 1, 'mL', '2026-12-12', 'x', now() from fulfillment f, lot l where f.id = $1 limit 1`,
      [fulfillment],
    ),
  ).rejects.toThrow('a dispense needs a fulfillment that is DISPENSED');
});
