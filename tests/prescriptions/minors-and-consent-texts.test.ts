import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromId } from '#kernel/ids.ts';
import { questionnaireVersion } from '#rules/questionnaire.ts';
import { type Asker, type Data, testGraph, type TestGraph } from '../support/graph.ts';
import {
  approval,
  clinicOf,
  completeExam,
  freeTimes,
  giveConsent,
  holdInput,
  holdSlot,
  newPatient,
  quietAnswers,
  registered,
  registerPatient,
  started,
} from './exam-story.ts';

let graph: TestGraph;
let desk: Asker;
let clinicId: string;
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  clinicId = await clinicOf(desk);
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

const blocked = `__typename ... on RuleBlocked { code rules { id outcome citation remedy } } ... on Refusal { code message }`;
const why = (refused: Data) => refused.rules.filter((rule: Data) => rule.outcome !== 'PASS');
const minor = {
  ...{ id: 'patient.adult', outcome: 'FAIL', remedy: 'Nothing can be offered to a minor here. If the date of birth is wrong, correct it.' },
  citation: 'Good-faith exam reference, core history, core.adult: minors are outside this programme',
};
const bornYearsAgo = (years: number) => {
  const today = graph.clock.now().toISOString().slice(0, 10);
  return `${Number(today.slice(0, 4)) - years}${today.slice(4)}`.replace('-02-29', '-02-28');
};

describe('a minor', () => {
  test('is not registered', async () => {
    const ask = `mutation ($input: RegisterPatientInput!) { registerPatient(input: $input) { ${blocked} } }`;
    const { data } = await desk.ask(ask, { input: newPatient(clinicId, { birthDate: bornYearsAgo(17) }) });
    expect(why(data.registerPatient)).toEqual([minor]);
    expect((await desk.get(registerPatient, { input: newPatient(clinicId, { birthDate: bornYearsAgo(19) }) })).registerPatient.id).toMatch(
      /^pat_/,
    );
  });

  test('whose date of birth is put right hands in no answers, is held no time for, and is not approved', async () => {
    const { examId, patientId } = await started(graph, clinicId);
    await graph.sql(`update prescriptions.patient set birth_date = $2::date where id = $1::uuid`, [
      fromId('patient', patientId),
      bornYearsAgo(16),
    ]);
    const input = { patientId, service: 'weight-loss', questionnaireVersion: questionnaireVersion('weight-loss') };
    const submit = `mutation ($input: SubmitIntakeInput!) { submitIntake(input: $input) { ${blocked} } }`;
    const { data } = await desk.ask(submit, { input: { ...input, answers: quietAnswers('weight-loss') } });
    expect(why(data.submitIntake)).toEqual([minor]);
    const [time = ''] = await freeTimes(desk, graph, clinicId);
    const { data: answer } = await desk.ask(holdSlot, { input: holdInput(clinicId, patientId, time) });
    expect(why(answer.holdSlot)).toMatchObject([minor]);
    const examiner = await graph.as('examiner', { stepUp: true });
    expect(why((await examiner.ask(completeExam, { input: approval(examId) })).data.completeExam)).toMatchObject([minor]);
  });
});

describe('the texts that patients agree to', () => {
  const list = 'query ($kind: ConsentKind) { consentTexts(kind: $kind) { kind version language title text textDigest current } }';

  test('are there for every kind, with the digest of what is shown', async () => {
    const { consentTexts } = await desk.get(list, {});
    expect(consentTexts.map(({ kind, version, current }: Data) => [kind, version, current])).toEqual(
      ['TELEHEALTH', 'TREATMENT', 'PHOTOGRAPHY', 'COMPOUNDED'].map((kind) => [kind, '2026-01', true]),
    );
    for (const { text, textDigest } of consentTexts) expect(createHash('sha256').update(text).digest('hex')).toBe(textDigest);
    expect((await desk.get(list, { kind: 'COMPOUNDED' })).consentTexts).toHaveLength(1);
  });

  test('a consent keeps which text it was, and is refused for another', async () => {
    const patientId = await registered(desk, clinicId);
    const input = { patientId, kind: 'TELEHEALTH', version: '2026-01', signedName: 'Ana Whitfield' };
    const [{ textDigest }] = (await desk.get(list, { kind: 'TELEHEALTH' })).consentTexts;
    expect((await desk.ask(giveConsent, { input: { ...input, textDigest: '0'.repeat(64) } })).data.giveConsent).toMatchObject({
      code: 'INVALID_INPUT',
      issues: [{ path: 'input.textDigest', message: expect.any(String) }],
    });
    await desk.get(giveConsent, { input: { ...input, textDigest } });
    await desk.get(giveConsent, { input: { ...input, kind: 'TREATMENT' } });
    const { patient } = await desk.get('query ($id: ID!) { patient(id: $id) { consents { kind textDigest } } }', { id: patientId });
    expect(patient.consents.find(({ kind }: Data) => kind === 'TELEHEALTH').textDigest).toBe(textDigest);
    expect(patient.consents.every((one: Data) => /^[0-9a-f]{64}$/.test(one.textDigest))).toBe(true);
  });
});
