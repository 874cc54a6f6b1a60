import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { austin, type Desk, draftOrder, orderDesk, signOrder } from './order-desk.ts';

const reviewDifference = `mutation Review($input: ReviewDifferenceInput!) { reviewDifference(input: $input) {
  __typename ... on Order { id status } ... on Refusal { code message } ... on IllegalTransition { from to }
  ... on InvalidInput { issues { path message } } ... on RuleBlocked { rules { id outcome } } } }`;
const waiting = `query Waiting($clinicId: ID!, $reviewed: Boolean) { differenceReviews(clinicId: $clinicId, reviewed: $reviewed, first: 50) {
  nodes { order { id } alikeOfPrescriber alikeOfProduct alikeAtClinic review { outcome reason reviewedBy } } } }`;

let graph: TestGraph;
let desk: Desk;
beforeAll(async () => {
  graph = await testGraph();
  desk = await orderDesk(graph);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

/** An exam of a patient nobody else has: a copy of the desk's own, with answers, consents, exam and finding. */
async function anotherPatient(): Promise<{ examId: string; findingId: string }> {
  const [patient, from] = [randomUUID(), fromId('patient', desk.patientId)];
  await graph.sql(
    `insert into prescriptions.patient select (jsonb_populate_record(p, jsonb_build_object('id', $2::uuid))).* from prescriptions.patient p where p.id = $1`,
    [from, patient],
  );
  await graph.sql(
    `insert into prescriptions.intake
     select (jsonb_populate_record(i, jsonb_build_object('id', gen_random_uuid(), 'patient_id', $2::uuid))).* from prescriptions.intake i where i.patient_id = $1`,
    [from, patient],
  );
  await graph.sql(
    `insert into prescriptions.consent
     select (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(), 'patient_id', $2::uuid))).* from prescriptions.consent c where c.patient_id = $1`,
    [from, patient],
  );
  const { examId, findingId } = await orderDesk(graph, { patient_id: patient });
  return { examId, findingId };
}

async function draftFor(patient: { examId: string; findingId: string }, statement: string): Promise<string> {
  const input = { ...desk.input, examId: patient.examId, clinicalDifference: { statement, findingId: patient.findingId } };
  return (await desk.prescriber.get(draftOrder, { input })).draftOrder.id;
}

/** What stands in the way of signing an order. */
async function blockersOf(orderId: string): Promise<string[]> {
  const { order } = await desk.prescriber.get('query Q($id: ID!) { order(id: $id) { eligibility { rules { id outcome } } } }', {
    id: orderId,
  });
  const rules: { id: string; outcome: string }[] = order.eligibility.rules;
  return rules.filter(({ outcome }) => outcome !== 'PASS').map(({ id, outcome }) => `${outcome} ${id}`);
}

const sentence: string =
  "Documented reaction to benzyl alcohol; the commercial product's preservative is not tolerated, so a preservative-free preparation is needed.";
const drafts: string[] = [];

test('of twenty patients with one sentence the ninth and all after go to review, the first eight do not', async () => {
  for (let count = 0; count < 20; count += 1) drafts.push(await draftFor(await anotherPatient(), sentence));
  const standing = [];
  for (const id of drafts) standing.push(await blockersOf(id));
  expect(standing).toEqual(drafts.map((_id, index) => (index < 8 ? [] : ['UNKNOWN difference.wording'])));
  const director = await graph.as('director', { stepUp: true });
  const { differenceReviews } = await director.get(waiting, { clinicId: austin });
  expect(differenceReviews.nodes).toEqual(
    drafts.slice(8).map((id, index) => ({
      order: { id },
      ...{ alikeOfPrescriber: 8 + index, alikeOfProduct: 8 + index, alikeAtClinic: 8 + index },
      review: null,
    })),
  );
});

test('a draft in review waits for a director among what waits, who reads charts', async () => {
  const ask = `query Attention($clinicId: ID!, $after: String) { attention(clinicId: $clinicId, first: 100, after: $after) {
    nodes { kind orderId verbs role } pageInfo { hasNextPage endCursor } } }`;
  const found: object[] = [];
  const director = await graph.as('director');
  for (let after: string | null = null, more = true; more; ) {
    const { attention }: Data = await director.get(ask, { clinicId: austin, after });
    found.push(...attention.nodes.filter(({ kind }: { kind: string }) => kind === 'DIFFERENCE_IN_REVIEW'));
    [after, more] = [attention.pageInfo.endCursor, attention.pageInfo.hasNextPage];
  }
  const one = { kind: 'DIFFERENCE_IN_REVIEW', verbs: ['reviewDifference', 'cancelOrder'], role: 'MEDICAL_DIRECTOR' };
  expect(found).toEqual(drafts.slice(8).map((orderId) => ({ ...one, orderId })));
});

test('twenty patients with a reason of their own each need no review', async () => {
  const sites = ['jaw', 'wrist', 'knee', 'scalp', 'shin', 'elbow', 'ankle', 'thigh', 'neck', 'palm'];
  const signs = ['hives', 'wheezing'];
  const statements = sites.flatMap((site, at) =>
    signs.map(
      (sign, by) =>
        `On day ${at} ${sign} began at the ${site} within ${by} hours of ${site} exposure; ${sign} ended once preservative ${site}-${sign} was left out.`,
    ),
  );
  expect(new Set(statements).size).toBe(20);
  for (const statement of statements) expect(await blockersOf(await draftFor(await anotherPatient(), statement))).toEqual([]);
});

test('the same reason for the same patient again is no boilerplate', async () => {
  const own = 'Flushing and hives after each of three injections with a preservative; none after one without, as seen at the visit.';
  const patient = await anotherPatient();
  for (let count = 0; count < 10; count += 1) expect(await blockersOf(await draftFor(patient, own))).toEqual([]);
});

test('a second person frees one draft and refuses another, once, and the prescriber is none', async () => {
  const [free, refuse] = [drafts[8] ?? '', drafts[9] ?? ''];
  const director = await graph.as('director', { stepUp: true });
  const said = (orderId: string, outcome: string) => ({ input: { orderId, outcome, reason: 'Read with the exam beside it.' } });
  const review = async (asker: typeof director, orderId: string, outcome: string) =>
    (await asker.ask(reviewDifference, said(orderId, outcome))).data.reviewDifference;

  expect(await review(desk.prescriber, free, 'DISTINCT')).toMatchObject({ code: 'FORBIDDEN' });
  expect(await review(await graph.as('director'), free, 'DISTINCT')).toMatchObject({ code: 'STEP_UP_REQUIRED' });
  expect(await review(director, free, 'DISTINCT')).toEqual({ __typename: 'Order', id: free, status: 'DRAFT' });
  expect(await review(director, free, 'BOILERPLATE')).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'DISTINCT', to: 'BOILERPLATE' });
  expect(await review(director, refuse, 'BOILERPLATE')).toEqual({ __typename: 'Order', id: refuse, status: 'DRAFT' });
  expect(await review(director, drafts[0] ?? '', 'DISTINCT')).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'NO_REVIEW_NEEDED' });

  expect(await blockersOf(free)).toEqual([]);
  expect((await desk.prescriber.get(signOrder, { input: { orderId: free } })).signOrder.status).toBe('SIGNED');
  expect(await blockersOf(refuse)).toEqual(['FAIL difference.wording']);
  expect((await desk.prescriber.ask(signOrder, { input: { orderId: refuse } })).data.signOrder.code).toBe('RULE_BLOCKED');
  const read = await director.get(waiting, { clinicId: austin, reviewed: true });
  expect(read.differenceReviews.nodes.map(({ order, review }: { order: object; review: object }) => ({ order, review }))).toEqual(
    [
      [free, 'DISTINCT'],
      [refuse, 'BOILERPLATE'],
    ].map(([id, outcome]) => ({
      order: { id },
      review: { outcome, reason: 'Read with the exam beside it.', reviewedBy: expect.any(String) },
    })),
  );
  const audited = await graph.sql<{ detail: object }>(
    `select detail from prescriptions.audit_event where action = 'difference.reviewed' order by at, id`,
  );
  expect(audited.map(({ detail }) => detail)).toEqual([{ outcome: 'DISTINCT' }, { outcome: 'BOILERPLATE' }]);
});

