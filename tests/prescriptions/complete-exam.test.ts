import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type Asker, testGraph, type TestGraph } from '../support/graph.ts';
import { approval, booked, clinicOf, completeExam, started } from './exam-story.ts';

let graph: TestGraph;
let desk: Asker;
let examiner: Asker;
let clinicId: string;
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  examiner = await graph.as('examiner', { stepUp: true });
  clinicId = await clinicOf(desk);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const complete = async (input: Record<string, unknown>, asker = examiner) => (await asker.ask(completeExam, { input })).data.completeExam;
const blockersOf = (refused: { rules: { id: string; outcome: string }[] }) =>
  refused.rules.filter((rule) => rule.outcome !== 'PASS').map((rule) => `${rule.outcome} ${rule.id}`);

test('an approval freezes the record under its digest, and is done once', async () => {
  const { examId, patientId } = await started(graph, clinicId);
  const exam = await complete(approval(examId));
  expect(exam).toEqual({
    ...{ __typename: 'GoodFaithExam', id: examId, status: 'COMPLETED', outcome: 'APPROVED', services: ['weight-loss'], conditions: [] },
    ...{
      completedAt: expect.any(String),
      validUntil: expect.any(String),
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      record: expect.any(String),
    },
    rationale: approval(examId)['rationale'],
    findings: [{ id: expect.stringMatching(/^fnd_/), text: 'Reports hives after an injection preserved with benzyl alcohol' }],
  });
  expect(createHash('sha256').update(exam.record).digest('hex')).toBe(exam.digest);
  const day = new Date(exam.completedAt);
  day.setUTCFullYear(day.getUTCFullYear() + 1);
  expect(exam.validUntil).toBe(day.toISOString().slice(0, 10));
  const record = JSON.parse(exam.record);
  expect(record).toMatchObject({
    schema: 'goodfaith.exam/4',
    exam: { id: examId, patientState: 'TX', modality: 'SYNC_VIDEO', identityVerifiedBy: 'GOVERNMENT_ID', completedAt: exam.completedAt },
    patient: { id: patientId, familyName: 'Whitfield' },
    examiner: { credential: 'NP', npi: expect.stringMatching(/^\d{10}$/), licence: { state: 'TX', status: 'ACTIVE' } },
    findings: exam.findings.map((finding: object) => ({ ...finding, coding: null, value: null })),
    decision: { outcome: 'APPROVED', validUntil: exam.validUntil },
  });
  expect(record.consents.map((consent: { kind: string }) => consent.kind).sort()).toEqual(['TELEHEALTH', 'TREATMENT']);
  expect(await complete(approval(examId))).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'COMPLETED', to: 'COMPLETED' });
});

test('a second factor is asked for, and nothing is written without', async () => {
  const { examId } = await started(graph, clinicId);
  expect((await complete(approval(examId), await graph.as('examiner'))).code).toBe('STEP_UP_REQUIRED');
  expect((await desk.get('query ($id: ID!) { exam(id: $id) { status } }', { id: examId })).exam.status).toBe('IN_PROGRESS');
});

test('the same key answers the same record again, even without the second factor', async () => {
  const { examId } = await started(graph, clinicId);
  const key = { idempotencyKey: 'complete-once' };
  const first = await examiner.get(completeExam, { input: approval(examId) }, key);
  const again = await (await graph.as('examiner')).get(completeExam, { input: approval(examId) }, key);
  expect(again).toEqual(first);
});

test('what stands in the way of an approval does not stand in the way of declining', async () => {
  const { examId } = await started(graph, clinicId);
  const { answers: _none, ...bare } = approval(examId);
  expect(blockersOf(await complete(bare))).toEqual([
    'UNKNOWN screening.glp1-weight-loss.gl-bmi',
    'UNKNOWN screening.glp1-weight-loss.gl-comorbid',
    'UNKNOWN screening.glp1-weight-loss.gl-approved',
  ]);
  expect(await complete({ ...bare, outcome: 'DECLINED', services: [] })).toMatchObject({
    status: 'COMPLETED',
    outcome: 'DECLINED',
    validUntil: null,
    services: [],
  });
});

test('an examiner’s own answer can block', async () => {
  const { examId } = await started(graph, clinicId);
  const answers = [
    { linkId: 'glp1-weight-loss.gl-bmi', value: 24 },
    { linkId: 'glp1-weight-loss.gl-comorbid', value: false },
    { linkId: 'glp1-weight-loss.gl-approved', value: true },
  ];
  expect(blockersOf(await complete(approval(examId, { answers })))).toEqual([
    'FAIL screening.glp1-weight-loss.gl-bmi',
    'FAIL screening.glp1-weight-loss.gl-comorbid',
  ]);
});

test('a consent taken back during the exam', async () => {
  const { examId, patientId } = await started(graph, clinicId);
  const { patient } = await desk.get('query ($id: ID!) { patient(id: $id) { consents { id kind } } }', { id: patientId });
  const treatment = patient.consents.find((consent: { kind: string }) => consent.kind === 'TREATMENT');
  await desk.get('mutation ($input: RevokeConsentInput!) { revokeConsent(input: $input) { __typename ... on Refusal { code message } } }', {
    input: { consentId: treatment.id },
  });
  expect(blockersOf(await complete(approval(examId)))).toEqual(['FAIL consent.TREATMENT']);
});

