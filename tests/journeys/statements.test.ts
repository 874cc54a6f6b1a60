import { expect, test } from 'vitest';
import { contractDocuments, contractVariables } from '../../gateway/journey/documents.ts';
import { tellStory } from '../../gateway/journey/story.ts';
import { twoHundredClinics } from '../clinics/two-hundred-clinics.ts';
import { booked, clinicOf, freeTimes, held, readyPatient } from '../prescriptions/exam-story.ts';
import { orderDesk } from '../prescriptions/order-desk.ts';
import { walkIn } from '../prescriptions/queue-story.ts';
import { type Data, type Reply, testGraph, type TestGraph } from '../support/graph.ts';
import { sentBy } from '../support/statements.ts';

const OF_OUR_TABLES = /"(clinics|physicians|prescriptions|pharmacies)"\./;
/** What a cache that ran out meanwhile may add, far fewer than the rows that are added; of a question the quietest of three rounds counts. */
const BESIDE = 3;
const MORE_ORDERS = 14;
const MORE_WAITING = 6;

/** Statements over our own tables by operation while the whole story is told, and what the contract has beside it. */
async function statementsOf(graph: TestGraph): Promise<Map<string, number>> {
  const documents = await contractDocuments();
  const counted = new Map<string, number>();
  const send: Send = async (persona, operation, variables, options) => {
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
  await besideStory(graph, send);
  return counted;
}

type Send = (
  persona: string,
  operation: string,
  variables: object,
  options?: { stepUp?: boolean },
) => Promise<{ data: Reply['data'] | undefined; errors: Reply['errors'] }>;

/** What the story does not pass: the queue, an exam that is moved and called off, an order that comes back, is refused, asked about and cancelled. */
async function besideStory(graph: TestGraph, send: Send): Promise<void> {
  const examples = await contractVariables();
  const told = async (persona: string, operation: string, more: object = {}): Promise<Data> => {
    const input = examples[operation]?.['input'] as object | undefined;
    const { data, errors } = await send(persona, operation, input === undefined ? more : { input: { ...input, ...more } });
    const [answer] = Object.values((data ?? {}) as Record<string, Data>);
    if (errors.length > 0 || !answer || answer['code']) throw new Error(`${operation}: ${JSON.stringify([errors, answer])}`);
    return answer;
  };
  const desk = await graph.as('front-desk');
  const clinicId = await clinicOf(desk);
  await told('front-desk', 'RequestExamNow', { clinicId, ...(await readyPatient(desk, clinicId)) });
  await told('examiner', 'ExamQueue');
  await told('examiner', 'ClaimNextExam');
  const { examId, patientId } = await booked(desk, graph, clinicId);
  const [later = ''] = await freeTimes(desk, graph, clinicId, 3);
  await told('front-desk', 'RescheduleExam', { examId, holdId: await held(desk, clinicId, patientId, later) });
  await told('front-desk', 'ExamStatus', { id: examId });
  await told('front-desk', 'CancelExam', { examId });

  const orders = await orderDesk(graph);
  const claim = async (orderId: string) => ({ orderId, secret: (await told('pharmacist', 'ClaimOrder', { orderId }))['secret'] });
  const orderId = await orders.sent();
  await told('pharmacist', 'ReturnOrder', await claim(orderId));
  await told('prescriber', 'SendOrder', { orderId });
  await told('pharmacist', 'RejectOrder', await claim(orderId));
  const asked = await orders.sent();
  await told('pharmacist', 'RequestChange', await claim(asked));
  await told('prescriber', 'CancelOrder', { orderId: asked });
}

/** 195 clinics more, at the persona pharmacist's pharmacy so many orders more that wait, and so many more patients who wait at the clinic. */
async function grow(graph: TestGraph): Promise<void> {
  await twoHundredClinics(graph);
  const desk = await orderDesk(graph);
  for (let sent = 0; sent < MORE_ORDERS; sent += 1) await desk.sent();
  // And more who wait for an exam.
  const front = await graph.as('front-desk');
  const clinicId = await clinicOf(front);
  for (let waiting = 0; waiting < MORE_WAITING; waiting += 1) await walkIn(front, clinicId);
}

test('no operation of the contract takes more statements where there is more', { timeout: 600_000 }, async () => {
  const few = await (async () => {
    await using graph = await testGraph();
    return await statementsOf(graph);
  })();
  await using graph = await testGraph();
  await grow(graph);
  const many = await statementsOf(graph);
  // Every operation of the contract but the subscription.
  expect([...few.keys()].toSorted()).toEqual([...(await contractDocuments()).keys()].filter((name) => name !== 'ExamUpdated').toSorted());
  expect([...many.keys()]).toEqual([...few.keys()]);
  const grown = [...many].filter(([operation, count]) => count > (few.get(operation) ?? 0) + BESIDE);
  expect(grown.map(([operation, count]) => `${operation}: ${few.get(operation)} statements became ${count}`)).toEqual([]);
});
