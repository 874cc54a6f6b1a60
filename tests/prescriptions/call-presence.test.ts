import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type CallMark, contactFact, presenceOf, secondsTogether } from '../../subgraphs/prescriptions/call/presence.ts';

const begin = Date.parse('2026-12-01T15:00:00Z');
const at = (seconds: number) => new Date(begin + seconds * 1000);
type Told = readonly [kind: CallMark['kind'], seconds: number];
const presence = (told: readonly Told[], now = 10_000) =>
  presenceOf(
    told.map(([kind, seconds]) => ({ kind, at: at(seconds) })),
    at(now),
  );
const seconds = (told: readonly Told[], now?: number) => {
  const { confirmed } = presence(told, now);
  return secondsTogether(confirmed, confirmed);
};

test.each<[string, Told[], number, string, boolean]>([
  ['nobody', [], 0, 'NEVER', false],
  [
    'came, told each minute, left',
    [
      ['JOINED', 0],
      ['SIGN', 60],
      ['SIGN', 120],
      ['LEFT', 150],
    ],
    150,
    'LEFT',
    false,
  ],
  ['came and fell silent: nothing is confirmed', [['JOINED', 0]], 0, 'INSIDE', true],
  [
    'signs two minutes apart still count',
    [
      ['JOINED', 0],
      ['SIGN', 120],
      ['LEFT', 121],
    ],
    121,
    'LEFT',
    false,
  ],
  [
    'a second more does not',
    [
      ['JOINED', 0],
      ['SIGN', 121],
      ['LEFT', 122],
    ],
    1,
    'LEFT',
    true,
  ],
  [
    'dropped and came back: the time between does not count',
    [
      ['JOINED', 0],
      ['SIGN', 60],
      ['DROPPED', 70],
      ['REJOINED', 100],
      ['LEFT', 130],
    ],
    100,
    'LEFT',
    false,
  ],
  [
    'came back without having gone: nobody knows when they dropped',
    [
      ['JOINED', 0],
      ['REJOINED', 30],
      ['LEFT', 60],
    ],
    30,
    'LEFT',
    true,
  ],
  [
    'a sign from outside is none',
    [
      ['SIGN', 0],
      ['JOINED', 10],
      ['LEFT', 20],
      ['SIGN', 30],
    ],
    10,
    'LEFT',
    false,
  ],
])('%s', (_what, told, confirmed, state, silent) => {
  expect(seconds(told)).toBe(confirmed);
  expect(presence(told)).toMatchObject({ state, silent });
});

test('whoever is inside and told a moment ago is not silent', () => {
  expect(
    presence(
      [
        ['JOINED', 0],
        ['SIGN', 60],
      ],
      180,
    ),
  ).toMatchObject({ state: 'INSIDE', silent: false });
  expect(
    presence(
      [
        ['JOINED', 0],
        ['SIGN', 60],
      ],
      181,
    ),
  ).toMatchObject({ state: 'INSIDE', silent: true });
});

test('the contact is the patient’s with the exam’s own examiner, not with another or an observer', () => {
  const stay = (part: CallMark['part'], person: string, from: number): CallMark[] => [
    { part, person, kind: 'JOINED', at: at(from) },
    { part, person, kind: 'SIGN', at: at(from + 60) },
    { part, person, kind: 'LEFT', at: at(from + 120) },
  ];
  const patient = stay('PATIENT', 'pat', 0);
  const told = (marks: CallMark[]) => contactFact(marks, 'prc', at(1_000));
  expect(told([...patient, ...stay('EXAMINER', 'prc', 30)])).toEqual({
    patient: 'LEFT',
    examiner: 'LEFT',
    togetherSeconds: 90,
    silent: false,
  });
  expect(told([...patient, ...stay('EXAMINER', 'other', 0), ...stay('OBSERVER', 'prc', 0)])).toEqual({
    ...{ patient: 'LEFT', examiner: 'NEVER', togetherSeconds: 0, silent: false },
  });
});

const marks = fc
  .array(fc.tuple(fc.constantFrom<CallMark['kind']>('JOINED', 'REJOINED', 'LEFT', 'DROPPED', 'SIGN'), fc.integer({ min: 0, max: 200 })), {
    maxLength: 25,
  })
  .map((steps) => steps.map(([kind], index): Told => [kind, steps.slice(0, index + 1).reduce((sum, [, wait]) => sum + wait, 0)]));

test('whatever is told, nobody was there longer than from their first mark to their last', () => {
  fc.assert(
    fc.property(marks, (told) => {
      const [first, last] = [told[0]?.[1] ?? 0, told.at(-1)?.[1] ?? 0];
      expect(seconds(told)).toBeLessThanOrEqual(last - first);
    }),
  );
});

test('whatever is told, stretches are in order and apart, and silence adds nothing', () => {
  fc.assert(
    fc.property(marks, fc.integer({ min: 0, max: 100_000 }), (told, later) => {
      const { confirmed } = presence(told, 10_000 + later);
      expect(confirmed).toEqual(presence(told).confirmed);
      confirmed.forEach(([from, to], index) => {
        expect(from).toBeLessThan(to);
        expect(confirmed[index - 1]?.[1] ?? Number.NEGATIVE_INFINITY).toBeLessThan(from);
      });
    }),
  );
});

test('together is the same from both sides, and no longer than either was there', () => {
  fc.assert(
    fc.property(marks, marks, (one, other) => {
      const [mine, theirs] = [presence(one).confirmed, presence(other).confirmed];
      const together = secondsTogether(mine, theirs);
      expect(together).toBe(secondsTogether(theirs, mine));
      expect(together).toBeLessThanOrEqual(Math.min(secondsTogether(mine, mine), secondsTogether(theirs, theirs)));
    }),
  );
});
