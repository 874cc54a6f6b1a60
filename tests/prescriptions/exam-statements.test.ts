import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, flattenedVerify, importJWK, type JWK } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { personas } from '#prisma/seed/personas.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { draftOrder, type Desk, orderDesk, sendOrder, signOrder } from './order-desk.ts';
import { approval, booked, clinicOf, completeExam, examinerId, started } from './exam-story.ts';

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

const signature = 'signature { jws keyIds documentDigest signedBy signedAt }';
const refused =
  '... on Refusal { code message } ... on InvalidInput { issues { path message } } ... on IllegalTransition { from to } ... on RuleBlocked { rules { id outcome remedy } }';
const addAddendum = `mutation ($input: AddAddendumInput!) { addAddendum(input: $input) { __typename ... on ExamAddendum { id position text ${signature} } ${refused} } }`;
const report = `__typename ... on ExamErrorReport { id reason note status answerNote exam { id revokedAt revokedReason } ordersHeld { id safetyHolds { reason } } ${signature} answerSignature { documentDigest signedBy } } ${refused}`;
const mark = `mutation ($input: MarkEnteredInErrorInput!) { markEnteredInError(input: $input) { ${report} } }`;
const confirm = `mutation ($input: ConfirmEnteredInErrorInput!) { confirmEnteredInError(input: $input) { ${report} } }`;
const reject = `mutation ($input: RejectEnteredInErrorInput!) { rejectEnteredInError(input: $input) { ${report} } }`;

async function completed(): Promise<{ examId: string; patientId: string; digest: string; record: string }> {
  const { examId, patientId } = await started(graph, clinicId);
  const { completeExam: exam } = await examiner.get(completeExam, { input: approval(examId) });
  return { examId, patientId, digest: exam.digest, record: exam.record };
}

/** Checks both signatures as anybody could: with a JOSE library and the published keys, and nothing of ours. Answers what was signed. */
async function verified(signed: Data, role: string): Promise<Data> {
  const { documentKeys } = await desk.get('{ documentKeys { kid purpose sub publicJwk } }');
  const { payload, signatures } = JSON.parse(signed.jws) as { payload: string; signatures: { protected: string; signature: string }[] };
  const read: { header: Data; text: string; sub: string }[] = [];
  for (const one of signatures) {
    const header = JSON.parse(Buffer.from(one.protected, 'base64url').toString('utf8'));
    const key = documentKeys.find((published: Data) => published.kid === header.kid);
    expect(await calculateJwkThumbprint(key.publicJwk as JWK)).toBe(header.kid);
    const checked = await flattenedVerify({ payload, ...one }, await importJWK(key.publicJwk as JWK, 'ES256'), { algorithms: ['ES256'] });
    read.push({ header, text: new TextDecoder().decode(checked.payload), sub: key.sub });
  }
  const [first, second] = read;
  expect(read.map(({ header }) => [header.typ, header.role])).toEqual([
    ['gf-exam+jws', role],
    ['gf-exam+jws', 'platform'],
  ]);
  expect(second?.header.over).toBe(
    createHash('sha256')
      .update(signatures[0]?.signature ?? '')
      .digest('base64url'),
  );
  expect(read.map(({ header }) => header.kid)).toEqual(signed.keyIds);
  expect(
    createHash('sha256')
      .update(first?.text ?? '')
      .digest('hex'),
  ).toBe(signed.documentDigest);
  return { ...JSON.parse(first?.text ?? ''), signer: first?.sub, text: first?.text };
}

const ask = async (who: Asker, document: string, input: Data): Promise<Data> => Object.values((await who.ask(document, { input })).data)[0];

