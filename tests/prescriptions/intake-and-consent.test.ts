import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { questionnaireVersion } from '#rules/questionnaire.ts';
import { type Asker, testGraph, type TestGraph } from '../support/graph.ts';
import { clinicOf, giveConsent, quietAnswers, registered, submitIntake } from './exam-story.ts';

let graph: TestGraph;
let desk: Asker;
let patientId: string;
beforeAll(async () => {
  graph = await testGraph();
  desk = await graph.as('front-desk');
  patientId = await registered(desk, await clinicOf(desk));
});
afterAll(async () => graph?.[Symbol.asyncDispose]());

describe('questionnaire', () => {
  const document = 'query ($service: String!) { questionnaire(service: $service) { id version title fhir } }';

  test('a front desk sees what a patient may: no clinician’s items and no rules', async () => {
    const { questionnaire } = await desk.get(document, { service: 'weight-loss' });
    expect(questionnaire).toMatchObject({ id: 'gfe-weight-loss', version: questionnaireVersion('weight-loss') });
    const text = JSON.stringify(questionnaire.fhir);
    expect([text.includes('Clinician:'), text.includes('gfe-screening-rule'), text.includes('glp1-weight-loss.gl-mtc')]).toEqual([
      false,
      false,
      true,
    ]);
  });

  test('an examiner sees both', async () => {
    const { questionnaire } = await (await graph.as('examiner')).get(document, { service: 'weight-loss' });
    const text = JSON.stringify(questionnaire.fhir);
    expect([text.includes('Clinician:'), text.includes('gfe-screening-rule')]).toEqual([true, true]);
  });

  test('every version is listed, with the parts it is made of, and can be read by its name', async () => {
    const list = 'query ($service: String) { questionnaires(service: $service) { id version service since current parts { title } } }';
    const { questionnaires } = await desk.get(list, { service: 'weight-loss' });
    const listed = { id: 'gfe-weight-loss', version: questionnaireVersion('weight-loss'), service: 'weight-loss', since: '2026-11-22' };
    const parts = ['Good-faith exam: core history', 'Good-faith exam module: GLP-1 or GIP/GLP-1 medicine for weight'];
    expect(questionnaires).toEqual([{ ...listed, current: true, parts: parts.map((title) => ({ title })) }]);
    const seen = await (await graph.as('examiner')).get(list, { service: 'weight-loss' });
    expect(seen.questionnaires[0].parts.map(({ title }: { title: string }) => title)).toEqual([
      ...parts,
      'Good-faith exam: findings and decision',
    ]);
    expect((await desk.get(list, {})).questionnaires).toHaveLength(11);
    const one = 'query ($service: String!, $version: String) { questionnaire(service: $service, version: $version) { version current } }';
    expect((await desk.get(one, { service: 'weight-loss', version: listed.version })).questionnaire).toEqual({
      version: listed.version,
      current: true,
    });
    expect((await desk.ask(one, { service: 'weight-loss', version: '0.9' })).errors[0]?.code).toBe('NOT_FOUND');
  });

  test('a service that is none', async () => {
    const { data, errors } = await desk.ask(document, { service: 'haircut' });
    expect([data, errors[0]?.code]).toEqual([{ questionnaire: null }, 'NOT_FOUND']);
  });
});

