import { expect, test } from 'vitest';
import { standingOrderProblems } from '#rules/standing-order.ts';
import { substances } from '#rules/substance-table.ts';

test('every substance of the table is ordered for one patient at a time, by whichever of its names', () => {
  for (const { name } of substances) {
    expect(standingOrderProblems([name]), name).not.toEqual([]);
    expect(standingOrderProblems([`Give ${name.toLowerCase()} now`]), name).not.toEqual([]);
  }
  for (const other of ['BPC-157', 'dsip', 'tb-500', 'Lidocaine 4 % cream', 'botulinum toxin', 'NAD+']) {
    const [problem] = standingOrderProblems(['Cool the skin', other]);
    expect(problem, other).toMatchObject({ id: 'standingOrder.patientSpecific', outcome: 'FAIL', citation: '21 USC 353a(a)' });
  }
});

test('one that is named twice is told of once', () => {
  expect(standingOrderProblems(['Lidocaine', 'Apply lidocaine'])).toHaveLength(1);
});

test.each(['Topical cooling gel', 'Saline 0.9 %', 'Acetaminophen', 'low dose', 'Skin checked up to 70%', ''])(
  'what only sounds like one, or says how something is given, is none: %s',
  (text) => {
    expect(standingOrderProblems([text])).toEqual([]);
  },
);