describe('the record of an exam', () => {
  test('is signed by its examiner and the platform, to the letter, and can be checked offline', async () => {
    const { examId, digest, record } = await completed();
    const { exam } = await director.get(`query ($id: ID!) { exam(id: $id) { ${signature} } }`, { id: examId });
    expect(exam.signature.documentDigest).toBe(digest);
    const signed = await verified(exam.signature, 'examiner');
    expect(signed.text).toBe(record);
    expect(signed.signer).toBe(examinerId);
    expect(signed.exam.id).toBe(examId);
  });

  test('is signed when the exam is not approved too, and not before it is completed', async () => {
    const { examId } = await started(graph, clinicId);
    const ofExam = `query ($id: ID!) { exam(id: $id) { ${signature} } }`;
    expect((await director.get(ofExam, { id: examId })).exam.signature).toBeNull();
    await examiner.get(completeExam, { input: approval(examId, { outcome: 'DECLINED', services: [] }) });
    expect((await verified((await director.get(ofExam, { id: examId })).exam.signature, 'examiner')).decision.outcome).toBe('DECLINED');
  });

  test('is not shown to who may not open the chart', async () => {
    const { examId } = await completed();
    const answer = await desk.ask(`query ($id: ID!) { exam(id: $id) { id signature { jws } addenda { id } errorReports { id } } }`, {
      id: examId,
    });
    expect(answer.data?.exam ?? null).toEqual({ id: examId, signature: null, addenda: null, errorReports: null });
    expect(answer.errors.map(({ code }) => code)).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']);
  });

  test('leaves evidence of whose second factor signed it, which the database keeps', async () => {
    const { examId, digest } = await completed();
    const rows = await graph.sql<Data>(
      `select d.kind, d.signed_by, s.amr, s.digest from prescriptions.exam_signing s join prescriptions.exam_document d on d.id = s.document_id where d.exam_id = $1`,
      [fromId('exam', examId)],
    );
    expect(rows).toEqual([{ kind: 'RECORD', signed_by: examinerId, amr: ['pwd', 'otp'], digest }]);
    for (const table of ['exam_document', 'exam_signing']) {
      await expect(graph.sql(`update prescriptions.${table} set digest = repeat('0', 64) where digest = $1`, [digest])).rejects.toThrow(
        /never/,
      );
    }
  });
});

describe('an addendum', () => {
  test('is signed over the record and the addendum before, and changes neither', async () => {
    const { examId, digest, record } = await completed();
    const first = await ask(examiner, addAddendum, { examId, text: ' Patient called back: the hives were in 2019. ' });
    const second = await ask(director, addAddendum, { examId, text: 'Read and noted.' });
    expect([first, second].map(({ position, text, signature: { signedBy } }) => [position, text, signedBy])).toEqual([
      [1, 'Patient called back: the hives were in 2019.', personas['examiner']?.name],
      [2, 'Read and noted.', personas['director']?.name],
    ]);
    expect(await verified(first.signature, 'author')).toMatchObject({
      ...{ schema: 'goodfaith.exam-addendum/1', exam: { id: examId, digest }, position: 1, previous: null },
      ...{ text: expect.any(String), author: { id: examinerId }, signer: examinerId },
    });
    expect(await verified(second.signature, 'author')).toMatchObject({ position: 2, previous: first.signature.documentDigest });
    const { exam } = await prescriber.get(
      'query ($id: ID!) { exam(id: $id) { digest record outcome services revokedAt addenda { id position text exam { id } } } }',
      { id: examId },
    );
    expect(exam).toEqual({
      ...{ digest, record, outcome: 'APPROVED', services: ['weight-loss'], revokedAt: null },
      addenda: [first, second].map(({ id, position, text }) => ({ id, position, text, exam: { id: examId } })),
    });
  });

  test('is told to the trail by its digest, never by its words', async () => {
    const { examId, patientId } = await completed();
    const added = await ask(examiner, addAddendum, { examId, text: 'Hives in 2019.' });
    const rows = await graph.sql<Data>(
      `select patient_id, detail from prescriptions.audit_event where action = 'exam.addendum-added' and subject_id = $1`,
      [fromId('exam', examId)],
    );
    expect(rows).toEqual([{ patient_id: fromId('patient', patientId), detail: { position: 1, digest: added.signature.documentDigest } }]);
  });

  test('is written once, however often the same request comes', async () => {
    const { examId } = await completed();
    const input = { examId, text: 'Hives in 2019.' };
    const key = { idempotencyKey: 'addendum-once' };
    const [first, again] = [await examiner.get(addAddendum, { input }, key), await examiner.get(addAddendum, { input }, key)];
    expect(again).toEqual(first);
    const found = await examiner.get('query ($id: ID!) { exam(id: $id) { addenda { id } } }', { id: examId });
    expect(found.exam.addenda).toHaveLength(1);
  });

  test('of two who add at once, each gets a place of its own', async () => {
    const { examId } = await completed();
    const both = await Promise.all([examiner, director].map((who) => ask(who, addAddendum, { examId, text: 'At once.' })));
    expect(both.map(({ position }) => position).sort()).toEqual([1, 2]);
  });

  test('is refused before the exam is completed, without a second factor, without words, to other clinics and to the front desk', async () => {
    const { examId } = await booked(desk, graph, clinicId);
    const input = { examId, text: 'Too early.' };
    expect(await ask(examiner, addAddendum, input)).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'BOOKED' });
    const done = await completed();
    const late = { examId: done.examId, text: 'Late.' };
    expect((await ask(await graph.as('examiner'), addAddendum, late)).code).toBe('STEP_UP_REQUIRED');
    expect((await ask(examiner, addAddendum, { ...late, text: '  ' })).issues).toEqual([
      { path: 'input.text', message: 'An addendum is empty.' },
    ]);
    expect((await ask(await graph.as('examiner-b', { stepUp: true }), addAddendum, late)).code).toBe('NOT_FOUND');
    expect((await ask(await graph.as('front-desk', { stepUp: true }), addAddendum, late)).code).toBe('FORBIDDEN');
    expect(await graph.sql('select 1 from prescriptions.exam_addendum where exam_id = $1', [fromId('exam', done.examId)])).toEqual([]);
  });
});

