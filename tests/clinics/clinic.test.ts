import { afterAll, beforeAll, expect, test } from 'vitest';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { testGraph, type TestGraph } from '../support/graph.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await testGraph();
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const clinic = `query ($id: ID!) { clinic(id: $id) {
  id name timeZone
  address { line1 line2 city state postalCode }
  entity { id name kind state }
  services(first: 50) { nodes { code name requiresExam modalities } }
} }`;

const offered = (code: string, name: string) => ({ code, name, requiresExam: true, modalities: ['IN_PERSON', 'SYNC_VIDEO'] });

test('a clinic is shown whole to those who work there', async () => {
  const desk = await graph.as('front-desk');
  expect(await desk.get(clinic, { id: placeTypeId('austin') })).toEqual({
    clinic: {
      id: placeTypeId('austin'),
      name: 'Bluebonnet Austin',
      timeZone: 'America/Chicago',
      address: { line1: '410 Mockingbird Row', line2: null, city: 'Austin', state: 'TX', postalCode: '78704' },
      entity: { id: placeTypeId('entity-a1'), name: 'Bluebonnet Aesthetic Medicine PLLC', kind: 'PLLC', state: 'TX' },
      services: {
        nodes: [
          offered('botulinum-toxin', 'Botulinum toxin'),
          offered('dermal-filler', 'Dermal filler'),
          offered('hormone-therapy', 'Hormone therapy'),
          offered('iv-therapy', 'IV therapy'),
          offered('microneedling', 'Microneedling'),
          offered('weight-loss', 'Medical weight loss'),
        ],
      },
    },
  });
});

test.each([
  ['of another MSO', 'other-desk', placeTypeId('austin')],
  ['of the same MSO where one does not work', 'front-desk', placeTypeId('miami')],
  ['of another kind', 'front-desk', placeTypeId('entity-a1')],
  ['that does not exist', 'front-desk', 'cli_01k000000000000000000000zz'],
  ['that is no id', 'front-desk', 'Austin'],
])('a clinic %s is not found', async (_which, persona, id) => {
  const { data, errors } = await (await graph.as(persona)).ask(clinic, { id });
  expect(data).toEqual({ clinic: null });
  expect(errors.map(({ code, path }) => ({ code, path }))).toEqual([{ code: 'NOT_FOUND', path: 'clinic' }]);
});

test('a pharmacist looks up name and address of any clinic, not its readiness', async () => {
  const { data, errors } = await (await graph.as('pharmacist')).ask(
    'query ($id: ID!) { clinic(id: $id) { name address { city state } readiness { status } } }',
    { id: placeTypeId('houston') },
  );
  expect(data).toEqual({ clinic: { name: 'Harborlight Houston', address: { city: 'Houston', state: 'TX' }, readiness: null } });
  expect(errors.map(({ code, path }) => ({ code, path }))).toEqual([{ code: 'FORBIDDEN', path: 'clinic.readiness' }]);
});

test('an auditor has no clinic to look at', async () => {
  const { data, errors } = await (await graph.as('auditor')).ask(clinic, { id: placeTypeId('austin') });
  expect(data).toEqual({ clinic: null });
  expect(errors.map(({ code }) => code)).toEqual(['FORBIDDEN']);
});
