import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAnswers } from '#rules/answers-read.ts';
import { type FhirItem, leavesOf } from '#rules/questionnaire-item.ts';
import { questionnaireReleases } from '#rules/questionnaire-releases.ts';
import { screenBy } from '#rules/screening.ts';

const fhir = 'http://hl7.org/fhir/StructureDefinition';
const item = (type: FhirItem['type'], more: Partial<FhirItem> = {}): FhirItem => ({ linkId: 'q', text: 'A question', type, ...more });
const bound = (name: string, value: object) => ({ url: `${fhir}/${name}`, ...value });
const option = (code: string) => ({ valueCoding: { system: 'https://example.org', code, display: code } });

const range = item('integer', { extension: [bound('minValue', { valueInteger: 40 }), bound('maxValue', { valueInteger: 300 })] });
const days = item('date', {
  extension: [bound('minValue', { valueDate: '1900-01-01' }), bound('maxValue', { valueDate: '2026-11-22' })],
});
const fine = item('decimal', { extension: [bound('maxDecimalPlaces', { valueInteger: 1 }), bound('minValue', { valueDecimal: 0.5 })] });

describe('an answer that does not fit its question is refused by its link id', () => {
  test.each([
    [item('boolean'), 'yes', 'must be true or false'],
    [item('boolean'), 1, 'must be true or false'],
    [item('boolean'), [true], 'must be true or false'],
    [item('integer'), 1.5, 'must be a whole number'],
    [item('integer'), '12', 'must be a whole number'],
    [item('integer'), 2 ** 53, 'must be a whole number'],
    [range, 39, 'must not be less than 40'],
    [range, 301, 'must not be more than 300'],
    [item('decimal'), '33.1', 'must be a number'],
    [item('decimal'), Number.NaN, 'must be a number'],
    [fine, 0.4, 'must not be less than 0.5'],
    [fine, 1.25, 'must not have more than 1 decimal places'],
    [item('date'), '2026-02-30', 'must be a date (YYYY-MM-DD) that exists'],
    [item('date'), '11/22/2026', 'must be a date (YYYY-MM-DD) that exists'],
    [item('date'), 20261122, 'must be a date (YYYY-MM-DD) that exists'],
    [days, '1899-12-31', 'must not be less than 1900-01-01'],
    [days, '2026-11-23', 'must not be more than 2026-11-22'],
    [item('dateTime'), '2026-11-22', 'must be a moment (RFC 3339, with offset) that exists'],
    [item('dateTime'), '2026-02-30T10:00:00Z', 'must be a moment (RFC 3339, with offset) that exists'],
    [item('time'), '24:00', 'must be a time of day (HH:MM or HH:MM:SS)'],
    [item('time'), 1200, 'must be a time of day (HH:MM or HH:MM:SS)'],
    [item('choice', { answerOption: [option('a'), option('b')] }), 'c', 'must be one of a, b'],
    [item('choice', { answerOption: [option('a'), option('b')] }), true, 'must be one of a, b'],
    [item('open-choice', { answerOption: [option('a')] }), 5, 'must be text'],
    [item('string'), false, 'must be text'],
    [item('string', { maxLength: 3 }), 'four', 'must not be longer than 3 characters'],
    [item('text'), 'a\u0000b', 'must not contain the character U+0000'],
    [item('text', { extension: [bound('minLength', { valueInteger: 5 })] }), 'four ', 'must have at least 5 characters'],
    [item('text'), { $ne: 1 }, 'must be text'],
    [item('url'), 'nowhere', 'must be an address (URL)'],
    [item('group'), 'anything', 'is a heading and takes no answer'],
    [item('display'), 'anything', 'is a heading and takes no answer'],
  ] as [FhirItem, unknown, string][])('%j answered %j', (asked, value, message) => {
    expect(readAnswers([asked], [{ linkId: 'q', value }]).issues).toEqual([{ path: 'q', message }]);
  });

  test.each([
    [range, 40],
    [range, 300],
    [fine, 0.5],
    [days, '1900-01-01'],
    [item('dateTime'), '2026-11-22T10:00:00-06:00'],
    [item('time'), '23:59'],
    [item('open-choice', { answerOption: [option('a')] }), 'something else'],
    [item('url'), 'https://example.org/a'],
    [item('integer'), null],
    [item('text'), '  '],
  ] as [FhirItem, unknown][])('%j takes %j', (asked, value) => {
    expect(readAnswers([asked], [{ linkId: 'q', value }]).issues).toEqual([]);
  });

  test('a question that may be answered more than once takes each answer that fits, and one that may not takes one', () => {
    const twice = [
      { linkId: 'q', value: 'first' },
      { linkId: 'q', value: 'second' },
    ];
    const { taken, issues } = readAnswers([item('string', { repeats: true })], [...twice, { linkId: 'q', value: 3 }]);
    expect([taken.get('q'), issues]).toEqual([['first', 'second'], [{ path: 'q', message: 'must be text' }]]);
    expect(readAnswers([item('string')], twice).issues).toEqual([{ path: 'q', message: 'is answered twice' }]);
  });
});

