import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { type Desk, orderDesk } from './order-desk.ts';
import { claimed, dispenseInput, recordDispense } from './order-supply.ts';

let graph: TestGraph;
let desk: Desk;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const ROUNDS = 200;

const holdOrder = `mutation Hold($input: HoldOrderInput!) { holdOrder(input: $input) {
  __typename ... on Order { safetyHolds { id } } ... on Refusal { code message } } }`;
const releaseHold = `mutation Release($input: ReleaseHoldInput!) { releaseHold(input: $input) { __typename ... on Refusal { code message } } }`;
const hold = async (orderId: string): Promise<Data> =>
  (await desk.prescriber.ask(holdOrder, { input: { orderId, reason: 'RESULT_PENDING', note: 'A result is awaited.' } })).data.holdOrder;
const head = async (orderId: string): Promise<Data | undefined> =>
  (await graph.sql('select holds, hold_seq from pharmacies.hand_off_head where order_id = $1', [fromId('order', orderId)]))[0];

test('what is held stands under the lock of the pharmacy before the hold is acknowledged, and is gone when it is lifted', async () => {
  const orderId = await desk.sent();
  const held = await hold(orderId);
  expect(await head(orderId)).toEqual({ holds: ['RESULT_PENDING'], hold_seq: 1 });
  await expect(claimed(graph, orderId)).rejects.toThrow(/NO_SAFETY_HOLD/);
  await desk.prescriber.get(releaseHold, { input: { holdId: held['safetyHolds'][0].id, note: 'It was normal.' } });
  expect(await head(orderId)).toEqual({ holds: [], hold_seq: 2 });
  await expect(claimed(graph, orderId)).resolves.toEqual(expect.any(String));
});

test('a step that asked before the hold and writes after it is refused', async () => {
  const orderId = await desk.sent();
  const secret = await claimed(graph, orderId);
  // As if the clinic's answer had been read before: prescriptions says nothing of a hold, the head does.
  await graph.sql(`update pharmacies.hand_off_head set holds = '{CLINICAL_CONCERN}', hold_seq = 7 where order_id = $1`, [
    fromId('order', orderId),
  ]);
  const pharmacist = await graph.as('pharmacist');
  const { recordDispense: refused } = (
    await pharmacist.ask(recordDispense, { input: dispenseInput(graph, orderId, secret, 'TX-2611-0401') })
  ).data;
  expect(refused.rules.filter(({ outcome }: Data) => outcome !== 'PASS')).toMatchObject([{ id: 'safety.hold', outcome: 'FAIL' }]);
});

test('nothing is dispensed after a hold was acknowledged, whoever is first', { timeout: 900_000 }, async () => {
  const pharmacist = await graph.as('pharmacist');
  const orderId = await desk.sent();
  const secret = await claimed(graph, orderId);
  const id = fromId('order', orderId);
  const written = async () => (await graph.sql('select 1 from pharmacies.dispense where order_id = $1', [id])).length;
  const seen = { held: 0, dispensed: 0 };
  const took = { hold: 0, dispense: 0 };
  const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
  const timed = async <Answer>(what: keyof typeof took, act: () => Promise<Answer>): Promise<Answer> => {
    const since = performance.now();
    const answer = await act();
    took[what] = performance.now() - since;
    return answer;
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    const input = dispenseInput(graph, orderId, secret, `TX-2611-${1000 + round}`);
    const dispense = () => timed('dispense', () => pharmacist.ask(recordDispense, { input }));
    // From a whole hold ahead to a whole dispense ahead, by what the last of each took: machines differ. In the first two rounds one waits for the other.
    const lead = (round % 40) / 20 - 1;
    const dispensing = round === 0 ? null : after(-lead * took.hold).then(dispense);
    if (round === 1) await dispensing;
    const held = await after(lead * took.dispense).then(() => timed('hold', () => hold(orderId)));
    const atHold = await written();
    const answered = (await (dispensing ?? dispense())).data.recordDispense;
    if (answered.__typename === 'Dispense') seen.dispensed += 1;
    else seen.held += 1;
    // What was not written when the hold was acknowledged is not written any more.
    expect([round, answered.__typename, atHold, await written()]).toEqual(
      answered.__typename === 'Dispense' ? [round, 'Dispense', 1, 1] : [round, 'RuleBlocked', 0, 0],
    );
    // A second factor is good for five minutes, and so many rounds may take longer.
    const again = await graph.as('prescriber', { stepUp: true });
    await again.get(releaseHold, { input: { holdId: held['safetyHolds'][0].id, note: 'Again.' } });
    // As if it had not been dispensed, for the next round.
    await graph.sql(`begin; set local session_replication_role = replica; delete from pharmacies.dispense where order_id = '${id}';
      update pharmacies.fulfillment set status = 'CLAIMED', dispensed_at = null, lot_id = null where order_id = '${id}'; commit`);
  }
  expect([seen.held + seen.dispensed, seen.held > 0, seen.dispensed > 0]).toEqual([ROUNDS, true, true]);
});
