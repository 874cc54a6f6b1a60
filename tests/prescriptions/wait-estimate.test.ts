import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { estimatedWait } from '../../subgraphs/prescriptions/queue/wait-estimate.ts';

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
