import { afterAll, beforeAll, expect, test } from 'vitest';
import { tryId } from '#kernel/ids.ts';
import { subgraphNames } from '#kernel/names.ts';
import { placeTypeId } from '#prisma/seed/personas.ts';
import { placeId } from '#prisma/seed/places.ts';
import { type Asker, type TestGraph, testGraph } from '../support/graph.ts';
import { clinicVerb, dallas, memberAt, subOf } from './clinic-verbs.ts';

let graph: TestGraph;
let officer: Asker;
beforeAll(async () => {
  graph = await testGraph();
  officer = await graph.as('compliance', { stepUp: true });
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const clinicsOf = async (): Promise<number> =>
  Number((await graph.sql(`select count(*) from clinics.clinic where entity_id = $1`, [placeId('entity-a1')]))[0]?.['count']);

test('an officer opens a clinic, and everybody who has a role at the entity or manages it has it there at once, in all four subgraphs', async () => {
  const opened = await clinicVerb(officer, 'openClinic', { ...dallas, name: ' Bluebonnet Dallas ' });
  expect(opened).toEqual({
    ...{ __typename: 'Clinic', id: expect.stringMatching(/^cli_/), name: 'Bluebonnet Dallas', timeZone: 'America/Chicago' },
    ...{ phone: '+12145550142', address: dallas.address, entity: { id: dallas.entityId } },
  });
  const id = tryId('clinic', opened.id);
  for (const name of subgraphNames) {
    const known = await graph.sql(`select entity_id, mso_id from ${name}.tenancy_clinic where clinic_id = $1`, [id]);
    expect(known, name).toEqual([{ entity_id: placeId('entity-a1'), mso_id: placeId('mso-a') }]);
  }
  const read = `query ($id: ID!) { clinic(id: $id) { name readiness { status services { code } } } }`;
  const director = await graph.as('director');
  expect(await director.get(read, { id: opened.id })).toEqual({
    clinic: { name: 'Bluebonnet Dallas', readiness: { status: 'CLOSED', services: [] } },
  });
  const manager = await graph.as('mso-manager');
  expect((await manager.get(read, { id: opened.id })).clinic.name).toBe('Bluebonnet Dallas');
  const stranger = await graph.as('other-desk');
  expect((await stranger.ask(read, { id: opened.id })).errors.map(({ code }) => code)).toEqual(['NOT_FOUND']);
  const [written] = await graph.sql(
    `select tenant_id, actor, detail from clinics.audit_event where action = 'clinic.opened' order by id desc limit 1`,
  );
  expect(written).toEqual({
    ...{ tenant_id: id, actor: subOf('compliance') },
    detail: { entityId: dallas.entityId, state: 'TX', timeZone: 'America/Chicago' },
  });
});

test('sent twice under one key, it is one clinic; under another, the name is taken', async () => {
  const named = { ...dallas, name: 'Bluebonnet Plano' };
  const first = await clinicVerb(officer, 'openClinic', named, { idempotencyKey: 'plano' });
  expect(await clinicVerb(officer, 'openClinic', named, { idempotencyKey: 'plano' })).toEqual(first);
  const before = await clinicsOf();
  expect(await clinicVerb(officer, 'openClinic', { ...named, name: 'bluebonnet PLANO' })).toEqual({
    ...{ __typename: 'Conflict', code: 'CONFLICT', message: 'The entity has a clinic of this name.' },
  });
  expect(await clinicsOf()).toBe(before);
});

test('two officers who open a clinic of one name at the same moment open one', async () => {
  const other = await graph.as('compliance', { stepUp: true });
  const both = await Promise.all([officer, other].map((who) => clinicVerb(who, 'openClinic', { ...dallas, name: 'Bluebonnet Waco' })));
  expect(both.map(({ __typename }) => __typename).sort()).toEqual(['Clinic', 'Conflict']);
});

test('it takes a second factor, and an officer of the entity itself: no manager, no director, no officer of one of its clinics', async () => {
  const before = await clinicsOf();
  const refusals: [Asker, string][] = [
    [await graph.as('compliance'), 'STEP_UP_REQUIRED'],
    [await graph.as('mso-manager', { stepUp: true }), 'FORBIDDEN'],
    [await graph.as('director', { stepUp: true }), 'FORBIDDEN'],
    [await graph.as('front-desk', { stepUp: true }), 'FORBIDDEN'],
    [await graph.as('compliance-b', { stepUp: true }), 'NOT_FOUND'],
    [await memberAt(graph, 'COMPLIANCE_OFFICER', 'austin'), 'FORBIDDEN'],
  ];
  for (const [who, code] of refusals) expect((await clinicVerb(who, 'openClinic', { ...dallas, name: 'Nobody’s' })).code).toBe(code);
  expect(await clinicsOf()).toBe(before);
});

test.each([
  ['a name of spaces', { name: '   ' }, 'input.name'],
  ['a name of two lines', { name: 'Bluebonnet\nDallas' }, 'input.name'],
  ['a zone abroad', { timeZone: 'Europe/Berlin' }, 'input.timeZone'],
  ['a zone’s offset', { timeZone: '-06:00' }, 'input.timeZone'],
  ['a number without country', { phone: '214 555 0142' }, 'input.phone'],
  ['a number that cannot exist', { phone: '+12141150142' }, 'input.phone'],
  ['a ZIP code of letters', { address: { ...dallas.address, postalCode: 'ABCDE' } }, 'input.address.postalCode'],
  ['a ZIP code not in use', { address: { ...dallas.address, postalCode: '00000' } }, 'input.address.postalCode'],
  ['no street', { address: { ...dallas.address, line1: ' ' } }, 'input.address.line1'],
])('%s is refused by name, and nothing is opened', async (_what, wrong, path) => {
  const before = await clinicsOf();
  const answer = await clinicVerb(officer, 'openClinic', { ...dallas, name: 'Bluebonnet Wrong', ...wrong });
  expect([answer.code, answer.issues?.map((issue: { path: string }) => issue.path)]).toEqual(['INVALID_INPUT', [path]]);
  expect(await clinicsOf()).toBe(before);
});

test('an id that is no entity’s, or another’s, answers like one that is not there', async () => {
  const answers = await Promise.all(
    [placeTypeId('entity-b1'), placeTypeId('mso-a'), 'ent_00000000000000000000000000'].map((entityId) =>
      clinicVerb(officer, 'openClinic', { ...dallas, entityId }),
    ),
  );
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(answers[0].code).toBe('NOT_FOUND');
});
