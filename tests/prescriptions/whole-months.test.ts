import { expect, test } from 'vitest';
import { inWholeMonths } from '../../subgraphs/prescriptions/metrics/whole-months.ts';

test('a suppressed month suppresses the sum, and a month without a row counts nothing', () => {
  const cells = [
    { month: '2026-09-01', metric: 'examsRequested', value: 40 },
    { month: '2026-11-01', metric: 'examsRequested', value: 12 },
    { month: '2026-09-01', metric: 'examsCompleted', value: 30 },
    { month: '2026-10-01', metric: 'examsCompleted', value: null },
    { month: '2026-09-01', metric: 'medianMinutesToExam', value: 17.5 },
  ];
  expect(inWholeMonths(cells, ['2026-09-01', '2026-10-01', '2026-11-01'], '2026-12-01')).toEqual({
    examsRequested: 52,
    examsCompleted: null,
    medianMinutesToExam: null,
    ordersSigned: 0,
    ordersWithoutExam: 0,
  });
});

test('one month has its median', () => {
  const cells = [{ month: '2026-11-01', metric: 'medianMinutesToExam', value: 17.5 }];
  expect(inWholeMonths(cells, ['2026-11-01'], '2026-12-01').medianMinutesToExam).toBe(17.5);
});

test('a month that has not ended tells nothing rather than zero, except of orders without an exam', () => {
  const nothing = { examsRequested: null, examsCompleted: null, medianMinutesToExam: null, ordersSigned: null, ordersWithoutExam: 0 };
  expect(inWholeMonths([], ['2026-11-01'], '2026-11-01')).toEqual(nothing);
  expect(inWholeMonths([], ['2026-10-01', '2026-11-01'], '2026-11-01')).toEqual(nothing);
});
