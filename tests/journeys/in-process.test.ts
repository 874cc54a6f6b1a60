import { afterAll, beforeAll, expect, test } from 'vitest';
import { contractDocuments, contractVariables } from '../../gateway/journey/documents.ts';
import type { FrontEnd } from '../../gateway/journey/front-end.ts';
import { type Step, tellStory } from '../../gateway/journey/story.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';

let graph: TestGraph;

beforeAll(async () => {
  graph = await testGraph();
});

afterAll(async () => graph?.[Symbol.asyncDispose]());

test('the whole story plays in one process, from registration to recall', async () => {
  const documents = await contractDocuments();
  const frontEnd: FrontEnd = {
    async send(persona, operation, variables, options) {
      const asker = await graph.as(persona, options);
      const { data, errors } = await asker.ask(documents.get(operation) ?? '', { ...variables });
      return { data, errors: errors.map(({ message, code, path }) => ({ message: `${path}: ${message}`, extensions: { code } })) };
    },
  };
  const steps: Step[] = [];
  await tellStory(
    frontEnd,
    await contractVariables(),
    () => graph.clock.now(),
    (step) => steps.push(step),
  );
  expect(steps.map((step) => step.operation)).toEqual([
    'Viewer',
    'ClinicServices',
    'RegisterPatient',
    'IntakeQuestionnaire',
    'SubmitIntake',
    'GiveConsent',
    'GiveConsent',
    'ExamSlots',
    'HoldSlot',
    'BookExam',
    'StartExam',
    'CompleteExam',
    'Formulary',
    'ActiveProtocols',
    'DraftOrder',
    'OrderEligibility',
    'SignOrder',
    'SendOrder',
    'Viewer',
    'IncomingOrders',
    'VerifyOrder',
    'ClaimOrder',
    'RecordDispense',
    'RecordShipment',
    'OrderTimeline',
    'StartRecall',
    'RecallStatus',
    'Viewer',
    'MsoDashboard',
    'Expirables',
    'OversightByDirector',
  ]);
  expect(steps.find((step) => step.operation === 'VerifyOrder')?.outcome).toMatch(/^VERIFIED: (\d+) of \1 checks pass$/);
  expect(steps.find((step) => step.operation === 'OrderTimeline')?.outcome).toBe('DRAFT → SIGNED → SENT → SENT → SENT → COMPLETED');
});
