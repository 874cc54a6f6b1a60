import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { subgraphNames } from '#kernel/names.ts';
import { personas } from '#prisma/seed/personas.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { approval, booked, clinicOf, completeExam, examinerId, started } from './exam-story.ts';
import { draftOrder, orderDesk, sendOrder, signOrder } from './order-desk.ts';

let graph: TestGraph;
let desk: Asker;
let examiner: Asker;
let director: Asker;
let prescriber: Asker;
let clinicId: string;
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  examiner = await graph.as('examiner', { stepUp: true });
  director = await graph.as('director', { stepUp: true });
  prescriber = await graph.as('prescriber', { stepUp: true });
  clinicId = await clinicOf(desk);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const refused =
  '... on Refusal { code message } ... on InvalidInput { issues { path message } } ... on IllegalTransition { from to } ... on RuleBlocked { rules { id outcome message remedy } }';
const revokeExam = `mutation ($input: RevokeExamInput!) { revokeExam(input: $input) { __typename ... on GoodFaithExam { id outcome record revokedAt revokedReason
  revocation { reason note part revokedAt revokedBy { id } ordersHeld { id safetyHolds { reason } } signature { jws documentDigest signedBy } } } ${refused} } }`;
const mark = `mutation ($input: MarkEnteredInErrorInput!) { markEnteredInError(input: $input) { __typename ... on ExamErrorReport { id } ${refused} } }`;
const confirm = `mutation ($input: ConfirmEnteredInErrorInput!) { confirmEnteredInError(input: $input) { __typename ... on ExamErrorReport { status ordersHeld { id } exam { revokedReason } } ${refused} } }`;
const coverage = `query ($id: ID!) { examCoverage(patientId: $id, service: "weight-loss") { covered until endedEarly { on ruleId } missing { id outcome message } } }`;

const ask = async (who: Asker, document: string, input: Data): Promise<Data> => Object.values((await who.ask(document, { input })).data)[0];
const why = { reason: 'HEALTH_CHANGED', note: 'Pancreatitis, told by phone today.' };
const today = () => graph.clock.now().toISOString().slice(0, 10);

async function completed(more: Data = {}): Promise<{ examId: string; patientId: string; exam: Data }> {
  const { examId, patientId } = await started(graph, clinicId);
  const { completeExam: exam } = await examiner.get(completeExam, { input: approval(examId, more) });
  return { examId, patientId, exam };
}

/** Another examiner of the same clinic. */
async function colleague(): Promise<Asker> {
  const grants = [{ role: 'EXAMINER', at: clinicId }];
  const sub = personas['examiner-ca']?.sub ?? '';
  await graph.sql(
    `insert into clinics.membership (id, sub, role, at, starts_at) values ($1, $2, 'EXAMINER', $3, now() - interval '1 day')`,
    [randomUUID(), sub, clinicId],
  );
  for (const name of subgraphNames) await graph.running[name].refreshTenancy();
  return graph.asSomeone({ sub, name: 'A colleague', grants }, { stepUp: true });
}

