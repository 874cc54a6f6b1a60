import { afterAll, beforeAll, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import { matchOf } from '../../subgraphs/prescriptions/outside-exam/match-score.ts';
import { clinicOf, consented, quietAnswers, registered, screened } from './exam-story.ts';
import {
  attestOutsideExam,
  confirmOutsideMatch,
  daysAgo,
  examinerNpi,
  outsideExams,
  recordOutsideExam,
  rejectOutsideMatch,
  relies,
  reportOf,
  type Vendor,
  vendorAt,
} from './outside-story.ts';

let graph: TestGraph;
let desk: Asker;
let clinicId: string;
let vendor: Vendor;
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  clinicId = await clinicOf(desk);
  vendor = await vendorAt(graph, clinicId);
  await relies(graph, 'outsideVerified', 'allowed');
  await relies(graph, 'outsideAttested', 'allowed');
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

/** A report that has come in. */
async function reported(id: string, changes: Parameters<typeof reportOf>[2] = {}): Promise<string> {
  expect((await vendor.send(await reportOf(graph, id, changes))).status).toBe(202);
  return (await outsideExams(desk, clinicId)).find(({ externalId }) => externalId === id)?.id;
}

async function ready(more: Data = {}): Promise<{ patientId: string; intakeId: string }> {
  const patientId = await registered(desk, clinicId, more);
  await consented(desk, patientId);
  return { patientId, intakeId: await screened(desk, patientId) };
}

const confirm = async (input: Data, who = desk): Promise<Data> => (await who.ask(confirmOutsideMatch, { input })).data.confirmOutsideMatch;
const blocking = ({ rules }: Data): string[] =>
  rules.filter(({ outcome }: Data) => outcome !== 'PASS').map(({ id, outcome }: Data) => `${outcome} ${id}`);

test('of two who confirm at once one wins, and one exam comes of it', async () => {
  const [one, other] = [await ready(), await ready()];
  const outsideExamId = await reported('M-1');
  const answers = await Promise.all([one, other, one, other].map((who) => confirm({ outsideExamId, ...who })));
  expect(
    answers
      .map(({ __typename }) => __typename)
      .toSorted()
      .at(-1),
  ).toBe('OutsideExam');
  expect(answers.filter(({ __typename }) => __typename === 'OutsideExam')).toHaveLength(1);
  for (const lost of answers.filter(({ __typename }) => __typename !== 'OutsideExam'))
    expect(['ILLEGAL_TRANSITION', 'CONFLICT']).toContain(lost.code);
  expect(await graph.sql('select 1 from prescriptions.good_faith_exam where outside_exam_id is not null')).toHaveLength(1);
});

test('what was decided stays decided', async () => {
  const who = await ready();
  const outsideExamId = await reported('M-2');
  const rejected = (await desk.get(rejectOutsideMatch, { input: { outsideExamId, reason: 'NOT_OUR_PATIENT' } })).rejectOutsideMatch;
  expect(rejected).toEqual({ __typename: 'OutsideExam', id: outsideExamId, status: 'REJECTED', rejectReason: 'NOT_OUR_PATIENT' });
  expect(await confirm({ outsideExamId, ...who })).toEqual({
    ...{ __typename: 'IllegalTransition', code: 'ILLEGAL_TRANSITION', message: 'What is rejected cannot be confirmed.' },
    ...{ from: 'REJECTED', to: 'CONFIRMED' },
  });
  await expect(graph.sql(`update prescriptions.outside_exam set rationale = 'x'`)).rejects.toThrow(/never changed/);
  await expect(graph.sql(`delete from prescriptions.outside_exam`)).rejects.toThrow();
});

test('a patient whose names differ, or who fits less than another, is to be confirmed difference by difference', async () => {
  const [fay, jo] = [await ready({ givenName: 'Fay', familyName: 'Newcomer' }), await ready({ givenName: 'Jo', familyName: 'Newcomer' })];
  const outsideExamId = await reported('M-20', { person: { first: 'Fay', last: 'Newcomer' } });
  const differs = {
    ...{ __typename: 'OutsideMatchDiffers', code: 'OUTSIDE_MATCH_DIFFERS', differences: ['GIVEN_NAME', 'LIKELIER_PATIENT'] },
    message: 'The person examined and the patient differ. Choose the patient who was examined, or confirm each difference.',
  };
  expect(await confirm({ outsideExamId, ...jo })).toEqual(differs);
  expect(await confirm({ outsideExamId, ...jo, confirmedDifferences: ['GIVEN_NAME', 'FAMILY_NAME'] })).toEqual(differs);
  const other = await reported('M-21', { person: { first: 'Fay', last: 'Newman' } });
  expect((await confirm({ outsideExamId: other, ...fay })).differences).toEqual(['FAMILY_NAME']);
  expect(
    await graph.sql(`select 1 from prescriptions.outside_exam where external_id in ('M-20', 'M-21') and status <> 'PROPOSED'`),
  ).toEqual([]);
  expect((await confirm({ outsideExamId, ...fay })).status).toBe('CONFIRMED');
});

const markEnteredInError = `mutation ($input: MarkEnteredInErrorInput!) { markEnteredInError(input: $input) { __typename ... on ExamErrorReport { id } ... on Refusal { code message } } }`;
const confirmEnteredInError = `mutation ($input: ConfirmEnteredInErrorInput!) { confirmEnteredInError(input: $input) { __typename ... on ExamErrorReport { status exam { revokedReason } } ... on Refusal { code message } } }`;

test('a difference that was confirmed is on record, and a wrong match is taken back by two persons', async () => {
  const jo = await ready({ givenName: 'Jo', familyName: 'Aster' });
  const outsideExamId = await reported('M-22', { person: { first: 'Joanna', last: 'Aster' } });
  const { exam } = await confirm({ outsideExamId, ...jo, confirmedDifferences: ['GIVEN_NAME'] });
  expect(exam).toMatchObject({ outcome: 'APPROVED' });
  const events = await graph.sql<{ differences: string[] }>(
    `select detail->'differences' as differences from prescriptions.audit_event where action = 'outside-exam.confirmed' and subject_id = $1`,
    [fromId('outsideExam', outsideExamId)],
  );
  expect(events).toEqual([{ differences: ['GIVEN_NAME'] }]);
  const [examiner, director] = [await graph.as('examiner', { stepUp: true }), await graph.as('director', { stepUp: true })];
  const { markEnteredInError: report } = await examiner.get(markEnteredInError, {
    input: { examId: exam.id, reason: 'WRONG_PATIENT', note: 'It was her sister’s.' },
  });
  expect(report).toMatchObject({ __typename: 'ExamErrorReport' });
  const { confirmEnteredInError: taken } = await director.get(confirmEnteredInError, {
    input: { reportId: report.id, note: 'Checked against the vendor’s document.' },
  });
  expect(taken).toEqual({ __typename: 'ExamErrorReport', status: 'CONFIRMED', exam: { revokedReason: 'ENTERED_IN_ERROR' } });
});

test('each thing that is missing keeps the report nobody’s', async () => {
  const who = await ready();
  expect(blocking(await confirm({ outsideExamId: await reported('M-3', { person: { born: '1988-04-18' } }), ...who }))).toEqual([
    'FAIL exam.samePerson',
  ]);
  expect(blocking(await confirm({ outsideExamId: await reported('M-4', { clinician: { npi: '1234567893' } }), ...who }))).toEqual([
    ...['UNKNOWN TX.gfe.performers', 'UNKNOWN exam.examinerLicence', 'UNKNOWN licence.examiner'],
  ]);
  expect(blocking(await confirm({ outsideExamId: await reported('M-5', { vitals: { bmi: null } }), ...who }))).toEqual([
    'UNKNOWN screening.glp1-weight-loss.gl-bmi',
  ]);
  expect(blocking(await confirm({ outsideExamId: await reported('M-6', { vitals: { bmi: 20 } }), ...who }))).toEqual([
    'FAIL screening.glp1-weight-loss.gl-bmi',
  ]);
  expect(
    blocking(await confirm({ outsideExamId: await reported('M-7', { encounter: { goodUntil: daysAgo(graph, 1).slice(0, 10) } }), ...who })),
  ).toEqual(['FAIL exam.valid']);
  const patientId = await registered(desk, clinicId);
  const noConsent = { patientId, intakeId: await screened(desk, patientId) };
  expect(blocking(await confirm({ outsideExamId: await reported('M-8'), ...noConsent }))).toEqual([
    'FAIL consent.TREATMENT',
    'FAIL consent.TELEHEALTH',
  ]);
  const blocked = quietAnswers('weight-loss').map((one) => (one.linkId === 'glp1-weight-loss.gl-mtc' ? { ...one, value: true } : one));
  const intakeId = await screened(desk, who.patientId, 'weight-loss', blocked);
  expect(blocking(await confirm({ outsideExamId: await reported('M-9'), patientId: who.patientId, intakeId }))).toEqual([
    'FAIL screening.glp1-weight-loss.gl-mtc',
  ]);
  expect(
    await graph.sql(`select 1 from prescriptions.outside_exam where external_id between 'M-3' and 'M-9' and status <> 'PROPOSED'`),
  ).toEqual([]);
});

const resolveFlag = `mutation ($input: ResolveFlagInput!) { resolveFlag(input: $input) { __typename ... on ScreeningResolution { id } ... on Refusal { code message } } }`;
const recordOf = `query ($id: ID!) { exam(id: $id) { record } }`;

test('an answer that needs review is settled by a clinician of the clinic, not by what the vendor wrote', async () => {
  const pancreas = 'glp1-weight-loss.gl-pancreas';
  const { patientId } = await ready();
  const answers = quietAnswers('weight-loss').map((one) => (one.linkId === pancreas ? { ...one, value: true } : one));
  const intakeId = await screened(desk, patientId, 'weight-loss', answers);
  const outsideExamId = await reported('M-14');
  expect(blocking(await confirm({ outsideExamId, patientId, intakeId }))).toEqual([`UNKNOWN screening.${pancreas}`]);
  const examiner = await graph.as('examiner', { stepUp: true });
  const resolution = 'Pancreatitis in 2009 after gallstones, since removed; lipase normal this year.';
  const { resolveFlag: resolved } = await examiner.get(resolveFlag, {
    input: { intakeId, linkId: pancreas, patientState: 'TX', resolution },
  });
  const { exam } = await confirm({ outsideExamId, patientId, intakeId });
  expect(exam).toMatchObject({ outcome: 'APPROVED' });
  const kept = JSON.parse((await examiner.get(recordOf, { id: exam.id })).exam.record);
  expect(kept.screening.settled).toMatchObject([{ id: resolved.id, kind: 'RESOLUTION', linkId: pancreas, reason: resolution }]);
});

test('it stands on the examiner’s licence of the day it was held', async () => {
  const { exam } = await confirm({ outsideExamId: await reported('M-15'), ...(await ready()) });
  const rows = await graph.sql<{ part: string; heldAt: boolean }>(
    `select r.part, r.at = e.completed_at as "heldAt" from prescriptions.license_reliance r
     join prescriptions.good_faith_exam e on e.id = r.subject_id where e.id = $1 and r.gate = 'COMPLETE' order by r.part`,
    [fromId('exam', exam.id)],
  );
  expect(rows).toEqual([
    { part: 'COLLABORATOR', heldAt: true },
    { part: 'EXAMINER', heldAt: true },
  ]);
});

test('it is no exam that was asked for here, and nobody waited for it', async () => {
  const figures = `query ($id: ID!, $from: Date!, $to: Date!) { clinic(id: $id) { metrics(from: $from, to: $to) { examsRequested examsCompleted medianMinutesToExam } } }`;
  const [from, to] = [daysAgo(graph, 10).slice(0, 10), daysAgo(graph, 0).slice(0, 10)];
  expect((await desk.get(figures, { id: clinicId, from, to })).clinic.metrics).toEqual({
    ...{ examsRequested: 0, examsCompleted: 0, medianMinutesToExam: null },
  });
});

test('it never counts for longer than one held here, nor than it says itself', async () => {
  const own = await confirm({ outsideExamId: await reported('M-10', { encounter: { goodUntil: '2099-01-01' } }), ...(await ready()) });
  const today = graph.clock.now();
  const inAYear = new Date(Date.UTC(today.getUTCFullYear() + 1, today.getUTCMonth(), today.getUTCDate())).toISOString().slice(0, 10);
  expect(own.exam.validUntil < inAYear).toBe(true);
  const goodUntil = new Date(today.getTime() + 30 * 86_400_000).toISOString().slice(0, 10);
  const shorter = await confirm({ outsideExamId: await reported('M-11', { encounter: { goodUntil } }), ...(await ready()) });
  expect(shorter.exam.validUntil).toBe(goodUntil);
});

test('what is on paper counts once a clinician has put their name to it, with a second factor', async () => {
  const who = await ready();
  const documentDigest = 'ab'.repeat(32);
  const input = {
    ...{ clinicId, documentDigest, givenName: 'Ana', familyName: 'Whitfield', birthDate: '1988-04-17', service: 'weight-loss' },
    ...{
      patientState: 'TX',
      modality: 'IN_PERSON',
      outcome: 'APPROVED',
      completedAt: daysAgo(graph, 5),
      examinerNpi: await examinerNpi(graph),
    },
    ...{ rationale: 'Seen in person; no contraindication.', findings: ['Hives after benzyl alcohol'] },
    answers: [
      { linkId: 'glp1-weight-loss.gl-bmi', value: 31.2 },
      { linkId: 'glp1-weight-loss.gl-comorbid', value: true },
      { linkId: 'glp1-weight-loss.gl-approved', value: true },
    ],
  };
  const { recordOutsideExam: row } = await desk.get(recordOutsideExam, { input });
  expect(row).toMatchObject({ status: 'PROPOSED', source: 'PAPER', provenance: 'EXTERNAL_ATTESTED' });
  expect((await desk.ask(recordOutsideExam, { input })).data.recordOutsideExam.code).toBe('CONFLICT');
  const outsideExamId = row.id;
  expect(blocking(await confirm({ outsideExamId, ...who }))).toEqual(['UNKNOWN exam.attested']);
  const attest = async (who: Asker, more: Data = {}): Promise<Data> => {
    const statement = 'Read whole against the original; it says what is on record.';
    return (await who.ask(attestOutsideExam, { input: { outsideExamId, documentDigest, statement, ...more } })).data.attestOutsideExam;
  };
  expect((await attest(await graph.as('examiner'))).code).toBe('STEP_UP_REQUIRED');
  expect((await attest(await graph.as('prescriber', { stepUp: true }))).code).toBe('FORBIDDEN');
  expect((await attest(await graph.as('examiner-b', { stepUp: true }))).code).toBe('NOT_FOUND');
  const director = await graph.as('director', { stepUp: true });
  expect((await attest(director, { documentDigest: 'cd'.repeat(32) })).issues).toEqual([
    { path: 'input.documentDigest', message: 'is not the digest of the document that the result was typed from' },
  ]);
  expect(await attest(director)).toMatchObject({ __typename: 'OutsideExam', attestation: { documentDigest } });
  expect((await attest(await graph.as('examiner', { stepUp: true }))).code).toBe('CONFLICT');
  expect((await confirm({ outsideExamId, ...who }, await graph.as('examiner'))).exam).toMatchObject({
    provenance: 'EXTERNAL_ATTESTED',
    outcome: 'APPROVED',
  });
});

test('a decision against is confirmed too, and ends what was approved before it', async () => {
  const who = await ready();
  const against = await confirm({ outsideExamId: await reported('M-12', { encounter: { result: 'refused' } }), ...who });
  expect(against.exam).toMatchObject({ outcome: 'DECLINED', validUntil: null });
});

test('another clinic’s patient, intake or report is none, and who does not match people does not', async () => {
  const outsideExamId = await reported('M-13');
  const who = await ready();
  const other = await graph.as('other-desk');
  const theirs = await registered(other, await clinicOf(other));
  expect((await confirm({ outsideExamId, ...who, patientId: theirs })).code).toBe('NOT_FOUND');
  expect((await confirm({ outsideExamId, ...who }, other)).code).toBe('NOT_FOUND');
  expect((await confirm({ outsideExamId, ...who }, await graph.as('prescriber'))).code).toBe('FORBIDDEN');
  const listed = 'query ($clinicId: ID!) { outsideExams(clinicId: $clinicId) { nodes { id familyName rationale } } }';
  for (const [persona, code] of [
    ['mso-manager', 'FORBIDDEN'],
    ['compliance', 'FORBIDDEN'],
    ['other-desk', 'NOT_FOUND'],
    ['pharmacist', 'FORBIDDEN'],
  ] as const)
    expect([persona, (await (await graph.as(persona)).ask(listed, { clinicId })).errors[0]?.code]).toEqual([persona, code]);
});

test('a score is the same both ways, and says what it is made of', () => {
  const ana = {
    givenName: 'Ana María',
    familyName: 'Whitfield',
    birthDate: new Date('1988-04-17'),
    email: 'A@x.org',
    phone: '+15125550142',
  };
  expect(matchOf(ana, { ...ana, email: 'a@X.org' })).toEqual({
    score: 100,
    reasons: ['BIRTH_DATE', 'FAMILY_NAME', 'GIVEN_NAME', 'PHONE', 'EMAIL'],
  });
  const other = { ...ana, givenName: 'Ana', familyName: 'Whitfeild', birthDate: new Date('1988-04-18'), email: null, phone: null };
  const expected = { score: 25, reasons: ['BIRTH_DATE_DIFFERS', 'FAMILY_NAME_SIMILAR', 'GIVEN_NAME_SIMILAR'] };
  expect([matchOf(ana, other), matchOf(other, ana)]).toEqual([expected, expected]);
});
