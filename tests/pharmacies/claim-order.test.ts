import { afterAll, beforeAll, expect, test } from 'vitest';
import { CLAIM, claim, supplyGraph, type SupplyGraph } from './supply-graph.ts';
import { ids, public_ } from './supply-world.ts';

let graph: SupplyGraph;
beforeAll(async () => {
  graph = await supplyGraph();
});
afterAll(() => graph[Symbol.asyncDispose]());

test('takes an order on, and tells prescriptions', async () => {
  const orderId = await graph.arrived(1);
  const { data, errors } = await graph.pharmacist.ask(CLAIM, { input: { orderId } });
  expect({ data, errors }).toEqual({
    errors: [],
    data: {
      claimOrder: {
        __typename: 'Claim',
        id: expect.stringMatching(/^clm_/),
        secret: expect.stringMatching(/^[\w-]{43}$/),
        claimedAt: expect.any(String),
        fulfillment: { id: expect.stringMatching(/^ful_/), status: 'CLAIMED' },
      },
    },
  });
  expect(graph.handedBack.at(-1)).toMatchObject({ orderId, seq: 1, attempt: 1, kind: 'CLAIMED' });
});

test('the holder that claims again gets the same claim', async () => {
  const orderId = await graph.arrived(2);
  const first = await graph.pharmacist.ask(CLAIM, { input: { orderId } });
  const second = await graph.pharmacist.ask(CLAIM, { input: { orderId } });
  expect(second).toEqual(first);
});

test('30 claims at once give one', async () => {
  const orderId = await graph.arrived(3);
  const replies = await Promise.all(Array.from({ length: 30 }, () => graph.pharmacist.ask(CLAIM, { input: { orderId } })));
  const kinds = replies.map((reply) => reply.data?.claimOrder.__typename);
  const secrets = new Set(replies.flatMap((reply) => reply.data?.claimOrder.secret ?? []));
  expect(secrets.size).toBe(1);
  expect(kinds.filter((kind) => kind !== 'Claim' && kind !== 'Conflict' && kind !== 'Unavailable')).toEqual([]);
  expect(await graph.sql('select count(*)::int as claims from claim where order_id = $1', [ids.order(3)])).toEqual([{ claims: 1 }]);
});

test('an order that went to another pharmacy does not exist for this one', async () => {
  const orderId = await graph.arrived(4);
  const { data } = await graph.otherPharmacist.ask(CLAIM, { input: { orderId } });
  expect(data.claimOrder).toMatchObject({ __typename: 'NotFound', code: 'NOT_FOUND' });
  expect(await graph.statusOf(orderId)).toBe('RECEIVED');
});

test('a technician may not claim', async () => {
  const orderId = await graph.arrived(5);
  const { data } = await graph.technician.ask(CLAIM, { input: { orderId } });
  expect(data.claimOrder).toMatchObject({ __typename: 'Forbidden', code: 'FORBIDDEN' });
});

test('a check that fails blocks, with every check told', async () => {
  const orderId = await graph.arrived(6, {
    content: {
      exam: {
        examinerId: public_.examiner,
        outcome: 'DECLINED',
        services: ['weight-loss'],
        patientState: 'TX',
        completedAt: '2026-01-01T00:00:00.000Z',
        validUntil: '2027-11-01',
      },
    },
  });
  const { data } = await graph.pharmacist.ask(CLAIM, { input: { orderId } });
  expect(data.claimOrder.code).toBe('RULE_BLOCKED');
  expect(data.claimOrder.rules.filter((rule: { outcome: string }) => rule.outcome !== 'PASS')).toEqual([
    {
      id: 'verification.EXAM_VALID_THEN',
      outcome: 'FAIL',
      message: 'The exam ended DECLINED.',
      citation: null,
      remedy: 'Do not fill it; ask the clinic.',
    },
  ]);
  expect(await graph.statusOf(orderId)).toBe('RECEIVED');
});

test('a neighbour that does not answer blocks', async () => {
  const orderId = await graph.arrived(7);
  const { PrescriberNow } = graph.answers;
  graph.answers['PrescriberNow'] = null;
  const { data } = await graph.pharmacist.ask(CLAIM, { input: { orderId } });
  graph.answers['PrescriberNow'] = PrescriberNow ?? null;
  expect(data.claimOrder).toMatchObject({ __typename: 'RuleBlocked' });
  expect(
    data.claimOrder.rules
      .filter((rule: { outcome: string }) => rule.outcome !== 'PASS')
      .map((rule: { id: string; outcome: string }) => [rule.id, rule.outcome]),
  ).toEqual([['verification.PRESCRIBER_LICENSED_NOW', 'UNKNOWN']]);
});

test('after a return and another sending, the first pharmacy learns only that it is taken', async () => {
  const orderId = await graph.arrived(8);
  const secret = await claim(graph, orderId);
  const RETURN =
    'mutation ($input: ReturnOrderInput!) { returnOrder(input: $input) { __typename ... on Fulfillment { status reason } ... on Refusal { code } } }';
  expect((await graph.pharmacist.ask(RETURN, { input: { orderId, secret: 'wrong', reason: 'OUT_OF_STOCK' } })).data.returnOrder).toEqual({
    __typename: 'ClaimRequired',
    code: 'CLAIM_REQUIRED',
  });
  expect((await graph.pharmacist.ask(RETURN, { input: { orderId, secret, reason: 'OUT_OF_STOCK' } })).data.returnOrder).toEqual({
    __typename: 'Fulfillment',
    status: 'RETURNED',
    reason: 'OUT_OF_STOCK',
  });
  expect((await graph.pharmacist.ask(CLAIM, { input: { orderId } })).data.claimOrder).toMatchObject({
    __typename: 'IllegalTransition',
    code: 'ILLEGAL_TRANSITION',
  });
  await graph.handOver(8, { seq: 2, attempt: 2, pharmacyId: public_.otherPharmacy, formularyItemId: public_.otherItem });
  expect((await graph.pharmacist.ask(CLAIM, { input: { orderId } })).data.claimOrder).toMatchObject({
    __typename: 'AlreadyClaimed',
    code: 'ALREADY_CLAIMED',
  });
  expect(graph.handedBack.filter((told) => told.orderId === orderId).map((told) => [told.seq, told.kind, told.reason])).toEqual([
    [1, 'CLAIMED', null],
    [2, 'RETURNED', 'OUT_OF_STOCK'],
  ]);
});

test('rejects an order with a reason and a note', async () => {
  const orderId = await graph.arrived(9);
  const secret = await claim(graph, orderId);
  const REJECT =
    'mutation ($input: RejectOrderInput!) { rejectOrder(input: $input) { __typename ... on Fulfillment { status reason note order { id } } ... on Refusal { code message } } }';
  const { data } = await graph.pharmacist.ask(REJECT, {
    input: { orderId, secret, reason: 'ILLEGIBLE_OR_INCOMPLETE', note: 'Sig and quantity disagree' },
  });
  expect(data.rejectOrder).toEqual({
    __typename: 'Fulfillment',
    status: 'REJECTED',
    reason: 'ILLEGIBLE_OR_INCOMPLETE',
    note: 'Sig and quantity disagree',
    order: { id: orderId },
  });
});
