import { afterAll, beforeAll, expect, test } from 'vitest';
import { clinics, id, NOW, writeAuthority } from './authority.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
beforeAll(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
});
afterAll(() => graph?.stop());

const manager = { role: 'MSO_MANAGER', at: id.mso } as const;

/** As the gateway asks: which clinics an MSO manages comes from the subgraph that knows. */
const dashboard = `query ($representations: [_Any!]!, $first: Int) { _entities(representations: $representations) { ... on Mso {
  engagements(first: $first) {
    nodes { id role model status startsOn endsOn practitioner { id displayName credential } clinic { id } }
    pageInfo { hasNextPage }
  }
} } }`;
const mso = { __typename: 'Mso', id: id.mso, clinicIds: [id.austin, id.miami] };

const rosa = { id: id.director, displayName: 'Rosa Delgado, MD', credential: 'MD' };
const austin = {
  ...{ id: id.engagement, role: 'MEDICAL_DIRECTOR', model: 'FRACTIONAL', status: 'ACTIVE', startsOn: '2026-01-01', endsOn: null },
  ...{ practitioner: rosa, clinic: { id: id.austin } },
};
const miami = {
  ...{
    id: id.endedEngagement,
    role: 'MEDICAL_DIRECTOR',
    model: 'FRACTIONAL',
    status: 'ENDED',
    startsOn: '2026-01-01',
    endsOn: '2026-11-30',
  },
  ...{ practitioner: rosa, clinic: { id: id.miami } },
};
const listed = (...nodes: object[]) => ({ data: { _entities: [{ engagements: { nodes, pageInfo: { hasNextPage: false } } }] } });

test('an MSO sees who oversees its locations, and that an engagement past its last day has ended', async () => {
  expect(await graph.as(manager).ask(dashboard, { representations: [mso] })).toEqual(listed(miami, austin));
});

test('an engagement counts on its last day', async () => {
  graph.setNow('2026-11-30T23:59:00Z');
  const answer = await graph.as(manager).ask(dashboard, { representations: [mso] });
  graph.setNow(NOW);
  expect(answer).toEqual(listed({ ...miami, status: 'ACTIVE' }, austin));
});

test('the list comes in pages', async () => {
  const answer = await graph.as(manager).ask(dashboard, { representations: [mso], first: 1 });
  expect(answer).toEqual({ data: { _entities: [{ engagements: { nodes: [miami], pageInfo: { hasNextPage: true } } }] } });
});

test('a clinic of another MSO does not come into the list by being named', async () => {
  const representations = [{ ...mso, clinicIds: [id.denver, id.austin, 'no id'] }];
  expect(await graph.as(manager).ask(dashboard, { representations })).toEqual(listed(austin));
});

test('a director sees the oversight of the own clinic only', async () => {
  const answer = await graph.as({ role: 'MEDICAL_DIRECTOR', at: id.miami }).ask(dashboard, { representations: [mso] });
  expect(answer).toEqual(listed(miami));
});

test('the front desk sees no engagement', async () => {
  const answer = await graph.as({ role: 'FRONT_DESK', at: id.austin }).ask(dashboard, { representations: [mso] });
  expect(answer.data).toEqual({ _entities: [{ engagements: null }] });
  expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
});

test('an engagement of somebody else is not reached by key', async () => {
  const document = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Engagement { id status } } }`;
  const representations = [id.engagement, id.strangersEngagement, id.nurse].map((key) => ({ __typename: 'Engagement', id: key }));
  expect(await graph.as(manager).ask(document, { representations })).toEqual({
    data: { _entities: [{ id: id.engagement, status: 'ACTIVE' }, null, null] },
  });
});
