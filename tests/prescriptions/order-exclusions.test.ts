import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type TestGraph, testGraph } from '../support/graph.ts';
import { type Desk, draftOrder, orderDesk, signOrder } from './order-desk.ts';

let graph: TestGraph;
let desk: Desk;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const draft = async (excludedExcipients: readonly string[]) =>
  (await desk.prescriber.ask(draftOrder, { input: { ...desk.input, excludedExcipients } })).data.draftOrder;

test.each([
  [
    'an inactive ingredient',
    ['059QF0KO0R'],
    'input.excludedExcipients.0',
    'The preparation contains it: Water for injection. Choose one without.',
  ],
  [
    'an active one',
    ['LKG8494WBH', '53AXN4NNHX'],
    'input.excludedExcipients.1',
    'The preparation contains it: Semaglutide. Choose one without.',
  ],
  ['what is no UNII', ['benzyl'], 'input.excludedExcipients.0', 'A UNII must be ten digits or capital letters.'],
  ['a mistyped UNII', ['LKG8494WBA'], 'input.excludedExcipients.0', 'A UNII has a wrong check character.'],
  ['one twice', ['LKG8494WBH', 'LKG8494WBH'], 'input.excludedExcipients', 'A substance is given twice.'],
])('an exclusion of %s is refused by its path', async (_what, excluded, path, message) => {
  expect(await draft(excluded)).toEqual({
    __typename: 'InvalidInput',
    code: 'INVALID_INPUT',
    message: expect.any(String),
    issues: [{ path, message }],
  });
});

test('what the preparation keeps clear of is asked, shown and signed', async () => {
  const { id } = await draft(['LKG8494WBH']);
  const asked = async () =>
    (
      await desk.prescriber.get(
        'query ($id: ID!) { order(id: $id) { drug { excludedExcipients } eligibility { rules { id outcome } } signature { jws } } }',
        { id },
      )
    ).order;
  const before = await asked();
  expect(before.drug).toEqual({ excludedExcipients: ['LKG8494WBH'] });
  expect(before.eligibility.rules).toContainEqual({ id: 'excipient.excluded', outcome: 'PASS' });
  await desk.prescriber.get(signOrder, { input: { orderId: id } });
  const { signature } = await asked();
  const { payload } = JSON.parse(signature.jws) as { payload: string };
  expect(JSON.parse(Buffer.from(payload, 'base64url').toString()).drug.excludedExcipients).toEqual(['LKG8494WBH']);
});

test('an exclusion changes what a signer has seen', async () => {
  const { id } = await draft([]);
  const digest = async () =>
    (await desk.prescriber.get('query ($id: ID!) { order(id: $id) { draftDigest } }', { id })).order.draftDigest as string;
  const before = await digest();
  await graph.sql(`update prescriptions."order" set excluded_excipients = '{LKG8494WBH}' where id = $1`, [fromId('order', id)]);
  expect(await digest()).not.toBe(before);
});

test('where the pharmacy has not recorded what else is in it, an exclusion blocks and an order without one does not', async () => {
  await graph.sql(
    `update pharmacies.formula set excipients_recorded_at = null
     where id in (select formula_id from pharmacies.formulary_item where id = $1)`,
    [fromId('formularyItem', desk.formularyItemId)],
  );
  await desk.nextPatient();
  const { id } = await draft(['LKG8494WBH']);
  const refused = (await desk.prescriber.ask(signOrder, { input: { orderId: id } })).data.signOrder;
  expect(refused.rules.filter(({ outcome }: { outcome: string }) => outcome !== 'PASS')).toEqual([
    {
      id: 'excipient.excluded',
      outcome: 'UNKNOWN',
      message: 'What else the preparation contains is not recorded, and something is excluded for this patient',
      citation: null,
      remedy: "Ask the pharmacy to record the formula's inactive ingredients, then draft the order again.",
    },
  ]);
  const other = await desk.draft();
  expect((await desk.prescriber.get(signOrder, { input: { orderId: other } })).signOrder.__typename).toBe('Order');
});