describe('a question that hangs on other answers', () => {
  const smoker = item('boolean', { linkId: 'smoker', required: true });
  const packs = item('integer', {
    linkId: 'packs',
    required: true,
    enableWhen: [{ question: 'smoker', operator: '=', answerBoolean: true }],
  });
  const heavy = item('text', { linkId: 'heavy', required: true, enableWhen: [{ question: 'packs', operator: '>=', answerInteger: 2 }] });
  const items = [item('group', { linkId: 'g', item: [smoker, packs, heavy] })];

  test('is asked, and required, only where they make it so', () => {
    const of = (answers: { linkId: string; value: unknown }[]) => screenBy(items, answers).unanswered;
    expect(of([])).toEqual(['smoker']);
    expect(of([{ linkId: 'smoker', value: false }])).toEqual([]);
    expect(of([{ linkId: 'smoker', value: true }])).toEqual(['packs']);
    expect(
      of([
        { linkId: 'smoker', value: true },
        { linkId: 'packs', value: 2 },
      ]),
    ).toEqual(['heavy']);
  });

  test('takes no answer where they do not, and neither does what hangs on it', () => {
    const answers = [
      { linkId: 'heavy', value: 'since 2001' },
      { linkId: 'packs', value: 3 },
      { linkId: 'smoker', value: false },
    ];
    expect(readAnswers(items, answers).issues).toEqual([
      { path: 'heavy', message: 'is not asked after the other answers' },
      { path: 'packs', message: 'is not asked after the other answers' },
    ]);
    expect(readAnswers(items, [...answers.slice(2), { linkId: 'packs', value: null }]).issues).toEqual([]);
  });

  test('a group that is not asked takes its questions with it', () => {
    const group = item('group', {
      linkId: 'g',
      enableWhen: [{ question: 'smoker', operator: 'exists', answerBoolean: true }],
      item: [packs],
    });
    expect(readAnswers([smoker, group], []).asked.map(({ linkId }) => linkId)).toEqual(['smoker']);
    expect(readAnswers([smoker, group], [{ linkId: 'smoker', value: true }]).asked.map(({ linkId }) => linkId)).toEqual([
      'smoker',
      'packs',
    ]);
  });

  test.each([
    ['=', 'b', true],
    ['!=', 'b', false],
    ['!=', 'a', true],
    ['exists', true, true],
  ] as ['=' | '!=' | 'exists', string | boolean, boolean][])('by %s %s', (operator, wanted, asked) => {
    const choice = item('choice', { linkId: 'choice', answerOption: [option('a'), option('b')] });
    const condition =
      typeof wanted === 'boolean'
        ? { question: 'choice', operator, answerBoolean: wanted }
        : { question: 'choice', operator, answerCoding: { code: wanted } };
    const more = item('text', { linkId: 'more', enableWhen: [condition] });
    const found = readAnswers([choice, more], [{ linkId: 'choice', value: 'b' }]).asked.some(({ linkId }) => linkId === 'more');
    expect(found).toBe(asked);
  });

  test('any of several conditions is enough where the definition says so, and all are needed where it does not', () => {
    const enableWhen = [
      { question: 'smoker', operator: '=', answerBoolean: true },
      { question: 'age', operator: '>', answerInteger: 65 },
    ] as const;
    const age = item('integer', { linkId: 'age' });
    const asked = (more: Partial<FhirItem>) =>
      readAnswers(
        [smoker, age, item('text', { enableWhen, ...more })],
        [
          { linkId: 'smoker', value: false },
          { linkId: 'age', value: 70 },
        ],
      ).asked.some(({ linkId }) => linkId === 'q');
    expect([asked({ enableBehavior: 'any' }), asked({ enableBehavior: 'all' }), asked({})]).toEqual([true, false, false]);
  });

  test('two that wait for each other are asked, so that no mistake of a definition hides a question', () => {
    const one = item('text', { linkId: 'one', enableWhen: [{ question: 'two', operator: 'exists', answerBoolean: false }] });
    const two = item('text', { linkId: 'two', enableWhen: [{ question: 'one', operator: 'exists', answerBoolean: false }] });
    expect(readAnswers([one, two], []).asked.map(({ linkId }) => linkId)).toEqual(['one', 'two']);
  });
});

