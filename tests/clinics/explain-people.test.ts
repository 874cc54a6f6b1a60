import { afterAll, beforeAll, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { practitionerId } from '#prisma/seed/people.ts';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { type Asker, type TestGraph, testGraph } from '../support/graph.ts';

let graph: TestGraph;
let officer: Asker;
beforeAll(async () => {
  graph = await testGraph();
  officer = await graph.as('compliance');
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const EXPLAIN = `query ($clinic: ID!, $input: ExplainInput!) {
  explain(clinicId: $clinic, input: $input) { results { id outcome } facts } }`;

interface Told {
  readonly id: string;
  readonly outcome: string;
}

async function explainExam() {
  const examiner = toId('practitioner', practitionerId('examiner'));
  const startsAt = graph.clock.now().toISOString();
  const exam = { patientState: 'TX', service: 'weight-loss', modality: 'SYNC_VIDEO', examinerId: examiner, startsAt };
  const { explain } = await officer.get(EXPLAIN, { clinic: placeTypeId('austin'), input: { exam } });
  return explain as { results: Told[]; facts: { examiner: Record<string, unknown> } };
}

test('whoever is named in a plan shows licences, which are a register, and not what is managed elsewhere', async () => {
  const { facts } = await explainExam();
  expect(Object.keys(facts.examiner).sort()).toEqual(['credential', 'id', 'independentIn', 'licences']);
});

test('a licence of another kind does not answer for the one that the credential is practised under', async () => {
  const become = (type: string) =>
    graph.sql(`update physicians.license set type = $2 where practitioner_id = $1 and state = 'TX'`, [practitionerId('examiner'), type]);
  const outcome = async () => (await explainExam()).results.find(({ id }) => id === 'licence.examiner')?.outcome;
  expect(await outcome()).toBe('PASS');
  await become('REGISTERED_NURSE');
  expect(await outcome()).toBe('FAIL');
});
