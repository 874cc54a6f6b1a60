import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { toId } from '#kernel/ids.ts';
import { uuidOf } from '#prisma/seed/invent.ts';
import { personas, placeTypeId } from '#prisma/seed/personas.ts';
import { placeId } from '#prisma/seed/places.ts';
import { type Asker, type Data, type TestGraph, testGraph } from '../support/graph.ts';

let graph: TestGraph;
let director: Asker;
let officer: Asker;
beforeAll(async () => {
  graph = await testGraph();
  director = await graph.as('director', { stepUp: true });
  officer = await graph.as('compliance', { stepUp: true });
});
afterAll(async () => graph?.[Symbol.asyncDispose]());
beforeEach(async () => {
  graph.clock.set(new Date());
  await graph.sql('delete from physicians.chart_audit');
  await graph.sql('update physicians.engagement set audit_due_on = null');
});

const engagementId = toId('engagement', uuidOf('engagement:director:austin'));
const DAY_MS = 86_400_000;
const inDays = (days: number) => new Date(graph.clock.now().getTime() + days * DAY_MS).toISOString().slice(0, 10);
const answer = `__typename ... on ChartAudit { id status dueOn periodFrom periodTo encounters reviewed result recordedAt }
  ... on Refusal { code message } ... on InvalidInput { issues { path message } } ... on IllegalTransition { from to }`;
const said = async (who: Asker, verb: string, input: object): Promise<Data> => {
  const document = `mutation ($input: ${verb[0]?.toUpperCase()}${verb.slice(1)}Input!) { ${verb}(input: $input) { ${answer} } }`;
  const { data, errors } = await who.ask(document, { input });
  return data?.[verb] ?? errors[0];
};
/** As many days as one review holds, and so as many as the first one asks for where a director had none for longer. */
const wholePeriod = () => ({ periodFrom: inDays(-91), periodTo: inDays(0) });
const schedule = (dueOn: string, who = officer, more: object = {}) => said(who, 'scheduleAudit', { engagementId, dueOn, ...more });
const review = (auditId: string, more: object = {}, who = director) =>
  said(who, 'recordAudit', {
    auditId,
    ...wholePeriod(),
    encounters: 140,
    reviewed: 40,
    result: 'MINOR',
    ...more,
  });

/** What an officer sees of the engagement, and of the service that stands on it. */
async function standing(): Promise<{ status: string; audits: string[]; service: string; blockers: string[] }> {
  const document = `query ($clinic: ID!) {
    engagements(clinicId: $clinic, first: 50) { nodes { id status audits(first: 5) { nodes { status dueOn } } } }
    clinic(id: $clinic) { readiness { services { code status blockers { ruleId } } } } }`;
  const { engagements, clinic } = await officer.get(document, { clinic: placeTypeId('austin') });
  const engagement = engagements.nodes.find(({ id }: Data) => id === engagementId);
  const service = clinic.readiness.services.find(({ code }: Data) => code === 'microneedling');
  return {
    ...{ status: engagement.status, audits: engagement.audits.nodes.map(({ status }: Data) => status) },
    ...{ service: service.status, blockers: service.blockers.map(({ ruleId }: Data) => ruleId) },
  };
}

test('an officer schedules the first review, and each that the director records brings the next', async () => {
  const due = await schedule(inDays(31));
  expect(due).toEqual({
    ...{ __typename: 'ChartAudit', id: expect.stringMatching(/^cau_/), status: 'SCHEDULED', dueOn: inDays(31) },
    ...{ periodFrom: null, periodTo: null, encounters: null, reviewed: null, result: null, recordedAt: null },
  });
  expect((await schedule(inDays(20))).code).toBe('CONFLICT');
  expect(await review(due.id)).toMatchObject({ status: 'DONE', encounters: 140, reviewed: 40, result: 'MINOR' });
  expect((await review(due.id)).code).toBe('ILLEGAL_TRANSITION');
  expect((await standing()).audits).toEqual(['SCHEDULED', 'DONE']);
  const [next] = await graph.sql(`select due_on::text as due from physicians.chart_audit where recorded_at is null`);
  expect(next).toEqual({ due: inDays(31) });
  const trail = await graph.sql(`select action, tenant_id from physicians.audit_event where action like 'chart-audit.%' order by id`);
  expect(trail).toEqual(['scheduled', 'recorded'].map((what) => ({ action: `chart-audit.${what}`, tenant_id: placeId('austin') })));
});

