import { expect, test } from 'vitest';
import { contractDocuments, contractVariables } from '../../gateway/journey/documents.ts';
import { tellStory } from '../../gateway/journey/story.ts';
import { twoHundredClinics } from '../clinics/two-hundred-clinics.ts';
import { orderDesk } from '../prescriptions/order-desk.ts';
import { type Reply, testGraph, type TestGraph } from '../support/graph.ts';
import { sentBy } from '../support/statements.ts';

const OF_OUR_TABLES = /"(clinics|physicians|prescriptions|pharmacies)"\./;
/** What a cache that ran out meanwhile may add, far fewer than the rows that are added; of a question the quietest of three rounds counts. */
const BESIDE = 3;
const MORE_ORDERS = 14;

/** Statements over our own tables by operation while the whole story is told. */
async function statementsOf(graph: TestGraph): Promise<Map<string, number>> {
  const documents = await contractDocuments();
  const counted = new Map<string, number>();
  const send = async (persona: string, operation: string, variables: object, options?: { stepUp?: boolean }) => {
    const asker = await graph.as(persona, options);
    const document = documents.get(operation) ?? '';
    const rounds: number[] = [];
    let reply: Reply | undefined;
    for (let round = 0; round < (document.startsWith('query') ? 3 : 1); round += 1) {
      const texts = await sentBy(async () => {
        reply = await asker.ask(document, { ...variables });
      });
      rounds.push(texts.filter((text) => OF_OUR_TABLES.test(text)).length);
    }
    counted.set(operation, Math.max(counted.get(operation) ?? 0, Math.min(...rounds)));
    return { data: reply?.data, errors: reply?.errors ?? [] };
  };
  await tellStory(
    { send },
    await contractVariables(),
    () => graph.clock.now(),
    () => undefined,
  );
  return counted;
}

/** 195 clinics more, and at the persona pharmacist's pharmacy so many orders more that wait. */
async function grow(graph: TestGraph): Promise<void> {
  await twoHundredClinics(graph);
  const desk = await orderDesk(graph);
  for (let sent = 0; sent < MORE_ORDERS; sent += 1) await desk.sent();
}

test('no operation of the contract takes more statements where there is more', { timeout: 300_000 }, async () => {
  const few = await (async () => {
    await using graph = await testGraph();
    return await statementsOf(graph);
  })();
  await using graph = await testGraph();
  await grow(graph);
  const many = await statementsOf(graph);
  expect(few.size).toBeGreaterThan(25);
  expect([...many.keys()]).toEqual([...few.keys()]);
  const grown = [...many].filter(([operation, count]) => count > (few.get(operation) ?? 0) + BESIDE);
  expect(grown.map(([operation, count]) => `${operation}: ${few.get(operation)} statements became ${count}`)).toEqual([]);
});
