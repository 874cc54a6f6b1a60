import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { cancelOrder, type Desk, orderDesk, sendOrder, signOrder } from './order-desk.ts';
import { claimed, dispensed, dispenseInput, recordDispense } from './order-supply.ts';

let graph: TestGraph;
let desk: Desk;
let pharmacist: Asker;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
  pharmacist = await graph.as('pharmacist');
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const refusal =
  '... on Refusal { code message } ... on InvalidInput { issues { path message } } ... on IllegalTransition { from to } ... on RuleBlocked { rules { id outcome message remedy } }';
const shape =
  '__typename ... on ChangeRequest { id status kind type note answer denialReason order { id } amendment { id status drug { quantity { value unit } } supersedes { id } } }';
const requestChange = `mutation RequestChange($input: RequestChangeInput!) { requestChange(input: $input) { ${shape} ${refusal} } }`;
const answerChange = `mutation AnswerChange($input: AnswerChangeInput!) { answerChange(input: $input) { ${shape} ${refusal} } }`;
const withdrawChange = `mutation Withdraw($input: WithdrawChangeRequestInput!) { withdrawChangeRequest(input: $input) { ${shape} ${refusal} } }`;
const ofOrder =
  'query($id: ID!, $clinic: Boolean!) { order(id: $id) { changeAwaited @include(if: $clinic) changeRequests { id status kind note askedBy answer pharmacy { id } prescriber { id } } } }';

const asked = async (orderId: string, secret: string, more: object = {}, who: Asker = pharmacist): Promise<Data> =>
  (await who.ask(requestChange, { input: { orderId, secret, kind: 'QUANTITY', note: 'Vial size is 2 mL', ...more } })).data?.requestChange;
const answered = async (changeRequestId: string, more: object, who: Asker = desk.prescriber): Promise<Data> =>
  (await who.ask(answerChange, { input: { changeRequestId, ...more } })).data?.answerChange;
const withdrawn = async (changeRequestId: string, who: Asker = pharmacist): Promise<Data> =>
  (await who.ask(withdrawChange, { input: { changeRequestId } })).data?.withdrawChangeRequest;
const seen = async (who: Asker, id: string): Promise<Data> => (await who.get(ofOrder, { id, clinic: who === desk.prescriber })).order;

async function claimedOrder(): Promise<{ orderId: string; secret: string }> {
  const orderId = await desk.sent();
  return { orderId, secret: await claimed(graph, orderId) };
}

test('the pharmacy that works on an order asks, and its prescriber and the pharmacy see what was asked', async () => {
  const { orderId, secret } = await claimedOrder();
  const request = await asked(orderId, secret);
  expect(request).toEqual({
    ...{ __typename: 'ChangeRequest', id: expect.stringMatching(/^chg_/), status: 'OPEN', kind: 'QUANTITY', type: 'CLARIFICATION' },
    ...{ note: 'Vial size is 2 mL', answer: null, denialReason: null, order: { id: orderId }, amendment: null },
  });
  const line = { id: request.id, status: 'OPEN', kind: 'QUANTITY', note: 'Vial size is 2 mL', answer: null };
  for (const who of [desk.prescriber, pharmacist])
    expect(await seen(who, orderId)).toEqual({
      ...(who === desk.prescriber && { changeAwaited: false }),
      changeRequests: [
        {
          ...line,
          askedBy: expect.any(String),
          pharmacy: { id: expect.stringMatching(/^pha_/) },
          prescriber: { id: expect.stringMatching(/^prc_/) },
        },
      ],
    });
  expect((await seen(await graph.as('front-desk'), orderId)).changeRequests).toMatchObject([{ id: request.id, note: null }]);
});

test('asking needs the secret of the claim, a live claim and an order of one’s own', async () => {
  const orderId = await desk.sent();
  expect(await asked(orderId, 'x')).toMatchObject({ code: 'CLAIM_REQUIRED' });
  const secret = await claimed(graph, orderId);
  expect(await asked(orderId, `${secret}x`)).toMatchObject({ code: 'CLAIM_REQUIRED' });
  expect(await asked(orderId, secret, {}, await graph.as('pharmacist-b'))).toMatchObject({ code: 'NOT_FOUND' });
  expect(await asked(orderId, secret, {}, desk.prescriber)).toMatchObject({ code: 'FORBIDDEN' });
  expect(await asked(orderId, secret, { kind: 'CLARIFICATION', note: ' ' })).toMatchObject({ issues: [{ path: 'input.note' }] });
  expect(await asked(orderId, secret, { note: 'x'.repeat(1001) })).toMatchObject({ issues: [{ path: 'input.note' }] });
  const done = await desk.sent();
  const used = await dispensed(graph, done, 'CR-1');
  expect(await asked(done, used)).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'DISPENSED', to: 'CHANGE_REQUESTED' });
});