/** Answers of the closing part that say something else than the decision they are signed with. */
const closing = (linkId: string, value: unknown, more: Record<string, unknown> = {}): [string, Record<string, unknown>, string[]] => [
  `${linkId} ${value} with ${JSON.stringify(more)}`,
  { ...more, answers: [...(approval('')['answers'] as object[]), { linkId, value }] },
  [`input.answers.${linkId}`],
];
const contradictions = [
  closing('close.decision', 'approved-with-conditions'),
  closing('close.decision', 'deferred'),
  closing('close.decision', 'approved', { outcome: 'APPROVED_WITH_CONDITIONS', conditions: ['labs in six weeks'] }),
  closing('close.decision', 'declined', { outcome: 'DEFERRED', services: [] }),
  closing('close.decision', 'approved', { outcome: 'NEEDS_IN_PERSON', services: [] }),
  closing('close.valid-until', '2027-05-01'),
  closing('close.valid-until', '2027-05-01', { outcome: 'DECLINED', services: [] }),
];

test('the closing part may be answered as the decision says', async () => {
  const { examId } = await started(graph, clinicId);
  const year = graph.clock.now();
  year.setUTCFullYear(year.getUTCFullYear() + 1);
  const until = year.toISOString().slice(0, 10);
  const answers = [
    ...(approval(examId)['answers'] as object[]),
    { linkId: 'close.decision', value: 'approved' },
    { linkId: 'close.valid-until', value: until },
  ];
  const exam = await complete(approval(examId, { answers }));
  expect(exam).toMatchObject({ outcome: 'APPROVED', validUntil: until });
  expect(JSON.parse(exam.record).decision.answers).toEqual(answers);
});

describe('a decision that contradicts itself', () => {
  let examId: string;
  beforeAll(async () => {
    ({ examId } = await started(graph, clinicId));
  });
  test.each([
    ['a service it was not for', { services: ['weight-loss', 'microneedling'] }, ['input.services.1']],
    ['an approval of nothing', { services: [] }, ['input.services']],
    ['conditions without the outcome', { conditions: ['labs in six weeks'] }, ['input.conditions']],
    ['the outcome without conditions', { outcome: 'APPROVED_WITH_CONDITIONS' }, ['input.conditions']],
    ['services that a refusal does not clear', { outcome: 'DECLINED' }, ['input.services']],
    ['services that a deferral does not clear', { outcome: 'DEFERRED' }, ['input.services']],
    ...contradictions,
    ['no rationale', { rationale: ' ' }, ['input.rationale']],
    ['an empty finding', { findings: [{ text: '' }] }, ['input.findings.0.text']],
    ['an answer to no question', { answers: [{ linkId: 'core.shoe-size', value: 42 }] }, ['input.answers.core.shoe-size']],
    [
      'an answer over the patient’s',
      { answers: [{ linkId: 'glp1-weight-loss.gl-mtc', value: false }] },
      ['input.answers.glp1-weight-loss.gl-mtc'],
    ],
    [
      'an answer of the wrong type',
      { answers: [{ linkId: 'glp1-weight-loss.gl-bmi', value: 'high' }] },
      ['input.answers.glp1-weight-loss.gl-bmi'],
    ],
  ])('%s', async (_what, more, paths) => {
    const refused = await complete(approval(examId, more));
    expect(refused.code).toBe('INVALID_INPUT');
    expect(refused.issues.map((issue: { path: string }) => issue.path)).toEqual(paths);
    expect(await graph.sql('select 1 from prescriptions.exam_document where exam_id = $1', [fromId('exam', examId)])).toEqual([]);
  });
});

test('an exam that was not begun', async () => {
  const { examId } = await booked(desk, graph, clinicId);
  expect(await complete(approval(examId))).toMatchObject({ code: 'ILLEGAL_TRANSITION', from: 'BOOKED', to: 'COMPLETED' });
});

test('the database keeps a completed exam, its findings and its decisions as they are', async () => {
  const { examId } = await started(graph, clinicId);
  await complete(approval(examId));
  const id = fromId('exam', examId);
  for (const change of [
    `update prescriptions.good_faith_exam set rationale = 'other' where id = $1`,
    `delete from prescriptions.good_faith_exam where id = $1`,
    `update prescriptions.finding set text = 'other' where exam_id = $1`,
    `update prescriptions.exam_decision set results = '[]' where exam_id = $1`,
  ]) {
    await expect(graph.sql(change, [id])).rejects.toThrow(/never/);
  }
  await graph.sql(`update prescriptions.good_faith_exam set revoked_at = now(), revoked_reason = 'x' where id = $1`, [id]);
  await expect(graph.sql(`update prescriptions.good_faith_exam set revoked_at = null where id = $1`, [id])).rejects.toThrow(/never/);
});
