import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import {
  approval,
  bookExam,
  clinicOf,
  completeExam,
  consented,
  examinerId,
  freeTimes,
  held,
  quietAnswers,
  registered,
  screened,
  startExam,
} from './exam-story.ts';

let graph: TestGraph;
let desk: Asker;
let examiner: Asker;
let physician: Asker;
let clinicId: string;
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  examiner = await graph.as('examiner', { stepUp: true });
  physician = await graph.as('prescriber', { stepUp: true });
  clinicId = await clinicOf(desk);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const pancreas = 'glp1-weight-loss.gl-pancreas';
const thyroid = 'glp1-weight-loss.gl-mtc';
const bmi = 'glp1-weight-loss.gl-bmi';
const said = 'Pancreatitis in 2009 after gallstones, since removed; lipase normal this year.';

const answer = `__typename
  ... on ScreeningResolution { id kind linkId answer reason credential patientState questionnaireVersion resolver { id } performer { id } }
  ... on Refusal { code message } ... on InvalidInput { issues { path message } } ... on RuleBlocked { rules { id outcome citation remedy } }`;
const resolveFlag = `mutation ($input: ResolveFlagInput!) { resolveFlag(input: $input) { ${answer} } }`;
const overrideBlock = `mutation ($input: OverrideBlockInput!) { overrideBlock(input: $input) { ${answer} } }`;
const resolve = async (input: Data, who = examiner): Promise<Data> =>
  (await who.ask(resolveFlag, { input: { patientState: 'TX', resolution: said, ...input } })).data.resolveFlag;
const override = async (input: Data, who = physician): Promise<Data> =>
  (await who.ask(overrideBlock, { input: { patientState: 'TX', reason: said, takenByPatient: true, ...input } })).data.overrideBlock;
const blocking = (refused: Data) =>
  refused.rules.filter((rule: Data) => rule.outcome !== 'PASS').map((rule: Data) => `${rule.outcome} ${rule.id}`);
const saying = (linkId: string) => quietAnswers('weight-loss').map((one) => (one.linkId === linkId ? { linkId, value: true } : one));

/** An intake in which that question is answered yes, of a patient who has agreed. */
async function intakeSaying(linkId: string): Promise<{ patientId: string; intakeId: string }> {
  const patientId = await registered(desk, clinicId);
  const intakeId = await screened(desk, patientId, 'weight-loss', saying(linkId));
  await consented(desk, patientId);
  return { patientId, intakeId };
}

async function book({ patientId, intakeId }: { patientId: string; intakeId: string }): Promise<Data> {
  const holdId = await held(desk, clinicId, patientId, (await freeTimes(desk, graph, clinicId))[0] ?? '');
  return (await desk.ask(bookExam, { input: { holdId, intakeId } })).data.bookExam;
}

async function begun(of: { patientId: string; intakeId: string }): Promise<string> {
  const { id: examId } = await book(of);
  await examiner.get(startExam, { input: { examId, patientState: 'TX', identityVerifiedBy: 'GOVERNMENT_ID' } });
  return examId;
}

const complete = async (input: Data): Promise<Data> => (await examiner.ask(completeExam, { input })).data.completeExam;

