import contractVariables from '../../schema/contract/variables.json' with { type: 'json' };
import { describe, expect, test } from 'vitest';
import { type FhirItem, questionnaire, questionnaireVersion, questionsOf } from '#rules/questionnaire.ts';
import { clinicianItems, screen } from '#rules/screening.ts';
import { matches } from '#rules/screening-rule.ts';
import { serviceCodes } from '#rules/service-codes.ts';

/** An answer to a question that triggers nothing: the opposite of what its rule waits for. */
function harmless(item: FhirItem): unknown {
  const parts = item.extension?.[0]?.extension ?? [];
  switch (item.type) {
    case 'boolean':
      return !(parts.find(({ url }) => url === 'triggerBoolean')?.valueBoolean ?? true);
    case 'choice': {
      const bad = parts.filter(({ url }) => url === 'triggerCode').map(({ valueCode }) => valueCode);
      return item.answerOption?.map(({ valueCoding }) => valueCoding.code).find((code) => !bad.includes(code));
    }
    case 'integer':
    case 'decimal':
      return [100, 30, 60, 3].find(
        (value) => !parts.some(({ valueString, url }) => url === 'triggerExpression' && matches(valueString ?? '', value)),
      );
    case 'date':
      return '1988-04-17';
    default:
      return 'none';
  }
}

const answersOf = (items: readonly FhirItem[]) => items.map((item) => ({ linkId: item.linkId, value: harmless(item) }));

describe.each(serviceCodes)('%s', (service) => {
  test('shows patients one FHIR questionnaire without clinicians’ items and without rules', () => {
    const shown = questionnaire(service, 'patient');
    const text = JSON.stringify(shown);
    expect(shown).toMatchObject({ resourceType: 'Questionnaire', url: `https://goodfaith.example/fhir/Questionnaire/gfe-${service}` });
    expect(text).not.toMatch(/Clinician:|Clinic:|gfe-screening-rule|extension|example\.org/);
    expect(shown?.version).toMatch(/^1\.0\.0\+[0-9a-f]{8}$/);
    expect(questionnaire(service, 'clinician')?.version).toBe(shown?.version);
    expect(questionnaireVersion(service)).toBe(shown?.version);
  });
  test('takes a full set of harmless answers without a flag from both audiences', () => {
    for (const audience of ['patient', 'clinician'] as const) {
      expect(screen(service, answersOf(questionsOf(service, audience)), audience)).toEqual({
        flags: [],
        unanswered: [],
        unansweredBlocking: [],
        issues: [],
      });
    }
  });
  test('flags the opposite of every harmless answer that has a rule', () => {
    const items = questionsOf(service, 'patient').filter(({ type, extension }) => type === 'boolean' && extension !== undefined);
    const report = screen(
      service,
      items.map((item) => ({ linkId: item.linkId, value: !harmless(item) })),
      'patient',
    );
    expect(report.flags.map(({ linkId }) => linkId)).toEqual(items.map(({ linkId }) => linkId));
  });
});