describe('an exam that was entered in error', () => {
  const why = { reason: 'WRONG_PATIENT', note: 'The record is of the patient before.' };

  /** A desk whose orders stand on an exam that was really held and signed here. */
  async function onOwnExam(): Promise<{ examId: string; order: (more?: Data) => Promise<string>; orders: Desk }> {
    const { examId } = await completed();
    const orders = await orderDesk(graph);
    const { exam } = await prescriber.get('query ($id: ID!) { exam(id: $id) { findings { id } } }', { id: examId });
    const clinicalDifference = { ...orders.input.clinicalDifference, findingId: exam.findings[0].id };
    const order = async () => (await prescriber.get(draftOrder, { input: { ...orders.input, examId, clinicalDifference } })).draftOrder.id;
    return { examId, order, orders };
  }

  test('carries no order while the mark is open, and carries them again once a second person rejects it', async () => {
    const { examId, order } = await onOwnExam();
    const orderId = await order();
    const marked = await ask(director, mark, { examId, ...why });
    expect(marked).toMatchObject({ status: 'OPEN', ...why, answerNote: null, answerSignature: null, ordersHeld: [] });
    expect(await verified(marked.signature, 'reporter')).toMatchObject({
      schema: 'goodfaith.exam-error-report/1',
      ...why,
      exam: { id: examId },
    });
    const stopped = await ask(prescriber, signOrder, { orderId });
    expect(stopped.rules.filter((rule: Data) => rule.outcome !== 'PASS').map((rule: Data) => `${rule.outcome} ${rule.id}`)).toEqual([
      'UNKNOWN exam.unquestioned',
    ]);
    const rejected = await ask(prescriber, reject, { reportId: marked.id, note: 'It is this patient’s.' });
    expect(rejected).toMatchObject({ status: 'REJECTED', answerNote: 'It is this patient’s.', exam: { revokedAt: null }, ordersHeld: [] });
    expect((await ask(prescriber, signOrder, { orderId })).status).toBe('SIGNED');
    expect(await ask(director, confirm, { reportId: marked.id, note: 'Again.' })).toMatchObject({
      code: 'ILLEGAL_TRANSITION',
      from: 'REJECTED',
    });
    // Marked anew, it is open anew.
    expect((await ask(director, mark, { examId, ...why })).status).toBe('OPEN');
  });

  test('never counts again once confirmed, and every order in flight on it is held', async () => {
    const { examId, order, orders } = await onOwnExam();
    const [draft, signed, sent] = [await order(), await order(), await order()];
    await prescriber.get(signOrder, { input: { orderId: signed } });
    await orders.waiveDuplicate(sent);
    await prescriber.get(signOrder, { input: { orderId: sent } });
    await orders.waiveDuplicate(draft);
    await prescriber.get(sendOrder, { input: { orderId: sent } });
    const marked = await ask(examiner, mark, { examId, ...why });
    const confirmed = await ask(director, confirm, { reportId: marked.id, note: 'Seen with the examiner.' });
    expect(confirmed).toMatchObject({
      status: 'CONFIRMED',
      exam: { id: examId, revokedAt: expect.any(String), revokedReason: 'ENTERED_IN_ERROR' },
    });
    expect(confirmed.answerSignature.signedBy).toBe(personas['director']?.name);
    expect(confirmed.ordersHeld).toEqual([signed, sent].sort().map((id) => ({ id, safetyHolds: [{ reason: 'EXAM_ENTERED_IN_ERROR' }] })));
    const refusedFor = async (document: string, orderId: string) =>
      (await ask(prescriber, document, { orderId })).rules.flatMap((rule: Data) => (rule.outcome === 'PASS' ? [] : [rule.id]));
    expect(await refusedFor(signOrder, draft)).toEqual(['exam.approved']);
    expect(await refusedFor(sendOrder, signed)).toEqual(['exam.standing', 'safety.hold']);
    // The record stays, with what was said of it.
    const { exam } = await director.get('query ($id: ID!) { exam(id: $id) { status outcome record errorReports { status } } }', {
      id: examId,
    });
    expect(exam).toEqual({ status: 'COMPLETED', outcome: 'APPROVED', record: expect.any(String), errorReports: [{ status: 'CONFIRMED' }] });
    expect(await ask(director, mark, { examId, ...why })).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'ENTERED_IN_ERROR' });
    const shown = await (await graph.as('pharmacist')).get('query ($id: ID!) { order(id: $id) { safetyHolds { reason } } }', { id: sent });
    expect(shown.order.safetyHolds).toEqual([{ reason: 'EXAM_ENTERED_IN_ERROR' }]);
  });

  test('takes a second person: neither who marked it nor its examiner', async () => {
    const { examId } = await completed();
    const marked = await ask(director, mark, { examId, ...why });
    const answer = { reportId: marked.id, note: 'Yes.' };
    for (const who of [director, examiner]) {
      const no = await ask(who, confirm, answer);
      expect(no.rules).toEqual([{ id: 'exam.secondPerson', outcome: 'FAIL', remedy: expect.stringContaining('medical director') }]);
      expect((await ask(who, reject, answer)).code).toBe('RULE_BLOCKED');
    }
    expect(await ask(director, mark, { examId, ...why })).toMatchObject({ code: 'CONFLICT' });
    expect((await ask(await graph.as('prescriber'), confirm, answer)).code).toBe('STEP_UP_REQUIRED');
    expect((await ask(await graph.as('prescriber-b', { stepUp: true }), confirm, answer)).code).toBe('NOT_FOUND');
    expect((await ask(await graph.as('front-desk', { stepUp: true }), confirm, answer)).code).toBe('FORBIDDEN');
    expect((await ask(prescriber, confirm, { ...answer, note: '' })).code).toBe('INVALID_INPUT');
    expect((await ask(prescriber, confirm, answer)).status).toBe('CONFIRMED');
  });

  test('of two who answer at once, one is heard', async () => {
    const { examId } = await completed();
    const marked = await ask(examiner, mark, { examId, ...why });
    const answers = await Promise.all([
      ask(director, confirm, { reportId: marked.id, note: 'Yes.' }),
      ask(prescriber, reject, { reportId: marked.id, note: 'No.' }),
    ]);
    expect(answers.map((answer) => answer.code ?? 'HEARD').sort()).toEqual(['HEARD', 'ILLEGAL_TRANSITION']);
  });

  test('is not marked before it is completed', async () => {
    const { examId } = await booked(desk, graph, clinicId);
    expect(await ask(director, mark, { examId, ...why })).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'BOOKED' });
  });

  test('the database takes no answer of the same person, and takes no exam back without one', async () => {
    const { examId } = await completed();
    const id = fromId('exam', examId);
    await expect(
      graph.sql(`update prescriptions.good_faith_exam set revoked_at = now(), revoked_reason = 'ENTERED_IN_ERROR' where id = $1`, [id]),
    ).rejects.toThrow(/nobody has confirmed/);
    const marked = await ask(director, mark, { examId, ...why });
    const own = `insert into prescriptions.exam_error_answer (id, clinic_id, patient_id, exam_id, report_id, document_id, outcome, note)
      select gen_random_uuid(), clinic_id, patient_id, exam_id, $1, id, 'CONFIRMED', 'x' from prescriptions.exam_document where exam_id = $2 and kind = $3`;
    for (const kind of ['RECORD', 'ERROR_REPORT']) {
      await expect(graph.sql(own, [fromId('examErrorReport', marked.id), id, kind])).rejects.toThrow(/second person/);
    }
  });
});