test('a review that is missed beyond the grace closes what stands on the director, and recording it opens that again', async () => {
  const today = graph.clock.now().getTime();
  const { id } = await schedule(inDays(5));
  expect(await standing()).toEqual({ status: 'ACTIVE', audits: ['SCHEDULED'], service: 'OPEN', blockers: [] });
  graph.clock.set(new Date(today + 12 * DAY_MS));
  expect(await standing()).toEqual({ status: 'ACTIVE', audits: ['OVERDUE'], service: 'OPEN', blockers: [] });
  graph.clock.set(new Date(today + 20 * DAY_MS));
  expect(await standing()).toMatchObject({ status: 'SUSPENDED', audits: ['MISSED'], service: 'CLOSED' });
  expect((await standing()).blockers).toContain('director.engaged');
  // Nor by a day of it, nor by the last days alone.
  for (const [days, path] of [
    [{ periodFrom: inDays(0) }, 'periodFrom'],
    [{ periodFrom: inDays(-111), periodTo: inDays(-21) }, 'periodTo'],
  ] as const)
    expect((await review(id, { ...days, encounters: 0, reviewed: 0 })).issues).toEqual([
      { path: `input.${path}`, message: expect.any(String) },
    ]);
  expect((await standing()).status).toBe('SUSPENDED');
  expect(await review(id, { periodFrom: inDays(-111), periodTo: inDays(-20) })).toMatchObject({ status: 'DONE' });
  expect(await standing()).toEqual({ status: 'ACTIVE', audits: ['SCHEDULED', 'DONE'], service: 'OPEN', blockers: [] });
});

test('the next review begins where the last one ended, so that no day is left out', async () => {
  await review((await schedule(inDays(3))).id, { periodTo: inDays(-2) });
  const [open] = await graph.sql<{ id: string }>('select id from physicians.chart_audit where recorded_at is null');
  const ended = inDays(-2);
  graph.clock.set(new Date(graph.clock.now().getTime() + 31 * DAY_MS));
  const next = toId('chartAudit', open?.id ?? '');
  const wrong = await review(next, { periodFrom: inDays(-31) });
  expect(wrong.issues).toEqual([
    { path: 'input.periodFrom', message: `Charts from ${inDays(-32)} on have not been reviewed: begin with them.` },
  ]);
  expect(inDays(-33)).toBe(ended);
  expect((await review(next, { periodFrom: inDays(-32), periodTo: inDays(-8) })).issues[0].path).toBe('input.periodTo');
  expect((await review(next, { periodFrom: inDays(-32), periodTo: inDays(-7) })).status).toBe('DONE');
});

test('an engagement under which nothing was scheduled stands as it did', async () => {
  graph.clock.set(new Date(graph.clock.now().getTime() + 25 * DAY_MS));
  expect((await standing()).status).toBe('ACTIVE');
});