const definitions = questionnaireReleases.flatMap(({ bundle }) => bundle.entry.map(({ resource }) => resource));

/** Any answer that a question takes. */
function validAnswer({ type, answerOption = [] }: FhirItem): fc.Arbitrary<unknown> {
  switch (type) {
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer();
    case 'decimal':
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case 'choice':
      return fc.constantFrom(...answerOption.map(({ valueCoding }) => valueCoding.code));
    case 'date':
      return fc
        .date({ min: new Date('1900-01-01'), max: new Date('2100-12-31'), noInvalidDate: true })
        .map((date) => date.toISOString().slice(0, 10));
    default:
      return fc.string({ minLength: 1, maxLength: 4000 }).filter((text) => text.trim() !== '' && !text.includes('\u0000'));
  }
}

/** Any answer that the question does not take. */
function wrongAnswer({ type }: FhirItem): fc.Arbitrary<unknown> {
  const never = fc.constantFrom<unknown>({}, [], [true], { value: 1 });
  switch (type) {
    case 'boolean':
      return fc.oneof(never, fc.integer(), fc.constantFrom('yes', 'true'));
    case 'integer':
      return fc.oneof(never, fc.constantFrom<unknown>(0.5, '7', true, Number.NaN));
    case 'decimal':
      return fc.oneof(never, fc.constantFrom<unknown>('0.5', true, Number.POSITIVE_INFINITY));
    case 'date':
      return fc.oneof(never, fc.constantFrom<unknown>('2026-02-30', '22.11.2026', 20261122, '2026-11-22T00:00:00Z'));
    case 'choice':
      return fc.oneof(never, fc.constantFrom<unknown>('no such code', 0, false));
    default:
      return fc.oneof(never, fc.constantFrom<unknown>(0, false, 'x'.repeat(4001), 'a\u0000'));
  }
}

test('there are thirteen questionnaires', () => {
  expect(definitions).toHaveLength(13);
});

describe.each(definitions.map((one) => [one.id, one] as const))('%s', (_id, { item: items }) => {
  const questions = leavesOf(items);
  const answers = fc.tuple(...questions.map((question) => validAnswer(question).map((value) => ({ linkId: question.linkId, value }))));

  test('takes every set of answers that fit, whole or in part', () => {
    fc.assert(
      fc.property(answers, fc.array(fc.boolean(), { minLength: questions.length, maxLength: questions.length }), (given, kept) => {
        const some = given.filter((_answer, index) => kept[index]);
        expect(screenBy(items, some).issues).toEqual([]);
        expect(screenBy(items, given).unanswered).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  test('refuses any one that does not fit, by its link id, and takes the others', () => {
    const spoilt = fc
      .tuple(answers, fc.nat(questions.length - 1))
      .chain(([given, place]) => wrongAnswer(questions[place] ?? item('group')).map((value) => ({ given, place, value })));
    fc.assert(
      fc.property(spoilt, ({ given, place, value }) => {
        const linkId = questions[place]?.linkId ?? '';
        const { issues, taken } = readAnswers(
          items,
          given.map((answer, index) => (index === place ? { linkId, value } : answer)),
        );
        expect(issues.map(({ path }) => path)).toEqual([linkId]);
        expect(taken.size).toBe(questions.length - 1);
      }),
      { numRuns: 60 },
    );
  });
});
