import { afterAll, beforeAll, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { practitionerId } from '#prisma/seed/people.ts';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { type Data, type TestGraph, testGraph } from '../support/graph.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await testGraph();
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

/** As a run over the OIG list leaves it. */
async function list(key: string, status: 'NONE' | 'POSSIBLE' | 'EXCLUDED'): Promise<void> {
  await graph.sql(
    `update physicians.exclusion_screening set status = $2, since = case $2 when 'EXCLUDED' then date '2026-10-15' end
     where practitioner_id = $1 and source = 'OIG_LEIE'`,
    [practitionerId(key), status],
  );
}

const EXPLAIN = `query ($clinic: ID!, $input: ExplainInput!) {
  explain(clinicId: $clinic, input: $input) { blocked results { id outcome } }
  clinic(id: $clinic) { readiness { services { code status blockers { ruleId } } } }
}`;

async function standing(): Promise<{ exam: string[]; services: string[] }> {
  const officer = await graph.as('compliance');
  const exam = {
    ...{ patientState: 'TX', service: 'weight-loss', modality: 'SYNC_VIDEO', startsAt: graph.clock.now().toISOString() },
    examinerId: toId('practitioner', practitionerId('examiner')),
  };
  const { explain, clinic } = await officer.get(EXPLAIN, { clinic: placeTypeId('austin'), input: { exam } });
  return {
    exam: explain.results.flatMap(({ id, outcome }: Data) => (outcome === 'PASS' ? [] : [`${outcome} ${id}`])),
    services: clinic.readiness.services.flatMap(({ code, blockers }: Data) => blockers.map(({ ruleId }: Data) => `${code} ${ruleId}`)),
  };
}

test('from the moment a list names somebody, nothing they would do passes, and what stands on them is closed', async () => {
  expect((await standing()).exam).toEqual([]);
  await list('examiner', 'POSSIBLE');
  expect((await standing()).exam).toEqual(['UNKNOWN exclusion.examiner']);
  await list('examiner', 'EXCLUDED');
  expect((await standing()).exam).toEqual(['FAIL exclusion.examiner']);
  await list('examiner', 'NONE');
  await list('director', 'EXCLUDED');
  const { exam, services } = await standing();
  expect(services).toContain('weight-loss exclusion.director');
  expect(exam).toContain('FAIL agreement.examiner');
  await list('director', 'NONE');
  expect(await standing()).toMatchObject({ exam: [] });
});
