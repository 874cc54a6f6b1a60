import { afterEach, beforeEach, expect, test } from 'vitest';
import { clinics, id, NOW, stored, writeAuthority } from './authority.ts';
import { clinicFacts, directorOf, officer, officerElsewhere, screen } from './engagement-verbs.ts';
import { type RunningPhysicians, startPhysicians } from './running-physicians.ts';

let graph: RunningPhysicians;
beforeEach(async () => {
  graph = await startPhysicians(clinics, NOW);
  await writeAuthority(graph.owner);
  graph.tellOfClinics(clinicFacts);
  await screen(graph);
});
afterEach(() => graph?.stop());

const LOG = `mutation ($input: LogDirectorWorkInput!) { logDirectorWork(input: $input) {
  __typename ... on DirectorWork { doneOn minutes task note } ... on Refusal { code } ... on InvalidInput { issues { path } } } }`;
const WORK = `query ($id: ID!) { engagements(clinicId: $id) { nodes { id work {
  month minutes tasks { task minutes } entries { doneOn minutes task note } } } } }`;

type Asker = ReturnType<RunningPhysicians['as']>;
const work = { engagementId: id.engagement, doneOn: '2026-11-30', minutes: 60, task: 'CHART_REVIEW' };
const log = async (who: Asker, change: object = {}) =>
  (await who.ask(LOG, { input: { ...work, ...change } })).data?.['logDirectorWork'] as Record<string, unknown>;

test('work is logged by who did it, and both sides see the sums of each month', async () => {
  const physician = directorOf(graph);
  expect(await log(physician, { note: ' Ten charts. ' })).toMatchObject({ __typename: 'DirectorWork', note: 'Ten charts.' });
  await log(physician, { doneOn: '2026-12-01', minutes: 30, task: 'TRAINING' });
  await log(physician, { doneOn: '2026-11-20', minutes: 15 });
  const months = [
    { month: '2026-12', minutes: 30, tasks: [{ task: 'TRAINING', minutes: 30 }], entries: [{ doneOn: '2026-12-01' }] },
    {
      ...{ month: '2026-11', minutes: 75, tasks: [{ task: 'CHART_REVIEW', minutes: 75 }] },
      entries: [
        { doneOn: '2026-11-20', minutes: 15 },
        { doneOn: '2026-11-30', minutes: 60, note: 'Ten charts.' },
      ],
    },
  ];
  for (const who of [physician, graph.as(officer)]) {
    const { data } = await who.ask(WORK, { id: id.austin });
    expect(data).toMatchObject({ engagements: { nodes: [{ id: id.engagement, work: months }] } });
  }
  const trail = await graph.owner.auditEvent.findMany({ where: { action: 'engagement.work-logged' } });
  const entry = trail.find(({ detail }) => JSON.stringify(detail).includes('2026-11-30'));
  expect(entry).toMatchObject({ tenantId: stored.austin, detail: { doneOn: '2026-11-30', minutes: 60, task: 'CHART_REVIEW' } });
  expect(JSON.stringify(trail)).not.toContain('Ten charts');
});

test.each<[string, object, object]>([
  ['a day to come', { doneOn: '2026-12-02' }, { issues: [{ path: 'input.doneOn' }] }],
  ['a day of long ago', { doneOn: '2026-10-30' }, { issues: [{ path: 'input.doneOn' }] }],
  ['no time at all', { minutes: 0 }, { code: 'INVALID_INPUT' }],
  ['more than a day has', { minutes: 1441 }, { code: 'INVALID_INPUT' }],
  ['a note without end', { note: 'x'.repeat(501) }, { code: 'INVALID_INPUT' }],
])('%s is not logged', async (_what, change, refusal) => {
  expect(await log(directorOf(graph), change)).toMatchObject(refusal);
});

test('a day has no more minutes than it has, whatever is logged at once', async () => {
  const physician = directorOf(graph);
  await log(physician, { minutes: 1 });
  const both = await Promise.all([log(physician, { minutes: 800 }), log(physician, { minutes: 800 })]);
  expect(both.map((answer) => answer['__typename']).toSorted()).toEqual(['DirectorWork', 'InvalidInput']);
});

test('nobody logs the work of another, or of an engagement that was over', async () => {
  expect(await log(graph.as(officer))).toMatchObject({ code: 'FORBIDDEN' });
  expect(await log(graph.person(id.stranger, { role: 'MEDICAL_DIRECTOR', at: id.austin }))).toMatchObject({ code: 'NOT_FOUND' });
  await graph.owner.engagement.update({ where: { id: stored.engagement }, data: { endsOn: new Date('2026-11-29') } });
  expect(await log(directorOf(graph))).toMatchObject({ issues: [{ path: 'input.doneOn' }] });
});

test('an officer elsewhere and a manager see no work', async () => {
  await log(directorOf(graph));
  const elsewhere = await graph.as(officerElsewhere).ask(WORK, { id: id.austin });
  expect(JSON.stringify(elsewhere.data)).not.toContain('CHART_REVIEW');
  const manager = await graph.as({ role: 'MSO_MANAGER', at: id.mso }).ask(WORK, { id: id.austin });
  expect(JSON.stringify(manager.data)).not.toContain('CHART_REVIEW');
});