test('the report counts how often reasons are used again, for the clinic’s directors alone', async () => {
  const report = `query Report($clinicId: ID!, $from: Date!, $to: Date!) { differenceReuse(clinicId: $clinicId, from: $from, to: $to) {
    formularyItemId differences needReview boilerplate mostAlike } }`;
  const variables = { clinicId: austin, from: '2000-01-01', to: '2100-01-01' };
  const director = await graph.as('director');
  expect((await director.get(report, variables)).differenceReuse).toEqual([
    { formularyItemId: desk.formularyItemId, differences: 50, needReview: 12, boilerplate: 1, mostAlike: 19 },
  ]);
  for (const persona of ['prescriber', 'examiner', 'compliance', 'mso-manager', 'front-desk']) {
    const refused = await (await graph.as(persona)).ask(report, variables);
    expect([persona, refused.errors?.[0]?.code]).toEqual([persona, 'FORBIDDEN']);
  }
});

test('no reviewer of its own words, and no review of what waits for none, also by the database alone', async () => {
  await expect(
    graph.sql(
      `insert into prescriptions.difference_review (id, clinic_id, patient_id, wording_id, outcome, reason, reviewed_by, reviewer_name, at)
       select gen_random_uuid(), w.clinic_id, w.patient_id, w.id, 'DISTINCT', 'x', o.drafted_by, 'x', now()
       from prescriptions.difference_wording w join prescriptions."order" o on o.id = w.order_id where o.id = $1`,
      [fromId('order', drafts[10] ?? '')],
    ),
  ).rejects.toThrow('takes no such review');
});

test('of two drafts at once that would both just pass, the later one finds the other and goes to review', async () => {
  const words = 'Methyl cellulose raises welts on this patient within the hour, as was seen here twice; none may be in what is made.';
  const patients = await Promise.all(Array.from({ length: 10 }, anotherPatient));
  for (const patient of patients.slice(0, 7)) await draftFor(patient, words);
  const together = await Promise.all(patients.slice(7).map((patient) => draftFor(patient, words)));
  const rows = await graph.sql<{ alike: number; review: boolean }>(
    `select alike_prescriber as alike, needs_review as review from prescriptions.difference_wording where order_id = any ($1::uuid[]) order by 1`,
    [together.map((orderId) => fromId('order', orderId))],
  );
  expect(rows).toEqual([
    { alike: 7, review: false },
    { alike: 8, review: true },
    { alike: 9, review: true },
  ]);
});
