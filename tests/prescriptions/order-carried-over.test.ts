import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { type Desk, orderDesk } from './order-desk.ts';
import { shipped } from './order-supply.ts';

let graph: TestGraph;
let desk: Desk;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const weekly = {
  amount: { value: '0.25', unit: 'mg' },
  timing: { frequency: 1, period: 1, periodUnit: 'WEEK', dayOfWeek: ['MONDAY'] },
  site: { display: 'left abdomen', system: 'http://snomed.info/sct', code: '113345001' },
  asNeeded: { reason: 'hunger' },
  maxDosePerPeriod: { amount: { value: '0.25', unit: 'mg' }, period: { value: '1', unit: 'wk' } },
};
const titration = ['0.25', '0.5'].map((value) => ({
  ...{ amount: { value, unit: 'mg' }, timing: { frequency: 1, period: 1, periodUnit: 'WEEK' } },
  duration: { value: '4', unit: 'wk' },
}));
const kept: readonly (readonly [string, object])[] = [
  ['directions that were read', { excludedExcipients: ['LKG8494WBH'] }],
  ['a dose as data', { sig: undefined, dosage: [weekly], excludedExcipients: ['LKG8494WBH'] }],
  ['a titration', { sig: undefined, dosage: titration }],
  [
    'words beside the dose, with their reason',
    {
      sig: 'Inject 0.25 mg once a week. Use the pen that is dialed for you, as the leaflet shows.',
      dosage: [{ amount: weekly.amount, timing: { frequency: 1, period: 1, periodUnit: 'WEEK' } }],
      sigOverrideReason: 'The leaflet has the pictures',
    },
  ],
];

/** What is another order's own: which it is, where it stands, when it was written and signed, and of which it takes the place. */
const own = [
  ...['id', 'status', 'status_since', 'version', 'drafted_at', 'signed_at', 'document', 'jws', 'digest', 'sent_at', 'attempt'],
  ...['sent_seq', 'taken_seq', 'fill', 'last_fill_on', 'prior_order_id', 'prior_relation'],
];
const row = async (orderId: string): Promise<Data> => {
  const [found] = await graph.sql<{ content: Data }>(
    `select to_jsonb(o) - $2::text[] as content from prescriptions."order" o where id = $1`,
    [fromId('order', orderId), own],
  );
  return found?.content ?? {};
};
const drafted = async (verb: 'amendOrder' | 'renewOrder', orderId: string, changes: object): Promise<string> => {
  const type = verb === 'amendOrder' ? 'AmendOrderInput' : 'RenewOrderInput';
  const answer = await desk.prescriber.get(
    `mutation Again($input: ${type}!) { ${verb}(input: $input) { ... on Order { id } ... on Refusal { code message } ... on InvalidInput { issues { path message } } } }`,
    { input: { orderId, changes } },
  );
  if (answer[verb].id === undefined) throw new Error(JSON.stringify(answer));
  return answer[verb].id;
};

test.each(kept)('an amendment keeps everything that it does not change: %s', async (_what, given) => {
  const orderId = await desk.signed(given);
  const before = await row(orderId);
  // An amendment changes something: here the diagnosis, which none of these has in common with another member.
  expect(await row(await drafted('amendOrder', orderId, { diagnosis: ['E66.3'] }))).toEqual({ ...before, diagnosis: ['E66.3'] });
});

test('a renewal keeps everything that it does not change', async () => {
  const orderId = await desk.sent(kept[1]?.[1]);
  await shipped(graph, orderId, 'TX-2611-0401');
  const before = await row(orderId);
  expect(await row(await drafted('renewOrder', orderId, {}))).toEqual(before);
});

test('what the patient must not get, and why words are their own, change by themselves', async () => {
  const orderId = await desk.signed(kept[3]?.[1]);
  const before = await row(orderId);
  const changes = { excludedExcipients: ['LKG8494WBH'], sigOverrideReason: 'The leaflet is in Spanish' };
  expect(await row(await drafted('amendOrder', orderId, changes))).toEqual({
    ...before,
    excluded_excipients: ['LKG8494WBH'],
    sig_override_reason: 'The leaflet is in Spanish',
  });
});
