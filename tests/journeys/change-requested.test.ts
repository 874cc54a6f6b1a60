import { afterAll, beforeAll, expect, test } from 'vitest';
import { contractDocuments, contractVariables } from '../../gateway/journey/documents.ts';
import { type Desk, orderDesk } from '../prescriptions/order-desk.ts';
import { dispenseInput } from '../prescriptions/order-supply.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';

/** A pharmacy asks for another quantity; its prescriber agrees, signs what is changed, and the pharmacy fills that. */
let graph: TestGraph;
let desk: Desk;
let pharmacist: Asker;
let documents: Map<string, string>;
let examples: Record<string, Data>;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
  pharmacist = await graph.as('pharmacist');
  documents = await contractDocuments();
  examples = await contractVariables();
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

async function send(who: Asker, operation: string, input: object): Promise<Data> {
  const data = await who.get(documents.get(operation) ?? '', { input: { ...examples[operation]?.input, ...input } });
  return Object.values(data)[0];
}

test('change requested', async () => {
  const orderId = await desk.sent();
  const { secret } = await send(pharmacist, 'ClaimOrder', { orderId });

  // The pharmacist cannot fill it as it is written, and says why.
  const request = await send(pharmacist, 'RequestChange', { orderId, secret });
  expect(request).toEqual({ __typename: 'ChangeRequest', id: request.id, status: 'OPEN', kind: 'QUANTITY' });

  // The prescriber finds the question, answers it, and reads what they are about to sign.
  const found = await desk.prescriber.get('query($id: ID!) { order(id: $id) { changeRequests { id note status } } }', { id: orderId });
  expect(found.order.changeRequests).toEqual([{ id: request.id, note: 'Vial size is 2 mL', status: 'OPEN' }]);
  const { answerChange: approved } = await desk.prescriber.get(
    `mutation($input: AnswerChangeInput!) { answerChange(input: $input) { ... on ChangeRequest { status amendment { id draftDigest drug { quantity { value } } } } ... on Refusal { code message } } }`,
    { input: { changeRequestId: request.id, answer: 'APPROVED', changes: { quantity: { value: '2', unit: 'mL' } } } },
  );
  expect(approved).toMatchObject({ status: 'APPROVED', amendment: { drug: { quantity: { value: '2' } } } });
  const amended = approved.amendment.id;
  await send(desk.prescriber, 'SignOrder', { orderId: amended, digest: approved.amendment.draftDigest });
  await send(desk.prescriber, 'SendOrder', { orderId: amended });

  // What was written first is gone from the pharmacy, and the amended order is filled in its place.
  const late = await pharmacist.ask(documents.get('RecordDispense') ?? '', { input: dispenseInput(graph, orderId, secret, 'CJ-1') });
  expect(late.data.recordDispense.code).toMatch(/ILLEGAL_TRANSITION|CLAIM_REQUIRED/);
  const claim = await send(pharmacist, 'ClaimOrder', { orderId: amended });
  const input = { ...dispenseInput(graph, amended, claim.secret, 'CJ-2'), quantity: { value: '2', unit: 'mL' } };
  expect(await send(pharmacist, 'RecordDispense', input)).toMatchObject({ __typename: 'Dispense' });

  const chain = await desk.prescriber.get(
    'query($a: ID!, $b: ID!) { before: order(id: $a) { status supersededBy { id } } after: order(id: $b) { status supersedes { id } } }',
    { a: orderId, b: amended },
  );
  expect(chain).toEqual({
    before: { status: 'SUPERSEDED', supersededBy: { id: amended } },
    after: { status: 'SENT', supersedes: { id: orderId } },
  });
});
