import { afterAll, beforeAll, expect, test } from 'vitest';
import { idPrefixes, toId, type IdKind } from '#kernel/ids.ts';
import { type Data, type TestGraph, testGraph } from './support/graph.ts';
import { rowCounts, storySoFar, type Told } from './support/story-so-far.ts';

interface Retried {
  readonly answer: Data;
  readonly again: Data;
  readonly otherBody: Data;
  readonly byAnother: Data;
  readonly withoutKey: Data;
  readonly grown: string[];
}

let graph: TestGraph;
const retried = new Map<string, Retried>();

/** The mutations of the journey. */
const mutations = [
  'RegisterPatient',
  'SubmitIntake',
  'GiveConsent',
  'HoldSlot',
  'BookExam',
  'StartExam',
  'CompleteExam',
  'DraftOrder',
  'SignOrder',
  'SendOrder',
  'ClaimOrder',
  'RecordDispense',
  'RecordShipment',
  'StartRecall',
];

const keyOf = (step: Told) => `${step.operation}-${JSON.stringify(step.variables).length}-key`;

/** The same input about another record: the first id in it is changed for one that does not exist. */
function aboutAnother(variables: Told['variables']): Record<string, unknown> {
  const input = variables['input'] as Record<string, unknown>;
  const [field] = Object.entries(input).find(([, value]) => typeof value === 'string' && /^[a-z]{3}_[0-9a-z]{26}$/.test(value)) ?? [];
  if (field === undefined) throw new Error('There is no id in this input.');
  const prefix = String(input[field]).slice(0, 3);
  const kind = Object.entries(idPrefixes).find(([, value]) => value === prefix)?.[0] as IdKind;
  return { input: { ...input, [field]: toId(kind, '019aaaaa-0000-7000-8000-00000000000a') } };
}

/** Sends a step that has just been done once more in each way. */
async function retry(step: Told): Promise<void> {
  const asker = await graph.as(step.persona, { stepUp: step.stepUp });
  const idempotencyKey = keyOf(step);
  const value = ({ data, errors }: { data: Data; errors: unknown }) => (data === null ? errors : Object.values(data)[0]);
  const before = await rowCounts(graph);
  const again = value(await asker.ask(step.document, { ...step.variables }, { idempotencyKey }));
  const otherBody = value(await asker.ask(step.document, aboutAnother(step.variables), { idempotencyKey }));
  const after = await rowCounts(graph);
  const grown = Object.keys(after).filter((table) => after[table] !== before[table]);
  const outsider = await graph.as(step.persona === 'pharmacist' ? 'pharmacist-b' : 'prescriber-b', { stepUp: true });
  const byAnother = value(await outsider.ask(step.document, { ...step.variables }, { idempotencyKey }));
  // Answers given anew would replace those that the story goes on with: they are given when it is over.
  const isLate = step.operation === 'SubmitIntake';
  const withoutKey = isLate ? null : value(await asker.ask(step.document, { ...step.variables }));
  retried.set(step.operation, { answer: step.answer, again, otherBody, byAnother, withoutKey, grown });
}

beforeAll(async () => {
  graph = await testGraph();
  const story = await storySoFar(graph, {
    idempotencyKey: keyOf,
    async before(_next, { told }) {
      const last = told.at(-1);
      if (last && mutations.includes(last.operation) && !retried.has(last.operation)) await retry(last);
    },
  });
  const intake = story.told.find(({ operation }) => operation === 'SubmitIntake');
  const kept = retried.get('SubmitIntake');
  if (intake === undefined || kept === undefined) throw new Error('The story has no intake.');
  const { data } = await (await graph.as(intake.persona)).ask(intake.document, { ...intake.variables });
  retried.set('SubmitIntake', { ...kept, withoutKey: data.submitIntake });
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

test.each(mutations)('%s: a retry with its key answers the same and does nothing twice', (operation) => {
  const { answer, again, grown } = retried.get(operation) ?? {};
  expect(answer?.id).toEqual(expect.any(String));
  expect(again).toEqual(answer);
  expect(grown).toEqual([]);
});

test.each(mutations)('%s: its key with another body is a conflict', (operation) => {
  expect(retried.get(operation)?.otherBody).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
});

test.each(mutations)('%s: its key gives nothing to somebody else', (operation) => {
  const { byAnother } = retried.get(operation) ?? {};
  expect(byAnother.code).toMatch(/^(NOT_FOUND|FORBIDDEN)$/);
});

test.each(mutations)('%s: without a key it is done again, or refused with a code', (operation) => {
  const { withoutKey, answer } = retried.get(operation) ?? {};
  // The holder of an order gets the same claim again, key or none.
  if (operation === 'ClaimOrder') expect(withoutKey).toEqual(answer);
  else if (withoutKey.id === undefined)
    expect(withoutKey.code).toMatch(/^(ILLEGAL_TRANSITION|CONFLICT|SLOT_TAKEN|RULE_BLOCKED|HOLD_EXPIRED|INVALID_INPUT|NOT_FOUND)$/);
  else expect(withoutKey.id).not.toBe(answer.id);
});
