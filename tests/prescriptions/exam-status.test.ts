import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mayBecome, requireMove } from '#kernel/states.ts';
import { examMoves, examStatuses } from '../../subgraphs/prescriptions/exam/exam-status.ts';

test('these are all the moves of an exam', () => {
  const moves = examStatuses.flatMap((from) => examStatuses.filter((to) => mayBecome(examMoves, from, to)).map((to) => `${from} > ${to}`));
  expect(moves).toEqual([
    'REQUESTED > HELD',
    'REQUESTED > CANCELLED',
    'HELD > REQUESTED',
    'HELD > IN_PROGRESS',
    'HELD > CANCELLED',
    'BOOKED > BOOKED',
    'BOOKED > IN_PROGRESS',
    'BOOKED > CANCELLED',
    'BOOKED > NO_SHOW',
    'IN_PROGRESS > COMPLETED',
  ]);
});

test('no walk leaves a final state, and none completes an exam that nobody began', () => {
  fc.assert(
    fc.property(fc.constantFrom('REQUESTED', 'BOOKED'), fc.array(fc.constantFrom(...examStatuses), { maxLength: 12 }), (first, wishes) => {
      const walked: string[] = [first];
      for (const to of wishes) {
        const from = walked.at(-1) ?? '';
        try {
          requireMove(examMoves, from, to);
          walked.push(to);
        } catch {
          expect(walked.at(-1)).toBe(from);
        }
      }
      for (const final of ['COMPLETED', 'CANCELLED', 'NO_SHOW']) {
        if (walked.includes(final)) expect(walked.indexOf(final)).toBe(walked.length - 1);
      }
      if (walked.includes('COMPLETED')) expect(walked).toContain('IN_PROGRESS');
    }),
  );
});