test('an examiner takes their own approval back: it covers nothing from then on, and what was signed stays', async () => {
  const { examId, patientId, exam } = await completed();
  const revoked = await ask(examiner, revokeExam, { examId, ...why });
  expect(revoked).toEqual({
    ...{ __typename: 'GoodFaithExam', id: examId, outcome: 'APPROVED', record: exam.record },
    ...{ revokedAt: expect.any(String), revokedReason: 'HEALTH_CHANGED' },
    revocation: {
      ...{ ...why, part: 'EXAMINER', revokedAt: revoked.revokedAt, revokedBy: { id: examinerId }, ordersHeld: [] },
      signature: { jws: expect.any(String), documentDigest: expect.any(String), signedBy: personas['examiner']?.name },
    },
  });
  expect(JSON.parse(Buffer.from(JSON.parse(revoked.revocation.signature.jws).payload, 'base64url').toString())).toEqual({
    schema: 'goodfaith.exam-revocation/1',
    exam: { id: examId, digest: exam.digest },
    revoker: { id: examinerId, name: personas['examiner']?.name, part: 'EXAMINER' },
    ...{ ...why, revokedAt: revoked.revokedAt },
  });
  expect((await desk.get(coverage, { id: patientId })).examCoverage).toEqual({
    ...{ covered: false, until: null, endedEarly: [{ on: today(), ruleId: 'exam.approved' }] },
    missing: [{ id: 'exam.approved', outcome: 'FAIL', message: `The exam was revoked on ${today()}` }],
  });
  const audited = await graph.sql<Data>(
    `select patient_id, detail from prescriptions.audit_event where action = 'exam.revoked' and subject_id = $1`,
    [fromId('exam', examId)],
  );
  expect(audited).toEqual([
    {
      patient_id: fromId('patient', patientId),
      detail: { reason: 'HEALTH_CHANGED', part: 'EXAMINER', digest: revoked.revocation.signature.documentDigest, orders: [] },
    },
  ]);
});

test('the medical director takes any approval back, and every order in flight on it is held', async () => {
  const { examId, exam } = await completed();
  const orders = await orderDesk(graph);
  const clinicalDifference = { ...orders.input.clinicalDifference, findingId: exam.findings[0].id };
  const order = async () => (await prescriber.get(draftOrder, { input: { ...orders.input, examId, clinicalDifference } })).draftOrder.id;
  const [draft, signed, sent] = [await order(), await order(), await order()];
  await prescriber.get(signOrder, { input: { orderId: signed } });
  await orders.waiveDuplicate(sent);
  await prescriber.get(signOrder, { input: { orderId: sent } });
  await orders.waiveDuplicate(draft);
  await prescriber.get(sendOrder, { input: { orderId: sent } });
  const { revocation } = await ask(director, revokeExam, { examId, reason: 'BELOW_STANDARD', note: 'The history was not taken.' });
  expect(revocation).toMatchObject({
    ...{ part: 'MEDICAL_DIRECTOR', revokedBy: { id: personas['director']?.sub } },
    ordersHeld: [signed, sent].sort().map((id) => ({ id, safetyHolds: [{ reason: 'EXAM_REVOKED' }] })),
  });
  const stopped = async (document: string, orderId: string) =>
    (await ask(prescriber, document, { orderId })).rules.filter((rule: Data) => rule.outcome !== 'PASS');
  expect((await stopped(signOrder, draft)).map(({ id }: Data) => id)).toEqual(['exam.approved']);
  const onTheWay = await stopped(sendOrder, signed);
  expect(onTheWay.map(({ id }: Data) => id)).toEqual(['exam.standing', 'safety.hold']);
  // Nobody lifts such a hold: what was signed names the exam it stands on.
  expect(onTheWay[1].remedy).toBe('Cancel the order, and sign another on an exam that covers it.');
  const shown = await (await graph.as('pharmacist')).get('query ($id: ID!) { order(id: $id) { safetyHolds { reason } } }', { id: sent });
  expect(shown.order.safetyHolds).toEqual([{ reason: 'EXAM_REVOKED' }]);
});