describe('an answer that needs review', () => {
  test('stands in the way of an approval until a clinician has resolved it, and the record says how', async () => {
    const of = await intakeSaying(pancreas);
    const examId = await begun(of);
    const refused = await complete(approval(examId));
    expect(blocking(refused)).toEqual([`UNKNOWN screening.${pancreas}`]);
    const unresolved = 'query ($id: ID!) { exam(id: $id) { intake { unresolved { linkId severity } resolutions { kind linkId } } } }';
    expect((await desk.get(unresolved, { id: examId })).exam.intake).toEqual({
      unresolved: [{ linkId: pancreas, severity: 'physician-review' }],
      resolutions: [],
    });
    const resolution = await resolve({ intakeId: of.intakeId, linkId: pancreas });
    expect(resolution).toEqual({
      ...{ __typename: 'ScreeningResolution', id: expect.stringMatching(/^srs_/), kind: 'RESOLUTION', linkId: pancreas, answer: [true] },
      ...{ reason: said, credential: 'NP', patientState: 'TX', resolver: { id: examinerId }, performer: null },
      questionnaireVersion: expect.stringMatching(/^1\.0\.0\+/),
    });
    expect((await desk.get(unresolved, { id: examId })).exam.intake).toEqual({
      unresolved: [],
      resolutions: [{ kind: 'RESOLUTION', linkId: pancreas }],
    });
    const done = await complete(approval(examId));
    expect(JSON.parse(done.record).screening.settled).toEqual([
      {
        ...{ id: resolution.id, kind: 'RESOLUTION', linkId: pancreas, answer: [true], reason: said, patientState: 'TX' },
        ...{ by: { id: examinerId, credential: 'NP' }, at: expect.any(String) },
      },
    ]);
    const { exam } = await examiner.get('query ($id: ID!) { exam(id: $id) { decisions { gate replay { same } } } }', { id: examId });
    expect(exam.decisions.at(-1)).toEqual({ gate: 'COMPLETE', replay: { same: true } });
  });

  test('is not resolved by the resolution of another intake, of another answer or for another state', async () => {
    const first = await intakeSaying(pancreas);
    await resolve({ intakeId: first.intakeId, linkId: pancreas });
    const again = await screened(desk, first.patientId, 'weight-loss', saying(pancreas));
    const examId = await begun({ ...first, intakeId: again });
    expect(blocking(await complete(approval(examId)))).toEqual([`UNKNOWN screening.${pancreas}`]);
    await resolve({ intakeId: again, linkId: pancreas, patientState: 'FL' });
    expect(blocking(await complete(approval(examId)))).toEqual([`FAIL screening.${pancreas}`]);
    await resolve({ intakeId: again, linkId: pancreas });
    const { answers } = approval(examId) as { answers: Data[] };
    const vitals = (value: number) => ({ answers: [...answers, { linkId: 'core.vitals-sys', value }] });
    expect((await resolve({ intakeId: again, linkId: 'core.vitals-sys', answer: 165 })).answer).toEqual([165]);
    expect(blocking(await complete(approval(examId, vitals(175))))).toEqual(['FAIL screening.core.vitals-sys']);
    expect((await complete(approval(examId, vitals(165)))).outcome).toBe('APPROVED');
  });

  test('is resolved by nobody at the desk, nor with words or an answer that are not right', async () => {
    const { intakeId } = await intakeSaying(pancreas);
    const refusal = async (input: Data, who = examiner) => {
      const { code, issues } = await resolve({ intakeId, linkId: pancreas, ...input }, who);
      return issues === undefined ? code : issues.map((issue: Data) => issue.path);
    };
    expect(await refusal({}, desk)).toBe('FORBIDDEN');
    expect(await refusal({}, await graph.as('examiner-b'))).toBe('NOT_FOUND');
    expect(await refusal({ resolution: ' ' })).toEqual(['input.resolution']);
    expect(await refusal({ answer: false })).toEqual(['input.answer']);
    expect(await refusal({ linkId: 'core.shoe-size' })).toEqual(['input.linkId']);
    expect(await refusal({ linkId: 'core.vitals-sys' })).toEqual(['input.linkId']);
    expect(await refusal({ linkId: 'core.vitals-sys', answer: 'high' })).toEqual(['input.answer']);
    expect(blocking(await resolve({ intakeId, linkId: 'glp1-weight-loss.gl-ocp' }))).toEqual(['FAIL resolution.flag']);
    expect(blocking(await resolve({ intakeId, linkId: pancreas, patientState: 'CA' }))).toContain('FAIL licence.examiner');
  });
});

