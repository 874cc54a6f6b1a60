import { expect, test } from 'vitest';
import { contractDocuments } from '../../gateway/journey/documents.ts';
import { orderDesk } from '../prescriptions/order-desk.ts';
import { testGraph } from '../support/graph.ts';
import { sentBy } from '../support/statements.ts';

/** Messages to the database for one verification of the contract: four questions to three neighbours, what is kept, and the order as it is shown. */
const MOST = 42;
/** Transactions among them. */
const MOST_TRANSACTIONS = 9;

test('a verification takes no more messages to the database than it did, and none for settings alone', { timeout: 300_000 }, async () => {
  await using graph = await testGraph();
  const orderId = await (await orderDesk(graph)).sent();
  const document = (await contractDocuments()).get('VerifyOrder') ?? '';
  const pharmacist = await graph.as('pharmacist');
  const rounds: string[][] = [];
  for (let round = 0; round < 3; round += 1) {
    const sent = await sentBy(async () => {
      const { data } = await pharmacist.ask(document, { orderId });
      expect(data).toMatchObject({ verifyOrder: { verdict: 'VERIFIED' } });
    });
    rounds.push(sent);
  }
  // Of a cache that ran out meanwhile the quietest round knows nothing.
  const quietest = rounds.toSorted((one, other) => one.length - other.length)[0] ?? [];
  expect(quietest.length).toBeLessThanOrEqual(MOST);
  expect(quietest.filter((text) => text.startsWith('BEGIN')).length).toBeLessThanOrEqual(MOST_TRANSACTIONS);
  expect(quietest.filter((text) => text === 'BEGIN' || text.startsWith('select set_config'))).toEqual([]);
});