describe('weight loss', () => {
  const intake = answersOf(questionsOf('weight-loss', 'patient'));
  const example = contractVariables.CompleteExam.input.answers;

  test("needs no more of the examiner than the contract's example says", () => {
    const report = screen('weight-loss', [...intake, ...example], 'clinician');
    expect(report.flags).toEqual([]);
    expect(report.unansweredBlocking).toEqual([]);
    expect(report.issues).toEqual([]);
    expect(report.unanswered).toEqual(['core.vitals-sys', 'core.vitals-dia', 'core.photos', 'glp1-weight-loss.gl-labs']);
  });
  test('asks the examiner for exactly the blocking items of that example', () => {
    const blocking = clinicianItems('weight-loss').filter(({ blocks }) => blocks);
    expect(blocking.map(({ linkId }) => linkId)).toEqual(example.map(({ linkId }) => linkId));
  });
  test('blocks below a body mass index of 27 and at a boxed warning', () => {
    const answers = [
      ...intake.filter(({ linkId }) => linkId !== 'glp1-weight-loss.gl-mtc'),
      { linkId: 'glp1-weight-loss.gl-mtc', value: true },
    ];
    const report = screen('weight-loss', [...answers, { linkId: 'glp1-weight-loss.gl-bmi', value: 26.9 }], 'clinician');
    expect(report.flags).toEqual([
      { linkId: 'glp1-weight-loss.gl-mtc', severity: 'block', message: 'boxed warning and contraindication' },
      {
        linkId: 'glp1-weight-loss.gl-bmi',
        severity: 'block',
        message: 'below 27: no indication; 27 to 29.9 needs a weight-related condition: review',
      },
    ]);
    expect(report.unansweredBlocking).toEqual(['glp1-weight-loss.gl-comorbid', 'glp1-weight-loss.gl-approved']);
  });
  test.each([
    ['an unknown item', { linkId: 'no.such', value: true }, 'is not a question of this questionnaire'],
    ['a clinician’s item at intake', { linkId: 'glp1-weight-loss.gl-bmi', value: 30 }, 'is not a question of this questionnaire'],
    ['text for yes or no', { linkId: 'core.adult', value: 'yes' }, 'must be true or false'],
    ['a day that does not exist', { linkId: 'core.dob', value: '2026-02-30' }, 'must be a date (YYYY-MM-DD) that exists'],
    [
      'a code that is none',
      { linkId: 'core.pregnancy', value: 'maybe' },
      'must be one of none, pregnant, trying, breast-feeding, not-applicable',
    ],
    ['a number for text', { linkId: 'core.allergies', value: 5 }, 'must be text'],
    ['a null character', { linkId: 'core.allergies', value: 'a\u0000b' }, 'must not contain the character U+0000'],
    ['a text without end', { linkId: 'core.allergies', value: 'x'.repeat(4001) }, 'must not be longer than 4000 characters'],
    ['an object', { linkId: 'core.allergies', value: { $ne: 1 } }, 'must be text'],
  ])('names the path of %s', (_what, answer, message) => {
    expect(screen('weight-loss', [answer], 'patient').issues).toEqual([{ path: answer.linkId, message }]);
  });
  test('takes no answer twice, and an empty one for none', () => {
    const report = screen(
      'weight-loss',
      [
        { linkId: 'core.adult', value: true },
        { linkId: 'core.adult', value: false },
        { linkId: 'core.allergies', value: ' ' },
      ],
      'patient',
    );
    expect(report.issues).toEqual([{ path: 'core.adult', message: 'is answered twice' }]);
    expect(report.flags).toEqual([]);
    expect(report.unanswered).toContain('core.allergies');
    expect(report.unanswered).not.toContain('core.adult');
  });
  test('keeps numbers that are none out', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, '33.1', null]) {
      expect(screen('weight-loss', [...intake, { linkId: 'glp1-weight-loss.gl-bmi', value }], 'clinician').unansweredBlocking).toContain(
        'glp1-weight-loss.gl-bmi',
      );
    }
  });
});

test.each([
  ['hormone-therapy', ['hrt-testosterone.hr-hct']],
  ['topical-anaesthetic', ['topical-anaesthetic.ta-area', 'topical-anaesthetic.ta-time']],
] as const)('%s is not approved without the values that need review', (service, wanted) => {
  const given = answersOf(questionsOf(service, 'patient'));
  const report = screen(service, given, 'clinician');
  expect(report.unansweredBlocking).toEqual(expect.arrayContaining([...wanted]));
  expect(report.unanswered).toEqual(expect.arrayContaining(['core.vitals-sys', 'core.vitals-dia']));
  for (const open of ['core.vitals-sys', 'core.vitals-dia', 'hrt-testosterone.hr-psa'])
    expect(report.unansweredBlocking).not.toContain(open);
});

test('a service that is none has no questionnaire', () => {
  expect(questionnaire('leeches', 'patient')).toBeNull();
  expect(questionnaire('constructor', 'patient')).toBeNull();
  expect(screen('leeches', [], 'patient').issues).toEqual([{ path: 'service', message: 'is not a service' }]);
});

test('comparisons joined by a bar mean "or", and one that cannot be read is met', () => {
  expect([89, 90, 179, 180].map((value) => matches('>=180|<90', value))).toEqual([true, false, false, true]);
  expect([27, 26.99].map((value) => matches('<27', value))).toEqual([false, true]);
  expect([50, 50.1].map((value) => matches('>50', value))).toEqual([false, true]);
  expect(matches('<=5', 5)).toBe(true);
  expect(matches('about 5', 5)).toBe(true);
});
