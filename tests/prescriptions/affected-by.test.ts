import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId, toId } from '#kernel/ids.ts';
import { personas } from '#prisma/seed/personas.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { approval, clinicOf, completeExam, examinerId, started } from './exam-story.ts';
import { orderDesk, signOrder } from './order-desk.ts';

let graph: TestGraph;
let officer: Asker;
let examId: string;
let orderId: string;
const license = { examiner: '', prescriber: '', collaborator: '' };
const DAY_MS = 86_400_000;

const affectedBy = `query ($licenseId: ID!, $asKnownAt: DateTime, $first: Int, $after: String) {
  affectedBy(licenseId: $licenseId, asKnownAt: $asKnownAt, first: $first, after: $after) {
    nodes { kind subjectId gate part status exam { id } order { id } clinic { id } } pageInfo { hasNextPage endCursor } } }`;

beforeAll(async () => {
  graph = await testGraph();
  officer = await graph.as('compliance');
  const clinicId = await clinicOf(await graph.as('front-desk'));
  ({ examId } = await started(graph, clinicId));
  const examiner = await graph.as('examiner', { stepUp: true });
  const { completeExam: exam } = await examiner.get(completeExam, { input: approval(examId) });
  const desk = await orderDesk(graph);
  const difference = { ...desk.input['clinicalDifference'], findingId: exam.findings[0].id };
  orderId = await desk.draft({ examId, clinicalDifference: difference });
  expect((await desk.prescriber.get(signOrder, { input: { orderId } })).signOrder.status).toBe('SIGNED');
  const inTexas = async (practitioner: string) => {
    const [row] = await graph.sql<{ id: string }>(`select id from physicians.license where practitioner_id = $1 and state = 'TX'`, [
      fromId('practitioner', practitioner),
    ]);
    return toId('license', row?.id ?? '');
  };
  const [agreement] = await graph.sql<{ supervisor_id: string }>(
    `select supervisor_id from physicians.collaborative_agreement where supervisee_id = $1 and state = 'TX' and status = 'ACTIVE'`,
    [fromId('practitioner', examinerId)],
  );
  license.examiner = await inTexas(examinerId);
  license.prescriber = await inTexas(personas['prescriber']?.sub ?? '');
  license.collaborator = await inTexas(toId('practitioner', agreement?.supervisor_id ?? ''));
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const nodesOf = async (licenseId: string, more: Data = {}, who = officer): Promise<Data[]> =>
  (await who.get(affectedBy, { licenseId, ...more })).affectedBy.nodes;

/** What a board says, recorded now. */
async function recorded(licenseId: string, status: string, from: number, to: number | null = null): Promise<void> {
  const day = (days: number) => new Date(graph.clock.now().getTime() + days * DAY_MS).toISOString().slice(0, 10);
  await graph.sql(
    `insert into physicians.license_standing (id, license_id, practitioner_id, status, effective_from, effective_to, recorded_at, source, reference)
     select uuidv7(), id, practitioner_id, $2, $3, $4, $5, 'STATE_BOARD', 'Docket 26-1' from physicians.license where id = $1`,
    [fromId('license', licenseId), status, day(from), to === null ? null : day(to), graph.clock.now()],
  );
}

const later = (seconds: number) => graph.clock.set(new Date(graph.clock.now().getTime() + seconds * 1000));

test('while a licence is good, it touches nothing', async () => {
  for (const one of Object.values(license)) expect(await nodesOf(one)).toEqual([]);
});

test('a licence revoked for days that have passed lists what stood on it, and only as known since', async () => {
  const before = graph.clock.now().toISOString();
  later(60);
  await recorded(license.examiner, 'REVOKED', -3);
  const clinic = { id: expect.stringMatching(/^cli_/) };
  const of = (gate: string) => ({
    kind: 'EXAM',
    subjectId: examId,
    gate,
    part: 'EXAMINER',
    status: 'REVOKED',
    exam: null,
    order: null,
    clinic,
  });
  const found = await nodesOf(license.examiner);
  const sign = { ...of('SIGN'), kind: 'ORDER', subjectId: orderId };
  expect(found).toHaveLength(4);
  expect(found).toEqual(expect.arrayContaining([sign, of('COMPLETE'), of('START'), of('BOOK')]));
  expect(await nodesOf(license.examiner, { asKnownAt: before })).toEqual([]);
});

test('and the exam carries no order from then on', async () => {
  const prescriber = await graph.as('prescriber');
  const document = 'query ($id: ID!) { order(id: $id) { eligibility { decision rules { id outcome } } } }';
  const { eligibility } = (await prescriber.get(document, { id: orderId })).order;
  expect(eligibility.decision).toBe('BLOCKED');
  expect(eligibility.rules).toContainEqual({ id: 'exam.examinerLicence', outcome: 'FAIL' });
});

test('the collaborating physician’s licence carries exam and order as well', async () => {
  later(60);
  await recorded(license.collaborator, 'SUSPENDED', -3);
  const touched = (await nodesOf(license.collaborator)).filter(({ part }) => part === 'COLLABORATOR');
  expect(touched.map(({ kind, gate, status }) => `${kind} ${gate} ${status}`).sort()).toEqual([
    'EXAM BOOK SUSPENDED',
    'EXAM COMPLETE SUSPENDED',
    'EXAM START SUSPENDED',
    'ORDER SIGN SUSPENDED',
  ]);
});

test('a sanction of other days touches nothing, and a lifted one nothing any more', async () => {
  later(60);
  await recorded(license.prescriber, 'ACTIVE', -5);
  await recorded(license.prescriber, 'RESTRICTED', -40, -30);
  expect(await nodesOf(license.prescriber)).toEqual([]);
  later(60);
  await recorded(license.prescriber, 'RESTRICTED', -1);
  const restricted = graph.clock.now().toISOString();
  expect(await nodesOf(license.prescriber)).toMatchObject([
    { kind: 'ORDER', subjectId: orderId, part: 'PRESCRIBER', status: 'RESTRICTED' },
  ]);
  later(60);
  await recorded(license.prescriber, 'ACTIVE', -1);
  expect(await nodesOf(license.prescriber)).toEqual([]);
  expect(await nodesOf(license.prescriber, { asKnownAt: restricted })).toHaveLength(1);
});

test('before anything was recorded nobody knows, which is listed as such', async () => {
  const found = await nodesOf(license.examiner, { asKnownAt: '2000-01-01T00:00:00Z' });
  expect(found).toHaveLength(4);
  expect(new Set(found.map(({ status }) => status))).toEqual(new Set([null]));
});

test('a director opens what an officer may only count', async () => {
  const director = await graph.as('director');
  const found = await nodesOf(license.examiner, {}, director);
  expect(found.find(({ gate }) => gate === 'COMPLETE').exam).toEqual({ id: examId });
  expect(found.find(({ gate }) => gate === 'SIGN').order).toEqual({ id: orderId });
});

test('page by page it is the same list', async () => {
  const whole = await nodesOf(license.examiner);
  const pages: Data[] = [];
  let after: string | null = null;
  do {
    const { nodes, pageInfo }: Data = (await officer.get(affectedBy, { licenseId: license.examiner, first: 1, after })).affectedBy;
    pages.push(...nodes);
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  } while (after !== null);
  expect(pages).toEqual(whole);
});

test('another entity’s officer finds nothing of ours, and who answers for no clinic may not ask', async () => {
  expect(await nodesOf(license.examiner, {}, await graph.as('compliance-b'))).toEqual([]);
  for (const persona of ['front-desk', 'examiner', 'mso-manager', 'pharmacist']) {
    const { errors } = await (await graph.as(persona)).ask(affectedBy, { licenseId: license.examiner });
    expect(errors[0]?.code, persona).toBe('FORBIDDEN');
  }
});

test('no such licence, no such cursor, and no answer are told apart', async () => {
  const codeOf = async (variables: Data) => (await officer.ask(affectedBy, variables)).errors[0]?.code;
  expect(await codeOf({ licenseId: examId })).toBe('NOT_FOUND');
  expect(await codeOf({ licenseId: toId('license', fromId('exam', examId)) })).toBe('NOT_FOUND');
  expect(await codeOf({ licenseId: license.examiner, after: 'nonsense' })).toBe('INVALID_INPUT');
  await graph.sql('revoke usage on schema physicians from goodfaith_physicians');
  try {
    expect(await codeOf({ licenseId: license.examiner })).toBe('UNAVAILABLE');
  } finally {
    await graph.sql('grant usage on schema physicians to goodfaith_physicians');
  }
});

test('what was relied on names no patient, is never changed, and is found by its index', async () => {
  const columns = await graph.sql<{ column_name: string }>(
    `select column_name from information_schema.columns where table_schema = 'prescriptions' and table_name = 'license_reliance' order by 1`,
  );
  expect(columns.map(({ column_name }) => column_name)).toEqual([
    ...['at', 'clinic_id', 'gate', 'id', 'kind', 'license_id', 'part', 'subject_id'],
  ]);
  for (const change of ['delete from prescriptions.license_reliance', `update prescriptions.license_reliance set gate = 'BOOK'`]) {
    await expect(graph.sql(change)).rejects.toThrow('never changed');
  }
  await graph.sql(
    `insert into prescriptions.license_reliance (id, clinic_id, kind, subject_id, gate, at, license_id, part)
     select uuidv7(), uuidv7(), 'EXAM', uuidv7(), 'START', now() - n * interval '1 minute', uuidv7(), 'EXAMINER' from generate_series(1, 5000) n`,
  );
  await graph.sql('analyze prescriptions.license_reliance');
  const plan = await graph.sql<{ 'QUERY PLAN': string }>(
    `explain select * from prescriptions.license_reliance where license_id = '${fromId('license', license.examiner)}'
       and at >= now() - interval '3 days' order by at desc, id desc limit 21`,
  );
  expect(plan.map((line) => line['QUERY PLAN']).join('\n')).toContain('license_reliance_license_id_at_id_idx');
});
