import { expect, test } from 'vitest';
import { adult } from '#rules/adult.ts';
import { evaluate } from '#rules/evaluate.ts';
import { blockers } from '#rules/results.ts';
import { booking, completion, now, starting } from './given.ts';

test.each([
  ['2008-11-22', '2026-11-22T15:00:00Z', 'PASS'],
  ['2008-11-23', '2026-11-22T15:00:00Z', 'FAIL'],
  ['2008-11-22', '2026-11-22T11:59:59Z', 'FAIL'],
  ['2008-02-29', '2026-02-28T23:00:00Z', 'FAIL'],
  ['2008-02-29', '2026-03-01T15:00:00Z', 'PASS'],
  ['1930-01-01', '2026-11-22T15:00:00Z', 'PASS'],
  ['2008-02-30', '2026-11-22T15:00:00Z', 'UNKNOWN'],
  [null, '2026-11-22T15:00:00Z', 'UNKNOWN'],
  ['1988-04-17', null, 'UNKNOWN'],
])('born %s, on %s: %s', (birthDate, at, outcome) => {
  expect(adult(birthDate, at)).toMatchObject({ id: 'patient.adult', outcome, citation: expect.stringContaining('core.adult') });
});

test('a minor stops at every gate of an exam, on the day it is to be held', () => {
  const stops = (birthDate: string | null) =>
    [booking(), starting(), completion()].map((facts) =>
      blockers(evaluate({ ...facts, patientBirthDate: birthDate }, now)).map(({ id, outcome }) => `${outcome} ${id}`),
    );
  expect(stops('2008-11-25')).toEqual([[], ['FAIL patient.adult'], ['FAIL patient.adult']]);
  expect(stops(null)).toEqual([['UNKNOWN patient.adult'], ['UNKNOWN patient.adult'], ['UNKNOWN patient.adult']]);
});