test('one question of a kind is open at a time, and ten that come at once make one', async () => {
  const { orderId, secret } = await claimedOrder();
  const all = await Promise.all(Array.from({ length: 10 }, () => asked(orderId, secret)));
  expect(all.map((one) => one.__typename ?? one.code).filter((kind) => kind === 'ChangeRequest').length).toBe(1);
  expect(new Set(all.map((one) => one.code).filter((code) => ![undefined, 'CONFLICT', 'UNAVAILABLE'].includes(code)))).toEqual(new Set());
  expect(await asked(orderId, secret, { kind: 'SIG', type: 'DRUG_USE_EVALUATION' })).toMatchObject({
    status: 'OPEN',
    type: 'DRUG_USE_EVALUATION',
  });
});

test('a retry under one key is answered with the same request', async () => {
  const { orderId, secret } = await claimedOrder();
  const input = { orderId, secret, kind: 'SIG', note: 'Which day?' };
  const first = await pharmacist.get(requestChange, { input }, { idempotencyKey: 'change-1' });
  expect(await pharmacist.get(requestChange, { input }, { idempotencyKey: 'change-1' })).toEqual(first);
});

test('an approval drafts the amendment, nothing is dispensed until it is signed, and then the order before it counts no more', async () => {
  const { orderId, secret } = await claimedOrder();
  const { id } = await asked(orderId, secret);
  const approved = await answered(id, { answer: 'APPROVED', changes: { quantity: { value: '2', unit: 'mL' } }, note: 'Two is enough.' });
  expect(approved).toMatchObject({
    ...{ status: 'APPROVED', answer: 'Two is enough.' },
    amendment: { status: 'DRAFT', drug: { quantity: { value: '2', unit: 'mL' } }, supersedes: { id: orderId } },
  });
  expect((await seen(desk.prescriber, orderId)).changeAwaited).toBe(true);
  const dispense = async () =>
    (await pharmacist.ask(recordDispense, { input: dispenseInput(graph, orderId, secret, 'CR-2') })).data.recordDispense;
  expect((await dispense()).rules.filter((rule: Data) => rule.outcome !== 'PASS')).toEqual([
    {
      ...{ id: 'order.changeAwaited', outcome: 'FAIL', message: 'The prescriber approved a change of this order that is not signed yet' },
      remedy: 'Wait for the amended order, or ask the prescriber to give the amendment up.',
    },
  ]);
  await desk.prescriber.get(signOrder, { input: { orderId: approved.amendment.id } });
  const { order } = await desk.prescriber.get('query($id: ID!) { order(id: $id) { status } }', { id: orderId });
  expect(order.status).toBe('SUPERSEDED');
  expect((await dispense()).code).toMatch(/ILLEGAL_TRANSITION|CLAIM_REQUIRED/);
});

test('an amendment that is given up no longer keeps the pharmacy waiting', async () => {
  const { orderId, secret } = await claimedOrder();
  const { id } = await asked(orderId, secret);
  const { amendment } = await answered(id, { answer: 'APPROVED', changes: { quantity: { value: '2', unit: 'mL' } } });
  await desk.prescriber.get(cancelOrder, { input: { orderId: amendment.id, reason: 'PRESCRIBER_CHANGED_PLAN' } });
  expect((await seen(desk.prescriber, orderId)).changeAwaited).toBe(false);
  const { recordDispense: made } = await pharmacist.get(recordDispense, { input: dispenseInput(graph, orderId, secret, 'CR-3') });
  expect(made.__typename).toBe('Dispense');
});

test('an approved change binds an order that was given back: it is not sent again as it was', async () => {
  const { orderId, secret } = await claimedOrder();
  const { id } = await asked(orderId, secret);
  const { amendment } = await answered(id, { answer: 'APPROVED', changes: { quantity: { value: '2', unit: 'mL' } } });
  await pharmacist.get('mutation($input: ReturnOrderInput!) { returnOrder(input: $input) { __typename } }', {
    input: { orderId, secret, reason: 'OUT_OF_STOCK' },
  });
  const send = async () => (await desk.prescriber.ask(sendOrder, { input: { orderId } })).data.sendOrder;
  expect((await send()).rules.filter((rule: Data) => rule.outcome !== 'PASS')).toMatchObject([
    { id: 'order.changeAwaited', outcome: 'FAIL' },
  ]);
  // As if it had gone out again before that was asked.
  await graph.sql(`update prescriptions."order" set attempt = attempt + 1 where id = $1`, [fromId('order', orderId)]);
  expect((await seen(desk.prescriber, orderId)).changeAwaited).toBe(true);
  await desk.prescriber.get(cancelOrder, { input: { orderId: amendment.id, reason: 'PRESCRIBER_CHANGED_PLAN' } });
  expect((await send()).status).toBe('SENT');
});

