import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestGraph, testGraph } from '../support/graph.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await testGraph();
});
afterAll(() => graph?.[Symbol.asyncDispose]());

/** One operation of a front end, as it is sent. */
function operation(file: string, name: string): string {
  const text = readFileSync(new URL(`../../schema/contract/${file}.graphql`, import.meta.url), 'utf8');
  const found = text.split(/^(?=query |mutation |subscription )/m).find((each) => each.startsWith(`query ${name}`));
  if (found === undefined) throw new Error(`${file}.graphql has no query ${name}.`);
  return found;
}

interface Engaged {
  readonly clinic: { readonly name: string };
  readonly practitioner: { readonly displayName: string };
  readonly model: string;
  readonly status: string;
}

test('OversightByDirector shows an MSO who oversees each of its locations', async () => {
  const manager = await graph.as('mso-manager');
  const { viewer } = await manager.get('{ viewer { msos(first: 1) { nodes { id } } } }');
  const { mso } = await manager.get(operation('mso', 'OversightByDirector'), { msoId: viewer.msos.nodes[0].id });
  const lines = (mso.engagements.nodes as Engaged[]).map((each) =>
    [each.clinic.name, each.practitioner.displayName, each.model, each.status].join(' | '),
  );
  expect(lines.sort()).toEqual([
    'Bluebonnet Austin | Marisol Quintero, MD | REMOTE | ACTIVE',
    'Bluebonnet Austin | Theodore Ashgrove, MD | FRACTIONAL | ACTIVE',
    'Bluebonnet Miami | Marisol Quintero, MD | REMOTE | ACTIVE',
    'Bluebonnet Miami | Theodore Ashgrove, MD | FRACTIONAL | ACTIVE',
    'Bluebonnet San Diego | Marisol Quintero, MD | REMOTE | ACTIVE',
    'Bluebonnet San Diego | Theodore Ashgrove, MD | FRACTIONAL | ACTIVE',
    'Saguaro Phoenix | Theodore Ashgrove, MD | FRACTIONAL | ACTIVE',
    'Saguaro Scottsdale | Theodore Ashgrove, MD | FRACTIONAL | ACTIVE',
  ]);
});

test('an MSO that is somebody else’s has no oversight to show', async () => {
  const manager = await graph.as('mso-manager-b');
  const own = await (await graph.as('mso-manager')).get('{ viewer { msos(first: 1) { nodes { id } } } }');
  const answer = await manager.ask(operation('mso', 'OversightByDirector'), { msoId: own.viewer.msos.nodes[0].id });
  expect(answer.data).toEqual({ mso: null });
  expect(answer.errors.map(({ code }) => code)).toEqual(['NOT_FOUND']);
});

test('ActiveProtocols shows a prescriber what is in force at the clinic', async () => {
  const prescriber = await graph.as('prescriber');
  const { viewer } = await prescriber.get('{ viewer { clinics(first: 1) { nodes { id } } } }');
  const variables = { clinicId: viewer.clinics.nodes[0].id, service: 'weight-loss' };
  const { activeProtocols } = await prescriber.get(operation('clinician', 'ActiveProtocols'), variables);
  expect(activeProtocols.nodes).toEqual([
    {
      id: expect.stringMatching(/^pro_/),
      version: '2026.1',
      title: 'Medical weight loss protocol 2026.1',
      effectiveFrom: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/),
    },
  ]);
});