test('is refused to others, twice, of what is no approval, without a second factor and without words', async () => {
  const { examId } = await completed();
  const input = { examId, ...why };
  expect((await ask(desk, revokeExam, input)).code).toBe('FORBIDDEN');
  expect((await ask(prescriber, revokeExam, input)).code).toBe('FORBIDDEN');
  expect((await ask(await graph.as('examiner-b', { stepUp: true }), revokeExam, input)).code).toBe('NOT_FOUND');
  expect((await ask(await graph.as('examiner'), revokeExam, input)).code).toBe('STEP_UP_REQUIRED');
  expect((await ask(examiner, revokeExam, { ...input, note: ' ' })).issues).toEqual([
    { path: 'input.note', message: 'The note is missing.' },
  ]);
  const others = await ask(await colleague(), revokeExam, input);
  expect([others.code, others.rules]).toEqual([
    'RULE_BLOCKED',
    [{ id: 'exam.revoker', outcome: 'FAIL', message: 'Another examiner held this exam', remedy: expect.stringContaining('director') }],
  ]);
  expect((await ask(examiner, revokeExam, input)).revokedReason).toBe('HEALTH_CHANGED');
  expect(await ask(director, revokeExam, input)).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'REVOKED', to: 'REVOKED' });
  const declined = await completed({ outcome: 'DECLINED', services: [] });
  expect(await ask(director, revokeExam, { ...input, examId: declined.examId })).toMatchObject({
    ...{ code: 'ILLEGAL_TRANSITION', from: 'DECLINED', to: 'REVOKED' },
  });
  const { examId: early } = await booked(desk, graph, clinicId);
  expect(await ask(director, revokeExam, { ...input, examId: early })).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'BOOKED' });
  expect(await graph.sql('select 1 from prescriptions.exam_revocation where exam_id = $1', [fromId('exam', declined.examId)])).toEqual([]);
});

test('an open mark can still be answered once the exam was revoked, and the reason stays', async () => {
  const { examId } = await completed();
  const { id: reportId } = await ask(director, mark, { examId, reason: 'OTHER', note: 'Unclear.' });
  await ask(examiner, revokeExam, { examId, ...why });
  expect(await ask(prescriber, confirm, { reportId, note: 'Seen.' })).toEqual({
    ...{ __typename: 'ExamErrorReport', status: 'CONFIRMED', ordersHeld: [], exam: { revokedReason: 'HEALTH_CHANGED' } },
  });
});

test('one that was revoked can still be found to be entered in error, once, and its revocation stays', async () => {
  const { examId } = await completed();
  await ask(examiner, revokeExam, { examId, ...why });
  const wrong = { examId, reason: 'WRONG_PATIENT', note: 'The record is of the patient before.' };
  const { id: reportId } = await ask(director, mark, wrong);
  expect(await ask(prescriber, confirm, { reportId, note: 'Seen.' })).toEqual({
    ...{ __typename: 'ExamErrorReport', status: 'CONFIRMED', ordersHeld: [], exam: { revokedReason: 'HEALTH_CHANGED' } },
  });
  expect(await ask(director, mark, wrong)).toMatchObject({
    ...{ code: 'ILLEGAL_TRANSITION', from: 'ENTERED_IN_ERROR', to: 'ENTERED_IN_ERROR' },
  });
});

test('of two who revoke at once, one is heard', async () => {
  const { examId } = await completed();
  const both = await Promise.all([examiner, director].map((who) => ask(who, revokeExam, { examId, ...why })));
  expect(both.map((answer) => answer.code ?? 'HEARD').sort()).toEqual(['HEARD', 'ILLEGAL_TRANSITION']);
});

test('the database takes nothing back without a revocation beside it, and keeps that as it was written', async () => {
  const { examId } = await completed();
  const id = fromId('exam', examId);
  const insert = (part: string, revoker: string) =>
    graph.sql(
      `insert into prescriptions.exam_revocation (id, clinic_id, patient_id, exam_id, document_id, revoker_id, part, reason, note, at)
       select gen_random_uuid(), clinic_id, patient_id, exam_id, id, $2, $3, 'OTHER', 'x', now() from prescriptions.exam_document where exam_id = $1`,
      [id, revoker, part],
    );
  await expect(insert('EXAMINER', fromId('practitioner', personas['director']?.sub ?? ''))).rejects.toThrow(/not this person/);
  await ask(examiner, revokeExam, { examId, ...why });
  await expect(graph.sql(`update prescriptions.exam_revocation set note = 'y' where exam_id = $1`, [id])).rejects.toThrow(/never/);
  const policies = await graph.sql<Data>(
    `select polname, polpermissive from pg_policy where polrelid = 'prescriptions.good_faith_exam'::regclass and polname = 'taken_back_with_reason'`,
  );
  expect(policies).toEqual([{ polname: 'taken_back_with_reason', polpermissive: false }]);
});