describe('submitIntake', () => {
  const service = 'weight-loss';
  const version = questionnaireVersion(service);
  const quiet = quietAnswers(service);
  const input = (more: Record<string, unknown> = {}) => ({ patientId, service, questionnaireVersion: version, answers: quiet, ...more });
  const saying = (linkId: string, value: unknown) => quiet.map((answer) => (answer.linkId === linkId ? { linkId, value } : answer));

  test('nothing found is CLEARED', async () => {
    const { submitIntake: intake } = await desk.get(submitIntake, { input: input() });
    expect(intake).toEqual({
      __typename: 'Intake',
      id: expect.stringMatching(/^int_/),
      status: 'CLEARED',
      service,
      questionnaireVersion: version,
      flags: [],
    });
  });

  test.each([
    ['glp1-weight-loss.gl-ocp', 'SUBMITTED', 'flag'],
    ['glp1-weight-loss.gl-pancreas', 'NEEDS_REVIEW', 'physician-review'],
    ['glp1-weight-loss.gl-mtc', 'BLOCKED', 'block'],
  ])('yes to %s is %s', async (linkId, status, severity) => {
    const { submitIntake: intake } = await desk.get(submitIntake, { input: input({ answers: saying(linkId, true) }) });
    expect(intake).toMatchObject({ status, flags: [{ linkId, severity, message: expect.stringMatching(/.+/) }] });
  });

  test('every answer that is missing or does not fit is named', async () => {
    const answers = [
      ...saying('glp1-weight-loss.gl-mtc', 'maybe').filter((answer) => answer.linkId !== 'core.adult'),
      { linkId: 'core.shoe-size', value: 42 },
    ];
    const { data } = await desk.ask(submitIntake, { input: input({ answers }) });
    expect(data.submitIntake.code).toBe('INVALID_INPUT');
    const paths = data.submitIntake.issues.map((issue: { path: string }) => issue.path);
    expect(paths).toEqual(
      expect.arrayContaining(['input.answers.glp1-weight-loss.gl-mtc', 'input.answers.core.shoe-size', 'input.answers.core.adult']),
    );
  });

  test('an older version, a service that is none, another desk’s patient', async () => {
    expect((await desk.ask(submitIntake, { input: input({ questionnaireVersion: '2020' }) })).data.submitIntake.code).toBe('CONFLICT');
    expect((await desk.ask(submitIntake, { input: input({ service: 'haircut' }) })).data.submitIntake).toMatchObject({
      code: 'INVALID_INPUT',
      issues: [{ path: 'input.service' }],
    });
    expect((await (await graph.as('other-desk')).ask(submitIntake, { input: input() })).data.submitIntake.code).toBe('NOT_FOUND');
  });
});

describe('giveConsent and revokeConsent', () => {
  const revoke =
    'mutation ($input: RevokeConsentInput!) { revokeConsent(input: $input) { __typename ... on Consent { id revokedAt } ... on IllegalTransition { code from to } ... on Refusal { code } } }';
  const consents = 'query ($id: ID!) { patient(id: $id) { consents { id kind version signedName givenAt revokedAt } } }';
  const input = (more: Record<string, unknown> = {}) => ({
    patientId,
    kind: 'TELEHEALTH',
    version: '2026-01',
    signedName: 'Ana Whitfield',
    ...more,
  });

  test('a consent is kept as signed, and taken back once', async () => {
    const { giveConsent: consent } = await desk.get(giveConsent, { input: input() });
    expect(consent).toEqual({
      __typename: 'Consent',
      id: expect.stringMatching(/^con_/),
      kind: 'TELEHEALTH',
      version: '2026-01',
      signedName: 'Ana Whitfield',
      givenAt: expect.any(String),
      revokedAt: null,
    });
    const taken = await desk.get(revoke, { input: { consentId: consent.id } });
    expect(taken.revokeConsent).toEqual({ __typename: 'Consent', id: consent.id, revokedAt: expect.any(String) });
    expect((await desk.ask(revoke, { input: { consentId: consent.id } })).data.revokeConsent).toEqual({
      __typename: 'IllegalTransition',
      code: 'ILLEGAL_TRANSITION',
      from: 'REVOKED',
      to: 'REVOKED',
    });
    const { patient } = await desk.get(consents, { id: patientId });
    expect(patient.consents).toEqual([{ ...consent, __typename: undefined, revokedAt: taken.revokeConsent.revokedAt }]);
  });

  test('a text that is not ours, and a signature that is empty', async () => {
    expect((await desk.ask(giveConsent, { input: input({ version: '1999-01' }) })).data.giveConsent).toMatchObject({
      code: 'INVALID_INPUT',
      issues: [{ path: 'input.version' }],
    });
    expect((await desk.ask(giveConsent, { input: input({ signedName: '  ' }) })).data.giveConsent).toMatchObject({
      code: 'INVALID_INPUT',
      issues: [{ path: 'input.signedName' }],
    });
    expect((await (await graph.as('other-desk')).ask(giveConsent, { input: input() })).data.giveConsent.code).toBe('NOT_FOUND');
  });
});
