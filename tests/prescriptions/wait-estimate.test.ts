import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { estimatedWait, waitInLine } from '../../subgraphs/prescriptions/queue/wait-estimate.ts';

const tens = Array.from({ length: 5 }, () => 10);

describe('what a patient is told of their wait', () => {
  test.each([
    ['an examiner is free', 1, { turns: tens, onDuty: 2, busy: 1 }, 5],
    ['the next turn that ends is theirs', 1, { turns: tens, onDuty: 1, busy: 1 }, 10],
    ['three turns of two examiners', 3, { turns: tens, onDuty: 2, busy: 2 }, 15],
    ['beyond half an hour by quarters', 4, { turns: tens, onDuty: 1, busy: 1 }, 45],
    ['the median, not the one that took all morning', 1, { turns: [10, 10, 10, 10, 600], onDuty: 1, busy: 1 }, 10],
    ['two hours', 12, { turns: tens, onDuty: 1, busy: 1 }, 120],
    ['more than two hours', 13, { turns: tens, onDuty: 1, busy: 1 }, null],
    ['nobody is there', 1, { turns: tens, onDuty: 0, busy: 0 }, null],
    ['too few turns to tell', 1, { turns: tens.slice(1), onDuty: 1, busy: 0 }, null],
    ['not in the line', 0, { turns: tens, onDuty: 1, busy: 0 }, null],
  ])('%s', (_what, place, line, minutes) => {
    expect(estimatedWait(place, line)).toBe(minutes);
  });
});

test('never falls for who stands further back, never rises with another examiner, and promises no odd minutes', () => {
  const facts = fc.record({
    turns: fc.array(fc.double({ min: 0, max: 240, noNaN: true }), { minLength: 5, maxLength: 20 }),
    onDuty: fc.integer({ min: 1, max: 30 }),
    busy: fc.integer({ min: 0, max: 30 }),
  });
  const told = (minutes: number | null) => minutes ?? Number.POSITIVE_INFINITY;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), facts, (place, line) => {
      const minutes = estimatedWait(place, line);
      if (minutes !== null) {
        expect(minutes % 5).toBe(0);
        expect(minutes).toBeGreaterThanOrEqual(5);
        expect(minutes).toBeLessThanOrEqual(120);
      }
      expect(told(estimatedWait(place + 1, line))).toBeGreaterThanOrEqual(told(minutes));
      expect(told(estimatedWait(place, { ...line, onDuty: line.onDuty + 1 }))).toBeLessThanOrEqual(told(minutes));
      expect(estimatedWait(place, { ...line, turns: line.turns.toReversed() })).toBe(minutes);
    }),
  );
});

describe('whoever has waited longer for the same examiners is ahead, whatever for', () => {
  const turns = Array.from({ length: 5 }, () => 20);
  const waits = (ahead: number, takers: string[]) =>
    Array.from({ length: ahead }, (_, index) => ({ id: `other-${index}`, takers: new Set(takers) }));
  const mine = (takers: string[]) => ({ id: 'mine', takers: new Set(takers) });
  const free = (id: string) => ({ id, busy: false });
  const busy = (id: string) => ({ id, busy: true });

  test.each([
    ['five turns of another line for the one examiner', [...waits(5, ['x']), mine(['x'])], [busy('x')], 120],
    ['eleven turns, which is more than two hours', [...waits(10, ['x']), mine(['x'])], [busy('x')], null],
    ['one free examiner is promised to the first alone', [...waits(1, ['x']), mine(['x'])], [free('x')], 20],
    ['who came later is not ahead', [mine(['x']), ...waits(10, ['x'])], [busy('x')], 20],
    ['an examiner for this line alone is not kept by the others', [...waits(10, ['x']), mine(['x', 'y'])], [busy('x'), free('y')], 5],
    ['nor is their next turn', [...waits(10, ['x']), mine(['x', 'y'])], [busy('x'), busy('y')], 20],
    ['two share what both may be given', [...waits(2, ['x', 'y']), mine(['x', 'y'])], [busy('x'), busy('y')], 30],
    [
      'only whom both of the crew share are ahead',
      [...waits(1, ['y']), ...waits(1, ['x', 'z']), mine(['x', 'y', 'z'])],
      [free('x'), busy('y'), busy('z')],
      10,
    ],
    ['not in the line', waits(1, ['x']), [free('x')], null],
    ['nobody is there', [mine([])], [], null],
  ])('%s', (_what, waiting, onDuty, minutes) => {
    expect(waitInLine('mine', { waiting, turns, onDuty })).toBe(minutes);
  });

  test('nobody further back is promised less', () => {
    const examiners = ['x', 'y', 'z'];
    const line = fc.record({
      waiting: fc.array(fc.subarray(examiners, { minLength: 1 }), { minLength: 1, maxLength: 30 }),
      busy: fc.subarray(examiners),
    });
    const told = (minutes: number | null) => minutes ?? Number.POSITIVE_INFINITY;
    fc.assert(
      fc.property(line, ({ waiting, busy: who }) => {
        // Of one line all may be given to the same examiners: each of its patients stands where the others would.
        const onDuty = examiners.map((id) => ({ id, busy: who.includes(id) }));
        const before = waiting.map((takers, index) => ({ id: `other-${index}`, takers: new Set(takers) }));
        const at = (place: number) => told(waitInLine('mine', { waiting: before.toSpliced(place, 0, mine(examiners)), turns, onDuty }));
        for (let place = 0; place < waiting.length; place++) expect(at(place + 1)).toBeGreaterThanOrEqual(at(place));
      }),
      { examples: [[{ waiting: [['y'], ['x', 'z'], ['y'], ['z']], busy: ['y', 'z'] }]] },
    );
  });
});