test.each<[string, object, string]>([
  ['fewer charts than the rules ask', { reviewed: 29 }, 'reviewed'],
  ['more charts than encounters', { reviewed: 141 }, 'reviewed'],
  ['days that are not over', { periodTo: '2099-01-01' }, 'periodTo'],
  ['days that run backwards', { periodFrom: '2026-12-31' }, 'periodTo'],
  ['half a year at once', { periodFrom: '2026-01-01' }, 'periodTo'],
  ['less than no encounters', { encounters: -1 }, 'encounters'],
])('%s are refused by name, and the review stays due', async (_what, wrong, path) => {
  graph.clock.set(new Date('2026-12-20T09:00:00Z'));
  const { id } = await schedule(inDays(3));
  const answered = await review(id, wrong);
  expect([answered.code, answered.issues?.[0]?.path]).toEqual(['INVALID_INPUT', `input.${path}`]);
  expect((await standing()).audits).toEqual(['SCHEDULED']);
});

test('a first review is not put off beyond what the rules have, nor into the past', async () => {
  for (const day of [-1, 32]) expect((await schedule(inDays(day))).issues[0].path).toBe('input.dueOn');
});

test('only the director records it, with a second factor, and nobody of another place sees that it is there', async () => {
  const { id } = await schedule(inDays(5));
  expect((await review(id, {}, officer)).code).toBe('FORBIDDEN');
  expect((await review(id, {}, await graph.as('director'))).code).toBe('STEP_UP_REQUIRED');
  expect((await review(id, {}, await graph.as('prescriber', { stepUp: true }))).code).toBe('FORBIDDEN');
  const elsewhere = await graph.as('compliance-b', { stepUp: true });
  expect((await schedule(inDays(5), elsewhere)).code).toBe('NOT_FOUND');
  expect((await schedule(inDays(5), await graph.as('mso-manager', { stepUp: true }))).code).toBe('FORBIDDEN');
  expect((await schedule(inDays(9), director)).code).toBe('CONFLICT');
});

test('the MSO is told that a review is due, and not how one went', async () => {
  await review((await schedule(inDays(5))).id);
  const manager = await graph.as('mso-manager');
  const asked = (fields: string) =>
    `query ($clinic: ID!) { engagements(clinicId: $clinic, first: 50) { nodes { id audits(first: 5) { nodes { ${fields} } } } } }`;
  const ofDirector = ({ data }: Data) => data.engagements.nodes.find(({ id }: Data) => id === engagementId).audits.nodes;
  const clinic = placeTypeId('austin');
  expect(ofDirector(await manager.ask(asked('status dueOn'), { clinic })).map(({ status }: Data) => status)).toEqual(['SCHEDULED', 'DONE']);
  for (const field of ['result', 'encounters', 'reviewed']) {
    const answered = await manager.ask(asked(field), { clinic });
    expect([ofDirector(answered).map((one: Data) => one[field]), answered.errors[0]?.code]).toEqual([[null, null], 'FORBIDDEN']);
  }
});

test('nor is an MSO that is an officer of another clinic, or sees patients somewhere', async () => {
  await review((await schedule(inDays(5))).id);
  const known = personas['mso-manager'];
  if (known === undefined) throw new Error('There is no such persona.');
  const more = [
    { role: 'COMPLIANCE_OFFICER', at: placeTypeId('houston') },
    { role: 'PRESCRIBER', at: placeTypeId('houston') },
  ];
  for (const grant of more) {
    const manager = await graph.asSomeone({ ...known, grants: [...known.grants, grant] });
    const document = `query ($clinic: ID!) { engagements(clinicId: $clinic, first: 50) { nodes {
      id audits(first: 5) { nodes { status encounters reviewed result } } } } }`;
    const { data } = await manager.ask(document, { clinic: placeTypeId('austin') });
    const untold = { encounters: null, reviewed: null, result: null };
    expect(data.engagements.nodes.find(({ id }: Data) => id === engagementId).audits.nodes).toEqual([
      { status: 'SCHEDULED', ...untold },
      { status: 'DONE', ...untold },
    ]);
  }
});

test('two reviews scheduled at the same moment are one', async () => {
  const both = await Promise.all([officer, director].map((who) => schedule(inDays(4), who)));
  expect(both.map(({ __typename }) => __typename).sort()).toEqual(['ChartAudit', 'Conflict']);
});