describe('an answer that blocks', () => {
  test('keeps the exam from being booked until a physician overrides it; then it is held, and its record says who and why', async () => {
    const of = await intakeSaying(thyroid);
    expect(blocking(await book(of))).toEqual([`FAIL screening.${thyroid}`]);
    const overridden = await override({ intakeId: of.intakeId, linkId: thyroid });
    expect(overridden).toMatchObject({ kind: 'OVERRIDE', linkId: thyroid, credential: 'MD', reason: said, performer: null });
    const examId = await begun(of);
    const done = await complete(approval(examId));
    expect(JSON.parse(done.record).screening).toMatchObject({
      flags: [{ linkId: thyroid, severity: 'block' }],
      settled: [
        { id: overridden.id, kind: 'OVERRIDE', reason: said, by: { id: overridden.resolver.id, credential: 'MD' }, performer: 'patient' },
      ],
    });
    const rows = await graph.sql<Data>(
      `select action, detail from prescriptions.audit_event where subject_id = $1::uuid and action like 'intake.%' order by id`,
      [fromId('intake', of.intakeId)],
    );
    expect(rows.map(({ action }: Data) => action)).toEqual(['intake.submitted', 'intake.block-overridden']);
    expect(JSON.stringify(rows)).not.toContain(thyroid);
  });

  test('that the examiner answers is overridden with that very answer', async () => {
    const patientId = await registered(desk, clinicId);
    const intakeId = await screened(desk, patientId);
    await consented(desk, patientId);
    const examId = await begun({ patientId, intakeId });
    const answers = (value: number) =>
      (approval(examId) as { answers: Data[] }).answers.map((one) => (one.linkId === bmi ? { ...one, value } : one));
    expect(blocking(await complete(approval(examId, { answers: answers(26.8) })))).toEqual([`FAIL screening.${bmi}`]);
    expect((await override({ intakeId, linkId: bmi, answer: 26.8 })).answer).toEqual([26.8]);
    expect(blocking(await complete(approval(examId, { answers: answers(25) })))).toEqual([`FAIL screening.${bmi}`]);
    expect((await complete(approval(examId, { answers: answers(26.8) }))).outcome).toBe('APPROVED');
  });

  test('is overridden by nobody else, by nobody who gives the treatment, without no reason or second factor, and never where it is the law', async () => {
    const { intakeId } = await intakeSaying(thyroid);
    const minor = await screened(
      desk,
      await registered(desk, clinicId),
      'weight-loss',
      quietAnswers('weight-loss').map((one) => (one.linkId === 'core.adult' ? { ...one, value: false } : one)),
    );
    const input = { intakeId, linkId: thyroid };
    expect(blocking(await override(input, examiner))).toEqual(['FAIL resolution.physician']);
    expect((await override(input, await graph.as('prescriber'))).code).toBe('STEP_UP_REQUIRED');
    expect((await override(input, desk)).code).toBe('FORBIDDEN');
    const { viewer } = await physician.get('{ viewer { id } }');
    const performer = { takenByPatient: null, performerId: viewer.id };
    expect(blocking(await override({ ...input, ...performer }))).toEqual(['FAIL resolution.performer']);
    expect(blocking(await override({ ...input, ...performer, performerId: 'prc_01kavw0000e008000000000001' }))).toEqual([
      'UNKNOWN resolution.performer',
    ]);
    expect((await override({ ...input, performerId: examinerId })).issues).toEqual([
      { path: 'input.performerId', message: expect.any(String) },
    ]);
    expect((await override({ ...input, takenByPatient: null })).issues).toEqual([
      { path: 'input.performerId', message: expect.any(String) },
    ]);
    expect((await override({ ...input, reason: 'It will be fine.' })).issues.map(({ path }: Data) => path)).toEqual(['input.reason']);
    expect(blocking(await override({ intakeId: minor, linkId: 'core.adult' }))).toEqual(['FAIL resolution.legal']);
    expect((await override({ ...input, takenByPatient: null, performerId: examinerId })).performer).toEqual({ id: examinerId });
  });
});

test('a director who approves what was deferred weighs what needs review, and overrides what blocks before', async () => {
  const of = await intakeSaying(pancreas);
  const examId = await begun(of);
  const { answers } = approval(examId) as { answers: Data[] };
  const low = answers.map((one) => (one.linkId === bmi ? { ...one, value: 26.9 } : one));
  const { digest } = await complete(approval(examId, { outcome: 'DEFERRED', services: [], answers: low }));
  const director = await graph.as('director', { stepUp: true });
  const decide = `mutation ($input: DecideDeferredInput!) { decideDeferred(input: $input) { __typename
    ... on GoodFaithExam { record directorDecision { outcome signature { jws } } } ... on Refusal { code message } ... on RuleBlocked { rules { id outcome } } } }`;
  const input = { examId, digest, outcome: 'APPROVED', reason: said };
  expect(blocking((await director.ask(decide, { input })).data.decideDeferred)).toEqual([`FAIL screening.${bmi}`]);
  const overridden = await override({ intakeId: of.intakeId, linkId: bmi, answer: 26.9 }, director);
  const { record, directorDecision: decision } = (await director.ask(decide, { input })).data.decideDeferred;
  expect(decision.outcome).toBe('APPROVED');
  // The exam's record was frozen before: the override is in what the director signed.
  expect(JSON.parse(record).screening.settled).toEqual([]);
  const { payload } = JSON.parse(decision.signature.jws);
  expect(JSON.parse(Buffer.from(payload, 'base64url').toString()).settled).toEqual([
    {
      ...{ id: overridden.id, kind: 'OVERRIDE', linkId: bmi, answer: [26.9], reason: said, patientState: 'TX' },
      ...{ by: { id: overridden.resolver.id, credential: overridden.credential }, at: expect.any(String), performer: 'patient' },
    },
  ]);
});