test('a denial has a reason and words, a clarification is answered in words, and neither changes the order', async () => {
  const { orderId, secret } = await claimedOrder();
  const { id } = await asked(orderId, secret);
  expect(await answered(id, { answer: 'DENIED' })).toMatchObject({ issues: [{ path: 'input.reason' }, { path: 'input.note' }] });
  expect(await answered(id, { answer: 'ANSWERED', note: 'x' })).toMatchObject({ issues: [{ path: 'input.answer' }] });
  expect(await answered(id, { answer: 'APPROVED' })).toMatchObject({ issues: [{ path: 'input.changes' }] });
  expect(await answered(id, { answer: 'DENIED', reason: 'PATIENT_NEED', note: 'Two vials, please.' })).toMatchObject({
    ...{ status: 'DENIED', denialReason: 'PATIENT_NEED', answer: 'Two vials, please.', amendment: null },
  });
  const clarification = await asked(orderId, secret, { kind: 'CLARIFICATION', note: 'Morning or evening?' });
  expect(await answered(clarification.id, { answer: 'ANSWERED', note: 'Evening.' })).toMatchObject({
    status: 'ANSWERED',
    answer: 'Evening.',
  });
  expect(await answered(id, { answer: 'DENIED', reason: 'OTHER', note: 'x' })).toMatchObject({ from: 'DENIED', to: 'DENIED' });
  const { recordDispense: made } = await pharmacist.get(recordDispense, { input: dispenseInput(graph, orderId, secret, 'CR-4') });
  expect(made.__typename).toBe('Dispense');
});

test('only the order’s own prescriber answers, and approves with a second factor', async () => {
  const { orderId, secret } = await claimedOrder();
  const { id } = await asked(orderId, secret);
  const approval = { answer: 'APPROVED', changes: { quantity: { value: '2', unit: 'mL' } } };
  expect(await answered(id, approval, await graph.as('prescriber'))).toMatchObject({ code: 'STEP_UP_REQUIRED' });
  expect(await answered(id, approval, await graph.as('prescriber-b', { stepUp: true }))).toMatchObject({ code: 'NOT_FOUND' });
  expect(await answered(id, approval, pharmacist)).toMatchObject({ code: 'FORBIDDEN' });
  await graph.sql('alter table prescriptions.change_request disable trigger all');
  await graph.sql('update prescriptions.change_request set prescriber_id = gen_random_uuid() where id = $1', [fromId('changeRequest', id)]);
  await graph.sql('alter table prescriptions.change_request enable trigger all');
  expect(await answered(id, { answer: 'DENIED', reason: 'OTHER', note: 'x' })).toMatchObject({ code: 'FORBIDDEN' });
});

test('the pharmacy withdraws its own question, and it ends when the order is dispensed or given back', async () => {
  const { orderId, secret } = await claimedOrder();
  const { id } = await asked(orderId, secret);
  expect(await withdrawn(id, await graph.as('pharmacist-b'))).toMatchObject({ code: 'NOT_FOUND' });
  expect(await withdrawn(id)).toMatchObject({ status: 'WITHDRAWN' });
  expect(await withdrawn(id)).toMatchObject({ from: 'WITHDRAWN', to: 'WITHDRAWN' });
  const again = await asked(orderId, secret);
  await pharmacist.get(recordDispense, { input: dispenseInput(graph, orderId, secret, 'CR-5') });
  expect((await seen(desk.prescriber, orderId)).changeRequests.map((one: Data) => one.status)).toEqual(['WITHDRAWN', 'ENDED']);
  expect(await answered(again.id, { answer: 'DENIED', reason: 'OTHER', note: 'x' })).toMatchObject({ from: 'ENDED', to: 'DENIED' });
  const other = await claimedOrder();
  await asked(other.orderId, other.secret);
  const reject = 'mutation($input: RejectOrderInput!) { rejectOrder(input: $input) { __typename ... on Refusal { code } } }';
  await pharmacist.get(reject, { input: { orderId: other.orderId, secret: other.secret, reason: 'NOT_VERIFIED' } });
  expect((await seen(desk.prescriber, other.orderId)).changeRequests.map((one: Data) => one.status)).toEqual(['ENDED']);
});

test('what was asked and answered is kept as written, and told by ids alone', async () => {
  const { orderId, secret } = await claimedOrder();
  const { id } = await asked(orderId, secret, { note: 'Semaglutide for whom?' });
  const uuid = fromId('changeRequest', id);
  for (const set of ["note = 'x'", "status = 'OPEN'", "kind = 'SIG'"])
    await expect(graph.sql(`update prescriptions.change_request set ${set} where id = $1`, [uuid])).rejects.toThrow(/kept as written/);
  await expect(graph.sql('delete from prescriptions.change_request where id = $1', [uuid])).rejects.toThrow(/kept as written/);
  await answered(id, { answer: 'DENIED', reason: 'OTHER', note: 'Of Semaglutide.' });
  const told = await graph.sql(
    "select seq, payload from prescriptions.outbox_event where topic = 'change-request' and key = $1 order by seq",
    [uuid],
  );
  const common = {
    changeRequestId: id,
    orderId,
    kind: 'QUANTITY',
    code: 'S',
    clinicId: expect.any(String),
    pharmacyId: expect.any(String),
  };
  expect(told).toEqual([
    { seq: 1, payload: { ...common, status: 'OPEN' } },
    { seq: 2, payload: { ...common, status: 'DENIED' } },
  ]);
  const trail = await graph.sql("select action, detail from prescriptions.audit_event where action like 'change-request.%'");
  expect(JSON.stringify(trail)).not.toMatch(/semaglutide/i);
  expect(trail.map((one: Data) => one.action)).toContain('change-request.denied');
});
